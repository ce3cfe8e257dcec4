"""Addresses of the feeds that tell of things of all kinds."""

from django.urls import path

from kmportal.feeds import views

app_name = "feeds"
urlpatterns = [
    path("<slug:dialect>/", views.everything, name="everything"),
    path("search/<slug:dialect>/", views.found, name="search"),
]
