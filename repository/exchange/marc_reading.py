"""Make an entry of a record of MARC 21, ours or that of any catalogue."""

import re
from collections.abc import Iterator, Sequence

from pymarc import Field, Record

from repository.exchange.entry import Credit, Entry, EntryType, SubjectHeading
from repository.exchange.licence_addresses import licence_of
from repository.exchange.marc_record import DEGREE_GRANTING, ISSUING_BODY
from repository.exchange.medline import plain_title
from repository.exchange.notes import Notes
from repository.exchange.person_names import Role, given_names, orcid
from repository.exchange.ris_numbers import Numbers
from repository.exchange.work_names import TYPES
from repository.languages import language_code
from repository.partial_dates import PartialDate

_EDITORS = frozenset({"edt", "editor", "edited by"})
_ISSUERS = frozenset({ISSUING_BODY, DEGREE_GRANTING, "issuing body", "degree granting institution"})
_AUTHORS = frozenset({"aut", "author", "cre", "creator"})
# Other words for the types of work: MARC genre terms and what catalogues have in 655.
_GENRES: tuple[tuple[str, EntryType], ...] = (
    ("academic dissertation", "thesis"),
    ("thes", "thesis"),
    ("article", "article"),
    ("guideline", "guideline"),
    ("poster", "poster"),
    ("report", "report"),
    ("dataset", "dataset"),
)


def make_entry(record: Record, lines: Sequence[int], line: int, problems: tuple[str, ...] = ()) -> Entry | None:
    """Return the work that a record describes, or None where it has no title (245).

    `lines` has the line of each field, `line` that of the record; what could not be taken over is said in the entry's
    warnings, after the problems.
    """
    return _Marc(record, lines, line, list(problems)).entry()


