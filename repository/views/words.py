"""The pages on which librarians look after subjects and tags: both work in the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from taggit.models import Tag, TaggedItem

from kmportal.lifecycle.transitions import NotAllowed
from repository.curation import alike, pairs, spelling, words
from repository.models import Operation, RecordSubject, SubjectTerm
from repository.views.curators import curators_only, keys_in

PAGE_SIZE = 50
PAIRS = 20


@dataclass(frozen=True)
class Kind:
    """One list of words: its model and columns, and the verbs that look after it."""

    noun: str
    plural: str
    model: type[Any]
    label: str
    uses: Any
    use_column: str
    merge: Callable[..., Operation]
    look: Callable[[], int]
    change_url: str

    def with_uses(self, queryset: Any) -> Any:
        """Give each word the number of its uses, as `number`."""
        counted = self.uses.filter(**{self.use_column: OuterRef("pk")}).order_by().values(self.use_column)
        return queryset.annotate(number=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0))


KINDS = {
    "subjects": Kind(
        "subject",
        "subjects",
        SubjectTerm,
        "label",
        RecordSubject.objects.all(),
        "term",
        words.merge_subjects,
        alike.look_for_subjects,
        "admin:repository_subjectterm_change",
    ),
    "tags": Kind(
        "tag",
        "tags",
        Tag,
        "name",
        TaggedItem.objects.all(),
        "tag",
        words.merge_tags,
        alike.look_for_tags,
        "admin:taggit_tag_change",
    ),
}


@curators_only
@require_safe
def word_list(request: HttpRequest, kind: str) -> HttpResponse:
    """List the words of a kind, all or those that nothing uses, with pairs that may be one and suspicious letters."""
    one = _kind(kind)
    typed = request.GET.get("q", "").strip()[:300]
    only_unused = request.GET.get("show") == "unused"
    found = words.unused(one.model) if only_unused else one.model.objects.all()
    if typed:
        found = found.filter(**{f"{one.label}__icontains": typed})
    page = Paginator(found.order_by(one.label, "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    keys = [word.pk for word in page]
    page.object_list = one.with_uses(one.model.objects.filter(pk__in=keys)).order_by(one.label, "pk")
    waiting = pairs.of(one.model)
    return render(
        request,
        "repository/curation_words.html",
        {
            "kind": kind,
            "one": one,
            "q": typed,
            "only_unused": only_unused,
            "page": page,
            "rows": [_row(one, word) for word in page.object_list],
            "waiting": waiting.count(),
            "lookalikes": _named(one, [] if typed or only_unused else waiting[:PAIRS]),
        },
    )


@curators_only
@require_POST
def look_for_words(request: HttpRequest, kind: str) -> HttpResponse:
    """Look now for words that may be one."""
    number = _kind(kind).look()
    messages.success(request, f"{number:,} pair{'' if number == 1 else 's'} to look at.")
    return redirect(f"repository:{kind}_desk")


@curators_only
@require_POST
def remove_words(request: HttpRequest, kind: str) -> HttpResponse:
    """Take away the chosen words, if still nothing uses them."""
    one = _kind(kind)
    chosen = keys_in(request.POST.getlist("words"))
    number = words.remove_unused(one.model, chosen, by=request.user)
    if not chosen:
        messages.error(request, f"Choose the {one.plural} to remove.")
    elif not number:
        messages.error(request, f"The {one.plural} that you chose are in use now, or gone. Nothing was removed.")
    else:
        messages.success(request, f"Removed {number:,} {one.noun if number == 1 else one.plural}.")
    return redirect(f"{reverse(f'repository:{kind}_desk')}?show=unused")


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def compare_words(request: HttpRequest, kind: str, one: int, other: int) -> HttpResponse:
    """Show two words side by side; a librarian merges them either way, or says that they are two."""
    if one == other:
        raise Http404
    this = _kind(kind)
    rows = this.with_uses(this.model.objects.all())
    first, second = get_object_or_404(rows, pk=one), get_object_or_404(rows, pk=other)
    refusal = ""
    if request.method == "POST":
        if request.POST.get("decision") == "different":
            pairs.decide(this.model, first.pk, second.pk, "different", by=request.user)
            messages.success(request, f"“{first}” and “{second}” are kept apart, and will not be shown again.")
            return redirect(f"repository:{kind}_desk")
        kept, merged = (first, second) if request.POST.get("keep") == str(first.pk) else (second, first)
        try:
            operation = this.merge(kept=kept, merged=merged, by=request.user)
        except NotAllowed as error:
            refusal = str(error)
        else:
            messages.success(request, f"{operation.summary}.")
            return redirect("repository:operation", operation.pk)
    sides = [(_row(this, first), second), (_row(this, second), first)]
    context = {
        "kind": kind,
        "one": this,
        "sides": sides,
        "first": first,
        "second": second,
        "refusal": refusal,
        "words_url": reverse(f"repository:{kind}_desk"),
    }
    return render(request, "repository/curation_compare_words.html", context, status=409 if refusal else 200)


def _kind(name: str) -> Kind:
    try:
        return KINDS[name]
    except KeyError:
        raise Http404 from None


def _row(one: Kind, word: Any) -> dict[str, Any]:
    text = getattr(word, one.label)
    return {
        "word": word,
        "text": text,
        "number": word.number,
        "is_mixed": spelling.is_mixed(text),
        "has_unseen": spelling.bare(text) != text,
        "scheme": word.get_scheme_display() if one.model is SubjectTerm else "",
        "rename_url": reverse(one.change_url, args=[word.pk]),
        "records_url": word.get_absolute_url()
        if one.model is SubjectTerm
        else f"{reverse('repository:list')}?tag={word.slug}",
    }


def _named(one: Kind, found: Any) -> list[dict[str, Any]]:
    """Return the pairs with their words, in two queries."""
    rows = list(found)
    things = one.with_uses(one.model.objects.all()).in_bulk(
        {pk for row in rows for pk in (row.first_id, row.second_id)}
    )
    return [
        {"first": things[row.first_id], "second": things[row.second_id], "reason": row.reason}
        for row in rows
        if row.first_id in things and row.second_id in things
    ]
