"""Make an entry of one row of a table, by what its columns mean."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from repository.exchange import medline
from repository.exchange.cells import unguarded
from repository.exchange.entry import Credit, Entry, EntryType, SubjectHeading
from repository.exchange.json_values import plain
from repository.exchange.ris_dates import published
from repository.exchange.ris_numbers import Numbers, doi_in, pmid_in_address
from repository.exchange.ris_people import with_affiliations
from repository.exchange.ris_tags import GENRES, OTHER_TYPES, TYPES
from repository.exchange.table_people import people, words
from repository.exchange.table_rows import Row
from repository.exchange.tagged_records import Field
from repository.languages import LANGUAGES, language_code
from repository.licences import ADDRESSES, Licence
from repository.partial_dates import PartialDate
from repository.record_types import RecordType

# The first that is found in the name of a type, in small letters.
_TYPES: tuple[tuple[str, EntryType], ...] = (
    (r"pre-?print", "preprint"),
    (r"chapter|book ?section|inbook|incollection", "chapter"),
    (r"thesis|dissertation", "thesis"),
    (r"poster", "poster"),
    (r"conference|proceedings|meeting", "conference_paper"),
    (r"presentation|lecture|slides|talk", "presentation"),
    (r"guideline|standard", "guideline"),
    (r"policy|procedure", "policy"),
    (r"audit|quality improvement", "audit"),
    (r"training|learning", "training"),
    (r"toolkit", "toolkit"),
    (r"case report|short survey|data paper", "article"),
    (r"data ?set", "dataset"),
    (r"article|review|editorial|letter|note|survey|comment|journal|erratum|retracted", "article"),
    (r"report|working paper|government", "report"),
    (r"\bbook\b|monograph|^b$", "book"),
    (r"^j$", "article"),
    (r"^c$", "conference_paper"),
    (r"^s$", "chapter"),
    (r"^(?:other|misc|document|web ?page|generic)$", "other"),
)
_BY_LABEL: dict[str, Any] = {word: value for value, label in RecordType.choices for word in (value, label.lower())}
_LANGUAGE_CODES = {name.lower(): code for code, name in LANGUAGES.items()}
_LICENCES = {
    word.lower(): key.value for key in Licence for word in (key.value, key.label, ADDRESSES.get(key, key.value))
}
# Embase: "Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014". PubMed: "Age Ageing. 2020 Feb
# 1;49(2):12-20. doi: 10.1093/x."
_EMBASE = re.compile(
    r"(?P<journal>[^(]+(?:\([^()0-9]*\)[^(]*)?)\s*\((?P<year>[0-9]{4})\)"
    r"(?:\s+(?P<volume>[^\s:(]+)?(?::(?P<issue>[^\s(]+))?)?(?:\s*\((?P<pages>[^()]+)\))?"
)
_EMBASE_DATE = re.compile(r"Date of Publication:\s*([^.;]*[0-9]{4})")
_PUBMED = re.compile(
    r"(?P<journal>[^.]+)\.\s+(?P<date>[0-9]{4}[^;:.]*)(?:;(?P<volume>[^(:;.]*)(?:\((?P<issue>[^)]*)\))?(?::(?P<pages>[^.;]*))?)?\."
)
_DOI = re.compile(r"\b10\.[0-9]{4,9}/\S+")
_PAGES = re.compile(r"p{1,2}\.?\s*", re.IGNORECASE)
_LONGEST_NUMBER = 60  # characters of a volume, an issue or a page
_PLAIN = (
    "container_title", "container_abbreviation", "series", "edition", "publisher", "place", "institution",
    "report_number", "degree", "event_name", "event_place", "conflict_of_interest", "copyright_statement",
)  # fmt: skip


def make_entry(row: Row, header: Sequence[str], columns: Sequence[str]) -> Entry | None:
    """Return the entry of a row, or None where it has no title. `columns` has a key of FIELDS, or "", for each cell."""
    cells: dict[str, list[str]] = {}
    for field, cell in zip(columns, row.cells, strict=False):
        if field and (text := unguarded(cell.strip())):
            cells.setdefault(field, []).append(text)
    return _Cells(row, cells).entry()


class _Cells:
    """The cells of one row by the field that they fill."""

    def __init__(self, row: Row, cells: dict[str, list[str]]) -> None:
        self._line, self._cells, self.warnings = row.line, cells, list(row.problems)

    def warn(self, sentence: str) -> None:
        self.warnings.append(f"Line {self._line}: {sentence}")

    def first(self, field: str) -> str:
        return next(iter(self._cells.get(field, ())), "")

    def all(self, field: str) -> list[str]:
        return self._cells.get(field, [])

    def words(self, field: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for cell in self.all(field) for word in words(cell)))

    def entry(self) -> Entry | None:
        title = medline.plain_title(plain(self.first("title"))) if self.first("title") else ""
        if not title:
            return None
        texts = {name: plain(self.first(name)) for name in _PLAIN}
        issued, source = self.date("issued"), self.source()
        numbers = self.numbers()
        kind, publication_types = self.type(texts["container_title"] or source.get("container_title", ""), numbers)
        entry = Entry(
            type=kind,
            title=title,
            vernacular_title=medline.plain_title(plain(self.first("vernacular_title"))),
            abstract=_paragraphs(self.first("abstract")),
            identifiers=numbers.in_order(),
            contributors=self.people(),
            subjects=self.subjects(),
            substances=self.words("substances"),
            keywords=self.words("keywords"),
            volume=self.number("volume"),
            issue=self.number("issue"),
            pages=self.pages(),
            article_number=self.number("article_number"),
            event_date=self.date("event_date"),
            url=self.url(),
            licence=self.licence(),
            issued=issued,
            available_online=self.date("available_online"),
            languages=self.languages(),
            publication_types=publication_types,
            registrations=self.words("registrations"),
            funding=tuple(dict.fromkeys(plain(part) for cell in self.all("funding") for part in cell.split(";"))),
            line=self._line,
            **texts,  # type: ignore[arg-type]
        )
        from_source = {name: value for name, value in source.items() if value and not getattr(entry, name)}
        # The date in a citation may be more exact than the year beside it.
        date = source.get("issued")
        if isinstance(date, PartialDate) and issued and date.year == issued.year and len(date.edtf) > len(issued.edtf):
            from_source["issued"] = date
        return replace(entry, **from_source, warnings=tuple(self.warnings))

    def type(self, container: str, numbers: Numbers) -> tuple[EntryType, tuple[str, ...]]:
        given = [*self.all("type")]
        types = self.words("publication_types")
        for text in (*given, *types):
            if kind := _type(text):
                return kind, tuple(word for word in types if word.upper() not in ("J", "B", "C", "S"))
        for text in given:
            self.warn(f"“{text[:60]}” is no type of work that we know.")
        kind = "article" if container or numbers.has("pmid") or numbers.has("issn") else "other"
        return ("book" if kind == "other" and numbers.has("isbn") else kind), types

    def people(self) -> tuple[Credit, ...]:
        found: list[Credit] = []
        names: list[str] = []
        for cell in self.all("contributors"):
            credits, warnings = people(cell)
            found += credits
            names += [credit.credited_as for credit in credits]
            self.warnings += [f"Line {self._line}: {warning}" for warning in warnings]
        found, outcome = _with_affiliations(found, names, self.all("affiliations"))
        if outcome:
            self.warn("The table does not say whose the affiliations are: the first author has them all.")
        for cell in self.all("editors"):
            credits, warnings = people(cell)
            found += [replace(credit, role="editor") for credit in credits]
            self.warnings += [f"Line {self._line}: {warning}" for warning in warnings]
        return tuple(found)

    def numbers(self) -> Numbers:
        problems: list[str] = []
        numbers = Numbers(problems)
        for scheme in ("pmid", "doi", "pmcid"):
            for cell in self.all(scheme):
                for text in re.split(r"\s*[;|]+\s+|\s*\|\|\s*|\n", cell):
                    if text.strip():
                        numbers.add(scheme, text, self._line)
        for field in ("issn", "isbn", "numbers"):
            for cell in self.all(field):
                for text in numbers.add_serial_or_book(Field(field, self._line, re.split(r"[;,|\n]+", cell))):
                    what = {"issn": "an ISSN", "isbn": "an ISBN"}.get(field, "an ISSN or ISBN")
                    self.warn(f"“{text[:60]}” is not {what}, and was left out.")
        for cell in self.all("citation"):
            if not numbers.has("doi") and (match := re.search(r"\bdoi:\s*(10\.\S+)", cell)):
                numbers.add("doi", match[1], self._line)
        if not numbers.has("doi") and (doi := doi_in(self.first("url"))):
            numbers.add("doi", doi, self._line)
        if not numbers.has("pmid") and (pmid := pmid_in_address(self.first("url"))):
            numbers.add("pmid", pmid, self._line)
        self.warnings += problems
        return numbers

    def number(self, field: str) -> str:
        text = plain(self.first(field))
        if len(text) > _LONGEST_NUMBER:
            self.warn(f"“{text[:60]}…” is too long for a {field.replace('_', ' ')}, and was left out.")
            return ""
        return re.sub(r"\.0$", "", text)  # of a number that went through a spreadsheet

    def pages(self) -> str:
        whole = _PAGES.sub("", self.number("pages")) if self.number("pages").lower().startswith("p") else ""
        whole = whole or self.number("pages")
        first, last = self.number("first_page"), self.number("last_page")
        return whole or (f"{first}-{last}" if first and last and first != last else first or last)

    def subjects(self) -> tuple[SubjectHeading, ...]:
        parts = [part.strip() for cell in self.all("subjects") for part in re.split(r"[;|\n]+", cell)]
        return tuple(dict.fromkeys(medline.mesh_heading(part) for part in parts if part.strip("*/ ")))

    def date(self, field: str) -> PartialDate | None:
        text = re.sub(r"(?<=^[0-9]{4})\.0$", "", plain(self.first(field)))
        if not text or text.lower() in ("nan", "none", "n.d."):
            return None
        text = re.sub(r"(?<=[0-9])T[0-9:.Z+-]+$|\s+[0-9]{2}:[0-9]{2}(?::[0-9]{2})?$", "", text)
        for reading in (PartialDate.from_edtf, PartialDate.from_text):
            try:
                return reading(text)
            except ValueError:
                continue
        date, problem = published(text, "")
        if problem:
            self.warn(problem)
        return date

    def url(self) -> str:
        text = self.first("url").split()[0] if self.first("url") else ""
        if not re.match(r"https?://", text, re.IGNORECASE):
            if text:
                self.warn(f"“{text[:60]}” is no web address, and was left out.")
            return ""
        # Only subscribers may open the pages of databases; a DOI and a PubMed ID are kept as such.
        is_elsewhere = doi_in(text) or pmid_in_address(text) or re.match(r"https?://www\.(?:scopus|embase)\.com/", text)
        return "" if is_elsewhere else text

    def licence(self) -> str:
        text = self.first("licence")
        if text and text.lower() not in _LICENCES:
            self.warn(f"“{text[:60]}” is no licence that we know, and was left out.")
        return _LICENCES.get(text.lower(), "")

    def languages(self) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for word in (part for cell in self.all("languages") for part in re.split(r"[;,|/]+", cell)):
            name = word.strip()
            if not name:
                continue
            try:
                codes[_LANGUAGE_CODES.get(name.lower()) or language_code(re.sub(r"[-_][A-Za-z]{2}$", "", name))] = None
            except ValueError as error:
                self.warn(f"{error} It was left out.")
        return tuple(codes)

    def source(self) -> dict[str, Any]:
        """Return what a citation in one cell says: journal, date, volume, issue and pages."""
        text = " ".join(self.first("citation").split())
        if not text:
            return {}
        match = _EMBASE.match(text) or _PUBMED.match(text)
        if match is None:
            return {"container_title": "" if _DOI.search(text) or len(text) > 200 else text.rstrip(".")}
        found = match.groupdict()
        said = _EMBASE_DATE.search(text)
        year = found.get("year") or ""
        date, _ = published(said[1] if said else found.get("date") or "", year)
        return {
            "container_title": (found["journal"] or "").strip(" ."),
            "volume": (found["volume"] or "").strip(),
            "issue": (found["issue"] or "").strip(),
            "pages": (found["pages"] or "").strip(),
            "issued": date,
        }


@lru_cache(maxsize=1_024)
def _type(text: str) -> EntryType | None:
    word = " ".join(text.split()).lower()
    if found := _BY_LABEL.get(word) or GENRES.get(word) or TYPES.get(text.strip().upper()):
        return found
    if text.strip() in OTHER_TYPES:
        return "other"
    spread = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.strip()).lower()  # Zotero's "journalArticle"
    return next((kind for pattern, kind in _TYPES if re.search(pattern, spread)), None)


def _with_affiliations(credits: list[Credit], names: list[str], cells: list[str]) -> tuple[list[Credit], str]:
    """Return the credits with the affiliations of the cells, and "guessed" where the table does not say whose.

    Web of Science names them: "[Smith, Jane; Okafor, A.] Ward 3; [Berg, P.] Ward 9"; Scopus has "Smith J., Ward 3;
    Okafor A., Ward 9", one for each author and in their order.
    """
    listed: list[str] = []
    loose: list[str] = []
    for cell in cells:
        if "[" in cell:
            listed += [part.strip(" ;") for part in re.split(r";\s*(?=\[)", cell)]
            continue
        places = [place for place in (" ".join(part.split()) for part in re.split(r"[;\n]|\|+", cell)) if place]
        own = [_behind_name(text, credit) for text, credit in zip(places, credits, strict=False)]
        if len(places) == len(credits) > 0 and all(own):
            return [replace(credit, affiliations=(place,)) for credit, place in zip(credits, own, strict=True)], ""
        loose += places
    return with_affiliations(credits, names, listed, loose)


def _behind_name(text: str, credit: Credit) -> str:
    """Return what stands behind the author's name in Scopus's "Smith J., Ward 3", or an empty text."""
    name, comma, place = text.partition(",")
    if not comma or not credit.family or not name.strip().casefold().startswith(credit.family.casefold()):
        return ""
    first, _, rest = place.strip().partition(",")
    return rest.strip() if re.fullmatch(r"(?:[^\W\d_]\.-?\s?)+", first) and rest else place.strip()


_LABELS = re.compile(r"(?<=[.?!)])\s+(?=[A-Z][A-Z ,&/]{3,40}: )")


def _paragraphs(text: str) -> str:
    """Return an abstract with a blank line between its paragraphs, each of which may begin with a label."""
    if text.lower() in ("nan", "[no abstract available]", "no abstract available"):
        return ""
    parts = re.split(r"\n\s*\n", text) if "\n" in text.strip() else [text]
    return "\n\n".join(filter(None, (plain(piece) for part in parts for piece in _LABELS.split(part))))