class _Marc:
    def __init__(self, record: Record, lines: Sequence[int], line: int, warnings: list[str]) -> None:
        self._line, self._warnings = line, warnings
        self._leader = str(record.leader)
        self._fields: dict[str, list[Field]] = {}
        self._lines: dict[int, int] = {}
        for field, at in zip(record.fields, lines, strict=True):
            self._fields.setdefault(field.tag, []).append(field)
            self._lines[id(field)] = at
        self._names = [field for field in record.fields if field.tag in ("100", "110", "700", "710")]

    def _warn(self, field: Field, sentence: str) -> None:
        self._warnings.append(f"Line {self._lines[id(field)]}: {sentence}")

    def _of(self, *tags: str) -> Iterator[Field]:
        for tag in tags:
            yield from self._fields.get(tag, ())

    def _texts(self, tag: str, code: str) -> tuple[str, ...]:
        return tuple(text for field in self._of(tag) for text in field.get_subfields(code) if text)

    def _first(self, tag: str, code: str) -> str:
        return next(iter(self._texts(tag, code)), "")

    def entry(self) -> Entry | None:
        title = self._title()
        if not title:
            return None
        people, institution = self._people()
        host = next(self._of("773"), None)
        parts = self._parts(host)
        container = _bare(host.get("t", "") or "") if host else ""
        numbers = self._numbers(has_container=bool(container))
        kind, publication_types = self._genres(host is not None)
        subjects, keywords = self._subjects()
        notes = Notes(iter(self._texts("500", "a")))
        place, publisher, issued = self._imprint()
        extent = re.match(r"(.+?) (?:pages|pp?\b\.?)", self._first("300", "a"))
        return Entry(
            type=kind,
            title=title,
            vernacular_title=plain_title(_bare(self._first("246", "a"))),
            abstract="\n\n".join(self._texts("520", "a")),
            identifiers=numbers,
            contributors=people,
            subjects=subjects,
            keywords=keywords,
            container_title=container,
            container_abbreviation=(host.get("p", "") or "") if host else "",
            volume=parts.get("volume", ""),
            issue=parts.get("number", ""),
            pages=parts.get("pages", "") or (extent[1] if extent else ""),
            article_number=parts.get("elocationid", ""),
            series=_bare(self._first("490", "a")),
            edition=_bare(self._first("250", "a")),
            publisher=publisher,
            place=place,
            institution=institution or self._first("502", "c"),
            report_number=self._first("088", "a"),
            degree=self._first("502", "b"),
            event_name=_bare(self._first("711", "a") or self._first("111", "a")),
            event_place=self._first("518", "p"),
            event_date=self._date_in("518", "d"),
            url=self._url(),
            licence=next(filter(None, map(licence_of, (*self._texts("540", "u"), *self._texts("540", "a")))), ""),
            issued=issued,
            languages=self._languages(),
            publication_types=publication_types,
            notices=notes.notices,
            registrations=notes.registrations,
            funding=self._texts("536", "a"),
            conflict_of_interest=notes.conflict_of_interest,
            copyright_statement="\n".join(self._texts("542", "f")),
            line=self._line,
            warnings=tuple(self._warnings),
        )

    def _title(self) -> str:
        field = next(self._of("245"), None)
        if field is None:
            return ""
        words = [_bare(text) for code in ("a", "b") for text in field.get_subfields(code)]
        return plain_title(": ".join(filter(None, words)))

    def _people(self) -> tuple[tuple[Credit, ...], str]:
        """Return authors and editors in their order, and the body that issued the work."""
        people: dict[Credit, None] = {}
        institution = ""
        for field in self._names:
            roles = {text.strip(" .,").casefold() for code in ("4", "e") for text in field.get_subfields(code)}
            name = _bare(field.get("a", "") or "")
            if not name or field.get("t"):
                continue  # another work by that person
            if roles & _ISSUERS:
                institution = institution or name
            elif not roles or roles & (_AUTHORS | _EDITORS):
                people[self._person(field, name, "author" if not roles & _EDITORS else "editor")] = None
            else:
                self._warn(field, f"“{name[:60]}”, who contributed to the work in another way, was left out.")
        return tuple(people), institution

    def _person(self, field: Field, name: str, role: Role) -> Credit:
        affiliations = tuple(field.get_subfields("u"))
        if field.tag.endswith("10"):
            return Credit(kind="group", role=role, group=name, affiliations=affiliations)
        family, _, given = (part.strip() for part in name.partition(","))
        links = [text for text in field.get_subfields("1", "0") if "orcid" in text.lower()]
        numbers = [
            orcid(re.sub(r"^\(orcid\)", "", text, flags=re.IGNORECASE), self._lines[id(field)], self._warnings)
            for text in links
        ]
        return Credit(
            role=role,
            family=family,
            given=given_names(given),
            suffix=_bare(field.get("c", "") or ""),
            orcid=next(filter(None, numbers), ""),
            affiliations=affiliations,
        )

    def _parts(self, host: Field | None) -> dict[str, str]:
        """Return volume, number, pages and number of the article, from "volume:3" or "Vol. 3, no. 2 (2019), p. 7-9"."""
        found: dict[str, str] = {}
        for text in host.get_subfields("g") if host else ():
            name, colon, value = text.partition(":")
            if colon and name in ("volume", "number", "pages", "elocationid"):
                found[name] = value.strip()
                continue
            for name, pattern in _IN_WORDS:
                if match := re.search(pattern, text, re.IGNORECASE):
                    found.setdefault(name, match[1])
        return found

    def _numbers(self, *, has_container: bool) -> tuple[tuple[str, str], ...]:
        numbers = Numbers(self._warnings)
        for field in self._of("024"):
            scheme, value = (field.get("2", "") or "").lower(), field.get("a", "") or ""
            if scheme in ("doi", "pmid", "pmcid") and value:
                numbers.add(scheme, value, self._lines[id(field)])
        for tag, code, scheme in (
            ("022", "a", "issn"),
            ("773", "x", "issn"),
            ("020", "a", "isbn"),
            ("773", "z", "isbn"),
        ):
            for field in self._of(tag):
                for text in field.get_subfields(code):
                    # "0306406152 (paperback) :" is how catalogues write it.
                    numbers.add(scheme, text.split(" (")[0].strip(" :;"), self._lines[id(field)])
        return numbers.in_order()

    def _genres(self, is_in_host: bool) -> tuple[EntryType, tuple[str, ...]]:
        """Return the type of work, and the publication types."""
        kind: EntryType | None = None
        names: list[str] = []
        for field in self._of("655"):
            text = _bare(field.get("a", "") or "")
            if field.indicator2 == "7" and (known := TYPES.get(text.casefold())):
                kind = known
            elif text:
                names.append(text)
        for text in names:
            kind = kind or next((known for word, known in _GENRES if word in text.casefold()), None)
        if kind is None and self._fields.get("502"):
            kind = "thesis"
        level = self._leader[7:8]
        by_level: EntryType = "article" if level == "b" or is_in_host else "book" if level == "m" else "other"
        return kind or by_level, tuple(names)

    def _subjects(self) -> tuple[tuple[SubjectHeading, ...], tuple[str, ...]]:
        headings: dict[SubjectHeading, None] = {}
        keywords: dict[str, None] = {}
        for field in self._of("060", "650", "653"):
            labels = [_bare(text) for text in field.get_subfields("a")]
            if not any(labels):
                continue
            if field.tag == "060":
                headings[SubjectHeading("nlm", labels[0])] = None
            elif field.tag == "653":
                keywords |= dict.fromkeys(filter(None, labels))
            elif field.indicator2 == "2" or (field.get("2", "") or "").startswith("mesh"):
                qualifiers = tuple((_bare(text), False) for text in field.get_subfields("x"))
                headings[SubjectHeading("mesh", labels[0], field.indicator1 == "1", qualifiers)] = None
            elif field.indicator2 == "4":
                headings[SubjectHeading("local", labels[0])] = None
            else:
                keywords["/".join(filter(None, (labels[0], *map(_bare, field.get_subfields("x")))))] = None
        return tuple(headings), tuple(keywords)

    def _imprint(self) -> tuple[str, str, PartialDate | None]:
        """Return place, publisher and date: of 046 if it has one, else as it is printed, else the year of 008."""
        published = [field for field in self._of("264") if field.indicator2 in "1 "] or list(self._of("260"))
        place = publisher = printed = ""
        for field in published[:1]:
            place, publisher, printed = (_bare(field.get(code, "") or "") for code in "abc")
        if coded := self._first("046", "k"):
            try:
                return place, publisher, PartialDate.from_edtf(coded)
            except ValueError:
                self._warn(next(self._of("046")), f"the date “{coded[:60]}” was left out.")
        fixed = next((field.data or "" for field in self._of("008")), "")[7:11]
        for words in (printed.strip("[]()©c. "), fixed):
            try:
                return place, publisher, PartialDate.from_text(words) if words else None
            except ValueError:
                continue
        return place, publisher, None

    def _date_in(self, tag: str, code: str) -> PartialDate | None:
        for field in self._of(tag):
            if words := field.get(code):
                try:
                    return PartialDate.from_text(words)
                except ValueError:
                    self._warn(field, f"the date “{words[:60]}” was left out.")
        return None

    def _url(self) -> str:
        urls = (field.get("u", "") or "" for field in self._of("856") if not field.get("q"))
        return next((url for url in urls if re.match(r"https?://\S+$", url)), "")

    def _languages(self) -> tuple[str, ...]:
        fixed = next((field.data or "" for field in self._of("008")), "")[35:38]
        codes: dict[str, None] = {}
        for code in self._texts("041", "a") or (fixed,):
            # Older records have several in one subfield: "engfre".
            for one in re.findall(r"[a-z]{3}", code):
                try:
                    codes[language_code(one)] = None
                except ValueError as error:
                    self._warnings.append(f"Line {self._line}: {error} It was left out.")
        return tuple(codes)


_IN_WORDS = (
    ("volume", r"\bvol(?:ume)?\.? ?([0-9]+)"),
    ("number", r"\b(?:no|issue|iss|nr)\.? ?([0-9]+(?:[-/][0-9]+)?)"),
    ("pages", r"\b(?:pp?|pages)\.? ?([A-Za-z]?[0-9]+(?:[-–][A-Za-z]?[0-9]+)?)"),
)


def _bare(text: str) -> str:
    """Return a text without the punctuation that cataloguing rules put before the next part (ISBD)."""
    return re.sub(r"\s+[/:;=]$|[,;:]$", "", " ".join(text.split())).strip()
