"""The addresses of the component gallery, which exists while developing only."""

from django.urls import path

from kmportal.design import views

app_name = "design"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("list/", views.list_page, name="list"),
    path("form/", views.form_page, name="form"),
    path("progress/", views.progress_page, name="progress"),
]
