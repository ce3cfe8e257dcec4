"""Address of the search."""

from django.urls import path

from kmportal.search import views

app_name = "search"
urlpatterns = [path("", views.results, name="results")]
