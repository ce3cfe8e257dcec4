"""Set up the people app: the roles follow every migrate."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "kmportal.people"
    label = "people"

    def ready(self) -> None:
        from kmportal.people.roles import synchronise_roles

        post_migrate.connect(synchronise_roles, sender=self)
