"""Move things along their lifecycle: check the table, change the state, write the history, all or nothing."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from kmportal.lifecycle.models import StatusChange
from kmportal.lifecycle.transitions import Lifecycle, NotAllowed, Transition


class HasStatus(Protocol):
    """A model with a `status` column. Its own author, where it has one, is told by `is_owned_by(user)`."""

    pk: Any
    status: str

    def is_owned_by(self, user: Any) -> bool: ...


def available(lifecycle: Lifecycle, thing: HasStatus, *, to: Any) -> list[Transition]:
    """Return the moves that the person may make with the thing now."""
    return list(lifecycle.available(thing.status, has_permission=to.has_perm, is_owner=thing.is_owned_by(to)))


def perform(
    lifecycle: Lifecycle, name: str, thing: Any, *, by: Any, note: str = "", stamps: Mapping[str, Any] | None = None
) -> StatusChange:
    """Make one move with one thing and return its row in the history; see perform_together."""
    return perform_together(lifecycle, [name], [thing], by=by, note=note, stamps=stamps)[0]


@transaction.atomic
def perform_together(
    lifecycle: Lifecycle,
    names: Sequence[str],
    things: Collection[Any],
    *,
    by: Any,
    note: str = "",
    stamps: Mapping[str, Any] | None = None,
) -> list[StatusChange]:
    """Make the same moves, one after the other, with each of the things of one model; return the history's new rows.

    The rows are locked and their states read anew first, so that of two people who press at once the second is told
    that the state has changed. All things move or none: where one may not, the error is that one's. `by=None` is the
    portal itself (an import, a schedule), which may make every legal move. `status` is saved, and with it the columns
    in `stamps`, in one query for all; the things given are brought in step. Raises WrongState, MissingPermission or
    NotAllowed, also where a thing has been deleted meanwhile.
    """
    if not things:
        return []
    model = type(next(iter(things)))
    rows = model._base_manager.filter(pk__in=[thing.pk for thing in things])
    states = dict(rows.select_for_update().order_by("pk").values_list("pk", "status"))
    content_type = ContentType.objects.get_for_model(model)
    now = timezone.now()
    changes = []
    for thing in things:
        if thing.pk not in states:
            raise NotAllowed("This is no longer here.")
        state = states[thing.pk]
        for name in names:
            transition = lifecycle.check(
                name,
                state,
                has_permission=by.has_perm if by else _portal_may,
                is_owner=bool(by) and thing.is_owned_by(by),
                note=note,
            )
            changes.append(
                StatusChange(
                    content_type=content_type,
                    object_id=thing.pk,
                    move=name,
                    source=state,
                    target=transition.target,
                    by=by,
                    at=now,
                    note=note,
                )
            )
            state = transition.target
    columns = {**(stamps or {}), "status": changes[-1].target}
    rows.update(**columns)
    for thing in things:
        for column, value in columns.items():
            setattr(thing, column, value)
    return StatusChange.objects.bulk_create(changes)


def _portal_may(permission: str) -> bool:
    return True
