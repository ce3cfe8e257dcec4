"""Pages on which librarians say what the columns of a table mean, and look after what was said."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from kmportal.lifecycle.transitions import NotAllowed
from repository.exchange import UnreadableFile, table
from repository.exchange.table_columns import FIELDS, MANY, TITLE
from repository.intake import columns
from repository.models import ColumnMapping, ImportBatch
from repository.models.batch import BatchState
from repository.views.imports import importers_only

PAGE_SIZE = 50
_LEFT_OUT = "leave"  # a choice like the others: an empty one would be called optional
_SHOWN = 80  # characters of an example


class ColumnsForm(forms.Form):
    """One select for each column of a table: what it holds, or nothing, to leave it out."""

    name = forms.CharField(
        label="Name of this kind of table",
        max_length=200,
        help_text="So that you find it again, such as “Monthly list of the research office”.",
        error_messages={"required": "Enter a name for this kind of table."},
    )

    def __init__(
        self,
        *args: Any,
        header: Sequence[str],
        fields: Sequence[str],
        rows: Sequence[Sequence[str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._header = list(header)
        for index, name in enumerate(header):
            examples = dict.fromkeys(" ".join(row[index].split()) for row in rows if len(row) > index)
            shown = " · ".join(
                f"{text[:_SHOWN]}…" if len(text) > _SHOWN else text for text in list(examples)[:3] if text
            )
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=name or f"Column {index + 1}, without a name",
                choices=[(_LEFT_OUT, "Leave this column out"), *FIELDS.items()],
                initial=fields[index] or _LEFT_OUT,
                help_text=(f"First rows: {shown}" if shown else "Empty in the first rows.") if rows else "",
            )

    @property
    def chosen(self) -> list[str]:
        """What each column means, in their order."""
        said = [self.cleaned_data.get(f"column_{index}", "") for index in range(len(self._header))]
        return ["" if field == _LEFT_OUT else field for field in said]

    def clean(self) -> dict[str, Any]:
        """Refuse a table without titles, and a field that two columns would fill, each beside its column."""
        said = super().clean() or {}
        chosen = self.chosen
        if TITLE not in chosen and not self.errors:
            likely = table.guess(self._header)
            place = likely.index(TITLE) if TITLE in likely else 0
            self.add_error(f"column_{place}", "Choose “Title” for the column that holds the titles, here or below.")
        for index, field in enumerate(chosen):
            if field and field not in MANY and field in chosen[:index]:
                other = self._header[chosen.index(field)]
                self.add_error(
                    f"column_{index}",
                    f"You chose “{FIELDS[field]}” for “{other}” already. Choose it for one column only.",
                )
        return said


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def batch_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what the columns of a waiting table mean, with its first rows; the answer starts the import."""
    batch = get_object_or_404(ImportBatch, pk=pk)
    if batch.state != BatchState.COLUMNS:
        return redirect(batch)
    try:
        head = columns.head(batch)
    except (UnreadableFile, OSError):
        messages.error(request, "This file cannot be read any more. Import it again.")
        return redirect("repository:import")
    if request.POST.get("do") == "leave":
        return _decided(request, batch, lambda: columns.leave_out(batch, by=request.user), "The table was left out.")
    form = ColumnsForm(
        request.POST or None,
        header=head.header,
        fields=table.guess(head.header),
        rows=head.rows,
        initial={"name": batch.file_name},
    )
    if request.method == "POST" and form.is_valid():
        return _decided(
            request,
            batch,
            lambda: columns.answer(batch, form.chosen, name=form.cleaned_data["name"], by=request.user),
            "Thank you. The next table with these columns is imported without asking.",
        )
    return render(request, "repository/columns_ask.html", {"batch": batch, "form": form})


def _decided(request: HttpRequest, batch: ImportBatch, decide: Callable[[], object], thanks: str) -> HttpResponse:
    try:
        decide()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, thanks)
    return redirect(batch)


@importers_only
@require_safe
def mapping_list(request: HttpRequest) -> HttpResponse:
    """List the kinds of tables that are known."""
    page = Paginator(ColumnMapping.objects.select_related("by"), PAGE_SIZE).get_page(request.GET.get("page"))
    waiting = ImportBatch.objects.filter(state=BatchState.COLUMNS)[:PAGE_SIZE]
    return render(request, "repository/columns_list.html", {"page": page, "waiting": waiting})


@importers_only
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the columns of a kind of table mean, or forget it."""
    kept = get_object_or_404(ColumnMapping, pk=pk)
    if request.POST.get("do") == "forget":
        columns.forget(kept, by=request.user)
        messages.success(request, f"Removed “{kept.name}”. The next such table asks what its columns mean.")
        return redirect("repository:columns")
    form = ColumnsForm(request.POST or None, header=kept.header, fields=kept.fields, initial={"name": kept.name})
    if request.method == "POST" and form.is_valid():
        columns.remember(kept.header, form.chosen, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, f"Saved “{form.cleaned_data['name']}”.")
        return redirect("repository:columns")
    return render(request, "repository/columns_edit.html", {"mapping": kept, "form": form})
