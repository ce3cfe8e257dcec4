"""Who may see and change what in the repository: the only place that decides."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from repository.audience import Audience
from repository.status import Status

# What readers have once seen keeps its page: an earlier version says where the newer one is, a tombstone why it went.
PUBLIC_STATES = (Status.PUBLISHED, Status.REPLACED, Status.WITHDRAWN)
# States in which whoever deposits a record writes it, and nobody else does.
DEPOSITORS_STATES = (Status.DRAFT, Status.RETURNED)


def visible_records(user: Any) -> Q:
    """Return the condition for records whose page the user may open.

    Everybody: what was published, if they belong to its audience. Its owner and deputy, who must say whether it is
    still true: whatever its audience. A depositor: their own. The library: all but the drafts of others, which are
    private.
    """
    if sees_every_audience(user):
        return ~Q(status=Status.DRAFT) | Q(depositor=None, entered_by=None) | _deposited_by(user, "")
    if not user.is_authenticated:
        return Q(status__in=PUBLIC_STATES) & _in_audience(user, "Record")
    meant_for = _in_audience(user, "Record") | _answered_for_by(user, "")
    return Q(status__in=PUBLIC_STATES) & meant_for | _deposited_by(user, "")


def listed_records(user: Any) -> Q:
    """Return the condition for records that lists, counts, feeds and exports give to the user: what is published now.

    It reads the columns of the lists' own indexes and no other, which is why a depositor's own restricted record is
    not among them; it stands on "My deposits".
    """
    return Q(status=Status.PUBLISHED) & (Q() if sees_every_audience(user) else _in_audience(user, "Record"))


def readable_files(user: Any) -> Q:
    """Return the condition for files that the user may read: of a record that they may see, and of their audience.

    Of a withdrawn record nobody reads files any more.
    """
    condition = _of_record(visible_records(user) & ~Q(status=Status.WITHDRAWN))
    if sees_every_audience(user):
        return condition
    allowed = _in_audience(user, "RecordFile")
    if user.is_authenticated:
        allowed |= _deposited_by(user, "record__") | _answered_for_by(user, "record__")
    return condition & allowed


def requestable_files(user: Any) -> Q:
    """Return the condition for files of which the user may ask for a copy: they see the record, but not the file."""
    if not user.is_authenticated:
        return Q(pk__in=())
    of_readers = visible_records(user) & Q(status__in=(Status.PUBLISHED, Status.REPLACED))
    return _of_record(of_readers) & ~readable_files(user)


def sees_every_audience(user: Any) -> bool:
    """Tell whether the user reads what is published for whomever: the library does."""
    return bool(user.has_perm("repository.view_record"))


def reader_class(user: Any) -> str:
    """Return a text that two users share only where all audiences are the same for both; for keys of caches."""
    if sees_every_audience(user):
        return "library"
    if not user.is_authenticated:
        return "open"
    groups = ",".join(str(key) for key in sorted(user.groups.values_list("pk", flat=True)))
    return f"staff:{groups}"


def may_deposit(user: Any) -> bool:
    """Tell whether the user may put records in for review: every colleague may."""
    return bool(user.is_authenticated)


def may_edit(user: Any, record: Any) -> bool:
    """Tell whether the user may write the record: its depositor until it is sent in, from then on the library.

    A draft that nobody deposited is the library's from the beginning.
    """
    if record.status in DEPOSITORS_STATES and (record.depositor_id or record.entered_by_id):
        return record.is_owned_by(user)
    return user.has_perm("repository.change_record") and record.status not in (Status.REJECTED, Status.WITHDRAWN)


def may_make_version(user: Any, record: Any) -> bool:
    """Tell whether the user may begin a new version of the record: its depositor, its owner and the library may."""
    if record.status != Status.PUBLISHED or not user.is_authenticated:
        return False
    return record.is_owned_by(user) or record.owner_id == user.pk or user.has_perm("repository.change_record")


def may_confirm(user: Any, record: Any) -> bool:
    """Tell whether the user may say that the record is still true: its owner, its deputy and the library may."""
    if not user.is_authenticated:
        return False
    return user.pk in (record.owner_id, record.deputy_id) or user.has_perm("repository.change_record")


def may_link(user: Any, record: Any) -> bool:
    """Tell whether the user may link the record to other things: its depositor, and whoever answers for it."""
    return record.is_owned_by(user) or may_confirm(user, record)


def may_set_review_cycle(user: Any, record: Any) -> bool:
    """Tell whether the user may say who answers for the record and how often: its owner and the library may."""
    return bool(user.is_authenticated) and (record.owner_id == user.pk or user.has_perm("repository.change_record"))


def may_read_currency(user: Any) -> bool:
    """Tell whether the user may see how much of everything is in date: the library and those who lead KM may."""
    return bool(user.has_perm("repository.change_record") or user.has_perm("review_cycle.view_confirmation"))


def may_report(user: Any) -> bool:
    """Tell whether the user may make the board report: the library and those who lead KM may."""
    return may_read_currency(user)


def may_review(user: Any) -> bool:
    """Tell whether records that are sent in wait for the user: reviewers return, accept or publish them."""
    return user.has_perm("repository.review_record")


def may_manage_reviews(user: Any) -> bool:
    """Tell whether the user may hand the reviews of others to somebody else."""
    return user.has_perm("repository.manage_reviews")


def may_release(user: Any) -> bool:
    """Tell whether the user may publish what reviewers have accepted in a collection that asks for a release."""
    return user.has_perm("repository.release_record")


def may_mint(user: Any) -> bool:
    """Tell whether the user may ask for DOIs, which are for good: whoever releases what waits for it may."""
    return bool(user.has_perm("repository.release_record"))


def may_read_history(user: Any, record: Any) -> bool:
    """Tell whether the user may read who moved the record when and why: reviewers, and its own depositor."""
    return may_review(user) or record.is_owned_by(user)


def may_answer_for_copies(user: Any, record: Any) -> bool:
    """Tell whether the user may give others a copy of the record's files: its depositor and the library may."""
    return record.is_owned_by(user) or may_curate(user)


