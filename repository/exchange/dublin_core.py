"""Write works in Dublin Core as OAI-PMH wants it ("oai_dc"), which every harvester can read."""

from collections.abc import Iterable, Iterator

from lxml import etree

from repository.exchange.entry import Entry
from repository.exchange.licence_addresses import address_of
from repository.exchange.outgoing import Outgoing
from repository.exchange.person_names import of_role
from repository.exchange.work_names import NAMES
from repository.exchange.xml_writing import add, root, stream
from repository.identifiers import address
from repository.languages import language_tag
from repository.partial_dates import PartialDate

KEY = "oai_dc"
LABEL = "Dublin Core"
MEDIA_TYPE = "application/xml"
EXTENSION = "xml"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

_DC = "http://purl.org/dc/elements/1.1/"
_PREFIXES: dict[str | None, str] = {"oai_dc": NAMESPACE, "dc": _DC}


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the works as XML, one at a time: descriptions within <records>, as OAI has no element for several."""
    return stream(items, element, "<records>", "</records>")


def element(item: Outgoing) -> etree._Element:
    """Return the work as <oai_dc:dc> (Dublin Core Metadata Element Set 1.1).

    Its first identifier is the address of its page, by which harvesters send people to it.
    """
    dc = root(f"{{{NAMESPACE}}}dc", _PREFIXES, f"{NAMESPACE} {SCHEMA}")
    for name, text in _statements(item):
        add(dc, f"{{{_DC}}}{name}", text)
    return dc


def _statements(item: Outgoing) -> Iterator[tuple[str, str]]:
    entry = item.entry
    yield "title", entry.title
    yield "title", entry.vernacular_title
    for credit in of_role(entry.contributors, "author"):
        yield "creator", credit.credited_as
    for heading in entry.subjects:
        yield "subject", "/".join([heading.label, *(name for name, _ in heading.qualifiers)])
    for keyword in (*entry.substances, *entry.keywords):
        yield "subject", keyword
    yield "description", entry.abstract
    yield "publisher", entry.institution
    yield "publisher", entry.publisher
    for credit in of_role(entry.contributors, "editor"):
        yield "contributor", credit.credited_as
    yield "date", _date(entry.issued)
    yield "type", NAMES[entry.type]
    for name in entry.publication_types:
        if name.casefold() != NAMES[entry.type].casefold():
            yield "type", name
    for media_type in dict.fromkeys(file.media_type for file in item.files):
        yield "format", media_type
    yield "identifier", item.url
    for scheme, value in entry.identifiers:
        if scheme != "issn":
            yield "identifier", _MARKS.get(scheme, "") + value if scheme != "doi" else address("doi", value)
    yield "identifier", entry.report_number
    yield "identifier", entry.url
    yield "source", _source(entry)
    for scheme, value in entry.identifiers:
        if scheme == "issn":
            yield "source", value
    for language in entry.languages:
        yield "language", language_tag(language)
    yield "relation", f"{entry.series};" if entry.series else ""
    yield "rights", address_of(entry.licence)
    yield "rights", entry.copyright_statement


_MARKS = {"pmid": "pmid:", "isbn": "urn:isbn:"}


def _date(date: PartialDate | None) -> str:
    """Return the date in ISO 8601, whose first edition knows neither seasons nor quarters: of those the year."""
    if date is None:
        return ""
    if date.precision in ("season", "quarter"):
        years = dict.fromkeys(str(moment.year) for moment in (date.start, date.end) if moment)
        return "/".join(years)
    return date.edtf


def _source(entry: Entry) -> str:
    """Return where the work appeared, as Open Journal Systems writes it: "J Ward; Vol. 3 No. 2 (2019); 12-20"."""
    if not entry.container_title:
        return ""
    volume = f"Vol. {entry.volume}" if entry.volume else ""
    issue = f"No. {entry.issue}" if entry.issue else ""
    year = f"({entry.issued.year})" if entry.issued else ""
    parts = (" ".join(filter(None, (volume, issue, year))), entry.pages or entry.article_number)
    return "; ".join([entry.container_title.replace(";", ","), *filter(None, parts)])
