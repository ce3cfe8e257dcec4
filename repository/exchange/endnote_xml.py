"""Read the XML that EndNote exports, and that Zotero, Bookends and others export in its likeness."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Literal

from lxml import etree

from repository.exchange.entry import Credit, Entry, EntryType, Rejected
from repository.exchange.ris_headings import sort_words
from repository.exchange.ris_numbers import Numbers, doi_in, is_from_pubmed, pmid_in_accession, pmid_in_address
from repository.exchange.ris_people import credit, is_et_al
from repository.exchange.tagged_records import Field
from repository.exchange.xml_source import Piece, child, children, read_pieces, root_name, text_at, text_of
from repository.identifiers import InvalidIdentifier, normalise
from repository.languages import LANGUAGES, language_code
from repository.partial_dates import PartialDate

KEY = "endnote_xml"
LABEL = "EndNote XML"

_Element = etree._Element

# EndNote's reference types by their names in lower case; all others are "other".
_TYPES: dict[str, EntryType] = {
    "journal article": "article", "electronic article": "article", "magazine article": "article",
    "newspaper article": "article", "unpublished work": "preprint", "manuscript": "preprint", "preprint": "preprint",
    "report": "report", "government document": "report", "grey literature": "report", "standard": "guideline",
    "book": "book", "edited book": "book", "electronic book": "book", "classical work": "book",
    "book section": "chapter", "electronic book section": "chapter", "encyclopedia": "chapter",
    "conference paper": "conference_paper", "conference proceedings": "conference_paper",
    "thesis": "thesis", "dataset": "dataset", "online database": "dataset",
}  # fmt: skip
_IN_ANOTHER = frozenset({"article", "chapter", "conference_paper", "preprint"})
_LANGUAGE_CODES = {name.lower(): code for code, name in LANGUAGES.items()}


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is EndNote XML."""
    if root_name(text) not in ("xml", "records", "record"):
        return False
    return re.search(
        r"<(?:ref-type|rec-number|source-app|contributors|electronic-resource-num)[\s>]", text
    ) is not None or (root_name(text) == "xml" and re.search(r"<records\s*/?>", text) is not None)


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each reference, or why it is none, in the order of the file.

    Raises UnreadableFile for a file that is no text, is empty or defines entities.
    """
    is_empty = True
    for piece in read_pieces(stream, "record"):
        is_empty = False
        yield piece if isinstance(piece, Rejected) else _entry_or_reason(piece)
    if is_empty:
        yield Rejected(
            1, "There is no reference in this file. In EndNote, select the references and export them again."
        )


def _entry_or_reason(piece: Piece) -> Entry | Rejected:
    record, line, warnings = piece.element, piece.line, list(piece.problems)
    titles, periodical = child(record, "titles"), child(record, "periodical")
    title = _without_stop(text_at(titles, "title"))
    if not title:
        return Rejected(line, "This record has no title.", f"record {text_at(record, 'rec-number')}".strip())
    kind = _type(record, warnings, line)
    second = text_at(titles, "secondary-title")
    whole = text_at(periodical, "full-title")
    alternative = text_at(titles, "alt-title") or text_at(child(record, "alt-periodical"), "full-title")
    container = (whole or second) if kind in _IN_ANOTHER else ""
    abbreviation = next(
        filter(None, (text_at(periodical, f"abbr-{number}") for number in (1, 2, 3))),
        alternative if kind == "article" and len(alternative) < len(container) else "",
    )
    from_pubmed = is_from_pubmed(text_at(record, "remote-database-name"), text_at(record, "remote-database-provider"))
    words = [text_of(word) for word in children(child(record, "keywords"), "keyword")]
    subjects, keywords = sort_words([word for word in words if word], from_pubmed)
    numbers, url = _numbers(record, from_pubmed, warnings, line)
    publisher = text_at(record, "publisher")
    edition, online = _edition(text_at(record, "edition"))
    return Entry(
        type=kind,
        title=title,
        vernacular_title=_without_stop(text_at(titles, "translated-title")),
        abstract=_paragraphs(child(record, "abstract")),
        identifiers=numbers.in_order(),
        contributors=_people(record, warnings, line),
        subjects=subjects,
        keywords=keywords,
        container_title=container,
        container_abbreviation="" if abbreviation == container else abbreviation,
        volume=text_at(record, "volume"),
        issue=text_at(record, "number") or text_at(record, "issue"),
        pages="" if text_at(record, "pages").startswith(("http", "Available")) else text_at(record, "pages"),
        series=text_at(titles, "tertiary-title") or ("" if kind in _IN_ANOTHER else second),
        edition=edition,
        publisher="" if kind == "thesis" else publisher,
        place=text_at(record, "pub-location"),
        institution=publisher if kind == "thesis" else "",
        report_number=text_at(record, "report-id"),
        degree=text_at(record, "work-type") if kind == "thesis" else "",
        url=url,
        issued=_issued(record, warnings, line),
        available_online=online,
        languages=_languages(text_at(record, "language"), warnings, line),
        publication_types=tuple(filter(None, (text_at(record, "work-type"),))) if kind != "thesis" else (),
        line=line,
        warnings=tuple(warnings),
    )


def _type(record: _Element, warnings: list[str], line: int) -> EntryType:
    reference_type = child(record, "ref-type")
    name = reference_type.get("name", "") if reference_type is not None else ""
    if name.lower() not in _TYPES and name.lower() not in ("generic", ""):
        warnings.append(f"Line {line}: we have no such type as “{name[:60]}”; it was taken as another kind of work.")
    return _TYPES.get(name.lower(), "other")


def _lines(element: _Element | None) -> list[str]:
    """Return the lines of a field that has several; EndNote parts them by carriage returns."""
    text = "".join(element.itertext()) if element is not None else ""  # type: ignore[arg-type]
    return [line for line in (" ".join(part.split()) for part in re.split(r"[\r\n]+", text)) if line]


def _paragraphs(element: _Element | None) -> str:
    """Return an abstract in paragraphs, which EndNote parts by carriage returns; line feeds are those of the file."""
    text = "".join(element.itertext()) if element is not None else ""  # type: ignore[arg-type]
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in text.split("\r"))))


def _without_stop(title: str) -> str:
    return title[:-1].rstrip() if title.endswith(".") and not title.endswith("..") else title


def _people(record: _Element, warnings: list[str], line: int) -> tuple[Credit, ...]:
    contributors = child(record, "contributors")
    found: list[Credit] = []
    roles: tuple[tuple[str, Literal["author", "editor"]], ...] = (
        ("authors", "author"),
        ("secondary-authors", "editor"),
    )
    for group, role in roles:
        for author in children(child(contributors, group), "author"):
            name = text_of(author)
            if is_et_al(name):
                warnings.append(f"Line {line}: the source says “et al.”, so it names only the first of the authors.")
            elif name:
                person, is_guess = credit(name)
                found.append(replace(person, role=role))
                if is_guess:
                    warnings.append(f"Line {line}: “{name[:60]}” was read as a person whose family name is last.")
    places = tuple(_lines(child(record, "auth-address")))
    if places and found:
        # EndNote does not say whose they are; of records from PubMed they are mostly the first author's.
        found[0] = replace(found[0], affiliations=places)
        if len(found) > 1:
            warnings.append(
                f"Line {line}: the file does not say whose the affiliations are; they were given to the first."
            )
    return tuple(found)


def _numbers(record: _Element, from_pubmed: bool, warnings: list[str], line: int) -> tuple[Numbers, str]:
    """Return the identifiers of a work, and its web address where that says more than they do."""
    numbers = Numbers(warnings)
    if doi := text_at(record, "electronic-resource-num"):
        numbers.add("doi", doi, line)
    accession = text_at(record, "accession-num")
    if pmid := pmid_in_accession(accession, from_pubmed=from_pubmed, from_proquest=False):
        numbers.add("pmid", pmid, line)
    if (pmcid := text_at(record, "custom2")).upper().startswith("PMC"):
        numbers.add("pmcid", pmcid, line)
    numbers.add_serial_or_book(Field("isbn", line, _lines(child(record, "isbn"))))
    url = ""
    for kind in children(child(record, "urls"), "web-urls", "related-urls", "text-urls"):
        for address in children(kind, "url"):
            for text in _lines(address):
                found = pmid_in_address(text)
                if found and not numbers.has("pmid"):
                    numbers.add("pmid", found, line)
                elif not found and (doi := doi_in(text)) and not numbers.has("doi") and _is_doi(doi):
                    numbers.add("doi", doi, line)
                elif not found and not doi_in(text) and text.startswith(("http://", "https://")):
                    url = url or text
    return numbers, url


def _is_doi(text: str) -> bool:
    try:
        return bool(normalise("doi", text))
    except InvalidIdentifier:
        return False


def _issued(record: _Element, warnings: list[str], line: int) -> PartialDate | None:
    dates = child(record, "dates")
    year, day = text_at(dates, "year"), text_at(dates, "pub-dates", "date")
    tries = [day, f"{year} {day}", f"{day} {year}"] if year and year in day else [f"{year} {day}", f"{day} {year}"]
    for text in [*tries, year] if day else [year]:
        try:
            date = PartialDate.from_text(text)
        except ValueError:
            continue
        if not year or str(date.year) == year:
            if day and text == year:
                warnings.append(f"Line {line}: the date “{day[:60]}” was left out, and the year kept.")
            return date
    if year or day:
        warnings.append(f"Line {line}: the date “{f'{year} {day}'.strip()[:60]}” was left out.")
    return None


def _edition(text: str) -> tuple[str, PartialDate | None]:
    """Return the edition, or the day of the electronic publication, which EndNote's import from PubMed writes there."""
    if re.fullmatch(r"[0-9]{4}/[0-9]{2}/[0-9]{2}", text):
        try:
            return "", PartialDate.from_text(text)
        except ValueError:
            return text, None
    return text, None


def _languages(text: str, warnings: list[str], line: int) -> tuple[str, ...]:
    codes: dict[str, None] = {}
    for word in filter(None, re.split(r"\s*[;,/]\s*", text)):
        try:
            codes[_LANGUAGE_CODES.get(word.lower()) or language_code(word)] = None
        except ValueError as error:
            warnings.append(f"Line {line}: {error} It was left out.")
    return tuple(codes)
