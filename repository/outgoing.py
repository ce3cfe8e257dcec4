"""Records on their way out of the portal: what each one says, as every writer of a format wants to have it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from taggit.models import TaggedItem

from kmportal.mail.posting import absolute
from repository import access
from repository.exchange.entry import Credit, Entry, Notice, SubjectHeading
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.models import Contribution, Identifier, Record, RecordFile, RecordSubject
from repository.models.contributor import ContributorKind
from repository.models.record import RecordQuerySet
from repository.models.subject import SubjectScheme
from repository.partial_dates import PartialDate
from repository.terms import CollectionTree

# Records in memory at a time.
CHUNK = 500
# Columns of Record that an entry has under the same name and in the same form.
_TEXTS = (
    *("type", "title", "vernacular_title", "abstract", "container_title", "container_abbreviation", "volume", "issue"),
    *("pages", "article_number", "series", "edition", "publisher", "place", "institution", "report_number", "degree"),
    *("event_name", "event_place", "url", "licence", "conflict_of_interest", "copyright_statement"),
)
_DATES = ("issued", "available_online", "event_date")
_LISTS = ("languages", "publication_types", "registrations")


def of_records(records: RecordQuerySet, *, to: Any) -> Iterator[Outgoing]:
    """Yield the records of a queryset in its order, each with those of its files that the user may read.

    Three queries and one for each CHUNK; memory is that of one chunk and of all keys. Whatever the user may not see
    any more when its turn comes is left out.
    """
    yield from of_keys(list(records.values_list("pk", flat=True)), to=to)


def of_keys(keys: Sequence[int], *, to: Any) -> Iterator[Outgoing]:
    """Yield the records with these keys in this order, as `of_records` does; a key that is nobody's is passed over."""
    tree = CollectionTree()
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        rows = {row["pk"]: row for row in _rows(Record.objects.visible_to(to).filter(pk__in=chunk), to)}
        yield from (_outgoing(rows[key], tree) for key in chunk if key in rows)


def of_record(record: Record, *, to: Any) -> Outgoing | None:
    """Return one record, or None where the user may not see it."""
    return next(of_keys([record.pk], to=to), None)


def _rows(records: RecordQuerySet, user: Any) -> QuerySet[Record, dict[str, Any]]:
    """Return all that is said of the records as plain values: making objects of the rows would take far longer."""
    of_record = {"record": OuterRef("pk")}
    credits = Contribution.objects.filter(**of_record).order_by("position", "pk")
    subjects = RecordSubject.objects.filter(**of_record).order_by("position", "pk")
    identifiers = Identifier.objects.filter(**of_record).order_by("pk")
    files = RecordFile.objects.filter(access.readable_files(user), **of_record).order_by("position", "pk")
    tags = TaggedItem.objects.filter(
        content_type=ContentType.objects.get_for_model(Record), object_id=OuterRef("pk")
    ).order_by("tag__name")
    return records.order_by().values(
        *("pk", "notices", "funding", "published_at", "changed_at", "collection__slug", "department__name"),
        *(_TEXTS + _DATES + _LISTS),
        credits=ArraySubquery(
            credits.values(
                row=JSONObject(
                    kind="contributor__kind",
                    role="role",
                    printed="credited_as",
                    family="contributor__family_name",
                    given="contributor__given_names",
                    suffix="contributor__suffix",
                    orcid="contributor__orcid",
                    affiliation="affiliation",
                )
            )
        ),
        headings=ArraySubquery(
            subjects.values(
                row=JSONObject(scheme="term__scheme", label="term__label", major="major", qualifiers="qualifiers")
            )
        ),
        numbers=ArraySubquery(identifiers.values(row=JSONObject(scheme="scheme", value="value"))),
        keywords=ArraySubquery(tags.values("tag__name")),
        readable=ArraySubquery(files.values(row=JSONObject(name="name", media_type="content_type", size="size"))),
    )


def _outgoing(row: dict[str, Any], tree: CollectionTree) -> Outgoing:
    key, slug = row["pk"], row["collection__slug"]
    return Outgoing(
        number=key,
        url=absolute(reverse("repository:record", args=[key])),
        entry=_entry(row),
        published_at=row["published_at"],
        changed_at=row["changed_at"],
        collections=tuple(tree.names_to(slug)) if slug in tree else (),
        department=row["department__name"] or "",
        files=tuple(
            OutgoingFile(
                url=absolute(reverse("repository:file", args=[key, file["name"]])),
                **file,
            )
            for file in row["readable"]
        ),
    )


def _entry(row: dict[str, Any]) -> Entry:
    headings = row["headings"]
    columns: dict[str, Any] = {name: row[name] for name in _TEXTS}
    columns |= {name: PartialDate.from_edtf(row[name]) if row[name] else None for name in _DATES}
    columns |= {name: tuple(row[name]) for name in _LISTS}
    return Entry(
        **columns,
        identifiers=tuple((number["scheme"], number["value"]) for number in row["numbers"]),
        contributors=tuple(_credit(credit) for credit in row["credits"]),
        subjects=tuple(
            SubjectHeading(
                heading["scheme"], heading["label"], heading["major"], tuple(map(tuple, heading["qualifiers"]))
            )
            for heading in headings
            if heading["scheme"] != SubjectScheme.SUBSTANCE
        ),
        substances=tuple(heading["label"] for heading in headings if heading["scheme"] == SubjectScheme.SUBSTANCE),
        keywords=tuple(row["keywords"]),
        notices=tuple(Notice(**notice) for notice in row["notices"]),
        funding=tuple(row["funding"].splitlines()),
    )


def _credit(credit: dict[str, Any]) -> Credit:
    """Return the credit as the work prints it, or else as we know the contributor."""
    told = {"role": credit["role"], "affiliations": tuple(credit["affiliation"].splitlines())}
    if credit["kind"] == ContributorKind.GROUP:
        return Credit(kind="group", group=credit["printed"] or credit["family"], **told)
    known = (credit["family"], credit["given"], credit["suffix"])
    printed = tuple(credit["printed"].split(", ")) if credit["printed"] else known
    family, given, suffix = (*printed, "", "")[:3] if len(printed) <= len(known) else known
    return Credit(family=family, given=given, suffix=suffix, orcid=credit["orcid"], **told)
