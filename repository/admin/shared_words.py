"""The desk for what records share: contributors, headings, collections and tags."""

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from taggit import admin as taggit_admin
from taggit.models import Tag, TaggedItem
from tree_queries.admin import TreeChangeList

from kmportal.search import tasks
from repository.models import Collection, Contribution, Contributor, Record, RecordSubject, SubjectTerm


class SharedWordAdmin(admin.ModelAdmin):
    """A list that records choose from. When an entry is renamed, what chose it is found under its new name."""

    show_full_result_count = False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            tasks.follow([obj])

    @admin.display(description="used")
    def used(self, thing) -> int:
        return thing.number_of_uses


def with_uses(queryset: QuerySet, uses: QuerySet, column: str) -> QuerySet:
    """Count the uses of each row by a query of its own, which the database runs for the rows of one page only."""
    counted = uses.filter(**{column: OuterRef("pk")}).order_by().values(column).annotate(number=Count("pk"))
    return queryset.annotate(
        number_of_uses=Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
    )


@admin.register(Contributor)
class ContributorAdmin(SharedWordAdmin):
    """People and groups."""

    list_display = ("inverted_name", "kind", "orcid", "used")
    list_filter = ("kind",)
    search_fields = ("family_name", "given_names", "name_key", "orcid")
    search_help_text = "A name, with or without its accents, or an ORCID iD"
    autocomplete_fields = ("user",)

    def get_queryset(self, request):
        return with_uses(super().get_queryset(request), Contribution.objects.all(), "contributor")

    @admin.display(description="name", ordering="name_key")
    def inverted_name(self, contributor: Contributor) -> str:
        return contributor.inverted_name


@admin.register(SubjectTerm)
class SubjectTermAdmin(SharedWordAdmin):
    """Subject headings."""

    list_display = ("label", "scheme", "code", "used")
    list_filter = ("scheme",)
    search_fields = ("label", "code")

    def get_queryset(self, request):
        return with_uses(super().get_queryset(request), RecordSubject.objects.all(), "term")


@admin.register(Collection)
class CollectionAdmin(SharedWordAdmin):
    """The tree of collections; a collection that holds records or others cannot be deleted."""

    list_display = ("indented_name", "used")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request):
        return with_uses(Collection.objects.with_tree_fields(), Record.objects.all(), "collection")

    def get_changelist(self, request, **kwargs):
        return TreeChangeList

    def has_delete_permission(self, request, obj=None):
        return obj is not None and not obj.children.exists() and super().has_delete_permission(request, obj)

    @admin.display(description="name")
    def indented_name(self, collection: Collection) -> str:
        return f"{'— ' * collection.tree_depth}{collection.name}"

    @admin.display(description="records in it")
    def used(self, thing) -> int:
        return thing.number_of_uses


admin.site.unregister(taggit_admin.Tag)


@admin.register(Tag)
class TagAdmin(SharedWordAdmin):
    """Free tags. taggit's own page lists everything that has a tag, which a common one has too much of."""

    list_display = ("name", "slug", "used")
    search_fields = ("name",)
    ordering = ("name",)

    def get_queryset(self, request):
        return with_uses(super().get_queryset(request), TaggedItem.objects.all(), "tag")

    def has_delete_permission(self, request, obj=None):
        # Whatever has the tag would lose it without a trace.
        unused = obj is not None and not TaggedItem.objects.filter(tag=obj).exists()
        return unused and super().has_delete_permission(request, obj)
