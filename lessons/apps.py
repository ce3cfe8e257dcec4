"""Set up the lessons app: the search learns what it has."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "lessons"

    def ready(self) -> None:
        from kmportal.search import sources
        from lessons.search import LessonSource

        sources.register(LessonSource())
