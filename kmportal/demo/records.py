"""Deposit the demo records: describe them, attach their files, and lead them through review."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from kmportal.demo.history import Journey, review_steps, travel
from kmportal.demo.organisation import Organisation
from kmportal.demo.pdf import pdf
from kmportal.demo.reading import Content, FileRow, RecordRow
from kmportal.demo.timing import spread, working_moment
from kmportal.lifecycle.models import StatusChange
from kmportal.people.models import User
from kmportal.search import indexing
from repository import deposits, file_kinds, file_store, files
from repository.exchange.entry import Credit, Entry, Notice
from repository.exchange.medline import mesh_heading
from repository.intake.description import COLUMNS, Description, describe_entry
from repository.intake.writing import WRITERS
from repository.models import Contribution, Contributor, Record, ReviewNote, Submission
from repository.models.contributor import name_key
from repository.models.submission import SubmissionOutcome
from repository.partial_dates import PartialDate

# The library has kept the repository for so many days; the latest finished deposits are two weeks old.
OLDEST_DEPOSIT, LATEST_DEPOSIT = 930, 14
# What is unfinished was begun between so many days ago.
OLDEST_UNFINISHED, LATEST_UNFINISHED = 12, 5


@dataclass(frozen=True)
class _Deposit:
    """A record on its way in: its row, what intake's writers need to know, and who deposited it when."""

    row: RecordRow
    record: Record
    said: Description
    depositor: User
    begun: datetime.datetime


def deposit_records(content: Content, organisation: Organisation) -> list[Record]:
    """Make the records in the order in which they were deposited, and return them."""
    deposits_made = [_deposit(row, begun, content, organisation) for row, begun in _dated(content.records)]
    records = Record.objects.bulk_create(deposit.record for deposit in deposits_made)
    for write in WRITERS.values():
        write([(deposit.record, deposit.said) for deposit in deposits_made])
    _link_colleagues(records, organisation)
    _name_departments(organisation)
    for deposit in deposits_made:
        for file in deposit.row.files:
            _attach(file, deposit)
    journeys = [_journey(deposit, turn, organisation) for turn, deposit in enumerate(deposits_made)]
    travel(journeys, move=deposits.move)
    _date_reviews(records)
    indexing.refresh(records)
    return records


def _deposit(row: RecordRow, begun: datetime.datetime, content: Content, organisation: Organisation) -> _Deposit:
    record, said = _describe(row, organisation)
    colleagues = [name for name in (*row.authors, *row.editors) if name in organisation.colleagues]
    record.depositor = depositor = organisation.colleagues[colleagues[0] if colleagues else content.cataloguer]
    record.clean_fields(exclude=["collection", "department", "depositor"])
    return _Deposit(row, record, said, depositor, begun)


def _dated(rows: list[RecordRow]) -> Iterator[tuple[RecordRow, datetime.datetime]]:
    """Yield each record with the moment of its deposit: what appeared first was deposited first."""
    today = timezone.localdate()
    by_date = sorted(rows, key=lambda row: PartialDate.from_text(row.issued).sort_date)
    finished = [row for row in by_date if row.status == "published"]
    unfinished = [row for row in by_date if row.status != "published"]
    turns = count()
    for group, oldest, latest in (
        (finished, OLDEST_DEPOSIT, LATEST_DEPOSIT),
        (unfinished, OLDEST_UNFINISHED, LATEST_UNFINISHED),
    ):
        first, last = (today - datetime.timedelta(days=days) for days in (oldest, latest))
        for row, day in zip(group, spread(len(group), first=first, last=last), strict=True):
            a_week_after_issue = PartialDate.from_text(row.issued).sort_date + datetime.timedelta(days=7)
            yield row, working_moment(min(max(day, a_week_after_issue), last), next(turns))


