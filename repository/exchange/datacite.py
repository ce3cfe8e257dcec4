"""Read and write DataCite's metadata as JSON: the attributes of a DOI in its REST API, schema 4.6."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from repository.exchange.datacite_reading import make_entry
from repository.exchange.datacite_types import CONTAINERS, GENERAL, UNKNOWN
from repository.exchange.entry import Credit, Entry, Rejected
from repository.exchange.json_source import items as items_of
from repository.exchange.json_values import text
from repository.exchange.licence_addresses import address_of
from repository.exchange.notes import notes_of
from repository.exchange.outgoing import Outgoing
from repository.exchange.person_names import of_role
from repository.exchange.work_names import NAMES
from repository.exchange.xml_writing import legal
from repository.languages import language_tag
from repository.partial_dates import PartialDate

KEY = "datacite"
LABEL = "DataCite (JSON)"
MEDIA_TYPE = "application/vnd.datacite.datacite+json"
EXTENSION = "json"

_JSON = dict[str, Any]


def write(items: Iterable[Outgoing]) -> Iterator[bytes]:
    """Yield the file, one list, a work at a time."""
    before = "[\n"
    for item in items:
        yield f"{before}{json.dumps(attributes(item), ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is DataCite's: JSON whose types are a general and an own one."""
    return bool(re.match(r"\s*[\[{]", text.lstrip("\ufeff"))) and '"resourceTypeGeneral"' in text


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each DOI of a file, or why it is none, in their order: bare attributes, or an API's answer.

    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    for found in items_of(stream):
        if isinstance(found, Rejected):
            yield found
            continue
        value: Any = found.value
        data = value.get("data")
        for one in data if isinstance(data, list) else [data if isinstance(data, dict) else value]:
            inner = one.get("attributes") if isinstance(one, dict) else None
            described = inner if isinstance(inner, dict) else one if isinstance(one, dict) else {}
            entry = make_entry(described, found.line, found.warnings)
            yield entry or Rejected(found.line, "This item has no title.", text(described.get("doi"))[:60])


