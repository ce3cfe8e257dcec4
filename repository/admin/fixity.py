"""What the checks of the file store found, and what is in it: for reading only."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html_join

from repository import access
from repository.models import FixityFinding, Record, RecordFile, StoredContent


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that the portal writes, and people only read."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ContentAdmin(ReadOnlyAdmin):
    """What stands under a SHA-256, with the records that have it as a file; the drafts of others stay private."""

    def get_object(self, request, object_id, from_field=None):
        thing = super().get_object(request, object_id, from_field)
        if thing:
            visible = Record.objects.filter(access.visible_records(request.user)).order_by().values("pk")
            files = RecordFile.objects.filter(content=thing.sha256, record__in=visible).select_related("record")
            thing.files_shown = files.order_by("pk")[:10]
        return thing

    @admin.display(description="records with this file")
    def records(self, thing: Any) -> str:
        links = format_html_join(
            "; ",
            '<a href="{}">{}</a>: {}',
            ((file.record.get_absolute_url(), file.record, file.name) for file in thing.files_shown),
        )
        return links or "none that you may see"


class IsOpen(admin.SimpleListFilter):
    """Whether the problem is still there."""

    title = "whether it is put right"
    parameter_name = "open"

    def lookups(self, request, model_admin):
        return (("yes", "Open"), ("no", "Put right"))

    def queryset(self, request, queryset):
        if self.value() in ("yes", "no"):
            return queryset.filter(settled_at__isnull=self.value() == "yes")
        return queryset


@admin.register(FixityFinding)
class FixityFindingAdmin(ContentAdmin):
    """Problems of stored files, the latest first."""

    list_display = ("__str__", "detail", "found_at", "settled_at")
    list_filter = (IsOpen, "problem")
    list_per_page = 50
    search_fields = ("sha256__startswith",)
    search_help_text = "The first characters of a SHA-256"
    fields = ("problem", "sha256", "detail", "records", "found_at", "settled_at")
    readonly_fields = ("records",)


@admin.register(StoredContent)
class StoredContentAdmin(ContentAdmin):
    """Stored files, what was read from them, and when they were last checked."""

    list_display = ("name", "content_type", "size", "extraction", "failure", "is_active", "checked_at")
    list_filter = ("extraction", "content_type", "is_active")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-stored_at", "sha256")
    search_fields = ("sha256__startswith",)
    search_help_text = "The first characters of a SHA-256"
    fields = (
        *("sha256", "content_type", "size", "records", "stored_at", "checked_at"),
        *("extraction", "failure", "pages", "has_thumbnail", "is_active"),
    )
    readonly_fields = ("records",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("text")

    @admin.display(description="SHA-256", ordering="sha256")
    def name(self, content: StoredContent) -> str:
        return f"{content.sha256[:12]}…"
