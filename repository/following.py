"""Follow a record, and tell those who do when there is a new version, or when it goes or something takes its place."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from kmportal import jobs
from kmportal.mail import posting
from kmportal.people.models import User
from repository import versions
from repository.models import Follow, Record

# What followers hear of; each has its text in templates/repository/mail/.
NEW_VERSION = "new_version"
WITHDRAWN = "withdrawn"
SUPERSEDED = "superseded"


def follow(record: Record, *, by: User) -> None:
    """Let the person hear of the record, whichever of its versions is current then."""
    if not follows(record, by):
        Follow.objects.get_or_create(record=record, user=by)


def unfollow(record: Record, *, by: User) -> None:
    """Let the person hear no more of any version of the record."""
    Follow.objects.filter(record__in=Record.objects.filter(versions.of_work(record)), user=by).delete()


def follows(record: Record, user: Any) -> bool:
    """Tell whether the user follows any version of the record."""
    return Follow.objects.filter(record__in=Record.objects.filter(versions.of_work(record)), user=user.pk).exists()


def tell(record: Record, *, what: str, by: Any) -> None:
    """Queue the mail to those who follow the record's work, save `by`, who knows already."""
    from repository.tasks import tell_followers  # jobs import what they do

    moment = timezone.now().isoformat()
    jobs.later(tell_followers, record_pk=record.pk, what=what, by_pk=by.pk if by else None, moment=moment)


def tell_of_new_versions(records: Collection[Record], *, in_place_of: Collection[Record], by: Any) -> None:
    """Queue the mail about those of the records which are now read in place of another version of their work."""
    works = {record.first_version_id or record.pk for record in in_place_of}
    for record in records:
        if (record.first_version_id or record.pk) in works:
            tell(record, what=NEW_VERSION, by=by)


def tell_superseded(record: Record, *, by: Any) -> None:
    """Queue the mail that something takes the record's place."""
    tell(record, what=SUPERSEDED, by=by)


def post_to_followers(record: Record, *, what: str, by_pk: int | None, moment: str) -> None:
    """Write to everybody who follows the record's work and may still see the record; it may be done twice.

    `moment` (ISO 8601) is when it happened: everybody who followed it then hears of it once.
    """
    since = Follow.objects.filter(record__in=Record.objects.filter(versions.of_work(record)), at__lte=moment)
    followers = User.objects.filter(pk__in=since.values("user"), is_active=True).exclude(pk=by_pk or 0)
    for person in followers:
        if Record.objects.visible_to(person).filter(pk=record.pk).exists():
            posting.post(
                f"follow-{what}-{record.pk}-{person.pk}-{moment}",
                to=person,
                template=f"repository/mail/follow_{what}",
                context={"record": record},
            )
