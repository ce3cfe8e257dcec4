"""Write works as CSL-JSON, for citation processors, Zotero and pandoc."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from repository.exchange.bibtex_types import KINDS
from repository.exchange.csl_entry import make_entry
from repository.exchange.entry import Credit, EntryType
from repository.exchange.entry_json import EMPTY
from repository.exchange.outgoing import Outgoing
from repository.exchange.person_names import of_role
from repository.languages import language_tag
from repository.partial_dates import Moment, PartialDate

MEDIA_TYPE = "application/vnd.citationstyles.csl+json"
EXTENSION = "json"

# CSL 1.0.2, Appendix III; what is no type there is a document.
_TYPES: dict[EntryType, str] = {
    "article": "article-journal",
    "preprint": "article",
    "report": "report",
    "audit": "report",
    "guideline": "report",
    "policy": "report",
    "toolkit": "report",
    "training": "report",
    "poster": "speech",
    "presentation": "speech",
    "conference_paper": "paper-conference",
    "thesis": "thesis",
    "book": "book",
    "chapter": "chapter",
    "dataset": "dataset",
}


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the file, one list, a work at a time."""
    before = "[\n"
    for one in items:
        yield f"{before}{json.dumps(_whole(one), ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def item(outgoing: Outgoing) -> dict[str, Any]:
    """Return the work as one item of CSL-JSON (schema 1.0), with nothing in it but what styles know.

    Its id is the number of the record. A work without an address or DOI has that of its page in the portal.
    """
    entry = outgoing.entry
    is_report = entry.type in _REPORTS
    values = {
        "id": str(outgoing.number),
        "type": _TYPES.get(entry.type, "document"),
        "title": entry.title,
        "author": [_name(credit) for credit in of_role(entry.contributors, "author")],
        "editor": [_name(credit) for credit in of_role(entry.contributors, "editor")],
        "container-title": entry.container_title,
        "container-title-short": entry.container_abbreviation,
        "collection-title": entry.series,
        "genre": entry.degree if entry.type == "thesis" else KINDS.get(entry.type, ""),
        "volume": entry.volume,
        "issue": entry.issue,
        # Where an article has no pages its number stands in their place.
        "page": entry.pages or entry.article_number,
        "number": entry.report_number,
        "version" if entry.type == "dataset" else "edition": entry.edition,
        "publisher": entry.institution or entry.publisher if is_report else entry.publisher or entry.institution,
        "publisher-place": entry.place,
        "event": entry.event_name,  # the name until CSL 1.0.2, which processors and Zotero still take
        "event-place": entry.event_place,
        "event-date": _date(entry.event_date),
        "issued": _date(entry.issued),
        "DOI": entry.identifier("doi"),
        "PMID": entry.identifier("pmid"),
        "PMCID": entry.identifier("pmcid"),
        "ISSN": ", ".join(value for scheme, value in entry.identifiers if scheme == "issn"),
        "ISBN": ", ".join(value for scheme, value in entry.identifiers if scheme == "isbn"),
        "URL": entry.url or ("" if entry.identifier("doi") else outgoing.url),
        "language": language_tag(entry.languages[0]) if entry.languages else "",
        "abstract": entry.abstract,
        "keyword": ", ".join(entry.keywords),
    }
    return {name: value for name, value in values.items() if value}


_REPORTS = ("report", "audit", "guideline", "policy", "toolkit", "training", "thesis")


def _whole(outgoing: Outgoing) -> dict[str, Any]:
    """Return the item with all else that the work says under "custom", which CSL leaves to its users.

    What is there is what would come back otherwise than it went out, as plain values of Entry.to_json.
    """
    written = item(outgoing)
    found = make_entry(written, 0)
    said = outgoing.entry.to_json()
    custom = {
        name: said.get(name)
        for name in (*EMPTY, "title", "type")
        if name not in _NOT_SAID and getattr(found, name, None) != getattr(outgoing.entry, name)
    }
    return written | ({"custom": custom} if custom else {})


_NOT_SAID = frozenset({"line", "source_id", "warnings"})


def _name(credit: Credit) -> dict[str, str]:
    if credit.group:
        return {"literal": credit.group}
    names = {"family": credit.family, "given": credit.given or credit.initials, "suffix": credit.suffix}
    return {name: value for name, value in names.items() if value}


def _date(date: PartialDate | None) -> dict[str, Any]:
    """Return the date as CSL has it: seasons by number, and a quarter as its year."""
    if date is None:
        return {}
    moments = [date.start, date.end] if date.end else [date.start]
    written: dict[str, Any] = {"date-parts": [_parts(moment) for moment in moments]}
    if date.end is None and date.precision == "season":
        written["season"] = (date.start.part or 0) - 20
    return written


def _parts(moment: Moment) -> list[int]:
    month = moment.part if moment.part and moment.part <= 12 else None
    return [number for number in (moment.year, month, moment.day) if number is not None]
