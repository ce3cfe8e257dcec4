"""Read and write MODS 3.8, the Library of Congress's description of library material in XML."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import BinaryIO

from lxml import etree

from repository.exchange.entry import Credit, Entry, EntryType, Rejected, SubjectHeading
from repository.exchange.licence_addresses import address_of
from repository.exchange.mods_reading import make_entry
from repository.exchange.notes import notes_of
from repository.exchange.outgoing import Outgoing
from repository.exchange.work_names import NAMES
from repository.exchange.xml_source import read_pieces, root_name, text_at
from repository.exchange.xml_writing import add, legal, root, stream
from repository.partial_dates import PartialDate

KEY = "mods"
LABEL = "MODS"
MEDIA_TYPE = "application/mods+xml"
EXTENSION = "xml"
NAMESPACE = "http://www.loc.gov/mods/v3"
SCHEMA = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"

_XLINK = "http://www.w3.org/1999/xlink"
_PREFIXES: dict[str | None, str] = {None: NAMESPACE, "xlink": _XLINK}
_Element = etree._Element


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the works as one <modsCollection>, a work at a time."""
    return stream(items, element, f'<modsCollection xmlns="{NAMESPACE}">', "</modsCollection>")


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is one description in MODS, or a collection."""
    return root_name(text) in ("mods", "modsCollection") and "loc.gov/mods/v3" in text


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each description, or why it is none, in the order of the file.

    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    for piece in read_pieces(stream, "mods"):
        if isinstance(piece, Rejected):
            yield piece
        else:
            yield make_entry(piece.element, piece.line, piece.problems) or Rejected(
                piece.line, "This record has no title.", text_at(piece.element, "identifier")[:60]
            )


def element(item: Outgoing) -> _Element:
    """Return the work as <mods> (MODS 3.8). Dates are in EDTF, which has seasons and spans."""
    entry = item.entry
    mods = root(_tag("mods"), _PREFIXES, f"{NAMESPACE} {SCHEMA}")
    mods.set("version", "3.8")
    _title(mods, entry.title)
    _title(mods, entry.vernacular_title, {"type": "alternative"})
    for credit in entry.contributors:
        _name(mods, credit)
    _corporate(mods, entry.institution, _ISSUERS.get(entry.type, "isb"))
    if entry.event_name:
        event = _within(mods, "name", {"type": "conference"})
        _add(event, "namePart", entry.event_name)
    _add(mods, "typeOfResource", "software, multimedia" if entry.type == "dataset" else "text")
    _add(mods, "genre", NAMES[entry.type], {"type": "work"})
    for name in entry.publication_types:
        _add(mods, "genre", name, {"authority": "mesh"})
    _origins(mods, entry)
    for language in entry.languages:
        named = {"type": "code", "authority": "iso639-2b"}
        _add(_within(mods, "language"), "languageTerm", language, named)
    if entry.pages and not entry.container_title:
        _add(_within(mods, "physicalDescription"), "extent", f"{entry.pages} pages")
    _add(mods, "abstract", entry.abstract)
    _add(mods, "note", entry.degree, {"type": "thesis"})
    for funding in entry.funding:
        _add(mods, "note", funding, {"type": "funding"})
    for note in notes_of(entry):
        _add(mods, "note", note)
    _subjects(mods, entry)
    _host(mods, entry)
    if entry.series:
        _title(_within(mods, "relatedItem", {"type": "series"}), entry.series)
    for scheme, value in entry.identifiers:
        if scheme != "issn" and (scheme != "isbn" or not entry.container_title):
            _add(mods, "identifier", value, {"type": scheme})
    _add(mods, "identifier", entry.report_number, {"type": "report number"})
    location = _within(mods, "location")
    _add(location, "url", entry.url)
    _add(location, "url", item.url, {"usage": "primary display", "access": "object in context"})
    for file in item.files:
        _add(location, "url", file.url, {"access": "raw object"})
    _rights(mods, entry)
    _record(mods, item)
    return mods


# The relation of the body that issued a work to it (MARC code list for relators).
_ISSUERS: dict[EntryType, str] = {"thesis": "dgg"}
_ROLES = {"author": "aut", "editor": "edt"}


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: _Element, name: str, text: str, attributes: dict[str, str] | None = None) -> _Element | None:
    return add(parent, _tag(name), text, attributes)


def _within(parent: _Element, name: str, attributes: dict[str, str] | None = None) -> _Element:
    return etree.SubElement(parent, _tag(name), attributes)


def _title(parent: _Element, title: str, attributes: dict[str, str] | None = None) -> None:
    if title:
        _add(_within(parent, "titleInfo", attributes), "title", title)


def _role(name: _Element, code: str) -> None:
    _add(_within(name, "role"), "roleTerm", code, {"type": "code", "authority": "marcrelator"})


def _name(mods: _Element, credit: Credit) -> None:
    name = _within(mods, "name", {"type": "personal" if credit.kind == "person" else "corporate"})
    if credit.kind == "group":
        _add(name, "namePart", credit.group)
    else:
        _add(name, "namePart", credit.family, {"type": "family"})
        _add(name, "namePart", credit.given or credit.initials, {"type": "given"})
        _add(name, "namePart", credit.suffix, {"type": "termsOfAddress"})
    _role(name, _ROLES[credit.role])
    for affiliation in credit.affiliations:
        _add(name, "affiliation", affiliation)
    if credit.orcid:
        _add(name, "nameIdentifier", f"https://orcid.org/{credit.orcid}", {"type": "orcid"})


def _corporate(mods: _Element, text: str, role: str) -> None:
    if text:
        name = _within(mods, "name", {"type": "corporate"})
        _add(name, "namePart", text)
        _role(name, role)


def _origins(mods: _Element, entry: Entry) -> None:
    """Add where, by whom and when it was published, and where and when it was given as a talk or poster."""
    if entry.place or entry.publisher or entry.edition or entry.issued or entry.available_online:
        origin = _within(mods, "originInfo", {"eventType": "publication"})
        _place(origin, entry.place)
        _add(origin, "publisher", entry.publisher)
        _date(origin, "dateIssued", entry.issued, {"keyDate": "yes"})
        _date(origin, "dateOther", entry.available_online, {"type": "online"})
        _add(origin, "edition", entry.edition)
    if entry.event_place or entry.event_date:
        origin = _within(mods, "originInfo", {"eventType": "presentation"})
        _place(origin, entry.event_place)
        _date(origin, "dateOther", entry.event_date, {"type": "presentation"})


def _place(origin: _Element, place: str) -> None:
    if place:
        _add(_within(origin, "place"), "placeTerm", place, {"type": "text"})


def _date(origin: _Element, name: str, date: PartialDate | None, attributes: dict[str, str]) -> None:
    if date:
        _add(origin, name, date.edtf, {"encoding": "edtf", **attributes})


def _subjects(mods: _Element, entry: Entry) -> None:
    for heading in entry.subjects:
        subject = _within(mods, "subject", _about(heading))
        _add(subject, "topic", heading.label)
        for qualifier, _ in heading.qualifiers:
            _add(subject, "topic", qualifier)
    for substance in entry.substances:
        _add(_within(mods, "subject", {"displayLabel": "Substance"}), "topic", substance)
    for keyword in entry.keywords:
        _add(_within(mods, "subject"), "topic", keyword)


def _about(heading: SubjectHeading) -> dict[str, str]:
    """Return a heading's attributes; how PubMed shows it, "Stroke/*therapy", where a star says what MODS cannot."""
    about = dict[str, str](authority=heading.scheme)
    if heading.major or any(major for _, major in heading.qualifiers):
        pairs = ((heading.label, heading.major), *heading.qualifiers)
        about["displayLabel"] = legal("/".join(f"*{name}" if major else name for name, major in pairs))
    return about


