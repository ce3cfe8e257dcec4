"""Make an entry of a description in MODS, version 3."""

import re

from lxml import etree

from repository.exchange.entry import Credit, Entry, EntryType, SubjectHeading
from repository.exchange.licence_addresses import licence_of
from repository.exchange.medline import mesh_heading, plain_title
from repository.exchange.notes import Notes
from repository.exchange.person_names import Role, given_names, orcid
from repository.exchange.ris_numbers import Numbers
from repository.exchange.ris_people import credit as credit_of_name
from repository.exchange.work_names import TYPES
from repository.exchange.xml_source import child, children, line_of, text_at, text_of
from repository.languages import LANGUAGES, language_code
from repository.partial_dates import PartialDate

_Element = etree._Element
_XLINK = "{http://www.w3.org/1999/xlink}href"
# What others call the types of work (MARC genre terms, DSpace, EPrints), where it is not as we call them.
_GENRES: tuple[tuple[str, EntryType], ...] = (
    ("thes", "thesis"),
    ("dissertation", "thesis"),
    ("chapter", "chapter"),
    ("book section", "chapter"),
    ("poster", "poster"),
    ("conference", "conference_paper"),
    ("preprint", "preprint"),
    ("guideline", "guideline"),
    ("article", "article"),
    ("report", "report"),
    ("data", "dataset"),
    ("book", "book"),
)
_AUTHORS = frozenset({"aut", "author", "cre", "creator"})
_EDITORS = frozenset({"edt", "editor"})
_ISSUERS = frozenset({"isb", "issuing body", "dgg", "degree granting institution"})


def make_entry(mods: _Element, line: int, problems: tuple[str, ...]) -> Entry | None:
    """Return the work that the element describes, or None where it has no title.

    `line` is where it begins; what could not be taken over is said in the entry's warnings, after the problems.
    """
    return _Mods(mods, line, list(problems)).entry()


