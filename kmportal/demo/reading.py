"""Read the demo content from its TOML files, and refuse with the file's name what does not hold together."""

import datetime
import tomllib
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

CONTENT = Path(__file__).resolve().parent / "content"

Row = dict[str, Any]
Kind = TypeVar("Kind")


class UnusableContent(ValueError):
    """A content file cannot be used; the message names the file and the entry."""


@dataclass(frozen=True, kw_only=True)
class CollectionRow:
    """A collection; `parent` is the slug of one that stands before it in the file, or empty."""

    slug: str
    name: str
    description: str
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A colleague with an account. `department` and `site` are slugs."""

    email: str
    role: str
    given: str
    family: str
    job_title: str
    staff_group: str
    department: str
    site: str
    about: str
    expertise: list[str]
    orcid: str = ""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def catalogue_name(self) -> str:
        """The name as records credit it and the other files refer to it."""
        return f"{self.family}, {self.given}"


@dataclass(frozen=True, kw_only=True)
class FileRow:
    """A file of a record: its text, or without one a PDF that is made from the record's title and abstract."""

    name: str
    description: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """A record. What is not named here is in `details`, under the names of the columns of Record.

    `authors` and `editors` are "Family, Given", "Family, Given | Affiliation", or "{Name of a group}". `issued` is a
    date in words. `mesh` is as in MEDLINE: a star for a major topic, qualifiers after slashes. `returned` and
    `withdrawn` say why a librarian made that move; `status` names how far an unpublished record is.
    """

    type: str
    title: str
    abstract: str
    issued: str
    department: str
    collection: str
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    doi: str = ""
    mesh: list[str] = field(default_factory=list)
    nlm: list[str] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=lambda: ["eng"])
    event_date: str = ""
    status: str = "published"
    returned: str = ""
    withdrawn: str = ""
    files: list[FileRow] = field(default_factory=list)
    details: Row = field(default_factory=dict)

    @classmethod
    def from_toml(cls, row: Row) -> Self:
        files = [FileRow(**file) for file in row.pop("files", [])]
        known = {name: row.pop(name) for name in list(row) if name in cls.__dataclass_fields__}
        return cls(**known, files=files, details=row)


@dataclass(frozen=True, kw_only=True)
class LessonRow:
    """A lesson. `department` and `site` are slugs; `returned` and `retired` say why a knowledge lead made that move."""

    sentence: str
    expected: str
    happened: str
    why: str
    applies_when: str
    applies_not: str
    priority: str
    department: str
    site: str
    happened_on: datetime.date
    captured_by: str
    tags: list[str]
    status: str = "published"
    returned: str = ""
    retired: str = ""


@dataclass(frozen=True, kw_only=True)
class SessionRow:
    """A session, `weeks` after the week in which the content is loaded. `cancelled` says why it will not be held."""

    kind: str
    title: str
    purpose: str
    weeks: int
    weekday: str
    starts: str
    minutes: int
    site: str
    place: str
    facilitator: str
    status: str = "published"
    cancelled: str = ""


@dataclass(frozen=True)
class Content:
    """All that the demo holds, as it stands in the files."""

    organisation: str
    cataloguer: str
    sites: dict[str, str]
    departments: dict[str, str]
    collections: list[CollectionRow]
    people: list[PersonRow]
    records: list[RecordRow]
    lessons: list[LessonRow]
    sessions: list[SessionRow]

    @cached_property
    def by_catalogue_name(self) -> dict[str, PersonRow]:
        return {person.catalogue_name: person for person in self.people}


def read_content(folder: Path = CONTENT) -> Content:
    """Return the content of the files in the folder.

    Lines of a text that follow each other are one paragraph; an empty line parts two. Raises UnusableContent.
    """
    organisation = _toml(folder / "organisation.toml")
    content = Content(
        organisation=organisation["name"],
        cataloguer=organisation["cataloguer"],
        sites=organisation["sites"],
        departments=organisation["departments"],
        collections=[CollectionRow(**row) for row in organisation["collections"]],
        people=_all_rows(folder / "people", PersonRow),
        records=_all_rows(folder / "records", RecordRow),
        lessons=_all_rows(folder / "lessons", LessonRow),
        sessions=_rows(folder / "sessions.toml", "sessions", SessionRow),
    )
    _check_references(content)
    return content


def _toml(path: Path) -> Row:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UnusableContent(f"{path.name} is not TOML: {error}") from None


def _all_rows(folder: Path, kind: type[Kind]) -> list[Kind]:
    """Return the rows of a folder's files, each of which calls them by the folder's name."""
    return [row for path in sorted(folder.glob("*.toml")) for row in _rows(path, folder.name, kind)]


def _rows(path: Path, key: str, kind: type[Kind]) -> list[Kind]:
    rows = []
    for row in _toml(path)[key]:
        label = row.get("title") or row.get("sentence") or row.get("email") or "?"
        tidy = {name: _tidy(value) for name, value in row.items()}
        try:
            rows.append(kind.from_toml(tidy) if kind is RecordRow else kind(**tidy))  # type: ignore[attr-defined]
        except TypeError as error:
            raise UnusableContent(f"{path.name}, “{label}”: {error}") from None
    return rows


def _tidy(value: Any) -> Any:
    """Return a text without the line breaks that only make its file readable; other values as they are."""
    if not isinstance(value, str):
        return value
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in value.strip().split("\n\n"))


def _check_references(content: Content) -> None:
    """Raise UnusableContent where a row names a place, a collection or a colleague that is not there."""
    colleagues = content.by_catalogue_name
    checks: tuple[tuple[str, Container[str], Iterable[object]], ...] = (
        ("department", content.departments, (*content.people, *content.records, *content.lessons)),
        ("site", content.sites, (*content.people, *content.lessons, *content.sessions)),
        ("collection", {row.slug for row in content.collections}, content.records),
        ("captured_by", colleagues, content.lessons),
        ("facilitator", colleagues, content.sessions),
        ("cataloguer", colleagues, (content,)),
    )
    for attribute, known, rows in checks:
        for row in rows:
            if (name := getattr(row, attribute)) not in known:
                raise UnusableContent(f"There is no {attribute} “{name}”, which is named by {str(row)[:200]}…")
