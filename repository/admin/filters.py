"""The ways to narrow the desk's list of records that are no column of theirs."""

from django.contrib.admin import SimpleListFilter
from django.db.models import Q
from django.utils import timezone

from repository.models import Identifier
from repository.status import Status

# Identifiers by which a work is the same wherever it is kept.
OF_THE_WORK = ("doi", "pmid", "pmcid", "isbn")


class EmbargoFilter(SimpleListFilter):
    """Records that are under an embargo themselves, or have a file that is."""

    title = "embargo"
    parameter_name = "embargo"

    def lookups(self, request, model_admin):
        return [("running", "Under an embargo"), ("none", "No embargo")]

    def queryset(self, request, queryset):
        under = Q(embargo_until__isnull=False) | Q(
            pk__in=queryset.model.files.rel.related_model.objects.filter(embargo_until__isnull=False).values("record")
        )
        return {"running": queryset.filter(under), "none": queryset.exclude(under)}.get(self.value() or "", queryset)


class OwnerFilter(SimpleListFilter):
    """Records by whether anybody answers for them: a list of all owners would be too long."""

    title = "owner"
    parameter_name = "owned"

    def lookups(self, request, model_admin):
        return [("mine", "Mine"), ("somebody", "Has an owner"), ("nobody", "Has no owner"), ("left", "Owner has left")]

    def queryset(self, request, queryset):
        conditions = {
            "mine": Q(owner=request.user),
            "somebody": Q(owner__isnull=False),
            "nobody": Q(owner__isnull=True),
            "left": Q(owner__is_active=False),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


class NeedsAttention(SimpleListFilter):
    """Records that a librarian should look at, each group with its reason."""

    title = "needs attention"
    parameter_name = "attention"

    def lookups(self, request, model_admin):
        return [
            ("waiting", "Waits for review or release"),
            ("overdue", "Past its review date"),
            ("no_collection", "In no collection"),
            ("no_identifier", "Published without DOI, PubMed ID or ISBN"),
        ]

    def queryset(self, request, queryset):
        identified = Identifier.objects.filter(scheme__in=OF_THE_WORK).values("record")
        conditions = {
            "waiting": Q(status__in=(Status.SUBMITTED, Status.ACCEPTED)),
            "overdue": Q(status=Status.PUBLISHED, next_review__lt=timezone.localdate()),
            "no_collection": Q(collection=None) & ~Q(status=Status.WITHDRAWN),
            "no_identifier": Q(status=Status.PUBLISHED) & ~Q(pk__in=identified),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))
