"""The desk for sessions: set them up, and publish or cancel them by the verbs."""

from django.contrib import admin
from django.utils import timezone

from events import booking
from events.forms import SessionForm
from events.lifecycle import SESSION_LIFECYCLE
from events.models import Session
from kmportal.design.templatetags.portal import status_tag
from kmportal.lifecycle.desk import LifecycleAdmin
from kmportal.search import indexing


@admin.register(Session)
class SessionAdmin(LifecycleAdmin):
    """Sessions, the latest first."""

    lifecycle = SESSION_LIFECYCLE
    move_one = staticmethod(booking.move)
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

    @admin.display(description="status", ordering="status")
    def state(self, session: Session) -> str:
        return status_tag(session.get_status_display(), session.status)

    def get_changeform_initial_data(self, request):
        return {"facilitator": request.user.pk, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        obj.changed_at = timezone.now()
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        """Refresh the search in the same transaction."""
        super().save_related(request, form, formsets, change)
        indexing.refresh([form.instance])
