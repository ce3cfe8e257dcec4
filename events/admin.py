"""The desk for sessions: set them up, and publish or cancel them by the verbs."""

from django.contrib import admin

from events import booking
from events.forms import SessionForm
from events.lifecycle import SESSION_LIFECYCLE
from events.models import Session
from kmportal.lifecycle.desk import LifecycleAdmin
from kmportal.search import indexing


@admin.register(Session)
class SessionAdmin(LifecycleAdmin):
    """Sessions, the latest first."""

    lifecycle = SESSION_LIFECYCLE
    move_one = staticmethod(booking.move)
    refresh_search = staticmethod(indexing.refresh)
    form = SessionForm
    list_display = ("title", "state", "kind", "starts_at", "site", "facilitator")
    list_filter = ("status", "kind", "site")
    list_select_related = ("site", "facilitator")
    search_fields = ("title", "purpose", "place")
    search_help_text = "Words of the title, the purpose or the place"
    ordering = ("-starts_at", "-pk")
    readonly_fields = ("state", "created_at", "changed_at")
    fieldsets = (
        (None, {"fields": ("state", "kind", "title", "purpose")}),
        ("When and where", {"fields": ("starts_at", "ends_at", "site", "place", "facilitator")}),
        ("Dates", {"fields": ("created_at", "changed_at")}),
    )

    def get_changeform_initial_data(self, request):
        return {"facilitator": request.user.pk, **super().get_changeform_initial_data(request)}
