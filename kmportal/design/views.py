"""The component gallery: every component with sample data, for looking at and for the accessibility checks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kmportal.design import samples


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components that stand on any page."""
    messages.success(request, "The record is published. Colleagues can find it now.")
    messages.error(request, "The file is not in a format that we know.")
    context = {
        "bars": samples.bars(),
        "line": samples.line(),
        "empty_chart": samples.empty_chart(),
        "table": samples.table(),
        "states": samples.STATES,
        "now": samples.now(),
        "long_list": Paginator(range(20 * 50), 20).page(25),
    }
    return render(request, "design/gallery.html", context)


@require_safe
def list_page(request: HttpRequest) -> HttpResponse:
    """Show a page of results with facets, chips, sort links and pagination."""
    page = Paginator(samples.results(), 5).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "facets": samples.facets_of_list(request.GET),
        "sorts": samples.SORTS,
        "sort": request.GET.get("sort", samples.SORTS[0][0]),
    }
    return render(request, "design/list.html", context)


def form_page(request: HttpRequest) -> HttpResponse:
    """Show a form with every kind of field; sent empty, it shows every kind of error."""
    sent = request.method == "POST"
    form = samples.SampleForm(request.POST, request.FILES) if sent else samples.SampleForm()
    if sent and form.is_valid():
        messages.success(request, "Everything in the form is right.")
    return render(request, "design/form.html", {"form": form})


@require_safe
def progress_page(request: HttpRequest) -> HttpResponse:
    """Show a job that is one step further each time one asks: ?done= is how far it was."""
    done = request.GET.get("done", "0")
    return render(request, "design/progress.html", {"done": int(done) if done in {"1", "2", "3"} else 0, "total": 3})
