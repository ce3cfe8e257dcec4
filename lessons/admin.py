"""The desk for lessons: write them, and move them to readers by the verbs."""

from django.contrib import admin

from kmportal.lifecycle.desk import LifecycleAdmin
from kmportal.search import indexing
from lessons import capture
from lessons.forms import LessonForm
from lessons.lifecycle import LESSON_LIFECYCLE
from lessons.models import Lesson


@admin.register(Lesson)
class LessonAdmin(LifecycleAdmin):
    """Lessons, what changed last first."""

    lifecycle = LESSON_LIFECYCLE
    move_one = staticmethod(capture.move)
    refresh_search = staticmethod(indexing.refresh)
    form = LessonForm
    list_display = ("sentence", "state", "priority", "department", "happened_on")
    list_filter = ("status", "priority", "department", "site")
    list_select_related = ("department",)
    search_fields = ("sentence", "expected", "happened", "why")
    search_help_text = "Words of the lesson or its story"
    ordering = ("-changed_at", "-pk")
    autocomplete_fields = ("captured_by",)
    readonly_fields = ("state", "created_at", "changed_at", "published_at")
    fieldsets = (
        (None, {"fields": ("state", "sentence", "priority")}),
        ("What happened", {"fields": ("expected", "happened", "why")}),
        ("When it helps", {"fields": ("applies_when", "applies_not", "tags")}),
        ("Where it comes from", {"fields": ("department", "site", "happened_on", "captured_by")}),
        ("Dates", {"fields": ("created_at", "changed_at", "published_at")}),
    )

    def get_changeform_initial_data(self, request):
        return {"captured_by": request.user.pk, **super().get_changeform_initial_data(request)}
