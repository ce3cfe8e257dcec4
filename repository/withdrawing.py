"""Withdraw a record: readers find a tombstone in its place, which says why and what to read instead."""

from typing import Any

from django.db import transaction

from kmportal.lifecycle.transitions import NotAllowed
from repository import access, deposits, following
from repository.models import Record
from repository.status import Status
from repository.withdrawal import WithdrawalReason

WITHDRAWABLE = (Status.PUBLISHED, Status.REPLACED)
# What a librarian may choose: an erasure for legal reasons is an administrator's, and more than a withdrawal.
REASONS = [(reason.value, reason.label) for reason in WithdrawalReason if reason != WithdrawalReason.LEGAL]


@transaction.atomic
def withdraw(record: Record, *, by: Any, reason: str, note: str, replacement: Record | None = None) -> None:
    """Take the record from readers, for a WithdrawalReason and with a note that they read; tell who follows it.

    `replacement` is what they are sent to instead. Raises NotAllowed for those who may not withdraw, for a record that
    is not before readers, and for a replacement that is not: it must be published, and another record.
    """
    if reason not in dict(REASONS):
        raise NotAllowed("Choose a reason from the list.")
    if replacement is not None:
        if replacement.pk == record.pk:
            raise NotAllowed("A record cannot take its own place.")
        if replacement.status != Status.PUBLISHED or (by and not _may_see(by, replacement)):
            raise NotAllowed("What takes its place must be a published record.")
    columns = {"withdrawal_reason": reason, "replacement": replacement}
    deposits.move_together([record], ["withdraw"], by=by, note=note, columns=columns)
    following.tell(record, what=following.WITHDRAWN, by=by)


def _may_see(user: Any, record: Record) -> bool:
    return Record.objects.filter(access.visible_records(user), pk=record.pk).exists()
