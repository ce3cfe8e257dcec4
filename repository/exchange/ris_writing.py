"""Write RIS as EndNote and Zotero expect it, so that the reader of ris.py gives the same work again.

Where the two differ over a tag, Zotero's translator decides, as it does for most people: PB holds a report's
institution, SN its number, A3 a book's editors, and an article has no M3, which would be taken for its DOI.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from repository.exchange.entry import Credit, Entry
from repository.exchange.outgoing import Outgoing
from repository.exchange.ris_tags import EVENTS, REPORTS
from repository.languages import language_tag
from repository.partial_dates import PartialDate

KEY = "ris"
LABEL = "RIS (EndNote, Zotero, Mendeley)"
MEDIA_TYPE = "application/x-research-info-systems"
EXTENSION = "ris"

_TYPES: dict[str, str] = {
    "article": "JOUR",
    "preprint": "UNPB",
    "report": "RPRT",
    "audit": "RPRT",
    "guideline": "RPRT",
    "policy": "RPRT",
    "toolkit": "RPRT",
    "training": "RPRT",
    "poster": "CPAPER",
    "presentation": "SLIDE",
    "conference_paper": "CPAPER",
    "thesis": "THES",
    "book": "BOOK",
    "chapter": "CHAP",
    "dataset": "DATA",
    "other": "GEN",
}
_GENRES: dict[str, str] = {
    "audit": "Audit",
    "guideline": "Guideline",
    "policy": "Policy",
    "toolkit": "Toolkit",
    "training": "Training resource",
    "poster": "Poster",
}

Lines = Iterator[tuple[str, str]]


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the works as RIS in UTF-8, one record at a time, with the line breaks that the format asks for (CRLF)."""
    for item in items:
        lines = [f"{tag}  - {text}" for tag, text in _lines(item) if text]
        yield "\r\n".join([*lines, "ER  - ", "", ""]).encode()


def _lines(item: Outgoing) -> Lines:
    entry = item.entry
    yield "TY", _TYPES[entry.type]
    yield "M3", _GENRES.get(entry.type, "") or (_flat(entry.degree) if entry.type == "thesis" else "")
    yield "TI", _flat(entry.title)
    yield "TT", _flat(entry.vernacular_title)
    for person in entry.contributors:
        yield _role(entry, person), _name(person)
    yield from _where(entry)
    yield from _dates(entry)
    yield "VL", _flat(entry.volume)
    yield "IS", _flat(entry.issue)
    yield from _pages(_flat(entry.pages))
    yield "C7", _flat(entry.article_number)
    yield from _numbers(entry)
    for language in entry.languages:
        yield "LA", language_tag(language)
    yield "AB", _paragraphs(entry.abstract)
    for heading in entry.subjects:
        yield (
            "KW",
            "/".join([_starred(heading.label, heading.major), *(_starred(*pair) for pair in heading.qualifiers)]),
        )
    for keyword in entry.keywords:
        yield "KW", _flat(keyword)
    yield from _affiliations(entry.contributors)
    yield "UR", _flat(entry.url) or item.url
    for file in item.files:
        if file.media_type == "application/pdf":
            yield "L1", file.url
    yield "N1", "\r\n".join(_notes(entry))


def _flat(text: str) -> str:
    """Return text as one line."""
    return " ".join(text.split())


def _paragraphs(text: str) -> str:
    """Return paragraphs with blank lines between them, none of which looks like the beginning of a field."""
    paragraphs = [_flat(paragraph) for paragraph in re.split(r"\n\s*\n", text)]
    return "\r\n\r\n".join(
        f" {text}" if index and re.match(r"[A-Z][A-Z0-9]\s*-", text) else text
        for index, text in enumerate(filter(None, paragraphs))
    )


def _starred(text: str, major: bool) -> str:
    return f"*{text}" if major else text


def _role(entry: Entry, person: Credit) -> str:
    if person.role == "author":
        return "AU"
    return "A3" if entry.type == "book" else "A2"