def may_open_copy(user: Any, request: Any, *, now: datetime.datetime) -> bool:
    """Tell whether the user may read the file that they have asked for: until a day, and while readers have the record.

    `request` is a CopyRequest with its file and record.
    """
    is_open = bool(request.granted and request.open_until and now < request.open_until)
    return is_open and request.by_id == user.pk and request.file.record.status != Status.WITHDRAWN


def may_curate(user: Any) -> bool:
    """Tell whether the user may merge, edit many at once, and look after names and subjects."""
    return user.has_perm("repository.change_record")


def may_import(user: Any) -> bool:
    """Tell whether the user may load files of records into the repository."""
    return user.has_perm("repository.import_records")


def may_publish(user: Any) -> bool:
    """Tell whether the user may put records before readers."""
    return user.has_perm("repository.publish_record")


def may_withdraw(user: Any) -> bool:
    """Tell whether the user may take records from readers, who find a tombstone in their place."""
    return user.has_perm("repository.withdraw_record")


def may_erase(user: Any) -> bool:
    """Tell whether the user may erase a record for legal reasons: administrators only."""
    return user.has_perm("repository.erase_record")


def _of_record(condition: Q) -> Q:
    """Return the condition for files of records that meet a condition.

    It looks at the file's own record alone: a list of all such records is as long as the repository.
    """
    from repository.models import Record

    return Q(Exists(Record.objects.filter(condition, pk=OuterRef("record")).order_by()))


def _in_audience(user: Any, model: str) -> Q:
    """Return the condition for things of the model (Record or RecordFile) that are meant for the user too."""
    from repository import models

    if not user.is_authenticated:
        return Q(audience=Audience.OPEN)
    chosen = getattr(models, model).groups.through.objects.filter(group__user=user)
    mine = Q(audience=Audience.GROUPS, pk__in=chosen.values(model.lower()))
    return Q(audience__in=(Audience.OPEN, Audience.STAFF)) | mine


def _answered_for_by(user: Any, path: str) -> Q:
    return Q(**{f"{path}owner": user}) | Q(**{f"{path}deputy": user})


def _deposited_by(user: Any, path: str) -> Q:
    return Q(**{f"{path}depositor": user}) | Q(**{f"{path}entered_by": user})
