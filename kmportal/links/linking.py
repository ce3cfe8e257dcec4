"""Link two things of the portal, and take a link away again."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links.models import Link, LinkKind
from kmportal.links.registry import linkable_of


@transaction.atomic
def add(source: models.Model, target: models.Model, *, kind: str, by: Any) -> Link:
    """Link the source to the target, read "source … target", and return the link; it is made once.

    `by=None` is the portal itself. Raises NotAllowed where a thing would be linked to itself, and for those who may
    write neither of the two; what takes the place of another thing needs a person who may write both.
    """
    if source == target:
        raise NotAllowed("This is the address of the same page. Paste that of another one.")
    if by is not None:
        ends = [linkable_of(end).may_link(by, end) for end in (source, target)]
        if not (all(ends) if kind == LinkKind.SUPERSEDES else any(ends)):
            raise NotAllowed("You may not link these two. Ask the library to do it.")
    if kind == LinkKind.RELATED:  # says the same from both ends, so it is kept one way round
        source, target = sorted((source, target), key=lambda end: (end._meta.label, end.pk))
    link, is_new = Link.objects.get_or_create(
        kind=LinkKind(kind),
        source_type=ContentType.objects.get_for_model(source),
        source_id=source.pk,
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
        defaults={"by": by},
    )
    tell = linkable_of(target).on_superseded
    if is_new and tell and kind == LinkKind.SUPERSEDES:
        tell(target, by=by)
    return link


def may_remove(user: Any, link: Link) -> bool:
    """Tell whether the user may take the link away: who made it may, and who may link either of its ends."""
    if not user.is_authenticated:
        return False
    ends = [end for end in (link.source, link.target) if end is not None]
    return link.by_id == user.pk or any(linkable_of(end).may_link(user, end) for end in ends)


def remove(link: Link, *, by: Any) -> None:
    """Take the link away. Raises NotAllowed for those who may not."""
    if by is not None and not may_remove(by, link):
        raise NotAllowed("You may not remove this link. Ask the library to do it.")
    link.delete()
