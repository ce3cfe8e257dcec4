"""Set up the events app: the search learns what it has, and its sessions may be linked."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events import access
        from events.api import SessionResource
        from events.feeds import SessionNews
        from events.models import Session
        from events.search import SessionSource
        from kmportal.api import resources
        from kmportal.crawlers import sitemap
        from kmportal.feeds import sources as news
        from kmportal.links import registry
        from kmportal.search import sources

        sources.register(SessionSource())
        news.register(SessionNews())
        resources.register(SessionResource())
        sitemap.register(sitemap.Mapped("sessions", Session.objects.announced, "events:session"))
        registry.register(
            Session,
            visible_to=Session.objects.visible_to,
            may_link=access.may_link,
            title="title",
            kind="kind",
            pages=("events:session",),
        )
