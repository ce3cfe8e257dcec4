"""Read the XML that Europe PMC's search gives (result type "core"), as its web service and page of results save it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from lxml import etree

from repository.exchange.entry import Entry, Rejected
from repository.exchange.nbib_entry import Field, make_entry
from repository.exchange.xml_source import Piece, child, children, read_pieces, root_name, text_at, text_of
from repository.identifiers import InvalidIdentifier, normalise

_Element = etree._Element

KEY = "europe_pmc"
LABEL = "Europe PMC XML"

# What Europe PMC calls the kinds of comments and corrections, by NBIB's field for each.
_NOTICES = {
    "retraction in": "RIN", "retraction of": "ROF", "erratum in": "EIN", "erratum for": "EFR", "comment in": "CIN",
    "comment on": "CON", "expression of concern in": "ECI", "expression of concern for": "ECF", "update in": "UIN",
    "update of": "UOF", "republished in": "RPI", "republished from": "RPF",
    "corrected and republished in": "CRI", "corrected and republished from": "CRF",
}  # fmt: skip
_PATENT = "PAT"


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is an answer of Europe PMC."""
    return root_name(text) == "responseWrapper"


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each result, or why it is none, in the order of the file.

    Besides articles there are preprints, books and patents; those have no PMID.
    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    is_empty = True
    for piece in read_pieces(stream, "result"):
        is_empty = False
        yield piece if isinstance(piece, Rejected) else _entry_or_reason(piece)
    if is_empty:
        yield Rejected(1, "There is no record in this file: the search that it was saved from found nothing.")


def _entry_or_reason(piece: Piece) -> Entry | Rejected:
    result = piece.element
    problems = list(piece.problems)
    pmid = text_at(result, "pmid")
    if pmid:
        try:
            pmid = normalise("pmid", pmid)
        except InvalidIdentifier as error:
            problems.append(f"Line {piece.line}: “{pmid[:20]}” was left out. {error}")
            pmid = ""
    fields = [Field(tag, piece.line, value) for tag, value in _fields(result) if value]
    entry = make_entry(pmid, fields, piece.line, problems)
    if entry is None:
        return Rejected(piece.line, "This record has no title.", f"{text_at(result, 'source')} {text_at(result, 'id')}")
    number, affiliation = text_at(result, "id"), text_at(result, "affiliation")
    if text_at(result, "source") == _PATENT:
        # The affiliation of a patent is that of its owner.
        return replace(entry, type="other", report_number=number, institution=affiliation, url=_address(result))
    if affiliation and entry.contributors and not any(credit.affiliations for credit in entry.contributors):
        first = replace(entry.contributors[0], affiliations=(affiliation,))
        entry = replace(entry, contributors=(first, *entry.contributors[1:]))
    return (
        entry
        if any(scheme in ("doi", "pmid") for scheme, _ in entry.identifiers)
        else replace(entry, url=_address(result))
    )


def _fields(result: _Element) -> Iterator[tuple[str, str]]:
    """Yield tag and text of the fields that NBIB would have."""
    issue, book = child(result, "journalInfo"), child(result, "bookOrReportDetails")
    journal = child(issue, "journal")
    yield "TI", text_at(result, "title")
    yield "JT", text_at(journal, "title")
    yield "TA", text_at(journal, "medlineAbbreviation") or text_at(journal, "ISOAbbreviation")
    yield "VI", text_at(issue, "volume")
    yield "IP", text_at(issue, "issue")
    yield "DP", text_at(issue, "dateOfPublication") or text_at(result, "pubYear")
    yield "DEP", text_at(result, "electronicPublicationDate")
    yield "PG", text_at(result, "pageInfo")
    yield "IS", text_at(journal, "ESSN")
    yield "IS", text_at(journal, "ISSN")
    yield "BTI", text_at(book, "comprisingTitle")
    yield "PB", text_at(book, "publisher")
    yield "EN", text_at(book, "edition")
    yield "ISBN", text_at(book, "isbn13") or text_at(book, "isbn10")
    if doi := text_at(result, "doi"):
        yield "LID", f"{doi} [doi]"
    yield "PMC", text_at(result, "pmcid")
    yield "AB", text_at(result, "abstractText")
    yield "LA", text_at(result, "language")
    for author in children(child(result, "authorList"), "author"):
        yield from _author(author)
    kinds = [text_of(kind) for kind in children(child(result, "pubTypeList"), "pubType")]
    for kind in kinds:
        # Those of Europe PMC itself, such as "research-article", say again what NLM's say.
        if not kind.islower() or len(kinds) == 1:
            yield "PT", kind.capitalize() if kind.islower() else kind
    for heading in children(child(result, "meshHeadingList"), "meshHeading"):
        qualifiers = children(child(heading, "meshQualifierList"), "meshQualifier")
        parts = [(heading, "descriptorName"), *((qualifier, "qualifierName") for qualifier in qualifiers)]
        yield (
            "MH",
            "/".join(
                ("*" if text_at(part, "majorTopic_YN") == "Y" else "") + text_at(part, name) for part, name in parts
            ),
        )
    for chemical in children(child(result, "chemicalList"), "chemical"):
        if name := text_at(chemical, "name"):
            yield "RN", f"{text_at(chemical, 'registryNumber') or '0'} ({name})"
    for word in children(child(result, "keywordList"), "keyword"):
        yield "OT", text_of(word)
    for grant in children(child(result, "grantsList"), "grant"):
        yield "GR", "/".join(filter(None, (text_at(grant, name) for name in ("grantId", "acronym", "agency"))))
    for notice in children(child(result, "commentCorrectionList"), "commentCorrection"):
        if tag := _NOTICES.get(text_at(notice, "type").lower()):
            pmid = text_at(notice, "id") if text_at(notice, "source") == "MED" else ""
            yield tag, f"{text_at(notice, 'reference')} PMID: {pmid}" if pmid else text_at(notice, "reference")


def _author(author: _Element) -> Iterator[tuple[str, str]]:
    if group := text_at(author, "collectiveName"):
        yield "CN", group
    else:
        family, given, suffix = (text_at(author, name) for name in ("lastName", "firstName", "suffix"))
        initials = text_at(author, "initials")
        family = family or text_at(author, "fullName")
        yield "FAU", ", ".join(filter(None, (family, given, suffix if given else "")))
        yield "AU", " ".join(filter(None, (family, initials, "" if given else suffix)))
    for identifier in children(author, "authorId"):
        yield "AUID", f"{identifier.get('type', '')}: {text_of(identifier)}"
    for affiliation in children(child(author, "authorAffiliationDetailsList"), "authorAffiliation"):
        yield "AD", text_at(affiliation, "affiliation")


def _address(result: _Element) -> str:
    """Return the first web address at which the work can be read."""
    for place in children(child(result, "fullTextUrlList"), "fullTextUrl"):
        if (address := text_at(place, "url")).startswith(("http://", "https://")):
            return address
    return ""
