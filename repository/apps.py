"""Set up the repository app: the search learns what it has, its records may be linked, and some go stale."""

from django.apps import AppConfig


class RepositoryConfig(AppConfig):
    name = "repository"

    def ready(self) -> None:
        from django.contrib.auth.models import AnonymousUser

        from kmportal.api import resources
        from kmportal.crawlers import sitemap
        from kmportal.feeds import sources as news
        from kmportal.links import registry
        from kmportal.review_cycle import sources as reviewed
        from kmportal.search import sources
        from repository import access, following
        from repository.api import RecordResource
        from repository.currency import RecordsUnderReview
        from repository.feeds import RecordNews
        from repository.models import Record
        from repository.search import RecordSource

        sources.register(RecordSource())
        news.register(RecordNews())
        resources.register(RecordResource())
        sitemap.register(
            sitemap.Mapped("records", lambda: Record.objects.listed_for(AnonymousUser()), "repository:record")
        )
        reviewed.register(RecordsUnderReview())
        registry.register(
            Record,
            visible_to=Record.objects.visible_to,
            may_link=access.may_link,
            title="title",
            kind="type",
            pages=("repository:record", "repository:work", "repository:file", "repository:view_file"),
            on_superseded=following.tell_superseded,
        )
