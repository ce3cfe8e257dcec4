"""Addresses of the lessons."""

from django.urls import path

from lessons import feeds, views

app_name = "lessons"
urlpatterns = [
    path("", views.lesson_list, name="list"),
    path("feed/<slug:dialect>/", feeds.lesson_feed, name="feed"),
    path("<int:pk>/", views.lesson_page, name="lesson"),
    path("<int:pk>/move/<slug:move>/", views.move, name="move"),
]
