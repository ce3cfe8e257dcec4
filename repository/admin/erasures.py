"""What was erased for legal reasons, by whom and on what ground: for reading only."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from repository.admin.fixity import ReadOnlyAdmin
from repository.models import Erasure


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Erasures, the latest first."""

    list_display = ("__str__", "at", "by", "ground")
    list_select_related = ("by",)
    list_per_page = 50
    fields = ("record", "at", "by", "ground", "contents")
    readonly_fields = ("record",)

    @admin.display(description="what stands in its place")
    def record(self, erasure: Erasure) -> str:
        url = reverse("repository:record", args=[erasure.record_id])
        return format_html('<a href="{}">{}</a>', url, url)
