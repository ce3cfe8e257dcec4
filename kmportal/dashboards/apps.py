"""Set up the dashboards app."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "kmportal.dashboards"
    label = "dashboards"
