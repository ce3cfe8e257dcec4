"""The record: one work of the organisation, whether it is a paper in a journal or a poster on a corridor wall."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models.functions import Cast, JSONObject, Left, Lower, NullIf
from django.urls import reverse
from django.utils import timezone
from taggit.managers import TaggableManager
from taggit.models import TaggedItem

from kmportal.people.models import Department
from kmportal.review_cycle.models import Reviewable
from repository import access
from repository.audience import Restricted
from repository.languages import LANGUAGES
from repository.licences import Licence
from repository.models.collection import Collection
from repository.partial_dates import PartialDate
from repository.record_types import RecordType
from repository.status import Status
from repository.withdrawal import WithdrawalReason


def validate_partial_date(text: str) -> None:
    """Raise ValidationError unless the text is a partial date in the form that we store (EDTF)."""
    try:
        PartialDate.from_edtf(text)
    except ValueError as error:
        raise ValidationError(str(error)) from None


# Titles in order for people: without case. An index row holds no 1,000 characters, and nobody sorts by the 200th.
TITLE_ORDER = Lower(Left("title", 200))
# Authors that a list names before "et al."
NAMED_AUTHORS = 3
# Records that each heading of a record offers as related to it.
NEIGHBOURS = 50


class RecordQuerySet(models.QuerySet["Record"]):
    """Questions that pages, feeds and the search ask about records."""

    def published(self) -> "RecordQuerySet":
        return self.filter(status=Status.PUBLISHED)

    def visible_to(self, user: Any) -> "RecordQuerySet":
        """Return the records whose page the user may open (see access.py)."""
        return self.filter(access.visible_records(user))

    def listed_for(self, user: Any) -> "RecordQuerySet":
        """Return the published records that lists, counts, feeds and exports give to the user (see access.py)."""
        return self.filter(access.listed_records(user))

    def current(self) -> "RecordQuerySet":
        """Leave out what was replaced or withdrawn: its page stays, but no list leads there."""
        return self.exclude(status__in=(Status.REPLACED, Status.WITHDRAWN))

    def by_contributor(self, contributor: Any) -> "RecordQuerySet":
        """Return the records that name the contributor, each once."""
        return self.filter(pk__in=contributor.contributions.values("record"))

    def per_year(self) -> "models.QuerySet[Record, tuple[int | None, int]]":
        """Return (year, number of records), the latest year first and undated works last."""
        years = self.order_by().values_list("year").annotate(number=models.Count("pk"))
        return years.order_by(models.F("year").desc(nulls_last=True))

    def newest_first(self) -> "RecordQuerySet":
        """Order by when the work was issued, the latest first; undated works come last."""
        return self.order_by("-issued", "-pk")

    def for_list(self) -> "RecordQuerySet":
        """Fetch with each record what a list shows, in a fixed number of queries, and nothing heavy beside it.

        Of the abstract there is only its `opening`, and of the contributors only those whom `byline` names.
        """
        from repository.models.contributor import Contribution  # that module imports this one

        return (
            self.select_related("collection", "department")
            .prefetch_related(
                models.Prefetch(
                    "contributions", Contribution.objects.all()[: NAMED_AUTHORS + 1], to_attr="first_contributions"
                )
            )
            .annotate(opening=Left("abstract", 400))
            .defer("abstract", "notices", "publication_types", "funding", "conflict_of_interest", "copyright_statement")
        )

    def for_page(self) -> "RecordQuerySet":
        """Fetch with each record everything that its page shows, in a fixed number of queries.

        Its tags come with it as `tagged` (name and slug of each), its identifiers as `numbered` (scheme and value).
        """
        from repository.models.contributor import Contribution
        from repository.models.identifier import Identifier
        from repository.models.subject import RecordSubject

        tags = TaggedItem.objects.filter(
            content_type=ContentType.objects.get_for_model(Record), object_id=models.OuterRef("pk")
        )
        tagged = ArraySubquery(tags.order_by("tag__name").values(pair=JSONObject(name="tag__name", slug="tag__slug")))
        numbers = Identifier.objects.filter(record=models.OuterRef("pk")).order_by("pk")
        numbered = ArraySubquery(numbers.values(pair=JSONObject(scheme="scheme", value="value")))
        beside = ("collection", "department", "depositor", "owner__profile")
        records = self.select_related(*beside).annotate(tagged=tagged, numbered=numbered)
        return records.prefetch_related(
            models.Prefetch("contributions", Contribution.objects.select_related("contributor", "department")),
            models.Prefetch("subjects", RecordSubject.objects.select_related("term").with_neighbours(NEIGHBOURS)),
        )


class Record(Restricted, Reviewable):
    """A bibliographic description with its files. Nothing that was published is deleted: it is withdrawn."""

    type = models.CharField(max_length=20, choices=RecordType)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    title = models.CharField(max_length=1_000)
    vernacular_title = models.CharField(
        "title in the original language", max_length=1_000, blank=True, help_text="If the title above is a translation."
    )
    abstract = models.TextField(blank=True, max_length=50_000)
    issued = models.CharField(
        "date issued",
        max_length=30,
        blank=True,
        validators=[validate_partial_date],
        help_text="As exactly as it is known, such as 2020, Feb 2020 or Winter 2019.",
    )
    year = models.GeneratedField(
        expression=Cast(NullIf(Left("issued", 4), models.Value("")), models.SmallIntegerField()),
        output_field=models.SmallIntegerField(null=True),
        db_persist=True,
    )
    available_online = models.CharField(
        "date first online", max_length=30, blank=True, validators=[validate_partial_date]
    )
    languages = ArrayField(
        models.CharField(max_length=3, choices=LANGUAGES),
        default=list,
        blank=True,
    )
    licence = models.CharField(max_length=20, choices=Licence, blank=True)

    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    depositor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="deposits"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="entered_records",
        help_text="Whoever filled in the form for the depositor.",
    )
    tags = TaggableManager(blank=True, help_text="Free words, with commas between them.")

    # What only some types have (see record_types.DETAILS).
    container_title = models.CharField("journal or book", max_length=500, blank=True)
    container_abbreviation = models.CharField("journal's abbreviated title", max_length=200, blank=True)
    volume = models.CharField(max_length=50, blank=True)
    issue = models.CharField(max_length=50, blank=True)
    pages = models.CharField(max_length=100, blank=True)
    article_number = models.CharField(max_length=100, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    place = models.CharField("place of publication", max_length=200, blank=True)
    edition = models.CharField(max_length=100, blank=True)
    series = models.CharField(max_length=300, blank=True)
    institution = models.CharField("institution", max_length=300, blank=True)
    report_number = models.CharField("report or policy number", max_length=100, blank=True)
    degree = models.CharField("degree", max_length=100, blank=True, help_text="Such as PhD or MSc.")
    event_name = models.CharField("conference or event", max_length=300, blank=True)
    event_place = models.CharField("place of the event", max_length=200, blank=True)
    event_date = models.CharField("date of the event", max_length=30, blank=True, validators=[validate_partial_date])
    url = models.CharField(
        "web address",
        max_length=500,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text="Where else the work is on the web, such as https://example.org/report.",
    )

    # What a bibliographic source says of the work beside its description.
    publication_types = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    # [{"kind": "retraction", "text": "…", "pmid": "…"}, …], shown as a banner on the record's page.
    notices = models.JSONField(default=list, blank=True, editable=False)
    registrations = ArrayField(
        models.CharField(max_length=200), default=list, blank=True, verbose_name="trial and data registrations"
    )
    funding = models.TextField(blank=True)
    conflict_of_interest = models.TextField(blank=True)
    copyright_statement = models.TextField(blank=True)

    # The versions of one work: each later one names the first. The address of the work is that of the first.
    first_version = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="later_versions"
    )
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    version_note = models.CharField("what has changed", max_length=500, blank=True)

    withdrawal_reason = models.CharField(max_length=20, choices=WithdrawalReason, blank=True, editable=False)
    replacement = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="replaces"
    )

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # The last change of anything that a reader or a harvester sees.
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    # When everybody could read it first. From then on harvesters are told of it, and of its end.
    opened_at = models.DateTimeField(null=True, editable=False)

    objects = RecordQuerySet.as_manager()

    # Given by for_list().
    first_contributions: list[Any]
    opening: str
    # Given by for_page().
    numbered: list[dict[str, str]]

    class Meta:
        permissions = [
            ("review_record", "Can review records"),
            ("publish_record", "Can publish records"),
            ("withdraw_record", "Can withdraw records"),
            ("import_records", "Can import records from files"),
            ("manage_reviews", "Can reassign reviews and give back those of others"),
            ("release_record", "Can release records that wait for it"),
            ("erase_record", "Can erase records for legal reasons"),
        ]
        indexes = [
            # The list in each of its orders, as far down as one pages, from the index alone.
            models.Index(fields=["status", "-issued", "-id"], include=["audience"], name="record_newest"),
            models.Index(fields=["status", "year", "issued", "id"], include=["audience"], name="record_oldest"),
            models.Index("status", TITLE_ORDER, "id", include=["audience"], name="record_title"),
            models.Index(fields=["status", "-published_at", "-id"], include=["audience"], name="record_added"),
            # The facets' counts, and which records a choice leaves, from the index alone.
            models.Index(
                fields=["status", "type", "year", "department", "collection"],
                include=["id", "audience"],
                name="record_facets",
            ),
            # The desk's list, and what has changed since a day.
            models.Index(fields=["-changed_at", "-id"], name="record_changed_last"),
            # Whether anything has changed since the counts were taken.
            models.Index(fields=["status", "changed_at"], include=["id", "audience"], name="record_changed"),
            # What harvesters are told, in its order.
            models.Index(
                fields=["changed_at", "id"],
                condition=models.Q(opened_at__isnull=False),
                include=["status", "audience", "type", "collection"],
                name="record_harvest",
            ),
            # Titles that look alike.
            GinIndex(OpClass(Lower("title"), "gin_trgm_ops"), name="record_title_letters"),
        ]
        constraints = [
            models.UniqueConstraint("first_version", "version", name="version_of_a_work_is_one_record"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("repository:record", args=[self.pk])

    def is_owned_by(self, user: Any) -> bool:
        """Tell whether the deposit is the user's: their own, or one that they entered for a colleague."""
        return user.is_authenticated and user.pk in (self.depositor_id, self.entered_by_id)

    @property
    def issued_date(self) -> PartialDate | None:
        """The date of issue with its precision, or None where it is not known."""
        return PartialDate.from_edtf(self.issued) if self.issued else None

    @property
    def byline(self) -> str:
        """Who made the work, in a line: "Smith, Jane; Okafor, Ada; et al.". Of records that come from `for_list()`."""
        names = [str(contribution) for contribution in self.first_contributions]
        return "; ".join(names if len(names) <= NAMED_AUTHORS else [*names[:NAMED_AUTHORS], "et al."])

    @property
    def source(self) -> str:
        """Where the work appeared, in as few words as a list needs: the journal, the conference or who issued it."""
        return self.container_title or self.event_name or self.institution or self.publisher
