"""The desk for records: find them, write them, and move them to readers by the verbs."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from kmportal.design.dates import day_words
from kmportal.lifecycle.desk import LifecycleAdmin
from kmportal.review_cycle.answers import set_next_review
from kmportal.search import indexing
from repository import access, drafts, openings, record_parts
from repository.admin.filters import EmbargoFilter, NeedsAttention, OwnerFilter
from repository.admin.forms import RecordForm
from repository.admin.inlines import ContributionInline, FileInline, IdentifierInline, SubjectInline
from repository.curation import history
from repository.descriptions import LABELS, describe, for_description
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Contribution, Identifier, Record, RecordFile
from repository.models.contributor import name_key
from repository.status import Status
from repository.views.bulk_edit import bulk_edit_of

# A form with more rows than this would be larger than a server takes (DATA_UPLOAD_MAX_NUMBER_FIELDS), and slow.
MOST_CONTRIBUTIONS = 200


def _bring_in_step(records: list[Record]) -> None:
    openings.note(records)
    indexing.refresh(records)


@admin.register(Record)
class RecordAdmin(LifecycleAdmin):
    """Records, what changed last first."""

    lifecycle = RECORD_LIFECYCLE
    move_one = staticmethod(drafts.move)
    refresh_search = staticmethod(_bring_in_step)
    form = RecordForm
    list_display = ("title", "type", "year", "collection", "state", "changed_at")
    list_filter = (
        "status",
        "type",
        NeedsAttention,
        "audience",
        EmbargoFilter,
        OwnerFilter,
        "collection",
        "department",
    )
    list_select_related = ("collection",)
    list_per_page = 50
    search_fields = ("title",)
    search_help_text = "Words of the title, a name, or a DOI, PubMed ID or other identifier"
    show_full_result_count = False
    ordering = ("-changed_at", "-pk")
    autocomplete_fields = ("depositor", "owner", "deputy")
    actions = ("edit_many",)
    readonly_fields = (
        *("state", "contributors", "which_version", "embargo", "withdrawal", "last_reviewed", "next_review"),
        *("created_at", "changed_at", "published_at"),
    )
    fieldsets = (
        (None, {"fields": ("state", "type", "title", "vernacular_title", "abstract")}),
        ("When and where", {"fields": ("issued", "available_online", "languages", "licence")}),
        ("Where it is filed", {"fields": ("collection", "department", "depositor", "tags")}),
        ("Who may read it", {"fields": ("audience", "groups", "embargo")}),
        ("Keeping it true", {"fields": ("owner", "deputy", "review_months", "last_reviewed", "next_review")}),
        ("Versions and withdrawal", {"fields": ("which_version", "version_note", "withdrawal")}),
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

    def description(self, thing: Record) -> dict[str, str]:
        return describe(for_description(Record.objects.all()).get(pk=thing.pk))

    def part_labels(self) -> dict[str, str]:
        return LABELS

    def timeline(self, thing: Record) -> list[Any]:
        return history.timeline(thing)

    def get_queryset(self, request):
        """Return what the librarian may see: the drafts of others are private."""
        return super().get_queryset(request).filter(access.visible_records(request.user))

    def has_change_permission(self, request, obj=None):
        """Let the desk write what the deposit form would: not what its depositor is writing, nor what is gone."""
        return super().has_change_permission(request, obj) and (obj is None or access.may_edit(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and drafts.may_discard(request.user, obj)

    def delete_model(self, request, obj):
        drafts.discard(obj, by=request.user)

    @admin.action(description="Edit many…", permissions=["change"])
    def edit_many(self, request, queryset):
        """Lead to the page on which all the chosen records are changed at once."""
        return bulk_edit_of(request, queryset.order_by("pk").values_list("pk", flat=True))

    @admin.display(description="version")
    def which_version(self, record: Record) -> str:
        if record.pk is None:
            return "1"
        page = reverse("repository:work", args=[record.first_version_id or record.pk])
        return format_html('{} (<a href="{}">the version that readers get</a>)', record.version, page)

    @admin.display(description="embargo")
    def embargo(self, record: Record) -> str:
        if record.pk is None:
            return "Save the record first."
        until = record.embargo_until
        said = f"Until {day_words(until)}, then: {record.get_audience_after_display()}" if until else "None"
        page = reverse("repository:access", args=[record.pk])
        return format_html('{}. <a href="{}">Change who may read it, and from when</a>', said, page)

    @admin.display(description="withdrawal")
    def withdrawal(self, record: Record) -> str:
        if record.status in (Status.PUBLISHED, Status.REPLACED):
            return format_html(
                '<a href="{}">Withdraw this record</a>', reverse("repository:withdraw", args=[record.pk])
            )
        return record.get_withdrawal_reason_display() if record.status == Status.WITHDRAWN else "Not published yet."

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

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        # Under an embargo its own page says who may read the record now, and who then.
        return (*fields, "audience") if obj is not None and obj.embargo_until else fields

    def get_changeform_initial_data(self, request):
        return {"depositor": request.user.pk, **super().get_changeform_initial_data(request)}

    def save_model(self, request, obj, form, change):
        """Work out the next review with the interval; a cycle that begins, begins today.

        Until a record is before readers, whoever gives the deposit to somebody else stays the one who entered it: they
        do not judge it.
        """
        if "depositor" in form.cleaned_data and obj.status not in access.PUBLIC_STATES:
            obj.depositor_id = form.initial.get("depositor") if change else request.user.pk
            record_parts.give_to(obj, form.cleaned_data["depositor"])
        if obj.review_months and not obj.last_reviewed:
            obj.last_reviewed = timezone.localdate()
        set_next_review(obj)
        super().save_model(request, obj, form, change)
        if change:
            obj.save(update_fields=["depositor", "entered_by", "last_reviewed", "next_review"])

    def save_formset(self, request, form, formset, change):
        if formset.model is RecordFile:
            for file_form in formset.forms:
                if not file_form.instance.pk:
                    file_form.instance.uploaded_by = request.user
        super().save_formset(request, form, formset, change)

    @staticmethod
    def _is_crowded(record: Record | None) -> bool:
        return record is not None and record.contributions.count() > MOST_CONTRIBUTIONS
