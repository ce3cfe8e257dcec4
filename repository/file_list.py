"""The files of a record as its page lists them: what each is, and what this reader may do with it."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from repository import access
from repository.audience import Audience
from repository.models import Record, RecordFile
from repository.models.file import Extraction

# For whom a file is that not everybody may read, and what somebody who has not signed in can do about it.
_NOT_FOR_ALL = {
    Audience.STAFF: ("For signed-in staff.", "Sign in to read it."),
    Audience.GROUPS: ("For named groups of staff.", "Sign in to see whether you are in one."),
}
_NOT_GIVEN = ("The library keeps this file and does not give it to everybody.", "Sign in to request a copy.")


@dataclass(frozen=True)
class FileLine:
    """One file, for one reader. Addresses are empty where the reader may not have what stands there.

    `why_not` is a sentence for whoever may not read it. `limited_to` says who else may read it, where that is not
    everybody.
    """

    file: RecordFile
    may_read: bool
    view_url: str
    thumbnail_url: str
    why_not: str
    may_request: bool
    limited_to: str

    @property
    def not_extracted(self) -> str:
        """Why the search does not know the file's words, for the library; empty where it does."""
        content = self.file.content
        return content.failure if content.extraction == Extraction.FAILED else ""


def lines_for(record: Record, user: Any) -> list[FileLine]:
    """Return the record's files in order, whether the user may read them or not. One query."""
    files = RecordFile.objects.filter(record=record).select_related("content").defer("content__text")
    may = {"may_read": access.readable_files(user), "may_request": access.requestable_files(user)}
    return [
        _line(file, user) for file in files.annotate(**{name: _whether(condition) for name, condition in may.items()})
    ]


def _whether(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=False, output_field=BooleanField())


def may_be_shown(file: RecordFile) -> bool:
    """Tell whether a browser may show the file itself: a picture, or a PDF known to do nothing when it is opened."""
    content = file.content
    if content.content_type == "application/pdf":
        return content.extraction in (Extraction.DONE, Extraction.NONE) and not content.is_active
    return content.content_type.startswith("image/")


def _line(file: Any, user: Any) -> FileLine:
    may_read, content = file.may_read, file.content
    until = file.embargo_until if file.embargo_until and file.embargo_until > timezone.localdate() else None
    return FileLine(
        file=file,
        may_read=may_read,
        view_url=reverse("repository:view_file", args=[file.record_id, file.name])
        if may_read and may_be_shown(file)
        else "",
        thumbnail_url=reverse("repository:thumbnail", args=[file.record_id, file.pk])
        if may_read and content.has_thumbnail
        else "",
        why_not="" if may_read else _why_not(file, until, user),
        may_request=file.may_request,
        limited_to=_limited_to(file, until) if may_read else "",
    )


def _why_not(file: RecordFile, until: datetime.date | None, user: Any) -> str:
    why, next_step = _NOT_FOR_ALL.get(Audience(file.audience), _NOT_GIVEN)
    if until:
        why = f"{_from(file, until)}{f': {file.embargo_reason}' if file.embargo_reason else ''}."
    return why if user.is_authenticated else f"{why} {next_step}"


def _limited_to(file: RecordFile, until: datetime.date | None) -> str:
    """Say to somebody who may read the file who else may."""
    if file.audience == Audience.OPEN:
        return ""
    now = {
        Audience.STAFF: "Only signed-in staff may read this.",
        Audience.GROUPS: "Only named groups may read this.",
        Audience.LIBRARY: "Only the library and the depositor may read this.",
    }[Audience(file.audience)]
    return f"{now} {_from(file, until)}." if until else now


def _from(file: RecordFile, until: datetime.date) -> str:
    to = {Audience.STAFF: " to signed-in staff", Audience.GROUPS: " to named groups"}.get(
        Audience(file.audience_after or Audience.OPEN), ""
    )
    return f"Available{to} from {until.day} {until:%B %Y}"
