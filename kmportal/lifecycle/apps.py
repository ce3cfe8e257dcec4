"""Set up the lifecycle app."""

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "kmportal.lifecycle"
    label = "lifecycle"
