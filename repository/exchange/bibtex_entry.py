"""Make an entry of the fields of BibTeX or biblatex."""

import re
from collections.abc import Mapping
from typing import Any

from repository.exchange.bibtex_blocks import Block
from repository.exchange.bibtex_people import people, with_orcids
from repository.exchange.bibtex_types import BY_KIND, DEGREES, THESES, TYPES
from repository.exchange.bibtex_values import MONTHS, list_of
from repository.exchange.entry import Entry, EntryType
from repository.exchange.latex_text import Definition, decode
from repository.exchange.licence_addresses import licence_of
from repository.exchange.medline import plain_title
from repository.exchange.ris_numbers import Numbers, doi_in, pmid_in_address
from repository.exchange.ris_people import with_named_orcids
from repository.languages import LANGUAGES, language_code
from repository.partial_dates import PartialDate


def make_entry(block: Block, commands: Mapping[str, Definition]) -> Entry | None:
    """Return the work that an entry of a file describes, or None where it has no title.

    What could not be taken over as it stands is said in the entry's warnings, after the block's own.
    """
    return _Reader(block, commands).entry()


_LONGEST_ADDRESS = 5_000  # characters
_NUMBERED = re.compile(r"[^/;]{1,200}/\s?[0-9X-]{16,19}")  # a name and its ORCID iD, one after the other


