"""A small portal for the tests of the look: the main pages as stubs, and the component gallery."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def stub(request: HttpRequest) -> HttpResponse:
    """Answer with an empty page in the portal's dress."""
    return render(request, "layouts/one_column.html")


urlpatterns = [
    path("", stub, name="home"),
    path("search/", include(([path("", stub, name="results")], "search"))),
    path("repository/", include(([path("", stub, name="list"), path("<int:pk>/", stub, name="record")], "repository"))),
    path("lessons/", include(([path("", stub, name="list")], "lessons"))),
    path("accounts/", include("allauth.urls")),
    path("design/", include("kmportal.design.urls")),
]
