"""Pages on which librarians look after the repositories whose records we take over."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from repository.intake import harvesting
from repository.intake.oai_client import Client, HarvestFailed, Limits
from repository.models import HarvestSource
from repository.views.imports import importers_only

PAGE_SIZE = 50
# Somebody waits for the answer.
_WHILE_ONE_WAITS = Limits(connect_seconds=5.0, answer_seconds=10.0, longest_wait=0.0, largest_answer=1_000_000)


class SourceForm(forms.ModelForm):
    """A repository to harvest."""

    class Meta:
        model = HarvestSource
        fields = ("name", "base_url", "metadata_prefix", "set_spec", "collection", "is_active")
        error_messages = {
            "name": {"required": "Enter a name for this repository."},
            "base_url": {
                "required": "Enter the address.",
                "invalid": "Enter an address that begins with https:// or http://.",
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base_url"].help_text = "Such as https://repository.example.org/oai/request"
        self.fields["metadata_prefix"].help_text = "Every repository has oai_dc."
        collection: Any = self.fields["collection"]
        collection.label, collection.empty_label = "Collection for new records", "No collection"

    def clean_base_url(self) -> str:
        """Take off what belongs to a question and not to the address."""
        return self.cleaned_data["base_url"].partition("?verb=")[0].partition("#")[0]

    def clean(self) -> dict[str, Any]:
        """Refuse a source that stands there already, in words."""
        said = super().clean() or {}
        asked = {name: said.get(name) for name in ("base_url", "metadata_prefix", "set_spec")}
        if not self.errors and HarvestSource.objects.filter(**asked).exclude(pk=self.instance.pk).exists():
            self.add_error("base_url", "This repository, with this format and set, is on the list already.")
        return said


@importers_only
@require_safe
def harvest_sources(request: HttpRequest) -> HttpResponse:
    """List the repositories that we harvest, with how the last harvest went."""
    sources = HarvestSource.objects.select_related("collection")
    page = Paginator(sources, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "repository/harvest_sources.html", {"page": page})


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_harvest_source(request: HttpRequest) -> HttpResponse:
    """Ask for a repository to harvest."""
    return _form_page(request, HarvestSource())


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def harvest_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a repository, or stop harvesting it, and show what came from it."""
    return _form_page(request, get_object_or_404(HarvestSource, pk=pk))


@importers_only
@require_POST
def harvest_now(request: HttpRequest, pk: int) -> HttpResponse:
    """Harvest one repository in the background, without waiting for the night."""
    source = get_object_or_404(HarvestSource, pk=pk)
    harvesting.harvest_later(source, by=request.user)
    messages.success(request, f"We are asking {source.name} for its records. See below what has come.")
    return redirect("repository:harvest_source", pk)


def _form_page(request: HttpRequest, source: HarvestSource) -> HttpResponse:
    form = SourceForm(request.POST or None, instance=source)
    found = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("do") == "try":
            try:
                found = Client(form.cleaned_data["base_url"], _WHILE_ONE_WAITS).identify()
            except HarvestFailed as failure:
                form.add_error("base_url", str(failure))
        else:
            harvesting.keep(form.instance, by=request.user)
            messages.success(request, f"Saved “{form.instance.name}”.")
            return redirect("repository:harvest_sources")
    kept = HarvestSource.objects.filter(pk=source.pk).first()
    batches = list(kept.batches.all()[:10]) if kept else []
    context = {"form": form, "found": found, "source": kept, "batches": batches}
    return render(request, "repository/harvest_source.html", context)
