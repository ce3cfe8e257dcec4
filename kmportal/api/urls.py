"""Addresses of the API; those of a version stay for good."""

from django.urls import path, re_path

from kmportal.api import views

app_name = "api"
urlpatterns = [
    path("", views.documentation, name="documentation"),
    path("v1/", views.start, name="start"),
    path("v1/search/", views.search, name="search"),
    path("v1/<slug:name>/", views.listing, name="listing"),
    path("v1/<slug:name>/<int:key>/", views.one, name="one"),
    re_path(r"^v1/.*$", views.nothing, name="nothing"),
]
