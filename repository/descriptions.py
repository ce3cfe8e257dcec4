"""What a record says, part by part, in a reader's words: for comparing it with what it said before."""

from typing import Any

from repository.languages import LANGUAGES
from repository.models import Record, RecordSubject
from repository.models.contributor import Role
from repository.partial_dates import PartialDate

# The parts of a record in the order of its form, with what people call them.
LABELS: dict[str, str] = {
    "type": "Type",
    "title": "Title",
    "vernacular_title": "Title in the original language",
    "contributors": "Contributors",
    "abstract": "Abstract",
    "issued": "Date issued",
    "available_online": "Date first online",
    "languages": "Languages",
    "container_title": "Journal or book",
    "container_abbreviation": "Abbreviated title",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "article_number": "Article number",
    "publisher": "Publisher",
    "place": "Place of publication",
    "edition": "Edition",
    "series": "Series",
    "institution": "Institution",
    "report_number": "Report or policy number",
    "degree": "Degree",
    "event_name": "Conference or event",
    "event_place": "Place of the event",
    "event_date": "Date of the event",
    "url": "Web address",
    "identifiers": "Identifiers",
    "subjects": "Subjects",
    "tags": "Tags",
    "collection": "Collection",
    "department": "Department",
    "depositor": "Depositor",
    "licence": "Licence",
    "audience": "Who may read it",
    "embargo": "Embargo",
    "owner": "Owner",
    "deputy": "Deputy",
    "review_months": "Months between reviews",
    "version_note": "What has changed",
    "funding": "Funding",
    "conflict_of_interest": "Conflict of interest",
    "copyright_statement": "Copyright statement",
    "publication_types": "Kind of publication",
    "registrations": "Registrations",
    "files": "Files",
}
_DATES = frozenset({"issued", "available_online", "event_date"})
_CHOICES = frozenset({"type", "licence"})
_LISTS = frozenset({"publication_types", "registrations"})


def for_description(records: Any) -> Any:
    """Return the queryset of records so that each comes with what `describe` reads, in a fixed number of queries."""
    return records.select_related("collection", "department", "depositor", "owner", "deputy").prefetch_related(
        "contributions", "identifiers", "subjects__term", "tags", "files", "groups"
    )


def describe(record: Record) -> dict[str, str]:
    """Return each part of the record as a text, one line for each of its rows; empty where it says nothing.

    Asks the database for nothing if the record comes from `for_description()`.
    """
    return {part: _text(record, part) for part in LABELS}


def _text(record: Record, part: str) -> str:
    match part:
        case "contributors":
            return "\n".join(
                credit.credited_as
                + (", editor" if credit.role == Role.EDITOR else "")
                + (f" ({credit.affiliation})" if credit.affiliation else "")
                for credit in record.contributions.all()
            )
        case "identifiers":
            return "\n".join(str(identifier) for identifier in record.identifiers.all())
        case "subjects":
            return "\n".join(_heading(row) for row in record.subjects.all())
        case "tags":
            return ", ".join(sorted((tag.name for tag in record.tags.all()), key=str.lower))
        case "files":
            return "\n".join(
                f"{file.name}{f': {file.description}' if file.description else ''}" for file in record.files.all()
            )
        case "languages":
            return ", ".join(LANGUAGES[code] for code in record.languages)
        case "audience":
            groups = ", ".join(group.name for group in record.groups.all()) if record.audience == "groups" else ""
            return record.get_audience_display() + (f": {groups}" if groups else "")
        case "embargo":
            until = record.embargo_until
            if not until:
                return ""
            reason = f" ({record.embargo_reason})" if record.embargo_reason else ""
            return f"until {until:%-d %B %Y}, then {record.get_audience_after_display()}{reason}"
    value = getattr(record, part)
    if not value:
        return ""
    if part in _DATES:
        return str(PartialDate.from_edtf(value))
    if part in _CHOICES:
        return str(getattr(record, f"get_{part}_display")())
    return "\n".join(value) if part in _LISTS else str(value)


def _heading(subject: RecordSubject) -> str:
    """Return such as Falls (therapy, major topic) (major topic): the heading has a star apart from its qualifiers'."""
    qualifiers = "; ".join(f"{name}, major topic" if is_major else name for name, is_major in subject.qualifiers)
    parts = (str(subject.term), f"({qualifiers})" if qualifiers else "", "(major topic)" if subject.major else "")
    return " ".join(filter(None, parts))
