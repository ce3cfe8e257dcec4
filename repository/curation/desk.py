"""What a librarian can do, as one list of links with how much waits behind each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from taggit.models import Tag

from kmportal.design.navigation import address
from kmportal.mail.models import OutgoingMail
from repository import access, lookalikes
from repository.curation import pairs
from repository.models import Contributor, FixityFinding, Record, SubjectTerm, Submission


@dataclass(frozen=True)
class Job:
    """Something to do: its name, its page, what it is for, and how many things wait (None: nothing is counted)."""

    name: str
    url: str
    about: str
    waiting: int | None = None


@dataclass(frozen=True)
class Group:
    """Jobs that belong together."""

    name: str
    jobs: tuple[Job, ...]


def jobs_for(user: Any) -> list[Group]:
    """Return what the user can do at the desk, in seven queries at most: nothing for most of them."""
    if not (access.may_curate(user) or access.may_review(user)):
        return []
    groups = [
        Group("Reviewing and publishing", tuple(_reviewing(user))),
        Group("Curating", tuple(_curating(user))),
        Group("Looking after the portal", tuple(_upkeep(user))),
    ]
    return [group for group in groups if group.jobs]


def _reviewing(user: Any) -> Iterator[Job]:
    if access.may_review(user):
        yield from _linked(
            "Review queue",
            "repository:queue",
            "Claim what is sent in, return it with notes, or publish it.",
            Submission.objects.waiting().count(),
        )
    yield from _linked("All records", "admin:repository_record_changelist", "Find, write and move records.")
    if access.may_import(user):
        yield from _linked("Imports", "repository:import", "Load a file of records, and see what became of it.")
        yield from _linked("Harvests", "repository:harvest_sources", "Take over what other repositories have.")
        yield from _linked("Columns of tables", "repository:columns", "What the columns of imported tables mean.")
    if access.may_curate(user):
        overdue = Record.objects.published().filter(next_review__lt=timezone.localdate()).count()
        yield from _linked(
            "Review dates", "repository:currency", "What is past its date, and who answers for it.", overdue
        )
    if access.may_report(user):
        yield from _linked("Board report", "repository:board_report", "What was published, and how often it was read.")


def _curating(user: Any) -> Iterator[Job]:
    if not access.may_curate(user):
        return
    alike = pairs.numbers_of(Contributor, SubjectTerm, Tag)
    yield from _linked(
        "Duplicates",
        "repository:duplicates",
        "Look at pairs of records side by side, and merge them.",
        lookalikes.pairs_of_records().count(),
    )
    yield from _linked("Edit many records", "repository:bulk_edit", "Change a whole list at once, with a preview.")
    yield from _linked(
        "Contributors",
        "repository:contributors_desk",
        "Merge and part names, and keep ORCID iDs.",
        alike[Contributor],
    )
    yield from _linked(
        "Subjects",
        "repository:subjects_desk",
        "Merge headings, and take away unused ones.",
        alike[SubjectTerm],
    )
    yield from _linked("Tags", "repository:tags_desk", "Merge tags, and take away unused ones.", alike[Tag])
    yield from _linked("Affiliation rules", "repository:affiliations", "Where imported records belong.")
    yield from _linked("What was done", "repository:operations", "Merges and bulk edits, and the way to undo them.")


def _upkeep(user: Any) -> Iterator[Job]:
    if user.has_perm("people.enter_desk"):
        yield from _linked("All lists", "admin:index", "Collections, contributors, accounts and everything else.")
    if access.may_curate(user):
        open_findings = FixityFinding.objects.filter(settled_at=None).count()
        yield from _linked(
            "File checks",
            "admin:repository_fixityfinding_changelist",
            "Files that are not what they were.",
            open_findings,
        )
    if user.has_perm("mail.view_outgoingmail"):
        yield from _linked(
            "Outgoing mail",
            "admin:mail_outgoingmail_changelist",
            "What the portal sends, and what did not go out.",
            OutgoingMail.objects.filter(sent_at=None).count(),
        )


def _linked(name: str, url_name: str, about: str, waiting: int | None = None) -> Iterator[Job]:
    """Yield the job if its page exists here."""
    url = address(url_name)
    if url:
        yield Job(name, url, about, waiting)
