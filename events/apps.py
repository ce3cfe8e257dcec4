"""Set up the events app: the search learns what it has."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events.search import SessionSource
        from kmportal.search import sources

        sources.register(SessionSource())
