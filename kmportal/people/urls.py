"""Addresses of the people directory."""

from django.urls import path

from kmportal.people import views

app_name = "people"
urlpatterns = [
    path("", views.directory, name="list"),
    path("me/", views.edit_mine, name="me"),
    path("<int:pk>/", views.profile, name="profile"),
]
