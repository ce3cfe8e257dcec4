"""A work as the reader of one of its versions sees it: which versions there are, and how often they were used."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from repository import access, versions
from repository.models import Follow, Record, UseCount
from repository.models.record import RecordQuerySet
from repository.status import Status


def with_work(records: RecordQuerySet, user: Any) -> RecordQuerySet:
    """Fetch with each record what Work reads of it, in the same query."""
    visible = _same_work(OuterRef).filter(access.visible_records(user)).order_by("-version")
    whole = _same_work(lambda column: OuterRef(OuterRef(column)))
    used = whole.filter(access.visible_records(user)).values("pk")
    uses = UseCount.objects.filter(record__in=used).order_by().annotate(all=Value(1)).values("all")
    sums = uses.annotate(sums=JSONObject(views=Sum("views"), downloads=Sum("downloads")))
    row = JSONObject(pk="pk", number="version", status="status", published_at="published_at", note="version_note")
    return records.annotate(
        work_versions=ArraySubquery(visible.values(row=row)),
        work_uses=Subquery(sums.values("sums")),
        work_followed=Exists(Follow.objects.filter(record__in=whole.values("pk"), user=user.pk)),
    )


def _same_work(of_outer: Callable[[str], Any]) -> RecordQuerySet:
    """Return the versions of the work of an outer query's record, of which `of_outer` gives a column."""
    first = Coalesce(of_outer("first_version"), of_outer("pk"))
    return Record.objects.filter(Q(pk=first) | Q(first_version=first))


@dataclass(frozen=True)
class Version:
    """One version of a work, as a line of the list of versions."""

    pk: int
    number: int
    status: str
    published_at: datetime.datetime | None
    note: str

    @property
    def label(self) -> str:
        return f"Version {self.number}"

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)

    @property
    def is_public(self) -> bool:
        return self.status in access.PUBLIC_STATES

    def get_absolute_url(self) -> str:
        return reverse("repository:record", args=[self.pk])


class Work:
    """The work that a record is a version of, as far as the reader may see it: its uses are those of `versions`.

    Asks the database nothing; wants a record that `with_work` fetched.
    """

    def __init__(self, record: Any) -> None:
        self.record = record
        self.versions = [_version(row) for row in record.work_versions]
        self.views, self.downloads = ((record.work_uses or {}).get(name) or 0 for name in ("views", "downloads"))
        self.is_followed: bool = record.work_followed

    @property
    def records(self) -> list[Record]:
        """The versions that the reader may see, as records of which only the key is known."""
        return [Record(pk=version.pk) for version in self.versions]

    @property
    def public(self) -> list[Version]:
        """The versions that are or were before readers, the newest first."""
        return [version for version in self.versions if version.is_public]

    @property
    def place(self) -> str:
        """Which of the versions this one is: "Version 2 of 3"; nothing where there is only one."""
        number = self.record.version
        last = max((version.number for version in self.public), default=number)
        if len(self.versions) < 2:
            return ""
        return f"Version {number} of {last}" if number <= last else f"Version {number}, not published yet"

    @property
    def newer(self) -> Version | None:
        """The version that readers should read instead of this one, if they may see it."""
        published = (version for version in self.public if version.status == Status.PUBLISHED)
        return next((version for version in published if version.pk != self.record.pk), None)

    @property
    def under_way(self) -> Version | None:
        """The version that is being made, if it is for the reader to see."""
        return next((version for version in self.versions if version.status in versions.UNDER_WAY), None)


def _version(row: dict[str, Any]) -> Version:
    published = row["published_at"]
    return Version(
        row["pk"],
        row["number"],
        row["status"],
        datetime.datetime.fromisoformat(published) if published else None,
        row["note"],
    )
