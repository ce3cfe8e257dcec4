"""The roles and what each may do, as one table; kept in step with Django's groups after every migrate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Role:
    """A role: the name of its group, what it is for in a sentence, and its permissions as "app.codename".

    "app.*" stands for every permission of that app, and "*" for every permission there is; the role has none of
    those `withheld`.
    """

    name: str
    purpose: str
    permissions: tuple[str, ...]
    withheld: tuple[str, ...] = ()


STAFF = Role("Staff", "Browses, searches and deposits.", ())
LIBRARIAN = Role(
    "Librarian",
    "Curates the repository: reviews, imports, publishes and withdraws.",
    ("people.enter_desk", "people.view_user", "people.view_profile", "repository.*", "taggit.*", "lessons.view_lesson"),
    withheld=("repository.manage_reviews", "repository.release_record", "repository.erase_record"),
)
LIBRARY_MANAGER = Role(
    "Library manager",
    "Does all that a librarian does; hands reviews to others, and releases what waits for it.",
    LIBRARIAN.permissions,
    withheld=("repository.erase_record",),
)
FACILITATOR = Role("Facilitator", "Books and writes up sessions.", ("people.enter_desk", "events.*"))
KM_LEAD = Role(
    "KM lead",
    "Looks after lessons, sessions and the people directory, and sees how much of everything is in date.",
    (
        *("people.enter_desk", "people.view_user", "people.view_profile", "people.change_profile"),
        *("lessons.*", "events.*", "review_cycle.view_confirmation"),
    ),
)
ADMINISTRATOR = Role("Administrator", "Looks after accounts, roles and settings.", ("*",))

ROLES = (STAFF, LIBRARIAN, LIBRARY_MANAGER, FACILITATOR, KM_LEAD, ADMINISTRATOR)


def synchronise_roles(**signal: Any) -> None:
    """Make one group for each role, with exactly the permissions that the table gives it.

    A receiver of post_migrate, of the app that migrates last: by then every permission is there. Groups that are not
    in the table are left alone.
    """
    from django.contrib.auth.models import Group

    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role.name)
        withheld = _named(role.withheld).values("pk")
        group.permissions.set(_named(role.permissions).exclude(pk__in=withheld))


def _named(names: Iterable[str]) -> Any:
    from django.contrib.auth.models import Permission

    wanted = Q(pk__in=())
    for name in names:
        app, _, codename = name.partition(".")
        if name == "*":
            return Permission.objects.all()
        wanted |= (
            Q(content_type__app_label=app) if codename == "*" else Q(content_type__app_label=app, codename=codename)
        )
    return Permission.objects.filter(wanted)
