"""Make up works, with everything that a record of the repository says of them (no queries).

Neither the clock nor the database has a part in it: the same numbers and the same source of chance give the same works.
"""

import datetime
import random
from dataclasses import dataclass
from typing import Any

from kmportal.demo.bulk.chance import pick, pick_several, rank
from kmportal.demo.bulk.vocabulary import vocabulary
from kmportal.demo.bulk.writing import KINDS, Topic, Writer
from repository.licences import Licence
from repository.record_types import RecordType
from repository.status import Status

FIRST_YEAR, LAST_YEAR = 1990, 2026
# What was issued before this day was entered into the portal after it; nothing was entered after the second.
OPENED, CLOSED = datetime.date(2016, 1, 4), datetime.date(2026, 10, 30)
OPENED_AT, CLOSED_AT = (
    datetime.datetime(day.year, day.month, day.day, 8, tzinfo=datetime.UTC) for day in (OPENED, CLOSED)
)

# Under the prefix that is kept for tests and examples; of one length, so that they sort by number.
DOI = "10.5555/seeded.{:08}"

# In per cent of all works, as the tables below.
TYPES: dict[str, int] = {
    RecordType.ARTICLE: 46, RecordType.AUDIT: 10, RecordType.POSTER: 9, RecordType.REPORT: 6,
    RecordType.CONFERENCE_PAPER: 5, RecordType.GUIDELINE: 4, RecordType.POLICY: 4, RecordType.PRESENTATION: 3,
    RecordType.PREPRINT: 3, RecordType.THESIS: 2, RecordType.TRAINING: 2, RecordType.CHAPTER: 2,
    RecordType.TOOLKIT: 1, RecordType.BOOK: 1, RecordType.DATASET: 1, RecordType.OTHER: 1,
}  # fmt: skip
STATUSES: dict[str, int] = {Status.PUBLISHED: 96, Status.DRAFT: 2, Status.SUBMITTED: 1, Status.WITHDRAWN: 1}
ALL_WAIT: dict[str, int] = {Status.SUBMITTED: 100}
LICENCES: dict[str, int] = {"": 40, Licence.CC_BY: 30, Licence.IN_COPYRIGHT: 15, Licence.CC_BY_NC: 10, Licence.OGL: 5}
LANGUAGES: dict[str, int] = {"eng": 97, "wel": 1, "fre": 1, "ger": 1}
# How exactly the date of issue is known.
PRECISIONS = {"month": 52, "day": 20, "year": 18, "season": 6, "span": 4}
# What only some types have.
NO_DETAILS: dict[str, Any] = {
    **dict.fromkeys(("container_title", "volume", "issue", "pages", "event_name", "event_place"), ""),
    **dict.fromkeys(("publisher", "place", "institution", "degree", "report_number"), ""),
    "publication_types": [],
}
RECENT_YEARS = list(range(LAST_YEAR, FIRST_YEAR - 1, -1))


@dataclass(frozen=True, slots=True)
class Work:
    """A work. `columns` are columns of Record, the same ones in the same order for each work.

    The others but for the DOI are places in lists: of the portal's departments, collections and authors, and of the
    vocabulary's headings (each with whether it is a major topic) and tags. Of the moments a work has as many as its
    status asks for.
    """

    columns: dict[str, Any]
    doi: str
    department: int
    collection: int
    authors: list[int]
    headings: list[tuple[int, bool]]
    tags: list[int]
    entered: datetime.datetime
    published: datetime.datetime | None
    withdrawn: datetime.datetime | None


