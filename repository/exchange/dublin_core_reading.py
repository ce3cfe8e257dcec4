"""Make an entry of what a repository says about a work in Dublin Core, plain or with DSpace's qualifiers.

Every dialect (oai_dc, qualified DC, DSpace's "dim" and "xoai") is first laid out as rows: element, qualifier, text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lxml import etree

from repository.exchange import medline
from repository.exchange.entry import Credit, Entry, EntryType, SubjectHeading
from repository.exchange.licence_addresses import licence_of
from repository.exchange.ris_numbers import Numbers
from repository.exchange.ris_people import credit
from repository.exchange.ris_tags import REPORTS
from repository.exchange.xml_source import children, line_of, local_name
from repository.languages import LANGUAGES, language_code
from repository.partial_dates import PartialDate

_Element = etree._Element


class Row(NamedTuple):
    """One statement about a work, such as ("date", "issued", "2020-02")."""

    element: str
    qualifier: str
    text: str
    line: int  # within the record, from 1


# The qualified terms of DCMI that say more than the element they refine.
_TERMS = {
    "abstract": ("description", "abstract"), "issued": ("date", "issued"), "available": ("date", "available"),
    "created": ("date", "created"), "alternative": ("title", "alternative"), "isPartOf": ("relation", "ispartof"),
    "bibliographicCitation": ("identifier", "citation"), "rightsHolder": ("rights", "holder"),
    "license": ("rights", "license"), "dateAccepted": ("date", "accepted"), "dateSubmitted": ("date", "submitted"),
    "extent": ("format", "extent"), "spatial": ("coverage", "spatial"), "temporal": ("coverage", "temporal"),
}  # fmt: skip

_TYPES: tuple[tuple[str, EntryType], ...] = (
    (r"pre-?print", "preprint"),
    (r"book (?:part|section|chapter)|chapter|bookpart|book item", "chapter"),
    (r"thes[ie]s|dissertation", "thesis"),
    (r"poster", "poster"),
    (r"conference (?:paper|object|item|proceedings)|conferencepaper|conferenceobject|proceedings", "conference_paper"),
    (r"presentation|lecture|slides", "presentation"),
    (r"guideline", "guideline"),
    (r"policy|procedure", "policy"),
    (r"audit|quality improvement", "audit"),
    (r"training|learning object|teaching", "training"),
    (r"toolkit", "toolkit"),
    (r"report|working ?paper|workingpaper", "report"),
    (r"data ?set", "dataset"),
    (r"article|review|editorial|letter|case report", "article"),
    (r"\bbook\b|monograph", "book"),
)
_LANGUAGE_CODES = {name.lower(): code for code, name in LANGUAGES.items()}
_AUTHORS = frozenset({"", "author", "none"})


def rows(element: _Element) -> list[Row]:
    """Return what the element of an oai_dc, qualified DC, "dim" or "xoai" description says, in its order."""
    if next(element.iterchildren("{*}field"), None) is not None and local_name(element) == "dim":
        return list(_dim_rows(element))
    if local_name(element) == "metadata":
        return list(_xoai_rows(element))
    found = []
    for child in element:
        name, qualifier = _TERMS.get(local_name(child), (local_name(child), ""))
        if text := _text(child):
            found.append(Row(name, qualifier, text, line_of(child)))
    return found


def make_entry(found: Sequence[Row], line: int, problems: Iterable[str]) -> Entry | None:
    """Return the entry that the rows of a description make, or None where they hold no title.

    Of dates the one with the qualifier "issued" is taken, else one without a time of day: a time is that of the
    deposit in the repository. `line` is where the record begins; the rows count their lines from there.
    """
    record = _Record(found, line, list(problems))
    titles = record.all("title", "", "none")
    if not titles:
        return None
    kind = record.type()
    numbers, url, report_number = record.numbers()
    series, series_number = record.series()
    container, volume, issue, pages = record.source()
    subjects, keywords = record.subjects()
    publishers = record.all("publisher")
    institution = record.first("publisher") if kind in REPORTS or kind == "thesis" else ""
    return Entry(
        type=kind,
        title=medline.plain_title(titles[0]) or titles[0],
        vernacular_title=medline.plain_title((*titles[1:], *record.all("title", "alternative"), "")[0]),
        abstract=record.abstract(),
        identifiers=numbers.in_order(),
        contributors=record.people(),
        subjects=subjects,
        keywords=keywords,
        container_title=container,
        volume=volume,
        issue=issue,
        pages=pages,
        series=series,
        publisher="" if institution else "; ".join(publishers),
        institution=institution,
        report_number=report_number or series_number,
        url=url,
        licence=record.licence(),
        issued=record.issued(),
        languages=record.languages(),
        publication_types=record.all("type"),
        funding=record.all("description", "sponsorship"),
        copyright_statement="\n".join(text for text in record.all("rights", "", "holder", "none") if "://" not in text),
        line=line,
        warnings=tuple(record.warnings),
    )


def _text(element: _Element) -> str:
    """Return the text of an element in paragraphs, which blank lines part."""
    text = "".join(element.itertext())  # type: ignore[arg-type]
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in re.split(r"\n[ \t\r]*\n", text))))


def _dim_rows(element: _Element) -> Iterator[Row]:
    for field in children(element, "field"):
        if field.get("mdschema", "dc") in ("dc", "dcterms") and (text := _text(field)):
            yield Row(field.get("element", ""), field.get("qualifier", ""), text, line_of(field))


def _xoai_rows(element: _Element) -> Iterator[Row]:
    """Yield the values within <element name="dc">: an element, perhaps a qualifier, and a language around each."""
    for schema in children(element, "element"):
        if schema.get("name") not in ("dc", "dcterms"):
            continue
        for name in children(schema, "element"):
            for field in name.iterdescendants("{*}field"):
                if field.get("name") != "value" or not (text := _text(field)):
                    continue
                around = [a.get("name", "") for a in field.iterancestors("{*}element")]
                path = around[: around.index(name.get("name", ""))] if name.get("name") in around else []
                # From the inside: the language, then the qualifier.
                yield Row(name.get("name", ""), path[1] if len(path) > 1 else "", text, line_of(field))


class _Record:
    def __init__(self, found: Sequence[Row], line: int, warnings: list[str]) -> None:
        self._rows, self._line, self.warnings = found, line, warnings

    def warn(self, row: Row, sentence: str) -> None:
        self.warnings.append(f"Line {self._line + row.line - 1}: {sentence}")

    def of(self, element: str, *qualifiers: str) -> list[Row]:
        return [row for row in self._rows if row.element == element and (not qualifiers or row.qualifier in qualifiers)]

    def all(self, element: str, *qualifiers: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.text for row in self.of(element, *qualifiers)))

    def first(self, element: str, *qualifiers: str) -> str:
        return next(iter(self.all(element, *qualifiers)), "")

    def type(self) -> EntryType:
        for text in self.all("type"):
            plain = re.sub(r"[_/]", " ", text.rpartition("info:eu-repo/semantics/")[2]).lower()
            for pattern, kind in _TYPES:
                if re.search(pattern, plain):
                    return kind
        return "other"

    def people(self) -> tuple[Credit, ...]:
        """Return the creators, or where there are none the contributors, which is where old repositories have them."""
        creators = [*self.of("creator"), *self.of("contributor", "author")]
        others = [row for row in self.of("contributor") if row.qualifier != "author"]
        found: dict[Credit, None] = {}
        for row in creators or [row for row in others if row.qualifier in _AUTHORS]:
            self._add(found, row, "author")
        for row in others:
            if row.qualifier == "editor":
                self._add(found, row, "editor")
            elif creators or row.qualifier not in _AUTHORS:
                self.warn(row, f"“{row.text[:60]}”, who contributed to the work in another way, was left out.")
        return tuple(found)

    def _add(self, found: dict[Credit, None], row: Row, role: str) -> None:
        person, is_guess = credit(" ".join(row.text.split()))
        found[replace(person, role="editor" if role == "editor" else "author")] = None
        if is_guess:
            self.warn(row, f"“{row.text[:60]}” was read as a person whose family name is last.")

    def abstract(self) -> str:
        return "\n\n".join(self.all("description", "abstract") or self.all("description", "", "none"))

    def subjects(self) -> tuple[tuple[SubjectHeading, ...], tuple[str, ...]]:
        headings = [medline.mesh_heading(text) for text in self.all("subject", "mesh")]
        words = [row.text for row in self.of("subject") if row.qualifier != "mesh"]
        return tuple(dict.fromkeys(headings)), tuple(dict.fromkeys(words))

    def numbers(self) -> tuple[Numbers, str, str]:
        """Return the identifiers, the first web address and a number of the publisher's."""
        numbers, url, other = Numbers(self.warnings), "", ""
        for row in [*self.of("identifier"), *self.of("relation", "isbn", "issn", "doi")]:
            text, line = row.text, self._line + row.line - 1
            plain = re.sub(r"^urn:|[\s-]", "", text, flags=re.IGNORECASE)
            if row.qualifier == "citation":
                continue
            if re.search(r"\b10\.[0-9]{4,9}/\S", text) and "hdl.handle" not in text:
                numbers.add("doi", text[text.index("10.") :] if "doi" not in text.lower() else text, line)
            elif row.qualifier in ("isbn", "issn"):
                numbers.add(row.qualifier, text, line)
            elif re.fullmatch(r"(?:isbn:?)?(?:97[89])?[0-9]{9}[0-9X]", plain, re.IGNORECASE):
                numbers.add("isbn", plain, line)
            elif re.fullmatch(r"(?:issn:?)?[0-9]{7}[0-9X]", plain, re.IGNORECASE) and re.search(
                r"issn|-", text, re.IGNORECASE
            ):
                numbers.add("issn", plain, line)
            elif re.fullmatch(r"(?:pmid|info:pmid/)[: ]*[0-9]{1,8}", text, re.IGNORECASE) or row.qualifier == "pmid":
                numbers.add("pmid", re.sub(r"\D", "", text), line)
            elif re.fullmatch(r"(?:pmcid:? ?)?PMC[0-9]+", text, re.IGNORECASE):
                numbers.add("pmcid", text, line)
            elif text.startswith(("http://", "https://")):
                url = url or text
            elif not text.startswith("oai:"):
                other = other or text
        for row in self.of("source"):
            # Open Journal Systems has the journal's in a source of its own.
            if re.fullmatch(r"[0-9]{4}-[0-9]{3}[0-9X]", row.text):
                numbers.add("issn", row.text, self._line + row.line - 1)
        return numbers, url, other

    def series(self) -> tuple[str, str]:
        """Return series and number from a relation such as DSpace's "ERS;ERS-2003-023"."""
        series = number = ""
        for text in self.all("relation", "", "none", "ispartofseries"):
            name, semicolon, rest = text.partition(";")
            if semicolon:
                series, number = series or name.strip(), number or rest.strip()
        return series, number

    def source(self) -> tuple[str, str, str, str]:
        """Return journal, volume, issue and pages of a source such as "J Ward; Vol. 3 No. 2 (2019); 12-20"."""
        for text in (*self.all("source", "", "none"), *self.all("relation", "ispartof")):
            if re.match(r"(?:https?:|urn:|[0-9]{4}-[0-9]{3}[0-9X]$)", text):
                continue
            journal, *parts = (part.strip() for part in text.split(";"))
            rest = "; ".join(parts)
            volume = re.search(r"\bVol(?:ume)?\.? ?([0-9]+)", rest)
            issue = re.search(r"\b(?:No|Issue|Iss)\.? ?([0-9]+(?:[-/][0-9]+)?)", rest)
            pages = re.fullmatch(r"(?:pp?\. ?)?([A-Za-z]?[0-9]+(?:[-–][A-Za-z]?[0-9]+)?)", parts[-1]) if parts else None
            return journal, volume[1] if volume else "", issue[1] if issue else "", pages[1] if pages else ""
        return "", "", "", ""

    def licence(self) -> str:
        return next(filter(None, map(licence_of, (*self.all("rights"), *self.all("relation")))), "")

    def issued(self) -> PartialDate | None:
        candidates = self.of("date", "issued") or self.of("date", "", "none") or self.of("date", "created")
        for row in sorted(candidates, key=lambda row: "T" in row.text):
            try:
                date = PartialDate.from_text(row.text.partition("T")[0])
            except ValueError:
                self.warn(row, f"the date “{row.text[:60]}” was left out.")
                continue
            if "T" in row.text:
                self.warn(row, f"the date {date} is when the repository took the work in; it names no other.")
            return date
        return None

    def languages(self) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for row in self.of("language"):
            word = re.split(r"[_-]", row.text.strip())[0]
            try:
                codes[_LANGUAGE_CODES.get(row.text.lower()) or language_code(word)] = None
            except ValueError as error:
                self.warn(row, f"{error} It was left out.")
        return tuple(codes)
