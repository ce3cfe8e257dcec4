"""Make an entry of the fields of one RIS record."""

import re
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

from repository.exchange import medline
from repository.exchange.entry import Credit, Entry, EntryType, Notice
from repository.exchange.ris_dates import published
from repository.exchange.ris_headings import sort_words
from repository.exchange.ris_notes import Notes, read_notes
from repository.exchange.ris_numbers import (
    Numbers,
    doi_in,
    is_from_pubmed,
    pmid_in_accession,
    pmid_in_address,
)
from repository.exchange.ris_people import credit, is_et_al, name_and_orcid, with_affiliations, with_whole_names
from repository.exchange.ris_tags import EVENTS, GENRES, OTHER_TYPES, REPORTS, TYPES
from repository.exchange.tagged_records import Field, Record
from repository.languages import LANGUAGES, language_code
from repository.partial_dates import PartialDate

_LONGEST_NUMBER = 60  # characters of a volume, an issue or pages
_BY_NAME = {name.lower(): code for code, name in LANGUAGES.items()}
_MARKUP = re.compile(
    r"</?(?:i|b|u|em|strong|sub|sup|p|br|span|jats:[a-z-]+|inf|title|sec)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z][A-Za-z0-9]{1,30});")
# Addresses within a database that only its subscribers can follow.
_DATABASES = re.compile(r"https?://(?:[a-z]+\.)*(?:embase|ovid|proquest|scopus|webofscience)\.com/", re.IGNORECASE)


def make_entry(record: Record) -> Entry | None:
    """Return the entry that the fields of a record describe, or None where they hold no title.

    What could not be read as it stands is said in the entry's warnings, after the record's own problems.
    """
    return _Reading(record).entry()


def without_markup(text: str) -> str:
    """Return text without the tags and character references of web pages: "<i>E. coli</i> &amp; me"."""
    if "<" in text:
        text = _MARKUP.sub("", text)
    return _REFERENCE.sub(lambda match: unescape(match[0]), text) if "&" in text else text


