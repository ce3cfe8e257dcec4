"""What the repository holds already: whether an entry is one of its works, or looks like one."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Max, OuterRef, QuerySet, Subquery
from rapidfuzz import fuzz

from repository.intake.description import Description
from repository.models import Contribution, Identifier, Record
from repository.models.batch import RowKind
from repository.models.contributor import fold
from repository.status import Status

# Titles this alike (per cent of letters) name one work where the DOI is the same; a chapter's and its book's do not.
SAME_DOI = 85
# Where only the first author and the year are the same, the titles have to be more alike.
SAME_AUTHOR = 90
# The first part and the second, or the reports of two years, have titles that differ in a number alone.
_NUMBER = re.compile(r"\b(?:\d+|[ivx]+)\b")


@dataclass(frozen=True, slots=True)
class Match:
    """The record that an entry is or may be, by its key, and why. An earlier entry of the file has no key yet."""

    kind: RowKind
    reason: str
    record: int | None = None
    entry: "Candidate | None" = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What two descriptions are compared by."""

    line: int
    title: str
    folded: str
    year: int | None
    author: str  # the family name of the first author, folded
    pmid: str
    doi: str

    @classmethod
    def of(cls, said: Description, line: int) -> "Candidate":
        """Return what an entry is compared by; `line` is where it begins in its file."""
        numbers = dict(reversed(said["identifiers"]))
        year = int(said["issued"][:4]) if said["issued"][:4].isdigit() else None
        author = _author(said["contributors"][0]["credited_as"]) if said["contributors"] else ""
        pmid, doi = numbers.get("pmid", ""), numbers.get("doi", "")
        return cls(line, said["title"], fold(said["title"]), year, author, pmid, doi)


@dataclass(slots=True)
class _Year:
    """The works of one year, by the first author's family name: (key of the record, folded title, PubMed ID)."""

    works: dict[str, list[tuple[int, str, str]]] = field(default_factory=lambda: defaultdict(list))


class Held:
    """The works that the repository holds, as far as an import has asked for them.

    Numbers are looked up for each chunk. Titles are kept in memory for the years that came up, about 200 bytes a
    record; what is added meanwhile, by this import or by others, joins them at the next chunk.
    """

    def __init__(self) -> None:
        self._years: dict[int, _Year] = {}
        self._newest = Record.objects.aggregate(newest=Max("pk"))["newest"] or 0

    def matches(self, entries: Sequence[Candidate]) -> list[Match | None]:
        """Return for each entry the work that it is or looks like, among the records and the entries before it.

        One with the same DOI whose title is another is no match: the chapters of a book share its DOI.
        """
        numbered = self._numbered(entries)
        self._learn({year for entry in entries if entry.year for year in _near(entry.year)})
        found, before = [], _Before()
        for entry in entries:
            match = _by_number(entry, numbered) or before.same(entry) or self._alike(entry) or before.alike(entry)
            found.append(match)
            if match is None:
                before.add(entry)
        return found

    def other_titles(self, entries: Iterable[Candidate]) -> dict[str, str]:
        """Return for each DOI of the entries that a record has, the title of that record."""
        wanted = {entry.doi for entry in entries if entry.doi}
        rows = _identifiers().filter(scheme="doi", value__in=wanted).order_by("-pk")
        return dict(rows.values_list("value", "record__title"))

    def _numbered(self, entries: Sequence[Candidate]) -> dict[tuple[str, str], list[tuple[int, str, str]]]:
        held: dict[tuple[str, str], list[tuple[int, str, str]]] = defaultdict(list)
        values = {value for entry in entries for value in (entry.pmid, entry.doi) if value}
        rows = _identifiers().filter(scheme__in=["pmid", "doi"], value__in=values).order_by("pk")
        for scheme, value, record, title in rows.values_list("scheme", "value", "record_id", "record__title"):
            held[scheme, value].append((record, title, fold(title)))
        return held

    def _learn(self, years: set[int]) -> None:
        """Fetch the works of these years that are not known yet, and of the known years what was added since."""
        newest = Record.objects.aggregate(newest=Max("pk"))["newest"] or 0
        if self._years and newest > self._newest:
            self._take(Record.objects.filter(pk__gt=self._newest, pk__lte=newest, year__in=self._years))
        self._newest = newest
        if missing := years - self._years.keys():
            self._years |= {year: _Year() for year in missing}
            self._take(Record.objects.filter(year__in=missing, pk__lte=newest))

    def _take(self, records: QuerySet[Record]) -> None:
        first = Contribution.objects.filter(record=OuterRef("pk"), position=0).values("credited_as")[:1]
        number = Identifier.objects.filter(record=OuterRef("pk"), scheme="pmid").values("value")[:1]
        rows = records.exclude(status=Status.DRAFT).order_by()
        described = rows.values_list("pk", "year", "title", Subquery(first), Subquery(number))
        for pk, year, title, author, pmid in described.iterator(chunk_size=2_000):
            self._years[year].works[_author(author or "")].append((pk, fold(title), pmid or ""))

    def _alike(self, entry: Candidate) -> Match | None:
        if not entry.year or not entry.author:
            return None
        for year in _near(entry.year):
            for record, title, pmid in self._years[year].works.get(entry.author, ()):
                if _is_another(entry.pmid, pmid):
                    continue
                if _is_like_title(title, entry.folded):
                    return Match(RowKind.SIMILAR, "Same first author, about the same year and title.", record)
        return None


