"""Set up the repository app: the search learns what it has."""

from django.apps import AppConfig


class RepositoryConfig(AppConfig):
    name = "repository"

    def ready(self) -> None:
        from kmportal.search import sources
        from repository.search import RecordSource

        sources.register(RecordSource())
