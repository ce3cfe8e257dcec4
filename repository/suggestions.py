"""What the deposit form suggests while somebody types: people by name, and the subject headings that are in use."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.postgres.lookups import Unaccent
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, Lower

from kmportal.people.models import Profile
from repository.models import Contribution, Contributor, NameVariant, Record, RecordSubject, SubjectTerm
from repository.models.contributor import name_key

MOST = 10
# One letter would suggest half of what there is.
FEWEST_LETTERS = 2
# Words of a query that are looked at: no name of more is typed by anybody.
MOST_WORDS = 6
# Lower-case words before a family name that belong to it: "Jane van der Berg".
PARTICLES = frozenset(
    {
        *("al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du"),
        *("el", "la", "le"),
        *("ten", "ter", "van", "von", "zu"),
    }
)


@dataclass(frozen=True)
class Suggestion:
    """One row of a list of suggestions: what goes into the field, what the list shows, and what it stands for."""

    value: str
    label: str
    key: str

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def people(text: str, *, user: Any) -> list[Suggestion]:
    """Return colleagues and earlier contributors of whose names some parts begin with the words, MOST at most.

    Neither case nor accents matter. Keys are "contributor:12", or "user:7" for a colleague who is no contributor yet.
    Contributors are suggested only if the user may see a record of theirs. Two queries, whatever they find.
    """
    words = _words(text)
    if not words:
        return []
    contributors = list(_contributors(words, user))
    known = {contributor.user_id for contributor in contributors}
    others = [profile for profile in _colleagues(words, user) if profile.user_id not in known]
    return _of_people(contributors, others, words[0])


def colleagues(text: str, *, user: Any) -> list[Suggestion]:
    """Return colleagues with an account, by name as in people(). One query."""
    words = _words(text)
    return _of_people((), _colleagues(words, user), words[0]) if words else []


def subjects(text: str, *, user: Any) -> list[Suggestion]:
    """Return headings on records that the user may see whose names begin with the text, then those that contain it.

    The most used come first; MOST at most. One query.
    """
    wanted = " ".join(text.split()).lower()
    if len(wanted) < FEWEST_LETTERS:
        return []
    terms = SubjectTerm.objects.annotate(folded=Lower("label"))
    begins = Q(folded__startswith=wanted)
    seen = RecordSubject.objects.filter(term=OuterRef("pk"), record__in=_visible(user))
    terms = (
        terms.filter(begins | Q(folded__contains=wanted))
        .filter(Exists(seen))
        .annotate(
            place=Case(When(begins, then=Value(0)), default=Value(1), output_field=IntegerField()), number=Count("uses")
        )
    )
    return [
        Suggestion(term.label, f"{term.label} – {term.get_scheme_display()}", str(term.pk))
        for term in terms.order_by("place", "-number", "folded", "pk")[:MOST]
    ]


def _words(text: str) -> list[str]:
    """Return the words of a name to look for; none where there are too few letters to suggest anything."""
    words = name_key(text.replace(",", " ")).split()[:MOST_WORDS]
    return words if sum(map(len, words)) >= FEWEST_LETTERS else []


def _visible(user: Any) -> QuerySet:
    return Record.objects.visible_to(user).current().order_by().values("pk")


def _contributors(words: Sequence[str], user: Any) -> QuerySet[Contributor]:
    """Return contributors whose name, or another form of it, fits the words."""
    fits = Q()
    for word in words:
        fits &= Q(name_key__startswith=word) | Q(name_key__contains=f" {word}")
    named = Contributor.objects.filter(fits).order_by().values("pk")
    otherwise_named = NameVariant.objects.filter(fits).order_by().values("contributor")
    seen = Contribution.objects.filter(contributor=OuterRef("pk"), record__in=_visible(user))
    found = Contributor.objects.filter(Exists(seen), pk__in=named.union(otherwise_named), merged_into=None)
    family_first = Case(
        When(name_key__startswith=words[0], then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return found.select_related("user__profile__department").order_by(family_first, "name_key", "pk")[:MOST]


def _colleagues(words: Iterable[str], user: Any) -> QuerySet[Profile]:
    """Return the profiles of present colleagues whose names fit the words."""
    # The space before the name lets its first word be found like the others.
    profiles = Profile.objects.visible_to(user).annotate(folded=Concat(Value(" "), Lower(Unaccent("user__name"))))
    for word in words:
        profiles = profiles.filter(folded__contains=f" {word}")
    return profiles.select_related("user", "department").by_name()[:MOST]


def _of_people(contributors: Iterable[Contributor], profiles: Iterable[Profile], word: str) -> list[Suggestion]:
    """Return MOST of the people: those first whose family name begins with the word."""
    rows = []
    for contributor in contributors:
        profile = contributor.user.profile if contributor.user and contributor.user.is_active else None
        note = (profile.department if profile else None) or contributor.orcid
        rows.append(_person(contributor.inverted_name, note, f"contributor:{contributor.pk}"))
    for profile in profiles:
        rows.append(_person(inverted(profile.user.name), profile.department, f"user:{profile.user_id}"))
    keys = {row.key: name_key(row.value) for row in rows}
    return sorted(rows, key=lambda row: (not keys[row.key].startswith(word), keys[row.key], row.key))[:MOST]


def _person(name: str, note: object, key: str) -> Suggestion:
    return Suggestion(name, f"{name} – {note}" if note else name, key)


def inverted(name: str) -> str:
    """Return a name with the family name first, as a list of references begins it.

    >>> inverted("Jane van der Berg")
    'van der Berg, Jane'
    """
    words = name.split()
    start = len(words) - 1
    while start > 1 and words[start - 1] in PARTICLES:
        start -= 1
    return f"{' '.join(words[start:])}, {' '.join(words[:start])}" if start > 0 else name.strip()