def _host(mods: _Element, entry: Entry) -> None:
    numbers = [pair for pair in entry.identifiers if pair[0] == "issn" or (pair[0] == "isbn" and entry.container_title)]
    if not (entry.container_title or entry.container_abbreviation or numbers or entry.volume or entry.issue):
        return
    host = _within(mods, "relatedItem", {"type": "host"})
    _title(host, entry.container_title)
    _title(host, entry.container_abbreviation, {"type": "abbreviated"})
    for scheme, value in numbers:
        _add(host, "identifier", value, {"type": scheme})
    pages = entry.pages if entry.container_title else ""
    details = {"volume": entry.volume, "issue": entry.issue, "article": entry.article_number}
    if not pages and not any(details.values()):
        return
    part = _within(host, "part")
    for kind, number in details.items():
        if number:
            _add(_within(part, "detail", {"type": kind}), "number", number)
    if pages:
        extent = _within(part, "extent", {"unit": "pages"})
        match = re.fullmatch(r"([^\s,;-]+)-([^\s,;-]+)", pages)
        if match:
            _add(extent, "start", match[1])
            _add(extent, "end", match[2])
        else:
            _add(extent, "list", pages)


def _rights(mods: _Element, entry: Entry) -> None:
    if entry.licence:
        condition = _add(mods, "accessCondition", entry.licence, {"type": "use and reproduction"})
        if condition is not None and (address := address_of(entry.licence)):
            condition.set(f"{{{_XLINK}}}href", address)
    _add(mods, "accessCondition", entry.copyright_statement, {"type": "copyright"})


def _record(mods: _Element, item: Outgoing) -> None:
    record = _within(mods, "recordInfo")
    for name, moment in (("recordCreationDate", item.published_at), ("recordChangeDate", item.changed_at)):
        if moment:
            _add(record, name, moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), {"encoding": "w3cdtf"})
    _add(record, "recordIdentifier", str(item.number))
