"""Set up the design app."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "kmportal.design"
    label = "design"
