"""Addresses of the events."""

from django.urls import path

from events import feeds, views

app_name = "events"
urlpatterns = [
    path("", views.session_list, name="list"),
    path("feed/<slug:dialect>/", feeds.session_feed, name="feed"),
    path("<int:pk>/", views.session_page, name="session"),
    path("<int:pk>/move/<slug:move>/", views.move, name="move"),
]
