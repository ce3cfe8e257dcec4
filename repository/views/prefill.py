"""The page on which people paste a reference, see what was understood, and start a deposit with it."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from repository import access, drafts, duplicates
from repository.identifiers import Scheme
from repository.intake.description import describe_entry
from repository.prefill import lookups
from repository.prefill.guess import Confidence
from repository.prefill.reference import LONGEST, NotUnderstood, understand
from repository.record_types import RecordType

# The parts of an entry in the order of the page, with what people call them.
LABELS = {
    "type": "Type",
    "title": "Title",
    "contributors": "Authors",
    "issued": "Date",
    "container_title": "Journal or book",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "article_number": "Article number",
    "publisher": "Publisher",
    "place": "Place",
    "edition": "Edition",
    "identifiers": "Identifiers",
    "abstract": "Abstract",
}

ONLY_A_NUMBER = "A number alone tells us no more. Enter the title here, or go back and paste the whole reference."


class ReferenceForm(forms.Form):
    """One reference, and its title where the reference has none."""

    reference = forms.CharField(
        label="Paste a reference, a DOI or a PubMed ID",
        help_text="From a list of references, from PubMed, or from EndNote, Zotero and the like (RIS, BibTeX or NBIB).",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST,
        error_messages={"required": "Paste a reference, a DOI or a PubMed ID."},
    )

    def clean_reference(self):
        """Keep what was understood of the reference as `guess`."""
        try:
            self.guess = understand(self.cleaned_data["reference"])
        except NotUnderstood as error:
            raise ValidationError(str(error)) from None
        return self.cleaned_data["reference"]


class TitleForm(forms.Form):
    """The title of a work of which only a number is known, and the type that people see it as."""

    title = forms.CharField(label="Title", max_length=1_000, error_messages={"required": "Give the work’s title."})
    type = forms.ChoiceField(label="Type", choices=RecordType.choices)


@transaction.non_atomic_requests  # somebody outside may let us wait
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prefill(request):
    """Show what was understood of a pasted reference; a second press begins a draft that says it."""
    if not access.may_deposit(request.user):
        raise Http404
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "repository/prefill.html", {"form": form})
    found, failure = _looked_up(form.guess)
    starts = "start" in request.POST
    start = TitleForm(request.POST if starts else None, initial={"title": found.entry.title, "type": found.entry.type})
    if starts and start.is_valid():
        said, _ = describe_entry(found.entry)
        record = drafts.start(by=request.user, said=said, **start.cleaned_data)
        return redirect("repository:edit", record.pk)
    context = {
        "form": start,
        "reference": form.cleaned_data["reference"],
        "found": found,
        "rows": _rows(found),
        "failure": failure,
        "comparisons": _duplicates(found, request.user),
    }
    return render(request, "repository/prefill_found.html", context)


def _looked_up(found):
    """Return the guess with what somebody outside knows of it, and why no more is known of it, in a sentence."""
    try:
        found = lookups.look_up(found)
    except lookups.LookupFailed as failure:
        return found, str(failure)
    return found, "" if found.entry.title else ONLY_A_NUMBER


def _rows(found):
    """Return label, text and whether a person should look, of each part that says something."""
    texts = {name: str(getattr(found.entry, name) or "") for name in LABELS}
    texts["type"] = RecordType(found.entry.type).label
    texts["contributors"] = _authors(found.entry)
    texts["identifiers"] = _identifiers(found.entry)
    unsure = {name for name, confidence in found.confidence.items() if confidence == Confidence.UNSURE}
    return [(label, texts[name], name in unsure) for name, label in LABELS.items() if texts[name]]


def _authors(entry):
    return "; ".join(person.credited_as for person in entry.contributors)


def _identifiers(entry):
    return ", ".join(f"{Scheme(scheme).label} {value}" for scheme, value in entry.identifiers)


def _duplicates(found, user):
    entry = found.entry
    candidates = duplicates.candidates(
        title=entry.title,
        doi=found.doi,
        pmid=found.pmid,
        year=entry.issued.start.year if entry.issued else None,
        user=user,
    )
    kind = RecordType(entry.type).label
    described = (entry.title, _authors(entry), str(entry.issued or ""), kind, _identifiers(entry))
    return duplicates.compared(candidates, described)
