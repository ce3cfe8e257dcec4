"""The search index: a row for each findable thing and for each text of its parts, and what is counted over them."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from kmportal.search.sources import Audience, registered


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    """Questions that the search asks its index."""

    def visible_to(self, user: Any) -> "SearchDocumentQuerySet":
        """Return the documents that the user may know of; hits, snippets, counts and totals all stand on it."""
        if not user.is_authenticated:
            return self.filter(audience=Audience.OPEN)
        groups = ArraySubquery(user.groups.order_by().values("pk"))
        condition = models.Q(audience__lte=Audience.SIGNED_IN)
        condition |= models.Q(audience=Audience.GROUPS, groups__overlap=groups)
        kept = [source.kind for source in registered() if source.keepers and user.has_perm(source.keepers)]
        return self.filter(condition | models.Q(kind__in=kept))

    def of_other_things_than(self, documents: "SearchDocumentQuerySet") -> "SearchDocumentQuerySet":
        """Leave out all documents of each thing that has one of the given documents."""
        same = documents.filter(kind=models.OuterRef("kind"), object_id=models.OuterRef("object_id"))
        return self.filter(~models.Exists(same))

    def matching(self, condition: str) -> "SearchDocumentQuerySet":
        """Return the documents that fulfil a condition written as a tsquery.

        The condition stands in a subquery, so that Postgres plans without knowing it and always takes the index. For
        common words it would rather read the whole table, not counting that it has to unpack every vector for that.
        """
        return self.filter(
            models.Func(
                models.F("vector"),
                models.Value(condition),
                template="(%(expressions)s::tsquery))",
                arg_joiner=" @@ (SELECT ",
                output_field=models.BooleanField(),
            )
        )


class SearchDocument(models.Model):
    """A thing as the search knows it, or a piece of text that belongs to it. Written by indexing.py only.

    A piece repeats what the thing itself is called, so that words of the title and of a file are found together.
    """

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    # 0 is the thing itself; from 1 on come the pieces of its parts.
    part = models.SmallIntegerField(default=0)
    title = models.TextField()
    body = models.TextField(blank=True)
    people = ArrayField(models.TextField(), default=list)
    label = models.TextField()
    detail = models.TextField(blank=True)
    url = models.TextField()
    year = models.SmallIntegerField(null=True)
    date = models.DateField(null=True)
    # Where the words of a piece stand, such as the name of a file.
    found_in = models.TextField(blank=True)
    audience = models.SmallIntegerField(choices=Audience)
    groups = ArrayField(models.BigIntegerField(), default=list)
    # Title words have weight A, people B, keywords C, the body D.
    vector = SearchVectorField()
    # For each lexeme 6 bytes: the first four of its SHA-256, its count in the title, its count elsewhere (to 255).
    counts = models.BinaryField()
    # In lexemes, each counted as often as it stands there.
    title_length = models.IntegerField()
    body_length = models.IntegerField()

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "part"], name="part_of_a_thing_is_found_once")
        ]
        indexes = [
            # New words wait in a list (in kB) and are sorted in together; every search reads through that list.
            GinIndex(fields=["vector"], name="search_words", gin_pending_list_limit=1024)
        ]

    def __str__(self) -> str:
        return self.title


class SearchTerm(models.Model):
    """In how many documents a lexeme is, as last counted (statistics.py)."""

    lexeme = models.TextField(primary_key=True)
    documents = models.IntegerField()

    def __str__(self) -> str:
        return self.lexeme


class SearchCorpus(models.Model):
    """How many documents there are and how long they are on average, as last counted. One row, or none yet."""

    documents = models.IntegerField()
    title_length = models.FloatField()
    body_length = models.FloatField()
    counted_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="corpus_is_counted_once")]

    def __str__(self) -> str:
        return f"{self.documents} documents"