class WorkMaker:
    """Makes works up, for a portal with so many authors, departments and collections to choose from."""

    def __init__(
        self,
        rng: random.Random,
        *,
        authors: int,
        departments: int,
        collections: int,
        statuses: dict[str, int] = STATUSES,
    ) -> None:
        self._rng = rng
        self._statuses = statuses
        self._writer = Writer(rng)
        self._authors, self._departments, self._collections = authors, departments, collections
        self._heading_numbers = {heading: number for number, heading in enumerate(vocabulary().headings)}
        self._tag_numbers = {tag: number for number, tag in enumerate(vocabulary().tags)}

    def make(self, number: int) -> Work:
        """Make one work up; its number in the portal is part of its DOI."""
        rng, topic = self._rng, self._writer.topic()
        kind, status = self._one_of(TYPES), self._one_of(self._statuses)
        issued_on = self._day()
        entered = self._entered(issued_on)
        published = entered + datetime.timedelta(days=rng.randint(1, 20), minutes=rng.randint(0, 400))
        columns = {
            **NO_DETAILS,
            "type": kind,
            "status": status,
            "title": self._writer.sentence("titles", topic),
            "abstract": self._writer.abstract(topic),
            "issued": self._issued(issued_on),
            "languages": [self._one_of(LANGUAGES)],
            "licence": self._one_of(LICENCES),
            **self._details(kind, issued_on),
        }
        return Work(
            columns=columns,
            doi=DOI.format(number),
            department=rank(rng, self._departments, 6),
            collection=rank(rng, self._collections, 6),
            # Some write a great deal: the first of the list are on hundreds of works.
            authors=pick_several(rng, range(self._authors), min(self._authors, 1 + rank(rng, 8, 5)), 30),
            headings=self._headings(topic),
            tags=self._tags(topic),
            entered=entered,
            published=published if status in (Status.PUBLISHED, Status.WITHDRAWN) else None,
            withdrawn=published + datetime.timedelta(days=90) if status == Status.WITHDRAWN else None,
        )

    def _one_of(self, shares: dict[str, int]) -> str:
        """Return a key, as often as its share of the hundred says."""
        drawn = self._rng.randrange(100)
        for key, share in shares.items():
            drawn -= share
            if drawn < 0:
                return key
        raise ValueError(f"The shares are less than a hundred: {shares}")

    def _day(self) -> datetime.date:
        """Return when a work was issued: recent years have more of them."""
        year = pick(self._rng, RECENT_YEARS, 12)
        day = datetime.date(year, 1, 1) + datetime.timedelta(days=self._rng.randrange(365))
        return min(day, CLOSED)

    def _issued(self, day: datetime.date) -> str:
        """Return the date in EDTF, as exactly as such a work's date is known."""
        precision = self._one_of(PRECISIONS)
        if precision == "span" and day.month < 12:
            return f"{day:%Y-%m}/{day.year}-{day.month + 1:02}"
        season = f"{day.year}-{20 + ((day.month % 12) // 3 or 4)}"
        return {"day": f"{day:%Y-%m-%d}", "year": f"{day.year}", "season": season}.get(precision, f"{day:%Y-%m}")

    def _entered(self, issued_on: datetime.date) -> datetime.datetime:
        rng = self._rng
        if issued_on < OPENED:
            day = OPENED + datetime.timedelta(days=rng.randrange((CLOSED - OPENED).days - 30))
        else:
            day = min(issued_on + datetime.timedelta(days=rng.randint(5, 200)), CLOSED - datetime.timedelta(days=30))
        return OPENED_AT + (day - OPENED) + datetime.timedelta(minutes=rng.randrange(540))

    def _headings(self, topic: Topic) -> list[tuple[int, bool]]:
        """Return three to five headings of the topic, the first two of which are major ones."""
        kinds = KINDS[: self._rng.randint(3, 5)]
        numbers = [self._heading_numbers[topic.subjects[kind].heading] for kind in kinds]
        return [(number, position < 2) for position, number in enumerate(numbers)]

    def _tags(self, topic: Topic) -> list[int]:
        subjects = (topic.subjects[name] for name in ("condition", "intervention", "condition2"))
        return [self._tag_numbers[subject.words] for subject in subjects][: self._rng.randint(1, 3)]

    def _details(self, kind: str, issued_on: datetime.date) -> dict[str, Any]:
        """Return what works of the kind have beside what all have (see record_types.DETAILS)."""
        rng, words = self._rng, vocabulary()
        place = pick(rng, words.words["place"])
        first_page = rng.randint(1, 900)
        pages = f"{first_page}-{first_page + rng.randint(2, 14)}"
        match kind:
            case RecordType.ARTICLE:
                return {
                    "container_title": pick(rng, words.journals),
                    "volume": str(issued_on.year - FIRST_YEAR + 1),
                    "issue": str(rng.randint(1, 12)),
                    "pages": pages,
                    "publication_types": ["Journal Article"],
                }
            case RecordType.POSTER | RecordType.PRESENTATION | RecordType.CONFERENCE_PAPER:
                return {"event_name": f"{place} Conference on Care {issued_on.year}", "event_place": place}
            case RecordType.THESIS:
                return {"institution": f"University of {place}", "degree": rng.choice(("PhD", "MSc", "MD"))}
            case RecordType.CHAPTER:
                return {"container_title": f"Care in {place}", "publisher": f"{place} Press", "pages": pages}
            case RecordType.BOOK:
                return {"publisher": f"{place} Press", "place": place, "pages": str(90 + first_page)}
            case RecordType.PREPRINT | RecordType.DATASET | RecordType.OTHER:
                return {"publisher": f"{place} Open Papers"}
            case _:
                return {
                    "institution": f"{place} Hospitals",
                    "report_number": f"{kind[:3].upper()}-{issued_on.year}-{rng.randint(1, 999):03}",
                }
