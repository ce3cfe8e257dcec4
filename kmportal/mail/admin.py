"""The desk for outgoing mail: what went to whom, and why something did not. To be read, never changed."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from kmportal.mail.models import OutgoingMail


class StateFilter(admin.SimpleListFilter):
    """What became of the messages."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return (("sent", "Sent"), ("waiting", "Waiting"), ("refused", "Not sent"))

    def queryset(self, request, queryset):
        match self.value():
            case "sent":
                return queryset.exclude(sent_at=None)
            case "waiting":
                return queryset.filter(sent_at=None).exclude(next_try=None)
            case "refused":
                return queryset.filter(sent_at=None, next_try=None)
        return queryset


@admin.register(OutgoingMail)
class OutgoingMailAdmin(admin.ModelAdmin):
    """Addresses are personal, so only administrators hold the permission to see these."""

    list_display = ("subject", "address", "created_at", "state")
    list_filter = (StateFilter,)
    search_fields = ("subject", "address")
    search_help_text = "Subject or address"
    ordering = ("-pk",)
    fields = ("address", "subject", "words", "created_at", "sent_at", "next_try", "failures", "failure")
    readonly_fields = ("words",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="state")
    def state(self, mail: OutgoingMail) -> str:
        if mail.sent_at:
            return "Sent"
        return "Waiting" if mail.next_try else "Not sent"

    @admin.display(description="text")
    def words(self, mail: OutgoingMail) -> str:
        return format_html("<pre>{}</pre>", mail.text)
