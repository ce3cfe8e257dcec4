"""Make an entry of an item of CSL-JSON."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from repository.exchange import crossref
from repository.exchange.bibtex_types import BY_KIND
from repository.exchange.bibtex_values import list_of
from repository.exchange.entry import Credit, Entry, EntryType
from repository.exchange.entry_json import part
from repository.exchange.json_values import objects, paragraphs, parts_date, plain, text, texts
from repository.exchange.medline import plain_title
from repository.exchange.person_names import Role, given_names, orcid
from repository.exchange.ris_numbers import Numbers, doi_in, pmid_in_address
from repository.languages import language_code
from repository.partial_dates import PartialDate

# CSL 1.0.2, Appendix III.
TYPES: dict[str, EntryType] = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "review": "article",
    "review-book": "article",
    "article": "preprint",
    "manuscript": "preprint",
    "report": "report",
    "standard": "guideline",
    "speech": "presentation",
    "paper-conference": "conference_paper",
    "thesis": "thesis",
    "book": "book",
    "collection": "book",
    "periodical": "book",
    "chapter": "chapter",
    "entry": "chapter",
    "entry-dictionary": "chapter",
    "entry-encyclopedia": "chapter",
    "dataset": "dataset",
}
_MADE_BY = ("report", "audit", "guideline", "policy", "toolkit", "training", "thesis")


def make_entry(item: Mapping[str, Any], line: int, warnings: tuple[str, ...] = ()) -> Entry | None:
    """Return the work that an item describes, or None where it has no title.

    An item that Crossref made, with its own types and lists for texts, is read as one of Crossref's. What could not be
    taken over is said in the entry's warnings, after those given.
    """
    if text(item.get("type")) in crossref.TYPES.keys() - TYPES.keys() or isinstance(item.get("title"), list):
        return crossref.make_entry(item, line, warnings)
    return _Item(item, line, list(warnings)).entry()


class _Item:
    def __init__(self, item: Mapping[str, Any], line: int, warnings: list[str]) -> None:
        self._item, self._line, self._warnings = item, line, warnings

    def _text(self, *names: str) -> str:
        return next(filter(None, (text(self._item.get(name)) for name in names)), "")

    def _warn(self, sentence: str) -> None:
        self._warnings.append(f"Line {self._line}: {sentence}")

    def entry(self) -> Entry | None:
        one = self._text
        title = plain_title(one("title"))
        if not title:
            return None
        kind, genre = self._type(), one("genre")
        made_by = one("publisher") if kind in _MADE_BY else ""
        entry = Entry(
            type=kind,
            title=title,
            vernacular_title=plain_title(one("original-title")),
            abstract=paragraphs(self._item.get("abstract")),
            identifiers=self._identifiers(),
            contributors=(*self._people("author"), *self._people("editor")),
            keywords=self._keywords(),
            container_title=one("container-title") if kind != "book" else "",
            container_abbreviation=one("container-title-short", "journalAbbreviation"),
            volume=one("volume"),
            issue=one("issue"),
            pages=re.sub(r"\s*[\u2010-\u2015]\s*", "-", one("page")),
            series=one("collection-title"),
            edition=one("edition", "version"),
            publisher="" if made_by else one("publisher"),
            place=one("publisher-place"),
            institution=made_by,
            report_number=one("number") if kind in _MADE_BY else "",
            degree=genre if kind == "thesis" else "",
            event_name=one("event-title", "event"),
            event_place=one("event-place"),
            event_date=self._date("event-date"),
            url=self._url(),
            issued=self._date("issued"),
            languages=self._languages(),
            line=self._line,
            source_id=one("id"),
        )
        return replace(self._with_custom(entry), warnings=tuple(self._warnings))

    def _with_custom(self, entry: Entry) -> Entry:
        """Return the entry with what our own writer put under "custom" because CSL has no place for it."""
        custom = self._item.get("custom")
        changes = {}
        for name, value in custom.items() if isinstance(custom, dict) else ():
            try:
                changes[name] = part(name, value)
            except ValueError:
                self._warn(f"“{name[:40]}” under “custom” was left out: it is not as we write it.")
        return replace(entry, **changes)

    def _type(self) -> EntryType:
        said, genre = self._text("type"), self._text("genre").casefold()
        kind = TYPES.get(said, "other")
        if kind in ("report", "presentation", "other") and genre in BY_KIND:
            return BY_KIND[genre]
        return kind

    def _people(self, role: Role) -> Iterator[Credit]:
        for person in objects(self._item.get(role)):
            names = (person.get(name) for name in ("dropping-particle", "non-dropping-particle", "family"))
            family = " ".join(filter(None, map(text, names)))
            given = text(person.get("given"))
            if family or given:
                yield Credit(
                    role=role,
                    family=family or given,
                    given=given_names(given) if family else "",
                    suffix=text(person.get("suffix")),
                    orcid=orcid(text(person.get("ORCID")), self._line, self._warnings),
                )
            elif group := text(person.get("literal")) or text(person.get("name")):
                yield Credit(kind="group", role=role, group=group)

    def _identifiers(self) -> tuple[tuple[str, str], ...]:
        numbers = Numbers(self._warnings)
        for scheme in ("pmid", "doi", "pmcid"):
            if value := self._text(scheme.upper()):
                numbers.add(scheme, value, self._line)
        note = self._item.get("note")
        # Zotero keeps what it has no field for in lines of "Extra", such as "PMID: 31452104".
        for scheme, value in re.findall(r"(?m)^(PMID|PMCID|DOI): *(\S+)", note if isinstance(note, str) else ""):
            if not numbers.has(scheme.lower()):
                numbers.add(scheme.lower(), value, self._line)
        address = self._text("URL")
        if not numbers.has("doi") and (doi := doi_in(address)):
            numbers.add("doi", doi, self._line)
        if not numbers.has("pmid") and (pmid := pmid_in_address(address)):
            numbers.add("pmid", pmid, self._line)
        for scheme in ("issn", "isbn"):
            for several in texts(self._item.get(scheme.upper())):
                for number in re.split(r"[\s,;]+", several):
                    if number:
                        numbers.add(scheme, number, self._line)
        return numbers.in_order()

    def _keywords(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(list_of(plain(self._text("keyword")))))

    def _url(self) -> str:
        url = self._item.get("URL")
        if not isinstance(url, str) or not re.match(r"https?://\S+$", url.strip()) or doi_in(url):
            return ""
        return url.strip()

    def _date(self, name: str) -> PartialDate | None:
        value = self._item.get(name)
        if not isinstance(value, dict):
            return None
        try:
            date = parts_date(value)
            season = text(value.get("season"))
            if date and date.precision == "year" and date.end is None and re.fullmatch("[1-4]", season):
                return PartialDate.from_edtf(f"{date.edtf}-2{season}")
            words = text(value.get("raw")) or text(value.get("literal"))
            return date or (PartialDate.from_text(words) if words else None)
        except ValueError as error:
            self._warn(f"the date “{name}” was left out. {error}")
            return None

    def _languages(self) -> tuple[str, ...]:
        name = self._text("language")
        try:
            return (language_code(re.split("[-_]", name)[0]),) if name else ()
        except ValueError as error:
            self._warn(f"{error} It was left out.")
            return ()