class _Mods:
    def __init__(self, mods: _Element, line: int, warnings: list[str]) -> None:
        self._mods, self._line, self._warnings = mods, line, warnings

    def _warn(self, element: _Element, sentence: str) -> None:
        self._warnings.append(f"Line {self._at(element)}: {sentence}")

    def _at(self, element: _Element) -> int:
        return self._line + line_of(element) - 1

    def entry(self) -> Entry | None:
        titles = [(info.get("type", ""), plain_title(_title(info))) for info in children(self._mods, "titleInfo")]
        main = next((title for kind, title in titles if not kind and title), "") or next(
            (title for _, title in titles if title), ""
        )
        if not main:
            return None
        people, institution, event = self._names()
        host, series = self._related("host"), self._related("series")
        part = child(host, "part")
        subjects, substances, keywords = self._subjects()
        notes = Notes(text_of(note) for note in children(self._mods, "note") if not note.get("type"))
        kind, publication_types = self._genres(host is not None)
        origins = list(children(self._mods, "originInfo"))
        given = [origin for origin in origins if origin.get("eventType") == "presentation"]
        published = [origin for origin in origins if origin not in given]
        numbers, report_number = self._numbers(host)
        return Entry(
            type=kind,
            title=main,
            vernacular_title=next((title for name, title in titles if name in ("alternative", "translated")), ""),
            abstract="\n\n".join(filter(None, map(_paragraphs, children(self._mods, "abstract")))),
            identifiers=numbers,
            contributors=people,
            subjects=subjects,
            substances=substances,
            keywords=keywords,
            container_title=_titled(host, ""),
            container_abbreviation=_titled(host, "abbreviated"),
            volume=_detail(part, "volume"),
            issue=_detail(part, "issue") or _detail(part, "number"),
            pages=_pages(part) or self._extent(),
            article_number=_detail(part, "article"),
            series=_titled(series, ""),
            edition=_first(published, "edition"),
            publisher=_first(published, "publisher"),
            place=self._place(published),
            institution=institution,
            report_number=report_number,
            degree=self._noted("thesis"),
            event_name=event,
            event_place=self._place(given),
            event_date=self._date(given, "dateOther", "presentation"),
            url=self._url(),
            licence=self._licence(),
            issued=self._date(published, "dateIssued") or self._date(published, "copyrightDate"),
            available_online=self._date(published, "dateOther", "online"),
            languages=self._languages(),
            publication_types=publication_types,
            notices=notes.notices,
            registrations=notes.registrations,
            funding=tuple(text_of(note) for note in children(self._mods, "note") if note.get("type") == "funding"),
            conflict_of_interest=notes.conflict_of_interest,
            copyright_statement="\n".join(
                text_of(one) for one in children(self._mods, "accessCondition") if not _licence(one) and text_of(one)
            ),
            line=self._line,
            warnings=tuple(self._warnings),
        )

    def _names(self) -> tuple[tuple[Credit, ...], str, str]:
        """Return authors and editors in their order, the body that issued the work, and the event."""
        people: dict[Credit, None] = {}
        institution = event = ""
        for name in children(self._mods, "name"):
            roles = {text_of(term).casefold() for role in children(name, "role") for term in children(role, "roleTerm")}
            parts = [text_of(part) for part in children(name, "namePart") if part.get("type") != "date"]
            whole = " ".join(filter(None, parts)) or text_at(name, "displayForm")
            if name.get("type") == "conference":
                event = event or whole
            elif roles & _ISSUERS:
                institution = institution or whole
            elif whole and (not roles or roles & (_AUTHORS | _EDITORS)):
                people[self._person(name, whole, "editor" if roles & _EDITORS else "author")] = None
            elif whole:
                self._warn(name, f"“{whole[:60]}”, who contributed to the work in another way, was left out.")
        return tuple(people), institution, event

    def _person(self, name: _Element, whole: str, role: Role) -> Credit:
        affiliations = tuple(filter(None, map(text_of, children(name, "affiliation"))))
        if name.get("type") == "corporate":
            return Credit(kind="group", role=role, group=whole, affiliations=affiliations)
        parts = {part.get("type", ""): text_of(part) for part in children(name, "namePart")}
        numbers = [
            orcid(text_of(one), self._at(one), self._warnings)
            for one in children(name, "nameIdentifier")
            if one.get("type", "").lower() == "orcid"
        ]
        if not parts.get("family"):
            person, is_guess = credit_of_name(parts.get("", "") or whole)
            if is_guess:
                self._warn(name, f"“{whole[:60]}” was read as a person whose family name is last.")
            parts = {"family": person.family, "given": person.given, "termsOfAddress": person.suffix}
            if person.kind == "group":
                return Credit(kind="group", role=role, group=person.group, affiliations=affiliations)
        return Credit(
            role=role,
            family=parts["family"],
            given=given_names(parts.get("given", "")),
            suffix=parts.get("termsOfAddress", ""),
            orcid=next(filter(None, numbers), ""),
            affiliations=affiliations,
        )

    def _genres(self, is_in_host: bool) -> tuple[EntryType, tuple[str, ...]]:
        """Return the type of work, and the publication types."""
        kind: EntryType | None = None
        names: dict[str, None] = {}
        for genre in children(self._mods, "genre"):
            text = text_of(genre)
            known = TYPES.get(text.casefold()) or next(
                (kind for word, kind in _GENRES if word in text.casefold()), None
            )
            if genre.get("type") == "work":
                kind = known
            else:
                kind = kind or known
                names[text] = None
        return kind or ("article" if is_in_host else "other"), tuple(filter(None, names))

    def _subjects(self) -> tuple[tuple[SubjectHeading, ...], tuple[str, ...], tuple[str, ...]]:
        """Return subject headings, substances and keywords."""
        headings: dict[SubjectHeading, None] = {}
        substances: dict[str, None] = {}
        keywords: dict[str, None] = {}
        for subject in children(self._mods, "subject"):
            words = [word for word in map(text_of, subject) if word]
            scheme, label = subject.get("authority", ""), subject.get("displayLabel", "")
            if not words:
                continue
            if scheme == "mesh":
                headings[mesh_heading(label if "*" in label else "/".join(words))] = None
            elif scheme in ("nlm", "local"):
                headings[SubjectHeading("nlm" if scheme == "nlm" else "local", words[0])] = None
            elif label == "Substance":
                substances[words[0]] = None
            else:
                keywords["/".join(words)] = None
        return tuple(headings), tuple(substances), tuple(keywords)

    def _numbers(self, host: _Element | None) -> tuple[tuple[tuple[str, str], ...], str]:
        numbers, report_number = Numbers(self._warnings), ""
        for one in [*children(self._mods, "identifier"), *children(host, "identifier")]:
            kind, value = one.get("type", "").casefold(), text_of(one)
            if one.get("invalid") == "yes" or not value:
                continue
            if kind in ("doi", "pmid", "pmcid", "isbn", "issn"):
                is_of_host = one.getparent() is host
                if not is_of_host or kind in ("isbn", "issn"):
                    numbers.add(kind, value, self._at(one))
            elif kind == "report number":
                report_number = value
        return numbers.in_order(), report_number

    def _related(self, kind: str) -> _Element | None:
        return next((item for item in children(self._mods, "relatedItem") if item.get("type") == kind), None)

    def _noted(self, kind: str) -> str:
        return next((text_of(note) for note in children(self._mods, "note") if note.get("type") == kind), "")

    def _extent(self) -> str:
        for physical in children(self._mods, "physicalDescription"):
            match = re.fullmatch(r"(.+?) (?:pages|pp?\.?)", text_at(physical, "extent"))
            if match:
                return match[1]
        return ""

    def _place(self, origins: list[_Element]) -> str:
        for origin in origins:
            for place in children(origin, "place"):
                for term in children(place, "placeTerm"):
                    if term.get("type") != "code" and text_of(term):
                        return text_of(term)
        return ""

    def _date(self, origins: list[_Element], name: str, kind: str = "") -> PartialDate | None:
        """Return the date of that name and type; a span may be two elements, its start and its end."""
        for origin in origins:
            found = [one for one in children(origin, name) if one.get("type", "") == kind and text_of(one)]
            points = {one.get("point", ""): text_of(one).partition("T")[0] for one in found}
            if not found:
                continue
            words = "/".join(points[p] for p in ("start", "end") if p in points) or points.get("", "")
            try:
                return PartialDate.from_edtf(words)
            except ValueError:
                pass
            try:
                return PartialDate.from_text(re.sub(r"^[\[(]?c?|[\])?.]+$", "", words))
            except ValueError:
                self._warn(found[0], f"the date “{words[:60]}” was left out.")
        return None

    def _url(self) -> str:
        urls = (
            text_of(url)
            for location in children(self._mods, "location")
            for url in children(location, "url")
            if url.get("access") != "raw object"
        )
        return next((url for url in urls if re.match(r"https?://\S+$", url)), "")

    def _licence(self) -> str:
        return next(filter(None, map(_licence, children(self._mods, "accessCondition"))), "")

    def _languages(self) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for language in children(self._mods, "language"):
            terms = sorted(children(language, "languageTerm"), key=lambda term: term.get("type") != "code")
            for term in terms[:1]:
                word = text_of(term)
                try:
                    codes[_BY_NAME.get(word.casefold()) or language_code(re.split(r"[-_]", word)[0])] = None
                except ValueError as error:
                    self._warn(term, f"{error} It was left out.")
        return tuple(codes)


