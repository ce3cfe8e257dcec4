"""Subjects: the headings of controlled vocabularies such as MeSH, kept apart from free tags."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse

from repository.models.record import Record
from repository.status import Status


class SubjectScheme(models.TextChoices):
    """The vocabularies that headings come from."""

    MESH = "mesh", "MeSH"
    SUBSTANCE = "substance", "Substance"
    NLM = "nlm", "NLM classification"
    LOCAL = "local", "Our own headings"


class SubjectTerm(models.Model):
    """A heading of one vocabulary."""

    scheme = models.CharField(max_length=10, choices=SubjectScheme)
    label = models.CharField(max_length=300)
    code = models.CharField(max_length=50, blank=True, help_text="The vocabulary's own number, such as D009203.")

    class Meta:
        ordering = ("label",)
        constraints = [models.UniqueConstraint("scheme", "label", name="heading_is_one_in_its_scheme")]
        indexes = [models.Index(Lower("label"), name="heading_without_case")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return f"{reverse('repository:list')}?subject={self.pk}"


class RecordSubjectQuerySet(models.QuerySet["RecordSubject"]):
    """Questions that pages ask about the headings of records."""

    def with_neighbours(self, number: int) -> "RecordSubjectQuerySet":
        """Give each as `also_on` the keys of that many published records with the same heading, the latest first.

        For each heading the index gives only so many, even where most of the repository has it.
        """
        others = RecordSubject.objects.filter(term=models.OuterRef("term"), record__status=Status.PUBLISHED)
        return self.annotate(also_on=ArraySubquery(others.order_by("-record").values("record")[:number]))


class RecordSubject(models.Model):
    """A heading given to a record, with its MeSH qualifiers and whether it is a major topic."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="subjects")
    term = models.ForeignKey(SubjectTerm, on_delete=models.PROTECT, related_name="uses")
    position = models.PositiveIntegerField(default=0)
    # The star at the heading itself; a qualifier has its own.
    major = models.BooleanField("major topic", default=False)
    # [["methods", true], …]: the qualifier and whether it is a major topic.
    qualifiers = models.JSONField(default=list, blank=True, editable=False)

    objects = RecordSubjectQuerySet.as_manager()

    # Given by with_neighbours().
    also_on: list[int]

    class Meta:
        ordering = ("position", "pk")
        constraints = [models.UniqueConstraint("record", "term", name="heading_stands_once")]
        indexes = [models.Index(fields=["term", "record"], name="subject_facet")]

    def __str__(self) -> str:
        return "/".join([self.term.label, *(name for name, _ in self.qualifiers)])
