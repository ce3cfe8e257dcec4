"""Collections: the tree in which a library files its records."""

from django.db import models
from django.urls import reverse
from tree_queries.models import TreeNode


class Collection(TreeNode):
    """A named place in the tree, such as "Research papers" or "Nursing posters 2024"."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=200, unique=True)
    description = models.TextField(blank=True)
    needs_release = models.BooleanField(
        "needs a release",
        default=False,
        help_text="What a reviewer accepts waits here until a library manager releases it.",
    )

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint("parent", "name", name="collection_name_is_one_in_its_parent")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('repository:list')}?collection={self.slug}"
