"""Read and write DataCite's metadata as XML (kernel 4), for harvesters and for registering a DOI by hand."""

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from lxml import etree

from repository.exchange import datacite_reading
from repository.exchange.datacite import attributes
from repository.exchange.entry import Entry, Rejected
from repository.exchange.outgoing import Outgoing
from repository.exchange.xml_source import child, children, local_name, read_pieces, root_name, text_at, text_of
from repository.exchange.xml_writing import add, root, stream

KEY = "datacite_xml"
LABEL = "DataCite (XML)"
MEDIA_TYPE = "application/vnd.datacite.datacite+xml"
EXTENSION = "xml"
NAMESPACE = "http://datacite.org/schema/kernel-4"
SCHEMA = "http://schema.datacite.org/meta/kernel-4.6/metadata.xsd"

_JSON = dict[str, Any]
_Element = etree._Element
# The lists of a resource whose elements hold one text: the name of the list and of its elements, the name of the text
# in JSON, and the attributes, which have the same names in JSON but for "Uri".
_PLAIN: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("titles", "title", "title", ("titleType",)),
    ("subjects", "subject", "subject", ("subjectScheme", "schemeURI")),
    ("dates", "date", "date", ("dateType", "dateInformation")),
    ("alternateIdentifiers", "alternateIdentifier", "alternateIdentifier", ("alternateIdentifierType",)),
    ("relatedIdentifiers", "relatedIdentifier", "relatedIdentifier", ("relatedIdentifierType", "relationType")),
    ("sizes", "size", "", ()),
    ("formats", "format", "", ()),
    (
        *("rightsList", "rights", "rights"),
        ("rightsURI", "rightsIdentifier", "rightsIdentifierScheme", "schemeURI"),
    ),
    ("descriptions", "description", "description", ("descriptionType",)),
)
_ITEM_TEXTS = ("volume", "issue", "number", "firstPage", "lastPage")


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the works as XML, one at a time, within <resources>: DataCite has no element for several."""
    return stream(items, element, "<resources>", "</resources>")


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is a resource of DataCite's, or several."""
    return root_name(text) in ("resource", "resources") and "datacite.org/schema/kernel-" in text


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each resource, or why it is none, in the order of the file.

    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    for piece in read_pieces(stream, "resource"):
        if isinstance(piece, Rejected):
            yield piece
        else:
            yield make_entry(piece.element, piece.line, piece.problems) or Rejected(
                piece.line, "This record has no title.", text_at(piece.element, "identifier")[:60]
            )


