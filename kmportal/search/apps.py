"""Set up the search app: it makes people findable; the other apps register what they have."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "kmportal.search"
    label = "search"

    def ready(self) -> None:
        from kmportal.people import changes
        from kmportal.search import sources, tasks
        from kmportal.search.people import PeopleSource

        sources.register(PeopleSource())
        changes.listen(tasks.follow)
