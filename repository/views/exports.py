"""Take records away: as a reference, a list of references, or a file in a format of other programs."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from repository import exports, format_notes, outgoing, references
from repository.exchange import WRITERS
from repository.exports import Selection
from repository.models import Record
from repository.record_page import RecordPage
from repository.status import Status
from repository.views.curators import keys_in
from repository.views.records import SORTS

# Up to so many records the list of references stands there at once; for more one asks.
AT_ONCE = 50


@require_safe
def cite(request, pk):
    """Show how one record is cited, in the style of the reader's choice."""
    record = get_object_or_404(Record.objects.visible_to(request.user).exclude(status=Status.WITHDRAWN), pk=pk)
    work = outgoing.of_record(record, to=request.user)
    if work is None:
        raise Http404
    context = {
        "record": record,
        "cite": references.panel_of(work, request),
        "warnings": RecordPage(record, way=[]).warnings,
    }
    return references.remember_style(request, render(request, "repository/cite_page.html", context))


@require_safe
def take_away(request):
    """Offer the chosen records as files, and as a list of references."""
    chosen = _chosen(request)
    number = chosen.records.count()
    style = references.chosen_style(request)
    is_listed = number <= AT_ONCE or "style" in request.GET
    keys = list(chosen.records.values_list("pk", flat=True)[: references.LONGEST_LIST]) if is_listed else []
    context = {
        "chosen": chosen,
        "number": number,
        "downloads": exports.downloads(chosen.asked.urlencode()) if number else [],
        "in_use": style,
        "styles": references.style_choices(),
        "is_numbered": references.STYLES[style].is_numbered,
        "fields": [(name, value) for name, values in chosen.asked.lists() for value in values],
        "references": references.list_of(outgoing.of_keys(keys, to=request.user), style) if keys else [],
        "longest": references.LONGEST_LIST,
    }
    return references.remember_style(request, render(request, "repository/export_page.html", context))


@require_safe
def export(request: HttpRequest, format: str) -> HttpResponseBase:
    """Send the chosen records as a file, written as it is sent; none of it is kept anywhere on the way."""
    if format not in WRITERS:
        raise Http404
    chosen = _chosen(request)
    if not chosen.records.exists():
        raise Http404
    writer = WRITERS[format]
    if request.method == "HEAD":
        answer: HttpResponseBase = HttpResponse(content_type=writer.MEDIA_TYPE)
    else:
        answer = StreamingHttpResponse(
            exports.written(format, chosen.records, to=request.user), content_type=writer.MEDIA_TYPE
        )
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(chosen)}.{writer.EXTENSION}"'
    answer["X-Robots-Tag"] = "noindex"
    patch_cache_control(answer, private=True, no_store=True)
    return answer


@require_safe
def export_formats(request):
    """Say what each format carries, and what is lost in it."""
    return render(request, "repository/export_formats.html", {"notes": format_notes.notes()})


def _chosen(request: HttpRequest) -> Selection:
    sent = request.GET
    _, order = SORTS.get(sent.get("sort", ""), SORTS["newest"])
    ticked = keys_in(sent.getlist("ids")) if "ids" in sent or "ticked" in sent else None
    contributor = next(iter(keys_in([sent.get("contributor", "")])), 0) if "contributor" in sent else None
    return exports.selection(sent, ticked=ticked, contributor=contributor, user=request.user, order=order)


def _file_name(chosen: Selection) -> str:
    """Return "record-123" for one record, and "records-2026-11-24" for more."""
    keys = list(chosen.records.values_list("pk", flat=True)[:2])
    return f"record-{keys[0]}" if len(keys) == 1 else f"records-{timezone.localdate():%Y-%m-%d}"
