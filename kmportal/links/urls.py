"""Addresses at which links are made and taken away."""

from django.urls import path

from kmportal.links import views

app_name = "links"
urlpatterns = [
    path("add/", views.add, name="add"),
    path("remove/", views.remove, name="remove"),
]
