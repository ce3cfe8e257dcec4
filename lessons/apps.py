"""Set up the lessons app: the search learns what it has, and its lessons may be linked."""

from django.apps import AppConfig


class LessonsConfig(AppConfig):
    name = "lessons"

    def ready(self) -> None:
        from kmportal.api import resources
        from kmportal.crawlers import sitemap
        from kmportal.feeds import sources as news
        from kmportal.links import registry
        from kmportal.search import sources
        from lessons import access
        from lessons.api import LessonResource
        from lessons.feeds import LessonNews
        from lessons.models import Lesson
        from lessons.search import LessonSource

        sources.register(LessonSource())
        news.register(LessonNews())
        resources.register(LessonResource())
        sitemap.register(sitemap.Mapped("lessons", Lesson.objects.published, "lessons:lesson"))
        registry.register(
            Lesson,
            visible_to=Lesson.objects.visible_to,
            may_link=access.may_link,
            title="sentence",
            pages=("lessons:lesson",),
        )
