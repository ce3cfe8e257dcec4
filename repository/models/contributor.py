"""Contributors: the people and groups behind the records, and what each contributed."""

import unicodedata

from django.conf import settings
from django.db import models
from django.urls import reverse

from kmportal.people.models import Department
from kmportal.people.validators import validate_orcid
from repository.models.record import Record, RecordQuerySet


class ContributorKind(models.TextChoices):
    """Whether a contributor is one person or a body."""

    PERSON = "person", "Person"
    GROUP = "group", "Group or organisation"


class Role(models.TextChoices):
    """What a contributor did for a work."""

    AUTHOR = "author", "Author"
    EDITOR = "editor", "Editor"


# Characters of a name's key that the database holds.
LONGEST_KEY = 600


def name_key(family: str, given: str = "") -> str:
    """Return the form in which names are compared: folded, and cut to LONGEST_KEY characters.

    >>> name_key("O'Brien-Núñez", "Zoë K.")
    'obriennunez, zoe k'
    """
    return ", ".join(filter(None, (fold(family), fold(given))))[:LONGEST_KEY]


# What is neither letter, digit nor space in ASCII: most names and titles are, and an import folds all those of a year.
_LEFT_OUT = {code: None for code in range(128) if not (chr(code).isalnum() or chr(code).isspace())}


def fold(text: str) -> str:
    """Return a text without accents, case, punctuation and doubled spaces.

    It may become longer than it was: a syllable of Korean is taken apart into its letters.
    """
    folded = text.casefold()
    if folded.isascii():
        kept = folded.translate(_LEFT_OUT)
    else:
        kept = "".join(c for c in unicodedata.normalize("NFKD", folded) if c.isalnum() or c.isspace())
    return " ".join(kept.split())


class ContributorQuerySet(models.QuerySet["Contributor"]):
    """Questions that pages ask about contributors."""

    def beside(self, contributor: "Contributor", *, on: RecordQuerySet) -> "ContributorQuerySet":
        """Return who else is named on the records, with the number of them as `shared`, the most frequent first."""
        shared = models.Count("contributions__record", distinct=True)
        others = self.exclude(pk=contributor.pk).filter(contributions__record__in=on.order_by().values("pk"))
        return others.annotate(shared=shared).order_by("-shared", "name_key", "pk")


class Contributor(models.Model):
    """A person or group, known by ORCID where there is one and otherwise by name.

    Two people of the same name without an ORCID share one row until a librarian parts them.
    """

    kind = models.CharField(max_length=10, choices=ContributorKind, default=ContributorKind.PERSON)
    family_name = models.CharField("family name, or name of the group", max_length=300)
    given_names = models.CharField(max_length=200, blank=True)
    suffix = models.CharField(max_length=20, blank=True, help_text="Such as Jr or III.")
    orcid = models.CharField("ORCID iD", max_length=19, blank=True, validators=[validate_orcid])
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="contributor",
        help_text="The colleague's account, if the contributor is one.",
    )
    name_key = models.CharField(max_length=LONGEST_KEY, editable=False, db_index=True)
    # What a librarian has merged into another stays, so that its address leads there.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = ContributorQuerySet.as_manager()

    class Meta:
        ordering = ("name_key",)
        constraints = [
            models.UniqueConstraint("orcid", condition=~models.Q(orcid=""), name="orcid_is_one_contributors")
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.given_names, self.family_name, self.suffix)))

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.family_name, self.given_names)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("repository:contributor", args=[self.pk])

    @property
    def inverted_name(self) -> str:
        """The name as a list of references begins it: "Smith, Jane A., Jr", or the name of the group."""
        return ", ".join(filter(None, (self.family_name, self.given_names, self.suffix)))


class NameVariant(models.Model):
    """Another form of a contributor's name, under which the works of the same person are known."""

    contributor = models.ForeignKey(Contributor, on_delete=models.CASCADE, related_name="variants")
    family_name = models.CharField("family name, or name of the group", max_length=300)
    given_names = models.CharField(max_length=200, blank=True)
    name_key = models.CharField(max_length=LONGEST_KEY, editable=False, db_index=True)

    class Meta:
        ordering = ("name_key",)
        constraints = [models.UniqueConstraint("contributor", "name_key", name="name_variant_stands_once")]

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.family_name, self.given_names)))

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key(self.family_name, self.given_names)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def clean(self) -> None:
        self.name_key = name_key(self.family_name, self.given_names)


class Contribution(models.Model):
    """One contributor's place on one record, with the name and affiliation as the work prints them."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="contributions")
    contributor = models.ForeignKey(Contributor, on_delete=models.PROTECT, related_name="contributions")
    position = models.PositiveIntegerField(default=0)
    role = models.CharField(max_length=10, choices=Role, default=Role.AUTHOR)
    credited_as = models.CharField(
        "name as printed", max_length=600, blank=True, help_text="Family name first: Smith, Jane A."
    )
    affiliation = models.TextField(blank=True)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="contributions"
    )

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint("record", "contributor", "role", name="contributor_stands_once_in_a_role")
        ]

    def __str__(self) -> str:
        return self.credited_as
