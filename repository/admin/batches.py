"""The desk's view of import batches: what was loaded, by whom, and what became of it. Reading only."""

from django.contrib import admin

from kmportal.design.templatetags.portal import status_tag
from repository.models import ImportBatch

OUTCOMES = ("added", "updated", "unchanged", "duplicates", "rejected")


@admin.register(ImportBatch)
class ImportBatchAdmin(admin.ModelAdmin):
    """Files of records, the latest first; each batch's own page in the portal lists its problems."""

    list_display = ("file_name", "created_at", "by", "how_far", *OUTCOMES)
    list_filter = ("state",)
    list_select_related = ("by",)
    search_fields = ("file_name",)
    fields = (
        *("file_name", "how_far", "failure", "collection", "publish", "by", "created_at", "finished_at"),
        *OUTCOMES,
    )
    readonly_fields = fields

    @admin.display(description="state", ordering="state")
    def how_far(self, batch: ImportBatch) -> str:
        return status_tag(batch.get_state_display(), batch.state)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
