"""Seed colleagues: accounts that nobody can sign in to, each with a full profile."""

import random
from collections.abc import Callable
from functools import partial

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from kmportal.copying import copy_rows, reserve_keys
from kmportal.demo.bulk.chance import pick, pick_several
from kmportal.demo.bulk.names import name
from kmportal.demo.bulk.rows import Rows, batches, copy_tags, tag_keys
from kmportal.demo.bulk.vocabulary import vocabulary
from kmportal.demo.bulk.works import OPENED_AT
from kmportal.demo.bulk.writers import writers
from kmportal.demo.bulk.writing import Writer
from kmportal.demo.organisation import Places
from kmportal.people.models import Expertise, Profile, ProfileExpertise, StaffGroup, User
from kmportal.people.roles import STAFF
from kmportal.search import indexing

# The numbers below have the names of seeded authors.
FIRST_NAME = 1_300_000
EMAIL = "seeded-{:07}@demo.example"


def seed_people(places: Places, *, count: int, seed: int, progress: Callable[[int], object]) -> list[int]:
    """Add colleagues with the role Staff, and return the keys of their accounts."""
    first = _first_number()
    rng = random.Random(f"people {seed} {first}")  # noqa: S311
    writer, words = Writer(rng), vocabulary()
    departments, sites = ([place.pk for place in kind.values()] for kind in (places.departments, places.sites))
    expertise = tag_keys(Expertise, words.tags)
    group = Group.objects.get(name=STAFF.name)
    nobodys_password = make_password(None)
    everybody: list[int] = []
    with writers() as write:
        for numbers in batches(first, count):
            accounts, profiles = reserve_keys(User, len(numbers)), reserve_keys(Profile, len(numbers))
            user_rows, profile_rows, claims = [], [], []
            for number, user, profile in zip(numbers, accounts, profiles, strict=True):
                family, given = name(FIRST_NAME + number)
                about = writer.sentence("about", writer.topic())
                work = (
                    pick(rng, words.job_titles),
                    rng.choice(StaffGroup.values),
                    pick(rng, departments),
                    pick(rng, sites),
                )
                user_rows.append((user, EMAIL.format(number), f"{given} {family}", nobodys_password, OPENED_AT))
                profile_rows.append((profile, user, *work, about))
                claims += [(profile, tag) for tag in pick_several(rng, expertise, rng.randint(1, 4))]
            write(partial(_write, user_rows, profile_rows, claims, group.pk, progress))
            everybody += accounts
    return everybody


def _write(
    users: Rows, profiles: Rows, claims: list[tuple[int, int]], group: int, progress: Callable[[int], object]
) -> None:
    """Write a batch and make it findable."""
    copy_rows(User, ["id", "email", "name", "password", "date_joined"], users)
    copy_rows(User.groups.through, ["user_id", "group_id"], ((user[0], group) for user in users))
    copy_rows(Profile, ["id", "user_id", "job_title", "staff_group", "department_id", "site_id", "about"], profiles)
    copy_tags(ProfileExpertise, Profile, claims)
    indexing.refresh([Profile(pk=profile[0]) for profile in profiles])
    progress(len(users))


def _first_number() -> int:
    latest = User.objects.filter(email__startswith="seeded-").order_by("email").last()
    return int(latest.email.partition("@")[0].removeprefix("seeded-")) + 1 if latest else 0
