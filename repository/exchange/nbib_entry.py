"""Make an entry of the fields of one NBIB record."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from repository.exchange import medline
from repository.exchange.entry import Entry, Notice, SubjectHeading
from repository.exchange.nbib_people import People
from repository.exchange.nbib_tags import PEOPLE
from repository.identifiers import InvalidIdentifier, normalise
from repository.languages import language_code
from repository.partial_dates import PartialDate


class Field(NamedTuple):
    """One field of a record: its tag, the number of its first line, and its text with the line breaks taken out."""

    tag: str
    line: int
    value: str


def make_entry(pmid: str, fields: Sequence[Field], line: int, warnings: Iterable[str]) -> Entry | None:
    """Return the entry that the fields of a record describe, or None where they hold no title.

    `pmid` is its checked PubMed ID ("" for a record of another database laid out alike), `line` where it begins.
    What could not be read as it stands is said in the entry's warnings, after those given.
    """
    record = _Record(fields, list(warnings))
    publication_types = record.unique("PT")
    in_journal = bool(record.first("JT") or record.first("TA"))
    kind = medline.work_type(publication_types, in_journal, bool(record.first("BTI")))
    vernacular = medline.plain_title(record.first("TT"))
    title, book = medline.plain_title(record.first("TI")), medline.plain_title(record.first("BTI"))
    if not title and not vernacular:
        # A whole book has its title in BTI alone.
        title, book, kind = book, "", "book" if book else kind
    if not title:
        title, vernacular = vernacular, ""
    if not title:
        return None
    pages, article_number = record.pages()
    headings = record.headings()
    return Entry(
        type=kind,
        title=title,
        vernacular_title=vernacular,
        abstract=record.abstract(),
        identifiers=record.identifiers(pmid),
        contributors=record.people.credits(),
        subjects=headings,
        substances=record.substances({heading.label for heading in headings}),
        keywords=record.keywords(),
        container_title=record.first("JT") or record.first("TA") or book,
        container_abbreviation=record.first("TA"),
        volume=record.first("VI"),
        issue=record.first("IP"),
        pages=pages,
        article_number=article_number,
        series=medline.plain_title(record.first("CTI")),
        edition=record.first("EN"),
        publisher=record.first("PB"),
        place=record.first("PL") if record.first("PL") != "Not Available" else "",
        issued=record.date("DP"),
        available_online=record.date("DEP"),
        languages=record.languages(),
        publication_types=publication_types,
        notices=record.notices(publication_types),
        registrations=record.unique("SI"),
        funding=record.unique("GR"),
        conflict_of_interest=" ".join((*record.unique("COIS"), *record.unique("COI"))),
        copyright_statement=" ".join(record.unique("CI")),
        line=line,
        warnings=tuple(record.warnings),
    )


_DOI_IN_SOURCE = re.compile(r"\bdoi:\s*(10\.\S+)")
_UNLABELLED = re.compile(r"\bUNLABELLED: ")  # what NLM puts before the parts of an abstract that have no label
_PMID_AT_END = re.compile(r"\s*\bPMID:\s*([0-9]{1,8})\.?$")
_NOTICE_ORDER = tuple(medline.NOTICES)
_YEAR = re.compile(r"\b[12][0-9]{3}\b")

# Journals, dates and DOIs' journals come again and again in one file.
_normalise = lru_cache(maxsize=4_096)(normalise)
_date = lru_cache(maxsize=4_096)(PartialDate.from_text)


def _labelled(text: str) -> tuple[str, str]:
    """Return value and label of a LID or AID such as "10.1000/x [doi]"; an article number may have no label."""
    if not text.endswith("]"):
        return text, ""
    value, _, label = text[:-1].rpartition("[")
    return value.rstrip(), label.lower()


class _Record:
    def __init__(self, fields: Sequence[Field], warnings: list[str]) -> None:
        self.warnings = warnings
        self.people = People(warnings)
        self._fields: dict[str, list[Field]] = {}
        for field in fields:
            if not field.value:
                continue
            if field.tag in PEOPLE:
                self.people.add(*field)
            else:
                self._fields.setdefault(field.tag, []).append(field)

    def all(self, tag: str) -> list[Field]:
        return self._fields.get(tag, [])

    def first(self, tag: str) -> str:
        fields = self._fields.get(tag)
        return fields[0].value if fields else ""

    def unique(self, tag: str) -> tuple[str, ...]:
        fields = self._fields.get(tag)
        return tuple(dict.fromkeys([field.value for field in fields])) if fields else ()

    def abstract(self) -> str:
        if abstract := "\n\n".join(_UNLABELLED.sub("", text) for text in self.unique("AB")):
            return abstract
        return next((text for text in self.unique("OAB") if not text.startswith("Publisher: Abstract available")), "")

    def identifiers(self, pmid: str) -> tuple[tuple[str, str], ...]:
        found = {("pmid", pmid): None} if pmid else {}
        located = [(field, *_labelled(field.value)) for field in self.all("LID") + self.all("AID")]
        dois = [(field, value) for field, value, label in located if label == "doi"]
        if not dois:
            dois = [(field, match[1]) for field in self.all("SO")[:1] if (match := _DOI_IN_SOURCE.search(field.value))]
        for field, value in dois:
            self._add_identifier(found, "doi", value, field)
        for field in self.all("PMC"):
            self._add_identifier(found, "pmcid", field.value, field)
        for field in self.all("IS") + self.all("ISBN"):
            value = field.value.partition("(")[0].strip()
            # "1471-2105 (Electronic)"; the books of older files have their ISBN in IS.
            self._add_identifier(found, "issn" if len(value.replace("-", "")) == 8 else "isbn", value, field)
        if sum(scheme == "doi" for scheme, _ in found) > 1:
            self.warnings.append(f"Line {dois[0][0].line}: the record has more than one DOI.")
        return tuple(found)

    def _add_identifier(self, found: dict[tuple[str, str], None], scheme: str, value: str, field: Field) -> None:
        try:
            found[scheme, _normalise(scheme, value)] = None
        except InvalidIdentifier as error:
            self.warnings.append(f"Line {field.line}: “{value[:60]}” was left out. {error}")

    def headings(self) -> tuple[SubjectHeading, ...]:
        """Return the MeSH headings; one that the record names twice is given once, with all its qualifiers."""
        found: dict[str, SubjectHeading] = {}
        for field in self.all("MH"):
            heading = medline.mesh_heading(field.value)
            known = found.get(heading.label)
            if known is not None:
                qualifiers = tuple(dict.fromkeys(known.qualifiers + heading.qualifiers))
                heading = SubjectHeading("mesh", heading.label, known.major or heading.major, qualifiers)
            if heading.label:
                found[heading.label] = heading
        return tuple(found.values())

    def substances(self, headings: set[str]) -> tuple[str, ...]:
        """Return the names in RN, "EC 3.6.5.5 (Dynamins)", and NM that are no heading of the record."""
        names = dict.fromkeys(self.unique("NM"))
        for value in self.unique("RN"):
            names[value.partition("(")[2].removesuffix(")") or value] = None
        return tuple(name for name in names if name not in headings)

    def keywords(self) -> tuple[str, ...]:
        """Return the authors' keywords, then persons whom the work is about."""
        words = [field.value.removeprefix("*").removesuffix(".").strip() for field in self.all("OT")]
        subjects = self.unique("FPS") or self.unique("PS")
        return tuple(dict.fromkeys(word for word in (*words, *subjects) if word))

    def pages(self) -> tuple[str, str]:
        """Return pages and article number. What PubMed calls pages is often the number of the article.

        It is when LID has it bare, and LID's publisher number is the one that SO cites as "12(3):e80092.".
        """
        pages, source = self.first("PG"), self.first("SO")
        for field in self.all("LID"):
            value, label = _labelled(field.value)
            if not label or (label == "pii" and not pages and f":{value}." in source):
                return ("" if pages == value else pages), value
        return pages, ""

    def date(self, tag: str) -> PartialDate | None:
        for field in self.all(tag):
            try:
                return _date(field.value)
            except ValueError:
                year = _YEAR.search(field.value)
                outcome = f"was read as {year[0]}" if year else "was left out"
                self.warnings.append(f"Line {field.line}: the date “{field.value[:60]}” {outcome}.")
                return _date(year[0]) if year else None
        return None

    def languages(self) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for field in self.all("LA"):
            try:
                codes[language_code(field.value)] = None
            except ValueError as error:
                self.warnings.append(f"Line {field.line}: {error} It was left out.")
        return tuple(codes)

    def notices(self, publication_types: tuple[str, ...]) -> tuple[Notice, ...]:
        notices = []
        for tag in sorted(medline.NOTICES.keys() & self._fields.keys(), key=_NOTICE_ORDER.index):
            for text in self.unique(tag):
                pmid = _PMID_AT_END.search(text)
                text = text[: pmid.start()] if pmid else text
                notices.append(Notice(medline.NOTICES[tag], text, pmid[1] if pmid else ""))
        if "Retracted Publication" in publication_types and not any(n.kind == "retraction" for n in notices):
            notices.insert(0, Notice("retraction", "Retracted Publication"))
        return tuple(notices)
