"""Write the answers of the protocol as XML (OAI-PMH 2.0, section 3.2)."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from repository.exchange.xml_writing import XSI, legal
from repository.oai.arguments import SECOND, Problem
from repository.oai.formats import Format
from repository.oai.identifiers import DELIMITER, SCHEME, identifier_of

OAI = "http://www.openarchives.org/OAI/2.0/"
OAI_SCHEMA = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
OAI_IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
OAI_IDENTIFIER_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"
MEDIA_TYPE = "text/xml; charset=UTF-8"
# After these the request is named without its arguments (section 3.2, note on the request element).
_UNREADABLE = frozenset({"badVerb", "badArgument"})

_Element = etree._Element


def answer(address: str, asked: Mapping[str, str], at: datetime.datetime, parts: Iterable[_Element]) -> bytes:
    """Return an answer: when it was given, what was asked at which address, and its parts, as whole XML."""
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap={None: OAI, "xsi": XSI})  # type: ignore[dict-item]
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI} {OAI_SCHEMA}")
    _add(root, "responseDate", datestamp(at))
    request = _add(root, "request", address)
    for name, value in asked.items():
        request.set(name, legal(value))
    for part in parts:
        root.append(part)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def refusal(address: str, asked: Mapping[str, str], at: datetime.datetime, problems: Sequence[Problem]) -> bytes:
    """Return an answer that says what is wrong with the question."""
    if _UNREADABLE.intersection(problem.code for problem in problems):
        asked = {}
    return answer(address, asked, at, [_error(problem) for problem in problems])


def _error(problem: Problem) -> _Element:
    element = _element("error", legal(problem.text))
    element.set("code", problem.code)
    return element


def identify(*, name: str, address: str, email: str, earliest: datetime.datetime, domain: str, sample: str) -> _Element:
    """Return what the repository says of itself (section 4.2), with the description of its identifiers."""
    element = _element("Identify")
    _add(element, "repositoryName", name)
    _add(element, "baseURL", address)
    _add(element, "protocolVersion", "2.0")
    _add(element, "adminEmail", email)
    _add(element, "earliestDatestamp", datestamp(earliest))
    _add(element, "deletedRecord", "persistent")
    _add(element, "granularity", SECOND)
    described = etree.SubElement(
        _add(element, "description"),
        f"{{{OAI_IDENTIFIER}}}oai-identifier",
        {f"{{{XSI}}}schemaLocation": f"{OAI_IDENTIFIER} {OAI_IDENTIFIER_SCHEMA}"},
        nsmap={None: OAI_IDENTIFIER},  # type: ignore[dict-item]
    )
    said = {"scheme": SCHEME, "repositoryIdentifier": domain, "delimiter": DELIMITER, "sampleIdentifier": sample}
    for tag, text in said.items():
        etree.SubElement(described, f"{{{OAI_IDENTIFIER}}}{tag}").text = text
    return element


def metadata_formats(formats: Iterable[tuple[str, Format]]) -> _Element:
    """Return the list of the formats (section 4.4)."""
    element = _element("ListMetadataFormats")
    for prefix, form in formats:
        row = _add(element, "metadataFormat")
        _add(row, "metadataPrefix", prefix)
        _add(row, "schema", form.SCHEMA)
        _add(row, "metadataNamespace", form.NAMESPACE)
    return element


def sets(named: Iterable[tuple[str, str]]) -> _Element:
    """Return the list of the sets, each with its setSpec and its name (section 4.6)."""
    element = _element("ListSets")
    for spec, name in named:
        row = _add(element, "set")
        _add(row, "setSpec", spec)
        _add(row, "setName", name)
    return element


def header(number: int, changed_at: datetime.datetime, specs: Iterable[str], *, is_deleted: bool) -> _Element:
    """Return a record's header (section 2.5)."""
    element = _element("header")
    if is_deleted:
        element.set("status", "deleted")
    _add(element, "identifier", identifier_of(number))
    _add(element, "datestamp", datestamp(changed_at))
    for spec in specs:
        _add(element, "setSpec", spec)
    return element


def record(header: _Element, description: _Element | None) -> _Element:
    """Return a record: its header and, unless it is deleted, its description."""
    element = _element("record")
    element.append(header)
    if description is not None:
        _add(element, "metadata").append(description)
    return element


def listing(verb: str, rows: Iterable[_Element], resumption: _Element | None = None) -> _Element:
    """Return a page of a list, with what leads to the next one."""
    element = _element(verb)
    for row in rows:
        element.append(row)
    if resumption is not None:
        element.append(resumption)
    return element


def resumption(token: str, *, size: int, cursor: int, expires: datetime.datetime | None) -> _Element:
    """Return what ends a page of a list; an empty token ends the list (section 3.5)."""
    element = _element("resumptionToken", token)
    if expires:
        element.set("expirationDate", datestamp(expires))
    element.set("completeListSize", str(size))
    element.set("cursor", str(cursor))
    return element


def datestamp(moment: datetime.datetime) -> str:
    """Return a moment to the second, the rest cut off, as in 2026-01-31T12:00:00Z (section 3.3)."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def _element(name: str, text: str = "") -> _Element:
    element = etree.Element(f"{{{OAI}}}{name}", nsmap={None: OAI})  # type: ignore[dict-item]
    if text:
        element.text = legal(text)
    return element


def _add(parent: _Element, name: str, text: str = "") -> _Element:
    element = etree.SubElement(parent, f"{{{OAI}}}{name}")
    if text:
        element.text = legal(text)
    return element
