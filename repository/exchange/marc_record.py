"""Describe a work as a record of MARC 21, the format of library catalogues."""

from collections.abc import Iterator
from datetime import UTC

from pymarc import Field, Indicators, Record, Subfield

from repository.exchange.entry import Credit, Entry, SubjectHeading
from repository.exchange.licence_addresses import address_of
from repository.exchange.notes import notes_of
from repository.exchange.outgoing import Outgoing
from repository.exchange.work_names import NAMES
from repository.exchange.xml_writing import legal
from repository.partial_dates import PartialDate

# MARC code list for relators.
ROLES = {"author": "aut", "editor": "edt"}
ISSUING_BODY, DEGREE_GRANTING = "isb", "dgg"

_Pairs = tuple[tuple[str, str], ...]
_INDICATORS = {first + second: Indicators(first, second) for first in " 01234567" for second in " 01234567"}


def record(item: Outgoing) -> Record:
    """Return the work as a bibliographic record: fields in the order of their tags, added entries in that of names."""
    entry = item.entry
    made = Record(leader=_leader(entry), force_utf8=True)
    fields = [field for field in _fields(item) if field is not None]
    made.add_field(*_control_fields(item), *sorted(fields, key=_place))
    return made


def _place(field: Field) -> str:
    return "700" if field.tag in ("710", "711") else field.tag


def _leader(entry: Entry) -> str:
    """Return the leader (MARC 21, Leader): new; a text, or a computer file; part of a serial or book, or whole."""
    material = "m" if entry.type == "dataset" else "a"
    level = "b" if entry.type == "article" else "a" if entry.type in ("chapter", "conference_paper") else "m"
    return f"00000n{material}{level} a22000003  4500"


def _control_fields(item: Outgoing) -> Iterator[Field]:
    yield Field("001", data=str(item.number))
    if item.changed_at:
        yield Field("005", data=item.changed_at.astimezone(UTC).strftime("%Y%m%d%H%M%S.0"))
    yield Field("008", data=_fixed(item))


def _fixed(item: Outgoing) -> str:
    """Return the 40 characters of field 008, in which "|" is "not coded", for an online resource."""
    made = item.published_at or item.changed_at
    entered = made.astimezone(UTC).strftime("%y%m%d") if made else "||||||"
    language = (*item.entry.languages, "   ")[0]
    return f"{entered}{_coded_date(item.entry.issued)}xx |||||o|||||||||||{language}|d"


def _coded_date(date: PartialDate | None) -> str:
    """Return type of date, first and second date (008/06-14)."""
    if date is None:
        return "nuuuuuuuu"
    if date.end is not None and date.end.year != date.year:
        return f"m{date.year}{date.end.year}"
    if date.end is None and date.precision in ("month", "day"):
        return f"e{date.year}{date.start.part:02}" + (f"{date.start.day:02}" if date.start.day else "  ")
    return f"s{date.year}    "


def _field(tag: str, indicators: str, *pairs: tuple[str, str]) -> Field | None:
    """Return a field of those subfields that say something, or None where none does."""
    subfields = [Subfield(code, text) for code, value in pairs if (text := " ".join(legal(value).split()))]
    return Field(tag, _INDICATORS[indicators], subfields) if subfields else None


def _fields(item: Outgoing) -> Iterator[Field | None]:
    entry = item.entry
    yield from _numbers(entry)
    if len(entry.languages) > 1:
        yield _field("041", "0 ", *(("a", code) for code in entry.languages))
    if entry.issued:
        yield _field("046", "  ", ("k", entry.issued.edtf), ("2", "edtf"))
    has_main_entry = any(credit.role == "author" for credit in entry.contributors)
    yield _field("245", f"{int(has_main_entry)}{_not_filed(entry)}", ("a", entry.title))
    yield _field("246", "33", ("a", entry.vernacular_title))
    yield _field("250", "  ", ("a", entry.edition))
    issued = str(entry.issued) if entry.issued else ""
    yield _field("264", " 1", ("a", entry.place), ("b", entry.publisher), ("c", issued))
    if entry.pages and not entry.container_title:
        yield _field("300", "  ", ("a", f"{entry.pages} pages"))
    yield _field("490", "0 ", ("a", entry.series))
    yield from _notes(entry)
    for heading in entry.subjects:
        yield _subject(heading)
    for word in (*entry.keywords, *entry.substances):
        yield _field("653", "  ", ("a", word))
    yield _field("655", " 7", ("a", NAMES[entry.type]), ("2", "local"))
    for name in entry.publication_types:
        yield _field("655", " 2", ("a", name))
    yield from _credits(entry)
    yield from _host(entry)
    for url in filter(None, (entry.url, item.url)):
        yield _field("856", "40", ("u", url))
    for file in item.files:
        yield _field("856", "40", ("q", file.media_type), ("u", file.url))