class _Reading:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.warnings = list(record.problems)
        self._fields: dict[str, list[Field]] = {}
        for field in record.fields:
            self._fields.setdefault(field.tag, []).append(field)

    def all(self, *tags: str) -> list[Field]:
        return [field for tag in tags for field in self._fields.get(tag, ())]

    def first(self, *tags: str) -> str:
        for tag in tags:
            for field in self._fields.get(tag, ()):
                if text := field.text:
                    return text
        return ""

    def lines(self, *tags: str) -> list[str]:
        return [line for field in self.all(*tags) for line in field.lines]

    def entry(self) -> Entry | None:
        genres = [line for line in self.lines("M3") if not re.match(r"(?:doi\b.*)?10\.[0-9]{4,9}/", line)]
        kind = self.type(genres)
        title = self.title(kind)
        if not title:
            return None
        from_endnote = self.first("DP") == "NLM"
        notes = read_notes([field.lines for field in self.all("N1")], from_endnote)
        numbers = Numbers(self.warnings)
        report_number = self.numbers(numbers, notes, is_report=kind in REPORTS)
        subjects, keywords = sort_words(self.words(), from_endnote)
        container, abbreviation, series, event = self.containers(kind)
        place, event_place = self.places(kind)
        publisher = self.first("PB", "PU")
        issued, available = self.issued(), notes.available_online
        edition = self.first("ET")
        if kind == "article" and edition and (date := _whole_date(edition)):
            # EndNote's "Epub Date"; in what it took from PubMed that is the day on which NLM made the record.
            edition, available = "", available if from_endnote else date
        types = self.publication_types(kind, genres, notes)
        issuing = kind in REPORTS or kind == "thesis"
        pages, article_number = self.pages(), self.number("C7", "article number")
        return Entry(
            type=kind,
            title=title,
            vernacular_title=_title(self.first("TT")),  # as medical databases use it
            abstract=self.abstract(),
            identifiers=numbers.in_order(),
            contributors=self.contributors(kind, notes),
            subjects=subjects,
            substances=tuple(dict.fromkeys(notes.substances)),
            keywords=keywords,
            container_title=container,
            container_abbreviation=abbreviation,
            volume=self.number("VL", "volume"),
            issue=self.number("IS", "issue"),
            pages=pages,
            article_number=article_number,
            series=series,
            edition=edition,
            publisher="" if issuing else publisher,
            place=place,
            institution=publisher if issuing else "",
            report_number=report_number,
            degree=genres[0] if kind == "thesis" and genres else "",
            event_name=event,
            event_place=event_place,
            url=self.url(),
            issued=issued,
            available_online=available,
            languages=self.languages(),
            publication_types=types,
            notices=self.notices(notes, types),
            funding=tuple(dict.fromkeys(notes.funding)),
            line=self.record.line,
            warnings=tuple(self.warnings),
        )

    def type(self, genres: Sequence[str]) -> EntryType:
        code = self.first("TY").upper()
        kind = TYPES.get(code, "other")
        if not code:
            self.warnings.append(f"Line {self.record.line}: the record does not say of what type it is.")
        elif code not in TYPES and code not in OTHER_TYPES:
            self.warnings.append(f"Line {self.record.line}: “{code[:60]}” is no type that we know; read as “other”.")
        for genre in genres:
            found = GENRES.get(genre.lower())
            if found and (kind == "other" or (kind in EVENTS if found == "poster" else kind in REPORTS)):
                return found
        return kind

    def title(self, kind: EntryType) -> str:
        titles = [(field, _title(field.text)) for field in self.all("TI", "T1", "CT")]
        if kind == "book":
            titles += [(field, _title(field.text)) for field in self.all("BT")]
        titles = [(field, title) for field, title in titles if title]
        for field, other in titles[1:]:
            if other.casefold() != titles[0][1].casefold():
                self.warnings.append(
                    f"Line {field.line}: the record has more than one title; “{other[:60]}” was left out."
                )
        return titles[0][1] if titles else ""

    def abstract(self) -> str:
        fields = self.all("AB") or self.all("N2")
        found = dict.fromkeys(without_markup(field.paragraphs) for field in fields)
        return "\n\n".join(text for text in found if text)

    def numbers(self, numbers: Numbers, notes: Notes, *, is_report: bool) -> str:
        """Gather the identifiers, and return the number of a report, which stands where others have their ISSN."""
        addresses = [(field, line) for field in self.all("UR", "L2", "LK", "L1") for line in field.lines]
        for field in self.all("DO", "DI"):
            for line in field.lines:
                numbers.add("doi", line, field.line)
        if not numbers.has("doi"):
            for field in self.all("M3"):
                if re.match(r"(?:doi\b.*)?10\.[0-9]{4,9}/\S+$", field.text):
                    numbers.add("doi", field.text, field.line)
        for field, line in addresses:
            if not numbers.has("doi") and (doi := doi_in(line)):
                numbers.add("doi", doi, field.line)
            if not numbers.has("pmid") and (pmid := pmid_in_address(line)):
                numbers.add("pmid", pmid, field.line)
        self._pubmed_numbers(numbers, notes)
        others = [line for field in self.all("SN") for line in numbers.add_serial_or_book(field)]
        for issn in notes.issns:
            numbers.add("issn", issn, self.record.line)
        if not is_report:
            for line in others:
                self.warnings.append(f"“{line[:60]}” is neither an ISSN nor an ISBN, and was left out.")
        return others[0] if is_report and others else ""

    def _pubmed_numbers(self, numbers: Numbers, notes: Notes) -> None:
        sources = (*self.lines("DB"), self.first("DP"))
        from_proquest = any("proquest" in text.lower() for text in (*sources, *self.lines("UR")))
        for field in self.all("AN"):
            text = "; ".join(field.lines)
            pmid = pmid_in_accession(text, from_pubmed=is_from_pubmed(*sources), from_proquest=from_proquest)
            if pmid and not numbers.has("pmid"):
                numbers.add("pmid", pmid, field.line)
        for field in self.all("C5", "C2", "PM"):
            text = field.text.removeprefix("PUBMED ").strip()
            if re.fullmatch(r"PMC[0-9]+", text, re.IGNORECASE):
                numbers.add("pmcid", text, field.line)
            elif re.fullmatch(r"[1-9][0-9]{4,7}", text) and not numbers.has("pmid"):
                numbers.add("pmid", text, field.line)
        if notes.pmid and not numbers.has("pmid"):
            numbers.add("pmid", notes.pmid.rstrip("."), self.record.line)
        if notes.pmcid and not numbers.has("pmcid"):
            numbers.add("pmcid", notes.pmcid, self.record.line)

    def words(self) -> list[str]:
        return [word.strip() for line in self.lines("KW") for word in line.split(";") if word.strip("* ")]

    def containers(self, kind: EntryType) -> tuple[str, str, str, str]:
        """Return the container's title and its abbreviation, the series and the event's name."""
        second = without_markup(self.first("T2"))
        if kind in REPORTS or kind == "book":
            return "", "", second or self.first("T3"), ""
        third, proceedings = self.first("T3"), self.first("C3")
        if kind in ("poster", "presentation") or (kind == "conference_paper" and "C3" in self._fields):
            return proceedings or self.first("JF", "JO"), self.first("J2", "JA"), third, second
        journal = second or without_markup(self.first("JF", "BT"))
        short = self.first("J2", "JA", "JI", "J1")
        if journal and not short and self.first("JO") != journal:
            short = self.first("JO")
        return journal or self.first("JO", "SO") or short, short, third, ""

    def places(self, kind: EntryType) -> tuple[str, str]:
        """Return the place of publication and that of the event.

        EndNote keeps the place of a conference in CY and that of its publisher in C1; where there is a publisher and no
        C1, CY is the publisher's, as publishers' own pages have it.
        """
        town = self.first("CY", "PP")
        if kind not in EVENTS:
            return town, ""
        if "C1" not in self._fields and kind == "conference_paper" and self.first("PB"):
            return town, ""
        return self.first("C1"), town

    def number(self, tag: str, what: str) -> str:
        field = next((field for field in self._fields.get(tag, ()) if field.text), None)
        if field is None:
            return ""
        if len(field.text) > _LONGEST_NUMBER:
            self.warnings.append(f"Line {field.line}: “{field.text[:60]}…” is no {what}, and was left out.")
            return ""
        return field.text

    def pages(self) -> str:
        start, end = self.number("SP", "page"), self.number("EP", "page")
        if f"{start} {end}".strip().lower().replace("-", " ") in ("no specified", "no pagination", "n/a", "na"):
            return ""  # Ovid cuts its "No-Specified" in two
        return f"{start}-{end}" if start and end not in ("", start) and "-" not in start else start or end

    def issued(self) -> PartialDate | None:
        date, problem = published(self.first("DA"), self.first("PY", "Y1"))
        if problem:
            line = next(field.line for field in self.all("PY", "Y1", "DA"))
            self.warnings.append(f"Line {line}: {problem}")
        return date

    def languages(self) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for field in self.all("LA"):
            for name in re.split(r"[;,/]|\band\b", " ; ".join(field.lines)):
                name = name.strip()
                if not name:
                    continue
                try:
                    codes[_BY_NAME.get(name.lower()) or language_code(re.sub(r"[-_][A-Z]{2}$", "", name))] = None
                except ValueError:
                    self.warnings.append(
                        f"Line {field.line}: “{name[:60]}” is not a language that we know. It was left out."
                    )
        return tuple(codes)

    def url(self) -> str:
        for line in self.lines("UR"):
            if re.match(r"https?://", line, re.IGNORECASE) and not _DATABASES.match(line) and " " not in line:
                if doi_in(line) or pmid_in_address(line):
                    continue
                return line
        return ""

    def publication_types(self, kind: EntryType, genres: Sequence[str], notes: Notes) -> tuple[str, ...]:
        named = [] if kind == "thesis" else [genre for genre in genres if GENRES.get(genre.lower()) != kind]
        return tuple(dict.fromkeys([*named, *notes.publication_types]))

    def notices(self, notes: Notes, types: Sequence[str]) -> tuple[Notice, ...]:
        found = list(notes.notices)
        retracted = next((name for name in types if name.lower() in ("retracted publication", "retracted")), "")
        if retracted and not any(notice.kind == "retraction" for notice in found):
            found.insert(0, Notice("retraction", retracted))
        return tuple(found)

    def contributors(self, kind: EntryType, notes: Notes) -> tuple[Credit, ...]:
        found: list[Credit] = []
        names: list[str] = []
        guessed: list[str] = []
        for field in self.record.fields:
            if field.tag not in _ROLES:
                continue
            for line in field.lines:
                for name in [line] if line.count(";") == 0 else line.split(";"):
                    if name := name.strip():
                        self._add_name(name, field, kind, found, names, guessed)
        if guessed:
            self.warnings.append(f"{_listed(guessed)}: without a comma, the last word was taken for the family name.")
        if notes.names:
            found = with_whole_names(found, notes.names)
        listed = [line for line in self.lines("M1", "AD") if line.startswith(("(", "["))]
        loose = [line for line in self.lines("AD") if not line.startswith(("(", "["))]
        found, outcome = with_affiliations(found, names, listed, loose)
        if outcome:
            self.warnings.append("The record does not say whose the affiliations are: the first author has them all.")
        return tuple(found)

    def _add_name(
        self, name: str, field: Field, kind: EntryType, found: list[Credit], names: list[str], guessed: list[str]
    ) -> None:
        tag = field.tag
        if is_et_al(name):
            self.warnings.append(f"Line {field.line}: the source says “et al.”, so it does not name all the authors.")
            return
        if tag == "A4" or (tag == "A3" and kind != "book"):
            what = "a translator" if tag == "A4" else "an editor of the series"
            self.warnings.append(f"Line {field.line}: “{name[:60]}”, {what}, was left out.")
            return
        if tag != "AU" and name.rstrip(",").count(",") > 3:
            # Ovid puts the family names of the authors that a paper cites into A2.
            self.warnings.append(f"Line {field.line}: “{name[:60]}…” is no name, and was left out.")
            return
        name, orcid = name_and_orcid(name, self.warnings)
        person, is_guess = credit(name)
        if orcid:
            person = replace(person, orcid=orcid)
        if not (person.family or person.group):
            self.warnings.append(f"Line {field.line}: “{name[:60]}” is no name, and was left out.")
            return
        if is_guess:
            guessed.append(name)
        is_editor = tag in ("A2", "A3", "ED") or (kind == "book" and self.first("TY") == "EDBOOK")
        found.append(_as_editor(person) if is_editor else person)
        names.append(name)
        if tag == "A2" and kind == "book":
            self.warnings.append(
                f"Line {field.line}: “{name[:60]}” may have edited the series; taken for an editor of the book."
            )


_ROLES = frozenset({"AU", "A1", "A2", "A3", "A4", "ED"})


def _as_editor(person: Credit) -> Credit:
    return replace(person, role="editor")


def _title(text: str) -> str:
    return medline.plain_title(without_markup(text)) if text else ""


def _whole_date(text: str) -> PartialDate | None:
    """Return the date in EndNote's "Epub Date", or None for an edition."""
    if not re.search(r"(?<![0-9])[12][0-9]{3}(?![0-9])", text):
        return None
    date, problem = published(text, "")
    return None if problem else date


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name[:40]}”" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
