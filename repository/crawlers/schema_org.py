"""A record in the words of schema.org, as JSON-LD, for search engines (pure)."""

from typing import Any

from repository.exchange.entry import Credit, Entry, EntryType
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.identifiers import address
from repository.languages import language_tag
from repository.licences import ADDRESSES
from repository.partial_dates import PartialDate

VOCABULARY = "https://schema.org"
TYPES: dict[EntryType, str] = {
    "article": "ScholarlyArticle",
    "preprint": "ScholarlyArticle",
    "report": "Report",
    "audit": "Report",
    "guideline": "MedicalGuideline",
    "policy": "DigitalDocument",
    "toolkit": "DigitalDocument",
    "training": "LearningResource",
    "poster": "Poster",
    "presentation": "PresentationDigitalDocument",
    "conference_paper": "ScholarlyArticle",
    "thesis": "Thesis",
    "book": "Book",
    "chapter": "Chapter",
    "dataset": "Dataset",
    "other": "CreativeWork",
}
"""The type of each kind of work, one of schema.org's."""

_NAMED_IDENTIFIERS = ("doi", "pmid", "pmcid")


def document(item: Outgoing) -> dict[str, Any]:
    """Return the record as one JSON-LD node, without what it does not say."""
    entry = item.entry
    doi = entry.identifier("doi")
    is_guideline = entry.type == "guideline"
    said = {
        # A guideline is no creative work to schema.org, and only such works have authors: it is both.
        "@type": [TYPES[entry.type], "CreativeWork"] if is_guideline else TYPES[entry.type],
        "@id": item.url,
        "url": item.url,
        "name": entry.title,
        "headline": entry.title if TYPES[entry.type] == "ScholarlyArticle" else "",
        "alternateName": entry.vernacular_title,
        "abstract": entry.abstract,
        "author": [_maker(credit) for credit in entry.contributors if credit.role == "author"],
        "editor": [_maker(credit) for credit in entry.contributors if credit.role == "editor"],
        "datePublished": _date(entry.issued),
        "guidelineDate": _date(entry.issued) if is_guideline else "",
        "dateModified": item.changed_at.date().isoformat() if item.changed_at else "",
        "inLanguage": [language_tag(code) for code in entry.languages],
        "publisher": _organisation(entry.publisher or entry.institution),
        "license": ADDRESSES.get(entry.licence, ""),
        "identifier": [_identifier(name, value) for name, value in entry.identifiers if name in _NAMED_IDENTIFIERS],
        "isbn": entry.identifier("isbn") if entry.type == "book" else "",
        "sameAs": [address("doi", doi)] if doi else [],
        "keywords": list(entry.keywords),
        "about": [{"@type": "DefinedTerm", "name": heading.label} for heading in entry.subjects],
        "pagination": entry.pages,
        "reportNumber": entry.report_number if TYPES[entry.type] == "Report" else "",
        "isPartOf": _container(entry),
        "encoding": [_file(file) for file in item.files],
    }
    return {"@context": VOCABULARY, **{name: value for name, value in said.items() if value}}


def _maker(credit: Credit) -> dict[str, Any]:
    if credit.kind == "group":
        return {"@type": "Organization", "name": credit.group}
    given = credit.given or credit.initials
    person = {
        "@type": "Person",
        "@id": f"https://orcid.org/{credit.orcid}" if credit.orcid else "",
        "name": " ".join(filter(None, (given, credit.family, credit.suffix))),
        "givenName": given,
        "familyName": credit.family,
        "affiliation": [_organisation(name) for name in credit.affiliations],
    }
    return {name: value for name, value in person.items() if value}


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "Organization", "name": name} if name else {}


def _identifier(scheme: str, value: str) -> dict[str, str]:
    return {"@type": "PropertyValue", "propertyID": scheme.upper(), "value": value, "url": address(scheme, value)}


def _container(entry: Entry) -> dict[str, Any]:
    """Return what the work is a part of: the issue of a volume of a journal, or a book."""
    title = entry.container_title
    if not title:
        return {}
    if entry.type == "chapter":
        return _with({"@type": "Book", "name": title}, isbn=entry.identifier("isbn"))
    issns = [value for scheme, value in entry.identifiers if scheme == "issn"]
    part = _with({"@type": "Periodical", "name": title}, issn=issns)
    if entry.volume:
        part = {"@type": "PublicationVolume", "volumeNumber": entry.volume, "isPartOf": part}
    if entry.issue:
        part = {"@type": "PublicationIssue", "issueNumber": entry.issue, "isPartOf": part}
    return part


def _with(node: dict[str, Any], **more: Any) -> dict[str, Any]:
    return node | {name: value for name, value in more.items() if value}


def _file(file: OutgoingFile) -> dict[str, str]:
    return {
        "@type": "MediaObject",
        "name": file.name,
        "contentUrl": file.url,
        "encodingFormat": file.media_type,
        "contentSize": f"{file.size} B",
    }


def _date(date: PartialDate | None) -> str:
    """Return the date on which it began, as ISO 8601 has it and as exactly as it is known; of a season the year."""
    if date is None:
        return ""
    start = date.start
    return f"{start.year}" if start.part is not None and start.part > 12 else start.edtf
