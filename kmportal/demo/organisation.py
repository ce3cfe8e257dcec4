"""Make the demo trust: its sites, departments and collections, and the colleagues with their accounts."""

from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db.models import Q

from kmportal.demo.accounts import PASSWORD
from kmportal.demo.reading import Content
from kmportal.people.models import Department, Site, User
from kmportal.search import indexing
from repository.models import Collection

Place = TypeVar("Place", Site, Department)


@dataclass(frozen=True)
class Places:
    """The trust's sites, departments and collections, by slug."""

    sites: dict[str, Site]
    departments: dict[str, Department]
    collections: dict[str, Collection]


@dataclass(frozen=True)
class Organisation(Places):
    """The trust with its people: colleagues by catalogue name, and all who have a role."""

    name: str
    colleagues: dict[str, User]
    roles: dict[str, list[User]]

    def reviewer(self, role: str, turn: int, *, other_than: User) -> User:
        """Return one of the role's people, taking turns; nobody reviews their own."""
        candidates = [user for user in self.roles[role] if user != other_than]
        return candidates[turn % len(candidates)]


def make_organisation(content: Content) -> Organisation:
    """Make what is missing of the trust's places, and its people."""
    organisation = Organisation(**vars(make_places(content)), name=content.organisation, colleagues={}, roles={})
    _make_people(content, organisation)
    return organisation


def make_places(content: Content) -> Places:
    """Make what is missing of the trust's places; one that has the slug or the name already is taken as it is."""
    collections: dict[str, Collection] = {}
    for row in content.collections:
        collections[row.slug] = Collection.objects.get_or_create(
            slug=row.slug,
            defaults={"name": row.name, "description": row.description, "parent": collections.get(row.parent)},
        )[0]
    return Places(_named(Site, content.sites), _named(Department, content.departments), collections)


def _named(model: type[Place], names: dict[str, str]) -> dict[str, Place]:
    places = {}
    for slug, name in names.items():
        known = model._default_manager.filter(Q(slug=slug) | Q(name=name)).first()
        places[slug] = known or model._default_manager.create(slug=slug, name=name)
    return places


def _make_people(content: Content, organisation: Organisation) -> None:
    # All have the same password, and making its hash is slow on purpose: once is enough.
    password = make_password(PASSWORD)
    groups = {group.name: group for group in Group.objects.all()}
    profiles = []
    for row in content.people:
        user = User(email=row.email, name=row.name, password=password)
        user.save()
        user.groups.add(groups[row.role])
        organisation.colleagues[row.catalogue_name] = user
        organisation.roles.setdefault(row.role, []).append(user)

        profile = user.profile
        profile.job_title = row.job_title
        profile.staff_group = row.staff_group
        profile.department = organisation.departments[row.department]
        profile.site = organisation.sites[row.site]
        profile.about = row.about
        profile.orcid = row.orcid
        profile.full_clean()
        profile.save()
        profile.expertise.add(*row.expertise)
        profiles.append(profile)
    indexing.refresh(profiles)