def _numbers(entry: Entry) -> Iterator[Field | None]:
    for scheme, value in entry.identifiers:
        if scheme == "isbn" and not entry.container_title:
            yield _field("020", "  ", ("a", value))
        elif scheme in ("doi", "pmid", "pmcid"):
            yield _field("024", "7 ", ("a", value), ("2", scheme))
    yield _field("088", "  ", ("a", entry.report_number))


def _not_filed(entry: Entry) -> int:
    """Return how many characters of the title are an article, which catalogues pass over in the order of titles."""
    if entry.languages and "eng" not in entry.languages:
        return 0
    article, space, rest = entry.title.partition(" ")
    return len(article) + 1 if space and rest and article in ("The", "A", "An") else 0


def _notes(entry: Entry) -> Iterator[Field | None]:
    for note in notes_of(entry):
        yield _field("500", "  ", ("a", note))
    if entry.type == "thesis":
        year = str(entry.issued.year) if entry.issued and entry.degree else ""
        yield _field("502", "  ", ("b", entry.degree), ("c", entry.institution if entry.degree else ""), ("d", year))
    if entry.event_date or entry.event_place:
        held = str(entry.event_date) if entry.event_date else ""
        yield _field("518", "  ", ("o", "Presented"), ("d", held), ("p", entry.event_place))
    for paragraph in entry.abstract.split("\n\n"):
        yield _field("520", "3 ", ("a", paragraph))
    for funding in entry.funding:
        yield _field("536", "  ", ("a", funding))
    yield _field("540", "  ", ("a", entry.licence), ("u", address_of(entry.licence)))
    for statement in entry.copyright_statement.splitlines():
        yield _field("542", "  ", ("f", statement))


def _subject(heading: SubjectHeading) -> Field | None:
    """Return a heading; MeSH has its level in the first indicator, 1 for a major one, as NLM gives it."""
    if heading.scheme == "nlm":
        return _field("060", " 4", ("a", heading.label))
    if heading.scheme == "local":
        return _field("650", " 4", ("a", heading.label))
    major = heading.major or any(major for _, major in heading.qualifiers)
    return _field(
        "650", "12" if major else "22", ("a", heading.label), *(("x", name) for name, _ in heading.qualifiers)
    )


def _credits(entry: Entry) -> Iterator[Field | None]:
    """Yield the first author as the main entry, all others as added entries, then the issuing body and the event."""
    main = next((credit for credit in entry.contributors if credit.role == "author"), None)
    for credit in entry.contributors:
        yield _credit(credit, "1" if credit is main else "7")
    issuer = DEGREE_GRANTING if entry.type == "thesis" else ISSUING_BODY
    if entry.institution:
        yield _field("710", "2 ", ("a", entry.institution), ("4", issuer))
    yield _field("711", "2 ", ("a", entry.event_name))


def _credit(credit: Credit, block: str) -> Field | None:
    after: _Pairs = (
        *(("u", place) for place in credit.affiliations),
        ("1", f"https://orcid.org/{credit.orcid}" if credit.orcid else ""),
        ("4", ROLES[credit.role]),
    )
    if credit.kind == "group":
        return _field(f"{block}10", "2 ", ("a", credit.group), *after)
    given = credit.given or credit.initials
    name = f"{credit.family}, {given}" if given else credit.family
    return _field(f"{block}00", "1 " if given else "0 ", ("a", name), ("c", credit.suffix), *after)


def _host(entry: Entry) -> Iterator[Field | None]:
    """Yield what the work is a part of; $g holds the parts by their names, as library networks exchange them."""
    issns = [value for scheme, value in entry.identifiers if scheme == "issn"]
    isbns = [value for scheme, value in entry.identifiers if scheme == "isbn" and entry.container_title]
    parts = {
        "volume": entry.volume,
        "number": entry.issue,
        "pages": entry.pages if entry.container_title else "",
        "elocationid": entry.article_number,
    }
    yield _field(
        *("773", "0 "),
        ("t", entry.container_title),
        ("p", entry.container_abbreviation),
        *(("g", f"{name}:{value}") for name, value in parts.items() if value),
        *(("x", value) for value in issns[:1]),
        *(("z", value) for value in isbns),
    )
    for value in issns[1:]:
        yield _field("773", "1 ", ("t", entry.container_title), ("x", value))
