"""What a record's page says, made ready for its template from a record that comes from `for_page()`."""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from kmportal.design.dates import day_words
from repository import abstracts, licences, notices
from repository.audience import Audience
from repository.identifiers import address
from repository.languages import LANGUAGES, language_tag
from repository.models import Contribution, Identifier, Record, RecordSubject
from repository.models.contributor import Role
from repository.partial_dates import PartialDate
from repository.record_types import DETAILS, RecordType
from repository.status import Status

# Names that stand open; a paper of five hundred authors keeps the others behind a line of text.
NAMES_SHOWN = 20

_CONTAINERS: dict[str, str] = {RecordType.ARTICLE: "Journal", RecordType.CHAPTER: "Book"}
_DATES = frozenset({"issued", "available_online", "event_date"})
# Who sees a record that is before readers, for each audience of an embargo.
_SEEN_BY: dict[str, str] = {
    Audience.STAFF: "signed-in staff",
    Audience.GROUPS: "the groups it is for, the library and whoever deposited it",
    Audience.LIBRARY: "the library and whoever deposited it",
}


@dataclass(frozen=True)
class Credits:
    """Everybody who has one role on a record, in order."""

    role: Role
    names: tuple[Contribution, ...]

    @property
    def shown(self) -> tuple[Contribution, ...]:
        return self.names if len(self.names) <= NAMES_SHOWN + 1 else self.names[:NAMES_SHOWN]

    @property
    def folded(self) -> tuple[Contribution, ...]:
        return self.names[len(self.shown) :]

    @property
    def heading(self) -> str:
        """What stands before the names; authors need no heading."""
        return "" if self.role == Role.AUTHOR else f"{self.role.label}{'s' if len(self.names) > 1 else ''}: "

    @property
    def folded_heading(self) -> str:
        return f"Show {len(self.folded)} more {self.role.label.lower()}s"


@dataclass(frozen=True)
class Said:
    """What another publication says of the work: in words, where it stands, and its address if it has one."""

    heading: str
    text: str
    url: str


@dataclass(frozen=True)
class Caution:
    """What the reader must know before all else, with the publications that say so."""

    heading: str
    notices: tuple[Said, ...]


@dataclass(frozen=True)
class Headings:
    """The subject headings of one vocabulary."""

    scheme: str
    subjects: tuple[RecordSubject, ...]


class RecordPage:
    """A record in the words of its page. Asks the database nothing that `for_page()` has not fetched.

    `way` is label and address of each step that leads to the record.
    """

    def __init__(self, record: Any, way: list[tuple[str, str]]) -> None:
        self.record = record
        self.way = way

    @property
    def embargo(self) -> str:
        """Who alone sees a published record while it is under an embargo, until when and why; else nothing."""
        record = self.record
        if not record.embargo_until or record.status not in (Status.PUBLISHED, Status.REPLACED):
            return ""
        until = f"Before {day_words(record.embargo_until)} only {_SEEN_BY[record.audience]} can see this record."
        return f"{until} The reason: {record.embargo_reason}." if record.embargo_reason else until

    @cached_property
    def credits(self) -> list[Credits]:
        """Authors and then editors, as far as there are any."""
        everybody = list(self.record.contributions.all())
        groups = [Credits(role, tuple(one for one in everybody if one.role == role)) for role in Role]
        return [group for group in groups if group.names]

    @property
    def affiliations(self) -> list[tuple[str, str]]:
        """Each name with where the person worked, for those of whom it is known."""
        return [
            (one.credited_as, "; ".join(filter(None, (one.department.name if one.department else "", one.affiliation))))
            for one in self.record.contributions.all()
            if one.affiliation or one.department
        ]

    @property
    def warnings(self) -> list[Caution]:
        """Retractions, corrections and the like, the gravest first."""
        said = groupby(self._said(notices.WARNINGS), key=lambda one: one.heading)
        return [Caution(heading, tuple(those)) for heading, those in said]

    @property
    def connections(self) -> list[Said]:
        """Comments, data and other publications that belong to the work."""
        return self._said(notices.CONNECTIONS)

    @property
    def abstract(self) -> list[abstracts.Part]:
        return abstracts.parts(self.record.abstract)

    @property
    def details(self) -> list[tuple[str, str]]:
        """What the record's type asks for, such as the journal and its volume: labels and values."""
        return self._rows(("issued", *DETAILS[self.record.type], "available_online"))

    @property
    def identifiers(self) -> list[Identifier]:
        return [Identifier(**row) for row in self.record.numbered]

    @property
    def headings(self) -> list[Headings]:
        """Subject headings by vocabulary."""
        by_scheme: dict[str, list[RecordSubject]] = {}
        for subject in self.record.subjects.all():
            by_scheme.setdefault(subject.term.get_scheme_display(), []).append(subject)
        return [Headings(scheme, tuple(subjects)) for scheme, subjects in by_scheme.items()]

    @property
    def languages(self) -> str:
        return ", ".join(LANGUAGES[code] for code in self.record.languages)

    @property
    def vernacular_lang(self) -> str:
        """The language tag of the title in the original language, if it can be told."""
        return language_tag(self.record.languages[0]) if len(self.record.languages) == 1 else ""

    @property
    def licence_url(self) -> str:
        return licences.ADDRESSES.get(self.record.licence, "")

    @property
    def statements(self) -> list[tuple[str, str]]:
        """What the work says of its own making: funding, interests, rights."""
        return self._rows(("funding", "conflict_of_interest", "copyright_statement"))

    def _rows(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        rows = [(self._label(name), self._value(name)) for name in names]
        return [(label, value) for label, value in rows if value]

    def _label(self, name: str) -> str:
        if name == "container_title" and self.record.type in _CONTAINERS:
            return _CONTAINERS[self.record.type]
        label = str(getattr(Record._meta.get_field(name), "verbose_name", name))
        return label[:1].upper() + label[1:]

    def _value(self, name: str) -> str:
        value = getattr(self.record, name)
        return str(PartialDate.from_edtf(value)) if value and name in _DATES else value

    def _said(self, kinds: dict[str, str]) -> list[Said]:
        said = [
            (
                list(kinds).index(notice["kind"]),
                Said(kinds[notice["kind"]], notice["text"], _pubmed(notice.get("pmid"))),
            )
            for notice in self.record.notices
            if notice["kind"] in kinds
        ]
        return [one for _, one in sorted(said, key=lambda pair: pair[0])]


def _pubmed(pmid: str | None) -> str:
    return address("pmid", pmid) if pmid else ""