def _describe(row: RecordRow, organisation: Organisation) -> tuple[Record, Description]:
    """Return the record, not saved yet, and the description that intake's writers work from."""
    details = dict(row.details)
    said, cuts = describe_entry(
        Entry(
            type=row.type,  # type: ignore[arg-type]  # clean_fields() tells whether it is one
            title=row.title,
            abstract=row.abstract,
            issued=PartialDate.from_text(row.issued),
            languages=tuple(row.languages),
            identifiers=(("doi", row.doi),) if row.doi else (),
            contributors=(
                *(_credit(name, "author", row, organisation) for name in row.authors),
                *(_credit(name, "editor", row, organisation) for name in row.editors),
            ),
            subjects=tuple(mesh_heading(heading) for heading in row.mesh),
            keywords=tuple(row.tags),
            notices=tuple(Notice(**notice) for notice in details.pop("notices", [])),
            publication_types=tuple(details.pop("publication_types", [])),
        )
    )
    if cuts:
        raise ValueError(f"“{row.title}”: {' '.join(cuts)}")
    said["subjects"] += [["nlm", label, False, []] for label in row.nlm]
    said["subjects"] += [["local", label, False, []] for label in row.local]
    columns = {column: said[column] for column in COLUMNS} | details
    if row.event_date:
        columns["event_date"] = PartialDate.from_text(row.event_date).edtf
    record = Record(
        **columns,
        collection=organisation.collections[row.collection],
        department=organisation.departments[row.department],
    )
    return record, said


def _credit(text: str, role: str, row: RecordRow, organisation: Organisation) -> Credit:
    """Return the credit that an "authors" entry of the file stands for (see RecordRow)."""
    if text.startswith("{"):
        return Credit(kind="group", role=role, group=text.strip("{}"))  # type: ignore[arg-type]
    name, _, affiliation = text.partition(" | ")
    family, _, given = name.partition(", ")
    colleague = organisation.colleagues.get(name)
    department = colleague.profile.department if colleague else organisation.departments[row.department]
    return Credit(
        role=role,  # type: ignore[arg-type]
        family=family,
        given=given,
        orcid=colleague.profile.orcid if colleague else "",
        affiliations=(affiliation or f"{department}, {organisation.name}",),
    )


def _link_colleagues(records: list[Record], organisation: Organisation) -> None:
    """Tell the records' contributors who are colleagues which account is theirs."""
    accounts = {name_key(*name.split(", ")): user for name, user in organisation.colleagues.items()}
    found = list(Contributor.objects.filter(contributions__record__in=records, name_key__in=accounts).distinct())
    for contributor in found:
        contributor.user = accounts[contributor.name_key]
    Contributor.objects.bulk_update(found, ["user"])


def _name_departments(organisation: Organisation) -> None:
    """Give each contribution that names one of our departments as its affiliation that department."""
    for department in organisation.departments.values():
        Contribution.objects.filter(affiliation=f"{department}, {organisation.name}").update(department=department)


def _attach(file: FileRow, deposit: _Deposit) -> None:
    title, abstract = deposit.record.title, deposit.record.abstract
    content = (file.text + "\n").encode() if file.text else pdf(title, abstract.split("\n\n"))
    incoming = file_store.receive([content])
    attached = files.attach(
        deposit.record,
        incoming,
        name=file.name,
        media_type=file_kinds.media_type_of(file.name, incoming),
        by=deposit.depositor,
        description=file.description,
    )
    attached.uploaded_at = deposit.begun
    attached.save(update_fields=["uploaded_at"])


def _date_reviews(records: list[Record]) -> None:
    """Date each turn in the review, and what was said in it, by the moves that began and ended it."""
    changes: dict[int, list[StatusChange]] = defaultdict(list)
    record_type = ContentType.objects.get_for_model(Record)
    for change in StatusChange.objects.filter(content_type=record_type).order_by("pk"):
        changes[change.object_id].append(change)
    submissions = list(Submission.objects.filter(record__in=records).order_by("pk").prefetch_related("notes"))
    notes = list(ReviewNote.objects.filter(record__in=records).order_by("pk"))
    for submission in submissions:
        ours = changes[submission.record_id]
        begun = next(index for index, change in enumerate(ours) if change.move == "submit")
        submission.sent_at = ours[begun].at
        submission.ended_at = ours[begun + 1].at if submission.ended_at else None
        changes[submission.record_id] = ours[begun + 1 :]
    for note in notes:
        returned = SubmissionOutcome.RETURNED
        turns = [turn for turn in submissions if turn.record_id == note.record_id and turn.outcome == returned]
        note.at = turns[0].ended_at or note.at
    Submission.objects.bulk_update(submissions, ["sent_at", "ended_at"])
    ReviewNote.objects.bulk_update(notes, ["at"])


def _journey(deposit: _Deposit, turn: int, organisation: Organisation) -> Journey:
    steps = review_steps(
        begun=deposit.begun,
        turn=turn,
        author=deposit.depositor,
        reviewer=organisation.reviewer("Librarian", turn, other_than=deposit.depositor),
        status=deposit.row.status,
        returned=deposit.row.returned,
        ending=("withdraw", deposit.row.withdrawn),
    )
    return Journey(deposit.record, deposit.begun, steps)
