"""Addresses of the dashboards."""

from django.urls import path

from kmportal.dashboards import views

urlpatterns = [path("", views.home, name="home")]
