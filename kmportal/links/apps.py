"""Set up the links app."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "kmportal.links"
    label = "links"