class _Before:
    """The entries of a chunk that match nothing, for those after them."""

    def __init__(self) -> None:
        self._by_number: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        self._by_author: dict[str, list[Candidate]] = defaultdict(list)

    def add(self, entry: Candidate) -> None:
        for scheme, value in (("pmid", entry.pmid), ("doi", entry.doi)):
            if value:
                self._by_number[scheme, value].append(entry)
        if entry.author and entry.year:
            self._by_author[entry.author].append(entry)

    def same(self, entry: Candidate) -> Match | None:
        for scheme, value in (("pmid", entry.pmid), ("doi", entry.doi)):
            for other in self._by_number.get((scheme, value), ()) if value else ():
                if scheme == "pmid" or _is_same_title(entry.folded, other.folded):
                    return Match(
                        RowKind.DUPLICATE, f"Line {other.line} of this file has the same {_NAMES[scheme]}.", entry=other
                    )
        return None

    def alike(self, entry: Candidate) -> Match | None:
        for other in self._by_author.get(entry.author, ()) if entry.author and entry.year else ():
            if (
                not _is_another(entry.pmid, other.pmid)
                and entry.year in _near(other.year or 0)
                and _is_like_title(other.folded, entry.folded)
            ):
                reason = f"Line {other.line} of this file has the same first author, and about the same year and title."
                return Match(RowKind.SIMILAR, reason, entry=other)
        return None


_NAMES = {"pmid": "PubMed ID", "doi": "DOI"}


def _by_number(entry: Candidate, held: dict[tuple[str, str], list[tuple[int, str, str]]]) -> Match | None:
    for scheme, value in (("pmid", entry.pmid), ("doi", entry.doi)):
        for record, _, folded in held.get((scheme, value), ()) if value else ():
            if scheme == "pmid" or _is_same_title(entry.folded, folded):
                return Match(RowKind.DUPLICATE, f"Here already, with the same {_NAMES[scheme]}.", record)
    return None


def _identifiers() -> QuerySet[Identifier]:
    # A draft is private, and may come to nothing.
    return Identifier.objects.exclude(record__status=Status.DRAFT)


def _is_another(pmid: str, other: str) -> bool:
    """Tell whether PubMed has two items here: a letter and its reply may have one author and one title."""
    return bool(pmid and other and pmid != other)


def _is_same_title(title: str, other: str) -> bool:
    return title == other or bool(fuzz.ratio(title, other, score_cutoff=SAME_DOI))


def _is_like_title(title: str, other: str) -> bool:
    if title == other:
        return True
    alike = fuzz.ratio(title, other, score_cutoff=SAME_AUTHOR)
    return bool(alike) and _NUMBER.findall(title) == _NUMBER.findall(other)


def _author(printed: str) -> str:
    """Return the folded family name of an author as printed, or the name of a group."""
    return fold(printed.partition(",")[0])


def _near(year: int) -> tuple[int, int, int]:
    """Return the year and its neighbours: what is online in December comes out in print in January."""
    return year, year - 1, year + 1
