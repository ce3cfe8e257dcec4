"""What every reader of bibliographic files yields: entries, and the reasons why a piece of a file is none."""

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any, Literal

from repository.partial_dates import PartialDate

EntryType = Literal[
    "article", "preprint", "report", "audit", "guideline", "policy", "toolkit", "training",
    "poster", "presentation", "conference_paper", "thesis", "book", "chapter", "dataset", "other",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Credit:
    """One person's or group's place among those who made the work."""

    kind: Literal["person", "group"] = "person"
    role: Literal["author", "editor"] = "author"
    family: str = ""
    given: str = ""
    suffix: str = ""
    initials: str = ""
    group: str = ""
    orcid: str = ""
    affiliations: tuple[str, ...] = ()

    @property
    def credited_as(self) -> str:
        """The name as a list of references begins it: "Smith, Jane A, Jr", or the name of the group."""
        return self.group or ", ".join(filter(None, (self.family, self.given or self.initials, self.suffix)))


@dataclass(frozen=True, slots=True)
class SubjectHeading:
    """A heading of a controlled vocabulary, such as MeSH, with the qualifiers it was given for this work.

    `major` is the star at the heading itself, and each qualifier, (name, major), has its own: "Stroke/*therapy" is
    ("Stroke", False, (("therapy", True),)).
    """

    scheme: Literal["mesh", "nlm", "local"]
    label: str
    major: bool = False
    qualifiers: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A publication that bears on this one, such as its retraction or an erratum (kinds: medline.NOTICES)."""

    kind: str
    text: str
    pmid: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One work as a file describes it. Texts that the file does not give are empty."""

    type: EntryType
    title: str
    vernacular_title: str = ""
    abstract: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()  # (scheme, value): see repository.identifiers
    contributors: tuple[Credit, ...] = ()
    subjects: tuple[SubjectHeading, ...] = ()
    substances: tuple[str, ...] = ()  # chemicals and drugs that are named beside the subject headings
    keywords: tuple[str, ...] = ()
    container_title: str = ""
    container_abbreviation: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    article_number: str = ""
    series: str = ""
    edition: str = ""
    publisher: str = ""
    place: str = ""
    institution: str = ""  # that issued a report, or gave the degree of a thesis
    report_number: str = ""
    degree: str = ""
    event_name: str = ""
    event_place: str = ""
    event_date: PartialDate | None = None
    url: str = ""  # where the work is on the web, beside what its identifiers lead to
    licence: str = ""  # a key of repository.licences
    issued: PartialDate | None = None
    available_online: PartialDate | None = None
    languages: tuple[str, ...] = ()  # codes of repository.languages
    publication_types: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    registrations: tuple[str, ...] = ()  # such as "ClinicalTrials.gov/NCT00000000"
    funding: tuple[str, ...] = ()
    conflict_of_interest: str = ""
    copyright_statement: str = ""
    # Where and how it was read: no part of what the entry says.
    line: int = 0
    source_id: str = ""  # by which its source knows the item, where the source gives one
    warnings: tuple[str, ...] = ()

    def identifier(self, scheme: str) -> str:
        """Return the first identifier of a scheme, or an empty text."""
        return next((value for name, value in self.identifiers if name == scheme), "")

    def to_json(self) -> dict[str, Any]:
        """Return what the entry says as plain JSON values.

        What is empty is left out, so that a field added to this class changes no entry that does not use it.
        """
        return {name: value for name, value in _plain(self).items() if name not in ("line", "source_id", "warnings")}

    def fingerprint(self) -> str:
        """Return 64 hexadecimal digits that are the same for entries that say the same, wherever they were read."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A piece of a file that is no whole record: the line where it begins, why, and what it calls itself."""

    line: int
    reason: str
    label: str = ""


_FIELD_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind)) for kind in (Entry, Credit, SubjectHeading, Notice)
}


def _plain(value: Any) -> Any:
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, PartialDate):
        return value.edtf
    named = ((name, getattr(value, name)) for name in _FIELD_NAMES[type(value)])
    return {name: _plain(item) for name, item in named if item not in ("", (), None, False)}