_BY_NAME = {name.casefold(): code for code, name in LANGUAGES.items()}


def _title(info: _Element) -> str:
    before, title, after = (text_at(info, name) for name in ("nonSort", "title", "subTitle"))
    whole = f"{before} {title}".strip()
    return f"{whole}: {after}" if after else whole


def _titled(item: _Element | None, kind: str) -> str:
    return next((_title(info) for info in children(item, "titleInfo") if info.get("type", "") == kind), "")


def _detail(part: _Element | None, kind: str) -> str:
    return next((text_at(one, "number") for one in children(part, "detail") if one.get("type") == kind), "")


def _pages(part: _Element | None) -> str:
    for extent in children(part, "extent"):
        if extent.get("unit") in ("pages", "page", None):
            start, end = text_at(extent, "start"), text_at(extent, "end")
            return f"{start}-{end}" if start and end and start != end else start or text_at(extent, "list")
    return ""


def _first(origins: list[_Element], name: str) -> str:
    return next(filter(None, (text_at(origin, name) for origin in origins)), "")


def _paragraphs(element: _Element) -> str:
    text = "".join(element.itertext())  # type: ignore[arg-type]
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in re.split(r"\n[ \t\r]*\n", text))))


def _licence(condition: _Element) -> str:
    return licence_of(condition.get(_XLINK, "")) or licence_of(text_of(condition))