def _name(person: Credit) -> str:
    """Return "Family, Given, Suffix", or the name of a group with a comma at its end, which keeps it in one piece."""
    if person.kind == "group":
        return f"{_flat(person.group)},"
    family, given, suffix = (
        _flat(part.replace(",", " ")) for part in (person.family, person.given or person.initials, person.suffix)
    )
    if suffix:
        return f"{family}, {given}, {suffix}"
    return f"{family}, {given}" if given else family


def _where(entry: Entry) -> Lines:
    """Yield the container, the event, the series, the publisher and the places."""
    container, event, series = (_flat(text) for text in (entry.container_title, entry.event_name, entry.series))
    if entry.type in REPORTS or entry.type == "book":
        yield "T2", series
    else:
        has_event = entry.type in EVENTS and bool(event)
        yield "T2", event if has_event else container
        if has_event:
            yield "C3", container or " "  # even empty it tells that T2 is the event
        yield "T3", series
    yield "J2", _flat(entry.container_abbreviation)
    if entry.type in REPORTS or entry.type == "thesis":
        yield "PB", _flat(entry.institution or entry.publisher)
    else:
        yield "PB", _flat(entry.publisher)
    if entry.type in EVENTS:
        yield "CY", _flat(entry.event_place)
        yield "C1", _flat(entry.place) or (" " if entry.event_place else "")
    else:
        yield "CY", _flat(entry.place)
    if entry.edition:
        yield "ET", _flat(entry.edition)
    elif entry.type == "article" and entry.available_online:
        yield "ET", _epub(entry.available_online)


def _dates(entry: Entry) -> Lines:
    if entry.issued is None:
        return
    start = entry.issued.start
    yield "PY", str(start.year)
    if entry.issued.end is not None or entry.issued.precision in ("season", "quarter"):
        yield "DA", f"{start.year}///{entry.issued}"
    else:
        yield "DA", "/".join([str(start.year), *(f"{n:02}" if n else "" for n in (start.part, start.day)), ""])


def _epub(date: PartialDate) -> str:
    return date.edtf.replace("-", "/") if date.end is None and date.precision == "day" else str(date)


def _pages(pages: str) -> Lines:
    start, _, end = pages.partition("-")
    if start and end and start != end and re.fullmatch(r"[^\s,;-]+-[^\s,;-]+", pages):
        yield "SP", start
        yield "EP", end
    else:
        yield "SP", pages


def _numbers(entry: Entry) -> Lines:
    if entry.type in REPORTS:
        yield "SN", _flat(entry.report_number)
    for scheme, value in entry.identifiers:
        if scheme == "doi":
            yield "DO", value
        elif scheme in ("issn", "isbn"):
            yield "SN", value
        elif scheme == "pmcid" and entry.type == "article":
            yield "C2", value
    if pmid := entry.identifier("pmid"):
        yield "AN", pmid
        yield "DB", "PubMed"


def _affiliations(people: Sequence[Credit]) -> Lines:
    """Yield each affiliation behind its names, as Web of Science has it: "[Smith, Jane; Li, W] Ward 3"."""
    names: dict[tuple[str, ...], list[str]] = {}
    for person in people:
        names.setdefault(person.affiliations, []).append(re.sub(r"[\[\];]", " ", _name(person)).rstrip(","))
    for affiliations, having in names.items():
        for affiliation in affiliations:
            yield "AD", f"[{'; '.join(having)}] {_flat(affiliation)}"


def _notes(entry: Entry) -> Iterator[str]:
    """Yield what RIS has no field for, a line for each, as Scopus does."""
    pmcid = entry.identifier("pmcid")
    if pmcid and entry.type != "article":
        yield f"PMCID: {pmcid}"  # in C2 Zotero takes it for the author of the book
    for notice in entry.notices:
        pmid = f" PMID: {notice.pmid}." if notice.pmid else ""
        yield f"Notice ({notice.kind.replace('_', ' ')}): {_flat(notice.text)}{pmid}"
    for funding in entry.funding:
        yield f"Funding details: {_flat(funding)}"
    if entry.substances:
        yield f"Chemicals/CAS: {'; '.join(_flat(name) for name in entry.substances)}"
