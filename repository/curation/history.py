"""The history of a record: its moves and edits, and the turns that it took in the review."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType

from kmportal.lifecycle.history import Event, name_of
from kmportal.lifecycle.history import timeline as lifecycle_timeline
from kmportal.review_cycle.models import Confirmation, Flag
from repository.descriptions import LABELS
from repository.models import Erasure, Record, ReviewNote, Submission
from repository.withdrawal import WithdrawalReason


def timeline(record: Record) -> list[Event]:
    """Return everything that happened to the record, the latest first, in a fixed number of queries."""
    return lifecycle_timeline(
        record, _claims(record), _notes(record), _answers(record), _flags(record), _erasures(record)
    )


def _claims(record: Record) -> Iterable[Event]:
    for submission in Submission.objects.filter(record=record, reviewer__isnull=False).select_related("reviewer"):
        if submission.claimed_at:
            yield Event(submission.claimed_at, name_of(submission.reviewer), "took on the review")


def _notes(record: Record) -> Iterable[Event]:
    for note in ReviewNote.objects.filter(record=record).select_related("by"):
        about = f" on “{LABELS.get(note.part, note.part)}”" if note.part else ""
        yield Event(note.at, name_of(note.by), f"wrote a note{about}", note.text)


def _answers(record: Record) -> Iterable[Event]:
    for answer in _about(Confirmation, record):
        yield Event(
            answer.at, name_of(answer.by), f"answered the review: “{answer.get_verdict_display()}”", answer.note
        )


def _flags(record: Record) -> Iterable[Event]:
    for flag in _about(Flag, record):
        yield Event(flag.at, name_of(flag.by), "said that something may no longer be true", flag.text)
        if flag.settled_at:
            yield Event(flag.settled_at, name_of(flag.settled_by), "settled what a reader had said")


def _erasures(record: Record) -> Iterable[Event]:
    if record.withdrawal_reason != WithdrawalReason.LEGAL:
        return
    for erasure in Erasure.objects.filter(record_id=record.pk).select_related("by"):
        yield Event(erasure.at, name_of(erasure.by), "erased it for legal reasons")


def _about(model: Any, record: Record) -> Any:
    kind = ContentType.objects.get_for_model(Record)
    return model.objects.filter(content_type=kind, object_id=record.pk).select_related("by")