class _Reader:
    def __init__(self, block: Block, commands: Mapping[str, Definition]) -> None:
        self._block, self._commands = block, commands
        self._warnings = list(block.warnings)

    def entry(self) -> Entry | None:
        first = self._first
        title = plain_title(": ".join(filter(None, (first("title"), first("subtitle")))))
        kind = self._type()
        if not title:
            return None
        is_thesis, is_report = kind == "thesis", TYPES.get(self._block.type) == "report"
        pages, article_number = self._pages()
        institution = first("institution", "school") or (first("organization") if is_report else "")
        return Entry(
            type=kind,
            title=title,
            vernacular_title=first("origtitle"),
            abstract=first("abstract", "annotation"),
            identifiers=self._identifiers(),
            contributors=tuple(self._people("author") + self._people("editor")),
            keywords=self._keywords(),
            container_title=self._container(kind),
            container_abbreviation=first("shortjournal", "abbrev_source_title", "journal-iso"),
            volume=first("volume"),
            issue="" if is_report else first("number", "issue") if kind == "article" else first("issue"),
            pages=pages,
            article_number=article_number,
            series=first("series"),
            edition=first("edition", "version"),
            publisher=self._publisher(is_report),
            place=first("address", "location"),
            institution=institution,
            report_number=first("number") if is_report else "",
            degree=self._degree() if is_thesis else "",
            event_name=first("eventtitle"),
            event_place=first("venue"),
            event_date=self._date("eventdate"),
            url=self._url(),
            licence=self._licence(),
            issued=self._issued(),
            languages=self._languages(),
            copyright_statement=first("copyright", "rights"),
            line=self._block.line,
            source_id=self._block.key,
            warnings=tuple(self._warnings),
        )

    def _decode(self, text: str) -> str:
        return decode(text, self._commands)

    def _verbatim(self, name: str) -> str:
        """Return an address or a number, in which a tilde is no space and two hyphens no dash."""
        text = re.sub(
            r"\\url\s*\{(.*)\}", r"\1", self._block.fields.get(name, "")[:_LONGEST_ADDRESS].strip(), flags=re.DOTALL
        )
        text = re.sub(r"\{?\\(?:textasciitilde|~)\s*(?:\{\})?\}?", "~", text)
        return re.sub(r"\\([&%$#_{}])|[{}\\]", r"\1", " ".join(text.split()))

    def _first(self, *names: str) -> str:
        fields = self._block.fields
        return next((text for name in names if fields.get(name) and (text := self._decode(fields[name]))), "")

    def _warn(self, sentence: str) -> None:
        self._warnings.append(f"Line {self._block.line}: {sentence}")

    def _type(self) -> EntryType:
        kind = TYPES.get(self._block.type, "other")
        if self._block.type not in TYPES:
            self._warn(f"the type “{self._block.type[:40]}” is not one that we know; taken as another work.")
        said = BY_KIND.get(self._first("type", "entrysubtype", "howpublished").casefold())
        if said and kind in ("report", "other"):
            return said
        if kind == "other" and self._first("archiveprefix", "eprinttype").casefold() in ("arxiv", "biorxiv", "medrxiv"):
            return "preprint"
        return kind

    def _container(self, kind: str) -> str:
        if kind == "book":
            return ""
        title = self._first("journal", "journaltitle", "booktitle", "maintitle")
        subtitle = self._first("journalsubtitle", "booksubtitle")
        return f"{title}: {subtitle}" if title and subtitle else title

    def _publisher(self, is_report: bool) -> str:
        publisher = self._first("publisher") or ("" if is_report else self._first("organization"))
        if publisher:
            return publisher
        published = self._first("howpublished")
        is_told_elsewhere = published.casefold() in BY_KIND or re.match(r"https?://|.*\.\w{2,4}$", published)
        return "" if is_told_elsewhere else published

    def _degree(self) -> str:
        said = self._first("type")
        return THESES.get(said, said) or DEGREES.get(self._block.type, "")

    def _people(self, role: Any) -> list[Any]:
        fields = self._block.fields
        found = list(people(fields.get(role, ""), role, self._decode))
        if role == "author" and (named := self._first("orcid-numbers")):  # of Web of Science
            found = with_named_orcids(found, _NUMBERED.findall(named), self._warnings)
        return with_orcids(found, fields.get(f"{role}+an:orcid", ""), self._block.line, self._warnings)

    def _identifiers(self) -> tuple[tuple[str, str], ...]:
        numbers, line = Numbers(self._warnings), self._block.line
        for scheme, name in (("pmid", "pmid"), ("pmid", "pubmed_id"), ("doi", "doi"), ("pmcid", "pmcid")):
            if value := self._verbatim(name):
                numbers.add(scheme, value, line)
        if self._first("eprinttype").casefold() == "pubmed" and (value := self._first("eprint")):
            numbers.add("pmid", value, line)
        # Zotero writes what it has no field for as a note, such as "PMID: 31452104".
        for scheme, value in re.findall(r"\b(PMID|PMCID): *(\w+)", self._first("note")[:_LONGEST_ADDRESS]):
            if not numbers.has(scheme.lower()):
                numbers.add(scheme.lower(), value, line)
        address = self._verbatim("url")
        if not numbers.has("doi") and (doi := doi_in(address)):
            numbers.add("doi", doi, line)
        if not numbers.has("pmid") and (pmid := pmid_in_address(address)):
            numbers.add("pmid", pmid, line)
        for scheme, name in (("issn", "issn"), ("issn", "eissn"), ("isbn", "isbn")):
            for number in re.split(r"[\s,;]+(?:and\s+)?", self._first(name)):
                if number and not re.fullmatch(r"\([a-z]*\)", number, re.IGNORECASE):
                    numbers.add(scheme, number, line)
        return numbers.in_order()

    def _url(self) -> str:
        url = self._verbatim("url") or self._verbatim("howpublished")
        if not re.match(r"https?://\S+$", url) or re.match(r"https?://(?:dx\.)?doi\.org/", url):
            return ""
        return url

    def _licence(self) -> str:
        return licence_of(self._first("license", "licence") or self._verbatim("copyright"))

    def _keywords(self) -> tuple[str, ...]:
        fields = self._block.fields
        words = list_of(fields.get("keywords", "") or fields.get("keyword", ""))
        words += list_of(fields.get("author_keywords", ""))  # of Scopus, whose "keywords" are its own
        return tuple(filter(None, dict.fromkeys(map(self._decode, words))))

    def _pages(self) -> tuple[str, str]:
        """Return pages and article number."""
        pages = re.sub(r"\s*[-\u2010-\u2015]+\s*", "-", self._first("pages"))
        number = self._first("eid", "article-number", "articleno", "art_number")
        return pages, number

    def _issued(self) -> PartialDate | None:
        if date := self._date("date"):
            return date
        year, month = self._first("year"), self._first("month")
        if not year:
            return None
        found = re.findall(r"(?<![0-9])[12][0-9]{3}(?![0-9])", year)
        if not found:
            self._warn(f"the year “{year[:40]}” was left out.")
            return None
        if year != found[0]:
            self._warn(f"the year “{year[:40]}” was read as {found[0]}.")
        if not month:
            return PartialDate.from_text(found[0])
        text = f"{self._first('day')} {_month(month)} {found[0]}".strip()
        try:
            return PartialDate.from_text(text)
        except ValueError:
            self._warn(f"the month “{month[:40]}” was left out.")
            return PartialDate.from_text(found[0])

    def _date(self, name: str) -> PartialDate | None:
        text = self._first(name)
        for read in (PartialDate.from_edtf, PartialDate.from_text):
            try:
                return read(text.rstrip("~?%")) if text else None
            except ValueError:
                continue
        self._warn(f"the date “{text[:40]}” was left out.")
        return None

    def _languages(self) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        text = self._first("language", "langid")
        for name in re.split(r"\s+and\s+|\s*[,;]\s*", text):
            if not name:
                continue
            try:
                codes[_BY_NAME.get(name.casefold()) or language_code(re.split("[-_]", name)[0])] = None
            except ValueError:
                self._warn(f"“{name[:40]}” is not a language that we know. It was left out.")
        return tuple(codes)


def _month(text: str) -> str:
    """Return a month as a date has it: "6" as "June", "November, December" with a dash, "10 January" as it is."""
    if text.isdigit() and 1 <= int(text) <= 12:
        return tuple(MONTHS.values())[int(text) - 1]
    return re.sub(r"\s*(?:[,/&\u2010-\u2015]|--+)\s*", "-", text)


_BY_NAME = {name.casefold(): code for code, name in LANGUAGES.items()}
_BY_NAME |= {"ngerman": "ger", "british": "eng", "american": "eng", "ukenglish": "eng", "usenglish": "eng"}