def element(item: Outgoing) -> _Element:
    """Return the work as <resource> (DataCite Metadata Schema 4.6); without a DOI its identifier is its page."""
    said = attributes(item)
    resource = root(_tag("resource"), {None: NAMESPACE}, f"{NAMESPACE} {SCHEMA}")
    kind = "DOI" if "doi" in said else "URL"
    _add(resource, "identifier", said.get("doi") or said["url"], {"identifierType": kind})
    _people(resource, "creator", said["creators"])
    _lists(resource, said, _PLAIN[:1])
    _add(resource, "publisher", said["publisher"]["name"])
    _add(resource, "publicationYear", said["publicationYear"])
    types = said["types"]
    _add(resource, "resourceType", types["resourceType"], {"resourceTypeGeneral": types["resourceTypeGeneral"]})
    _people(resource, "contributor", said.get("contributors", ()))
    _lists(resource, said, _PLAIN[1:])
    _add(resource, "language", said.get("language", ""))
    _add(resource, "version", said.get("version", ""))
    if "fundingReferences" in said:
        funding = etree.SubElement(resource, _tag("fundingReferences"))
        for one in said["fundingReferences"]:
            _add(etree.SubElement(funding, _tag("fundingReference")), "funderName", one["funderName"])
    if "relatedItems" in said:
        items = etree.SubElement(resource, _tag("relatedItems"))
        for one in said["relatedItems"]:
            _related_item(items, one)
    return resource


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _add(parent: _Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    add(parent, _tag(name), text, attributes)


def _json_name(attribute: str) -> str:
    return attribute.replace("URI", "Uri")


def _lists(parent: _Element, said: _JSON, kinds: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> None:
    for plural, name, key, names in kinds:
        if plural not in said:
            continue
        within = etree.SubElement(parent, _tag(plural))
        for one in said[plural]:
            given = {a: one[_json_name(a)] for a in names if _json_name(a) in one}
            _add(within, name, one[key] if key else one, given)


def _people(parent: _Element, name: str, people: Iterable[_JSON]) -> None:
    within = None
    for one in people:
        if within is None:
            within = etree.SubElement(parent, _tag(f"{name}s"))
        kind = one.get("contributorType")
        person = etree.SubElement(within, _tag(name), {"contributorType": kind} if kind else None)
        _add(person, f"{name}Name", one["name"], {"nameType": one["nameType"]})
        _add(person, "givenName", one.get("givenName", ""))
        _add(person, "familyName", one.get("familyName", ""))
        for identifier in one.get("nameIdentifiers", ()):
            scheme = {"nameIdentifierScheme": identifier["nameIdentifierScheme"], "schemeURI": identifier["schemeUri"]}
            _add(person, "nameIdentifier", identifier["nameIdentifier"], scheme)
        for affiliation in one.get("affiliation", ()):
            _add(person, "affiliation", affiliation["name"])


def _related_item(parent: _Element, one: _JSON) -> None:
    kinds = {name: one[name] for name in ("relatedItemType", "relationType")}
    item = etree.SubElement(parent, _tag("relatedItem"), kinds)
    _lists(item, one, _PLAIN[:1])
    for name in _ITEM_TEXTS:
        number_type = {"numberType": one["numberType"]} if name == "number" and "numberType" in one else None
        _add(item, name, one.get(name, ""), number_type)


def make_entry(resource: _Element, line: int, problems: tuple[str, ...]) -> Entry | None:
    """Return the work that a <resource> describes, or one within OAI's <oai_datacite>; None where it has no title."""
    inner = child(resource, "payload", "resource") if local_name(resource) == "oai_datacite" else resource
    return datacite_reading.make_entry(_said(inner), line, problems) if inner is not None else None


def _said(resource: _Element) -> _JSON:
    """Return the attributes that the resource says, as the REST API would give them."""
    said: _JSON = {name: text_at(resource, name) for name in ("publicationYear", "language", "version", "publisher")}
    kind = child(resource, "resourceType")
    said["types"] = {"resourceType": text_of(kind), **_attributes(kind, ("resourceTypeGeneral",))}
    identifier = child(resource, "identifier")
    if identifier is not None and identifier.get("identifierType") in ("DOI", None):
        said["doi"] = text_of(identifier)
    elif identifier is not None:
        said["url"] = text_of(identifier)
    said["creators"] = [_said_person(one, "creator") for one in children(child(resource, "creators"), "creator")]
    said["contributors"] = [
        {**_said_person(one, "contributor"), "contributorType": one.get("contributorType")}
        for one in children(child(resource, "contributors"), "contributor")
    ]
    said |= _said_lists(resource, _PLAIN)
    said["fundingReferences"] = [
        {name: text_at(one, name) for name in ("funderName", "awardNumber")}
        for one in children(child(resource, "fundingReferences"), "fundingReference")
    ]
    said["relatedItems"] = [
        {
            **_attributes(one, ("relatedItemType", "relationType")),
            **_said_lists(one, _PLAIN[:1]),
            **{name: text_at(one, name) for name in _ITEM_TEXTS},
            "relatedItemIdentifier": {
                "relatedItemIdentifier": text_at(one, "relatedItemIdentifier"),
                **_attributes(child(one, "relatedItemIdentifier"), ("relatedItemIdentifierType",)),
            },
        }
        for one in children(child(resource, "relatedItems"), "relatedItem")
    ]
    return said


def _attributes(element: _Element | None, names: Iterable[str]) -> _JSON:
    return {_json_name(name): element.get(name, "") for name in names} if element is not None else {}


def _said_lists(parent: _Element, kinds: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> _JSON:
    found: _JSON = {}
    for plural, name, key, names in kinds:
        elements = list(children(child(parent, plural), name))
        found[plural] = [
            {key: _paragraphs(one), **_attributes(one, names)} if key else text_of(one) for one in elements
        ]
    return found


def _paragraphs(element: _Element) -> str:
    """Return all the text in an element, where <br/> breaks the line twice."""
    for br in children(element, "br"):
        br.tail = f"\n\n{br.tail or ''}"
    return "".join(element.itertext())  # type: ignore[arg-type]


def _said_person(one: _Element, name: str) -> _JSON:
    return {
        "name": text_at(one, f"{name}Name"),
        **_attributes(child(one, f"{name}Name"), ("nameType",)),
        "givenName": text_at(one, "givenName"),
        "familyName": text_at(one, "familyName"),
        "nameIdentifiers": [
            {"nameIdentifier": text_of(found), **_attributes(found, ("nameIdentifierScheme",))}
            for found in children(one, "nameIdentifier")
        ],
        "affiliation": [{"name": text_of(found)} for found in children(one, "affiliation")],
    }
