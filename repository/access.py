"""Who may see and change what in the repository: the only place that decides."""

from typing import Any

from django.db.models import Q

from repository.status import Status

# A withdrawn record's page stays for everybody, as a tombstone.
PUBLIC_STATES = (Status.PUBLISHED, Status.WITHDRAWN)


def visible_records(user: Any) -> Q:
    """Return the condition for records whose page the user may open.

    Everybody: what is published or withdrawn. A depositor: their own. Whoever may view records at the desk: all.
    """
    if user.has_perm("repository.view_record"):
        return Q()
    condition = Q(status__in=PUBLIC_STATES)
    if user.is_authenticated:
        condition |= Q(depositor=user)
    return condition


def may_review(user: Any) -> bool:
    """Tell whether records that are sent in wait for the user: reviewers return or publish them."""
    return user.has_perm("repository.review_record")


def may_read_history(user: Any, record: Any) -> bool:
    """Tell whether the user may read who moved the record when and why: reviewers, and its own depositor."""
    return may_review(user) or record.is_owned_by(user)


def may_import(user: Any) -> bool:
    """Tell whether the user may load files of records into the repository."""
    return user.has_perm("repository.import_records")


def may_publish(user: Any) -> bool:
    """Tell whether the user may put records before readers."""
    return user.has_perm("repository.publish_record")
