"""An entry that an import set aside, beside the record of ours that it resembles."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from repository import access
from repository.identifiers import Scheme
from repository.intake.description import Description
from repository.models import BatchRow, Record
from repository.partial_dates import PartialDate
from repository.record_types import RecordType

# Authors that are named before "et al.".
NAMED = 6


@dataclass(frozen=True)
class Comparison:
    """A row of a batch and the record that it resembles, where that is still there for the reader.

    `parts` are rows of (part, what the file says, what our record says), those left out of which neither says anything.
    """

    row: BatchRow
    record: Record | None
    parts: tuple[tuple[str, str, str], ...]
    may_complete: bool


def compare(rows: Iterable[BatchRow], *, user: Any) -> list[Comparison]:
    """Return each row beside the record that it resembles, if the user may see it, in a fixed number of queries."""
    rows = list(rows)
    ours = Record.objects.visible_to(user).for_list().prefetch_related("identifiers")
    found = ours.in_bulk([row.candidate_id for row in rows if row.candidate_id])
    return [_compared(row, found.get(row.candidate_id), user) for row in rows]


def _compared(row: BatchRow, record: Record | None, user: Any) -> Comparison:
    theirs = _of_entry(row.said) if row.said else {"Title": row.label}
    ours = _of_record(record) if record else {}
    parts = [(part, theirs.get(part, ""), ours.get(part, "")) for part in (ours or theirs)]
    may_complete = bool(record and row.said and access.may_edit(user, record))
    return Comparison(row, record, tuple(row for row in parts if row[1] or row[2]), may_complete)


def _of_entry(said: Description) -> dict[str, str]:
    authors = [credit["credited_as"] for credit in said["contributors"]]
    source = said["container_title"] or said["event_name"] or said["institution"] or said["publisher"]
    return {
        "Title": said["title"],
        "Authors": "; ".join(authors if len(authors) <= NAMED else [*authors[:NAMED], "et al."]),
        "Date": str(PartialDate.from_edtf(said["issued"])) if said["issued"] else "",
        "Type": str(dict(RecordType.choices).get(said["type"], "")),
        "Source": _placed(source, said["volume"], said["issue"], said["pages"]),
        "Identifiers": _listed((scheme, value) for scheme, value in said["identifiers"]),
    }


def _of_record(record: Record) -> dict[str, str]:
    return {
        "Title": record.title,
        "Authors": record.byline,
        "Date": str(record.issued_date or ""),
        "Type": str(record.get_type_display()),
        "Source": _placed(record.source, record.volume, record.issue, record.pages),
        "Identifiers": _listed((row.scheme, row.value) for row in record.identifiers.all()),
    }


def _placed(source: str, volume: str, issue: str, pages: str) -> str:
    """Return where a work appeared: "Journal of ward work, 4(1), 1-9"."""
    number = f"{volume}({issue})" if volume and issue else volume or issue
    return ", ".join(filter(None, (source, number, pages)))


def _listed(identifiers: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{Scheme(scheme).label} {value}" for scheme, value in identifiers)
