"""Give a record its contributors from rows that people type, and find who is meant by each name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from kmportal.people.models import User
from repository.models import Contribution, Contributor, Record
from repository.models.contributor import ContributorKind, Role, name_key

# What a row of the form calls the part that somebody had, and what that is in the database.
PARTS: dict[str, tuple[str, str]] = {
    "author": (Role.AUTHOR, ContributorKind.PERSON),
    "group": (Role.AUTHOR, ContributorKind.GROUP),
    "editor": (Role.EDITOR, ContributorKind.PERSON),
}


@dataclass(frozen=True)
class Row:
    """One contributor as typed: "Smith, Jane A." or a group's name, and the affiliation that the work prints.

    `key` says whom a suggestion meant: "contributor:12", "user:7", or nothing. `part` is one of PARTS.
    """

    name: str
    affiliation: str = ""
    key: str = ""
    part: str = "author"

    def __str__(self) -> str:
        return self.name + (f" ({self.affiliation})" if self.affiliation else "")

    @property
    def names(self) -> tuple[str, str, str]:
        """Family name, given names and suffix; of a group its name alone."""
        if self.part == "group":
            return self.name, "", ""
        family, given, suffix, *_ = [*(part.strip() for part in self.name.split(",", 2)), "", ""]
        return family, given, suffix


def rows_of(contributions: Iterable[Contribution]) -> list[Row]:
    """Return contributions as rows of the form; each has its `contributor` fetched."""
    return [
        Row(
            name=credit.credited_as or credit.contributor.inverted_name,
            affiliation=credit.affiliation,
            key=f"contributor:{credit.contributor_id}",
            part=_part(credit),
        )
        for credit in contributions
    ]


def _part(credit: Contribution) -> str:
    if credit.role == Role.EDITOR:
        return "editor"
    return "group" if credit.contributor.kind == ContributorKind.GROUP else "author"


def write(record: Record, rows: Sequence[Row]) -> None:
    """Give the record these contributors, in order, in place of those it has.

    Whoever stays keeps the department that a librarian noted. A name without a key is the contributor of that name,
    or of a variant of it; where there is none, a new one.
    """
    standing = list(record.contributions.all())
    departments = {(credit.contributor_id, credit.role): credit.department_id for credit in standing}
    printed = {(credit.contributor_id, credit.credited_as) for credit in standing}
    register = _Register(rows, printed)
    taken: set[tuple[str, int]] = set()
    credits = []
    for position, row in enumerate(rows):
        role, _ = PARTS[row.part]
        contributor = register.find(row, role, taken)
        taken.add((role, contributor.pk))
        credits.append(
            Contribution(
                record=record,
                contributor=contributor,
                position=position,
                role=role,
                credited_as=row.name,
                affiliation=row.affiliation,
                department_id=departments.get((contributor.pk, role)),
            )
        )
    Contribution.objects.filter(record=record).delete()
    Contribution.objects.bulk_create(credits)


def forget_unused(people: Iterable[int]) -> None:
    """Delete those of the contributors (by key) whom nothing names any more and of whom we know only the name.

    A form that is saved while somebody types makes "Smi" before it makes "Smith, Jane".
    """
    named = Contributor.objects.filter(pk__in=people, user=None, orcid="", merged_into=None)
    named.filter(contributions=None, variants=None, merged=None).delete()


class _Register:
    """Whom the rows can mean, fetched in three queries whatever their number."""

    def __init__(self, rows: Sequence[Row], printed: set[tuple[int, str]]) -> None:
        self._printed = printed
        names = {name_key(*row.names[:2]) for row in rows}
        people = Contributor.objects.select_related("merged_into").prefetch_related("variants")
        wanted = Q(pk__in=_numbers(rows, "contributor")) | Q(user__in=_numbers(rows, "user"))
        named = Contributor.objects.filter(Q(name_key__in=names) | Q(variants__name_key__in=names))
        found = list(people.filter(wanted | Q(pk__in=named.values("pk"))).order_by("pk"))
        self._by_number = {person.pk: person for person in found}
        self._by_user = {person.user_id: person for person in found if person.user_id}
        self._by_form: defaultdict[str, list[Contributor]] = defaultdict(list)
        for person in found:
            if not person.merged_into:
                for form in {person.name_key, *(variant.name_key for variant in person.variants.all())}:
                    self._by_form[form].append(person)
        self._accounts = User.objects.select_related("profile").in_bulk(_numbers(rows, "user"))

    def find(self, row: Row, role: str, taken: set[tuple[str, int]]) -> Contributor:
        """Return whom the row means; two of one name on one work are two people."""
        person = self._by_key(row) or self._by_name(row, role, taken)
        if person is None or (role, person.pk) in taken:
            person = self._make(row)
        return person

    def _by_key(self, row: Row) -> Contributor | None:
        kind, _, number = row.key.partition(":")
        if not _is_number(number):
            return None
        if kind == "user":
            account = self._accounts.get(int(number))
            if account is None or not is_name_of(account, row.name):
                return None
            person: Contributor | None = self._by_user.get(account.pk) or self._make(row, account)
        else:
            person = self._by_number.get(int(number))
        if person is None:
            return None
        if kind != "user" and not ((person.pk, row.name) in self._printed or _is_called(person, row)):
            return None  # somebody typed another name over it
        return person.merged_into or person

    def _by_name(self, row: Row, role: str, taken: set[tuple[str, int]]) -> Contributor | None:
        of_that_name = self._by_form[name_key(*row.names[:2])]
        return next((person for person in of_that_name if (role, person.pk) not in taken), None)

    def _make(self, row: Row, account: User | None = None) -> Contributor:
        family, given, suffix = row.names
        orcid = account.profile.orcid if account else ""
        if account and orcid and (known := Contributor.objects.filter(orcid=orcid, user=None).first()):
            known.user = account
            known.save(update_fields=["user"])
            return known
        _, kind = PARTS[row.part]
        person = Contributor.objects.create(
            kind=kind, family_name=family, given_names=given, suffix=suffix, user=account
        )
        self._by_form[person.name_key].append(person)
        return person


def is_name_of(account: User, text: str) -> bool:
    """Tell whether the text is the person's name, in whichever order: "Smith, Jane" is Jane Smith."""
    words = sorted(name_key(text.replace(",", " ")).split())
    return bool(words) and words == sorted(name_key(account.name.replace(",", " ")).split())


def _is_called(person: Contributor, row: Row) -> bool:
    families = {name_key(person.family_name), *(name_key(variant.family_name) for variant in person.variants.all())}
    return name_key(row.names[0]) in families


def _numbers(rows: Iterable[Row], kind: str) -> list[int]:
    pairs: Any = (row.key.partition(":") for row in rows)
    return [int(number) for what, _, number in pairs if what == kind and _is_number(number)]


def _is_number(text: str) -> bool:
    """Tell whether a key's number can be one of the database's."""
    return text.isascii() and text.isdigit() and len(text) < 10