def attributes(item: Outgoing) -> _JSON:
    """Return the work as DataCite's REST API takes it; what DataCite demands and the work does not say is ":unav".

    Lists that would be empty are left out, and so are characters that XML forbids: DataCite makes XML of it.
    """
    entry = item.entry
    language = language_tag(entry.languages[0]) if entry.languages else ""
    made_by = entry.publisher or entry.institution
    values: _JSON = {
        "doi": entry.identifier("doi"),
        "url": item.url,
        "creators": [_person(credit) for credit in of_role(entry.contributors, "author")] or _instead(entry),
        "titles": _some(
            {"title": entry.title},
            entry.vernacular_title and {"title": entry.vernacular_title, "titleType": "AlternativeTitle"},
        ),
        "publisher": {"name": made_by or UNKNOWN},
        "publicationYear": _year(item),
        "types": {"resourceType": _type(entry), "resourceTypeGeneral": GENERAL[entry.type]},
        "subjects": list(_subjects(entry)),
        "contributors": [
            {**_person(credit), "contributorType": "Editor"} for credit in of_role(entry.contributors, "editor")
        ],
        "dates": _some(_date(entry.issued, "Issued"), _date(entry.available_online, "Available")),
        "language": language,
        "alternateIdentifiers": list(_alternates(entry)),
        "relatedIdentifiers": list(_related(entry)),
        "sizes": [f"{entry.pages} pages"] if entry.pages and not entry.container_title else [],
        "formats": list(dict.fromkeys(file.media_type for file in item.files)),
        "version": entry.edition,
        "rightsList": list(_rights(entry)),
        "descriptions": list(_descriptions(entry)),
        "fundingReferences": [{"funderName": funding} for funding in entry.funding],
        "relatedItems": _some(_container(entry), _event(entry)),
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    return {name: _clean(value) for name, value in values.items() if value}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return legal(value)
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return {name: _clean(one) for name, one in value.items()}


def _some(*values: _JSON | str | None) -> list[Any]:
    return [value for value in values if value]


def _person(credit: Credit) -> _JSON:
    if credit.kind == "group":
        person: _JSON = {"name": credit.group, "nameType": "Organizational"}
    else:
        person = {"name": credit.credited_as, "nameType": "Personal"}
        if given := credit.given or credit.initials:
            person["givenName"] = given
        if credit.family:
            person["familyName"] = credit.family
    if credit.orcid:
        person["nameIdentifiers"] = [
            {
                "nameIdentifier": f"https://orcid.org/{credit.orcid}",
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org",
            }
        ]
    if credit.affiliations:
        person["affiliation"] = [{"name": name} for name in credit.affiliations]
    return person


def _instead(entry: Entry) -> list[_JSON]:
    """Return who stands as creator of a work that names no author: its editors, or the body that issued it."""
    editors = [_person(credit) for credit in of_role(entry.contributors, "editor")]
    return editors or [{"name": entry.institution or entry.publisher or UNKNOWN, "nameType": "Organizational"}]


def _year(item: Outgoing) -> str:
    """Return the year, which DataCite demands; where no date is known "0000", as its schema 4.6 has no word for it."""
    date = item.entry.issued or item.entry.available_online or item.published_at or item.changed_at
    return f"{date.year:04}" if date else "0000"


def _type(entry: Entry) -> str:
    return f"{NAMES['thesis']} ({entry.degree})" if entry.type == "thesis" and entry.degree else NAMES[entry.type]


def _subjects(entry: Entry) -> Iterator[_JSON]:
    for heading in entry.subjects:
        subject = {"subject": "/".join([heading.label, *(name for name, _ in heading.qualifiers)])}
        if heading.scheme == "mesh":
            yield {**subject, "subjectScheme": "MeSH", "schemeUri": "https://id.nlm.nih.gov/mesh/"}
        else:
            yield {**subject, "subjectScheme": "NLM Classification" if heading.scheme == "nlm" else "local"}
    for substance in entry.substances:
        yield {"subject": substance, "subjectScheme": "Substance"}
    for keyword in entry.keywords:
        yield {"subject": keyword}


def _date(date: PartialDate | None, kind: str) -> _JSON | None:
    """Return the date in W3C's form, or a span as RKMS-ISO8601 has it; a season or quarter as its year and in words."""
    if date is None:
        return None
    if date.precision in ("season", "quarter"):
        years = dict.fromkeys(str(moment.year) for moment in (date.start, date.end) if moment)
        return {"date": "/".join(years), "dateType": kind, "dateInformation": str(date)}
    return {"date": date.edtf, "dateType": kind}


def _alternates(entry: Entry) -> Iterator[_JSON]:
    for scheme, value in entry.identifiers:
        if scheme in ("pmid", "pmcid") or (scheme == "isbn" and not entry.container_title):
            yield {"alternateIdentifier": value, "alternateIdentifierType": scheme.upper()}
    if entry.report_number:
        yield {"alternateIdentifier": entry.report_number, "alternateIdentifierType": "Report number"}


def _related(entry: Entry) -> Iterator[_JSON]:
    for scheme, value in entry.identifiers:
        if scheme == "issn" or (scheme == "isbn" and entry.container_title):
            yield {
                "relatedIdentifier": value,
                "relatedIdentifierType": scheme.upper(),
                "relationType": "IsPublishedIn",
            }
    if entry.url:
        yield {"relatedIdentifier": entry.url, "relatedIdentifierType": "URL", "relationType": "IsIdenticalTo"}


def _rights(entry: Entry) -> Iterator[_JSON]:
    if address := address_of(entry.licence):
        yield {
            "rights": entry.licence,
            "rightsUri": address,
            "rightsIdentifier": entry.licence.lower(),
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": "https://spdx.org/licenses/",
        }
    elif entry.licence:
        yield {"rights": entry.licence}
    if entry.copyright_statement:
        yield {"rights": entry.copyright_statement}


def _descriptions(entry: Entry) -> Iterator[_JSON]:
    if entry.abstract:
        yield {"description": entry.abstract, "descriptionType": "Abstract"}
    if entry.series:
        yield {"description": entry.series, "descriptionType": "SeriesInformation"}
    for note in notes_of(entry):
        yield {"description": note, "descriptionType": "Other"}


def _container(entry: Entry) -> _JSON | None:
    if not entry.container_title:
        return None
    match = re.fullmatch(r"([^\s,;-]+)-([^\s,;-]+)", entry.pages)
    values: _JSON = {
        "relatedItemType": CONTAINERS.get(entry.type, "Other"),
        "relationType": "IsPublishedIn",
        "titles": _some(
            {"title": entry.container_title},
            entry.container_abbreviation and {"title": entry.container_abbreviation, "titleType": "AlternativeTitle"},
        ),
        "volume": entry.volume,
        "issue": entry.issue,
        "number": entry.article_number,
        "numberType": "Article" if entry.article_number else "",
        "firstPage": match[1] if match else entry.pages,
        "lastPage": match[2] if match else "",
    }
    return {name: value for name, value in values.items() if value}


def _event(entry: Entry) -> _JSON | None:
    if not entry.event_name:
        return None
    return {"relatedItemType": "Event", "relationType": "IsPartOf", "titles": [{"title": entry.event_name}]}
