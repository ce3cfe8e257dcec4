"""The desk for records: find them, write them, and move them to readers by the verbs."""

from django.contrib import admin
from django.db.models import Q

from kmportal.lifecycle.desk import LifecycleAdmin
from kmportal.search import indexing
from repository import deposits
from repository.admin.forms import RecordForm
from repository.admin.inlines import ContributionInline, FileInline, IdentifierInline, SubjectInline
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Contribution, Identifier, Record, RecordFile
from repository.models.contributor import name_key

# A form with more rows than this would be larger than a server takes (DATA_UPLOAD_MAX_NUMBER_FIELDS), and slow.
MOST_CONTRIBUTIONS = 200


@admin.register(Record)
class RecordAdmin(LifecycleAdmin):
    """Records, what changed last first."""

    lifecycle = RECORD_LIFECYCLE
    move_one = staticmethod(deposits.move)
    refresh_search = staticmethod(indexing.refresh)
    form = RecordForm
    list_display = ("title", "type", "year", "collection", "state", "changed_at")
    list_filter = ("status", "type", "collection", "department")
    list_select_related = ("collection",)
    list_per_page = 50
    search_fields = ("title",)
    search_help_text = "Words of the title, a name, or a DOI, PubMed ID or other identifier"
    show_full_result_count = False
    ordering = ("-changed_at", "-pk")
    autocomplete_fields = ("depositor",)
    readonly_fields = ("state", "contributors", "created_at", "changed_at", "published_at")
    fieldsets = (
        (None, {"fields": ("state", "type", "title", "vernacular_title", "abstract")}),
        ("When and where", {"fields": ("issued", "available_online", "languages", "licence")}),
        ("Where it is filed", {"fields": ("collection", "department", "depositor", "tags")}),
        (
            "Journal, book or series",
            {
                "fields": (
                    ("container_title", "container_abbreviation"),
                    ("volume", "issue", "pages", "article_number"),
                    ("publisher", "place"),
                    ("edition", "series"),
                )
            },
        ),
        ("Report, policy or thesis", {"fields": (("institution", "report_number"), "degree")}),
        ("Conference or event", {"fields": ("event_name", ("event_place", "event_date"))}),
        (
            "What the source says",
            {
                "classes": ("collapse",),
                "fields": (
                    "publication_types",
                    "registrations",
                    "funding",
                    "conflict_of_interest",
                    "copyright_statement",
                ),
            },
        ),
        ("Dates", {"fields": ("created_at", "changed_at", "published_at")}),
    )

    @admin.display(description="contributors")
    def contributors(self, record: Record) -> str:
        number = record.contributions.count()
        return f"{number} contributors: too many to change here. They stand on the record’s page."

    def lookup_allowed(self, lookup, value, request):
        # The page of an import links to its records.
        of_an_import = ("imported_from__batch", "imported_from__outcome")
        return lookup in of_an_import or super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request, queryset, search_term):
        """Find records by title, by a contributor's name or by an identifier, each from its own index."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        text = search_term.strip()
        identified = Identifier.objects.filter(Q(value__startswith=text.lower()) | Q(value__startswith=text.upper()))
        family, _, given = text.partition(",")
        named = Contribution.objects.filter(contributor__name_key__startswith=name_key(family, given))
        if name_key(family):
            found |= queryset.filter(Q(pk__in=identified.values("record")) | Q(pk__in=named.values("record")))
        return found, may_repeat

    def get_inlines(self, request, obj):
        contributions = () if self._is_crowded(obj) else (ContributionInline,)
        return (*contributions, IdentifierInline, SubjectInline, FileInline)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if self._is_crowded(obj):
            return (*fieldsets, ("Contributors", {"fields": ("contributors",)}))
        return fieldsets

    def get_changeform_initial_data(self, request):
        return {"depositor": request.user.pk, **super().get_changeform_initial_data(request)}

    def save_formset(self, request, form, formset, change):
        if formset.model is RecordFile:
            for file_form in formset.forms:
                if not file_form.instance.pk:
                    file_form.instance.uploaded_by = request.user
        super().save_formset(request, form, formset, change)

    @staticmethod
    def _is_crowded(record: Record | None) -> bool:
        return record is not None and record.contributions.count() > MOST_CONTRIBUTIONS
