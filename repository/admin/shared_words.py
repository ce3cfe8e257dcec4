"""The desk for what records share: contributors, headings, collections and tags."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from taggit import admin as taggit_admin
from taggit.models import Tag, TaggedItem
from tree_queries.admin import TreeChangeList

from kmportal.lifecycle.desk import NotedAdmin
from kmportal.lifecycle.edits import labels_of
from kmportal.lifecycle.forms import GuardedForm
from kmportal.people.orcid import InvalidOrcid, normalise_orcid
from kmportal.search import tasks
from repository.admin.inlines import RowsFormSet, RowsInline
from repository.models import Collection, Contribution, Contributor, NameVariant, Record, RecordSubject, SubjectTerm


class SharedWordAdmin(NotedAdmin):
    """A list that records choose from. When an entry is renamed, what chose it is found under its new name.

    What is in use cannot be deleted: whatever chose it would lose it without a trace, and to list what stands in the
    way would show the drafts of others.
    """

    show_full_result_count = False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            tasks.follow([obj])

    def has_delete_permission(self, request, obj=None):
        return obj is not None and not self.is_used(obj) and super().has_delete_permission(request, obj)

    def is_used(self, thing) -> bool:
        raise NotImplementedError

    @admin.display(description="used")
    def used(self, thing) -> int:
        return thing.number_of_uses


def with_uses(queryset: QuerySet, uses: QuerySet, column: str) -> QuerySet:
    """Count the uses of each row by a query of its own, which the database runs for the rows of one page only."""
    counted = uses.filter(**{column: OuterRef("pk")}).order_by().values(column).annotate(number=Count("pk"))
    return queryset.annotate(
        number_of_uses=Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
    )


class NameVariantFormSet(RowsFormSet):
    """The other forms of one contributor's name."""

    stands_once = ("name_key",)


class NameVariantInline(RowsInline):
    """Other forms of the name, under which works of the same person come in."""

    model = NameVariant
    formset = NameVariantFormSet
    verbose_name, verbose_name_plural = "other form of the name", "other forms of the name"


class ContributorForm(GuardedForm):
    """A contributor; the ORCID iD may be pasted as it stands on the web."""

    orcid = forms.CharField(label="ORCID iD", required=False, max_length=80)

    class Meta:
        model = Contributor
        fields = ("kind", "family_name", "given_names", "suffix", "orcid", "user")
        help_texts = {"family_name": "Works keep the name as it is printed on them, whatever you write here."}

    def clean_orcid(self) -> str:
        text = self.cleaned_data["orcid"]
        if not text:
            return ""
        try:
            orcid = normalise_orcid(text)
        except InvalidOrcid as error:
            raise ValidationError(str(error)) from None
        other = Contributor.objects.filter(orcid=orcid).exclude(pk=self.instance.pk).first()
        if other:
            raise ValidationError(f"This is the ORCID iD of {other}. If they are the same person, merge the two.")
        return orcid


@admin.register(Contributor)
class ContributorAdmin(SharedWordAdmin):
    """People and groups."""

    list_display = ("inverted_name", "kind", "orcid", "used")
    list_filter = ("kind",)
    search_fields = ("family_name", "given_names", "name_key", "orcid", "variants__name_key")
    search_help_text = "A name, with or without its accents, or an ORCID iD"
    autocomplete_fields = ("user",)
    form = ContributorForm
    inlines = (NameVariantInline,)

    def get_queryset(self, request):
        """Leave out those that were merged into another: nobody is to be credited under them again."""
        contributors = super().get_queryset(request).filter(merged_into=None)
        return with_uses(contributors, Contribution.objects.all(), "contributor")

    def description(self, thing):
        variants = "; ".join(str(variant) for variant in NameVariant.objects.filter(contributor=thing))
        return {**super().description(thing), "variants": variants}

    def part_labels(self):
        merged = labels_of(Contributor, ["merged_into"])
        return {**super().part_labels(), **merged, "variants": "Other forms of the name"}

    def is_used(self, thing):
        return thing.contributions.exists() or thing.merged.exists()

    @admin.display(description="name", ordering="name_key")
    def inverted_name(self, contributor: Contributor) -> str:
        return contributor.inverted_name


class WordForm(GuardedForm):
    """A word that records share. Renamed to what another is called, it leads to where the two are merged."""

    kind: str

    def refuse_taken(self, label: str, **same: str) -> str:
        """Return the label that was sent; raises ValidationError where another word has it."""
        text = self.cleaned_data[label]
        words = self._meta.model._default_manager.filter(**{label: text}, **same)
        other = words.exclude(pk=self.instance.pk).first()
        if other is None:
            return text
        if self.instance.pk is None:
            raise ValidationError(f"“{other}” is here already.")
        url = reverse("repository:compare_words", args=[self.kind, self.instance.pk, other.pk])
        raise ValidationError(format_html('“{}” is here already. <a href="{}">Merge the two</a>.', other, url))


class SubjectTermForm(WordForm):
    """A subject heading."""

    kind = "subjects"

    class Meta:
        model = SubjectTerm
        fields = ("scheme", "label", "code")

    def clean_label(self) -> str:
        return self.refuse_taken("label", scheme=self.cleaned_data.get("scheme", ""))


@admin.register(SubjectTerm)
class SubjectTermAdmin(SharedWordAdmin):
    """Subject headings."""

    list_display = ("label", "scheme", "code", "used")
    list_filter = ("scheme",)
    form = SubjectTermForm
    search_fields = ("label", "code")

    def get_queryset(self, request):
        return with_uses(super().get_queryset(request), RecordSubject.objects.all(), "term")

    def is_used(self, thing):
        return thing.uses.exists()


@admin.register(Collection)
class CollectionAdmin(SharedWordAdmin):
    """The tree of collections; a collection that holds records or others cannot be deleted."""

    list_display = ("indented_name", "used", "needs_release")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request):
        return with_uses(Collection.objects.with_tree_fields(), Record.objects.all(), "collection")

    def save_model(self, request, obj, form, change):
        """Let what lies further down follow too: harvesters are told the way to it."""
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            tasks.follow(list(Collection.objects.descendants(obj)))

    def get_changelist(self, request, **kwargs):
        return TreeChangeList

    def is_used(self, thing):
        return thing.children.exists() or thing.records.exists() or thing.importbatch_set.exists()

    @admin.display(description="name")
    def indented_name(self, collection: Collection) -> str:
        return f"{'— ' * collection.tree_depth}{collection.name}"

    @admin.display(description="records in it")
    def used(self, thing) -> int:
        return thing.number_of_uses


admin.site.unregister(taggit_admin.Tag)


class TagForm(WordForm):
    """A tag."""

    kind = "tags"

    class Meta:
        model = Tag
        fields = ("name", "slug")

    def clean_name(self) -> str:
        return self.refuse_taken("name")


@admin.register(Tag)
class TagAdmin(SharedWordAdmin):
    """Free tags. taggit's own page lists everything that has a tag, which a common one has too much of."""

    list_display = ("name", "slug", "used")
    search_fields = ("name",)
    form = TagForm
    ordering = ("name",)

    def get_queryset(self, request):
        return with_uses(super().get_queryset(request), TaggedItem.objects.all(), "tag")

    def is_used(self, thing):
        return TaggedItem.objects.filter(tag=thing).exists()
