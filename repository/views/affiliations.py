"""The page on which librarians look after the rules by which an affiliation tells where a new record belongs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kmportal.lifecycle import edits
from kmportal.lifecycle.models import Edit
from repository.intake import affiliation_rules
from repository.intake.placing import folded
from repository.models import AffiliationRule
from repository.views.curators import curators_only

_LATEST = 20  # lines of history
_LONGEST = 2_000  # characters of an affiliation that is tried
_TAKEN = "There is a rule for these words already."


class RuleForm(forms.ModelForm):
    """Words of an affiliation, and what they stand for."""

    class Meta:
        model = AffiliationRule
        fields = ("text", "department", "collection")
        labels = {"text": "If the affiliation has these words"}
        help_texts = {
            "text": "Whole words in this order, such as Riverside Ward. Capitals, accents and full stops do not count."
        }
        error_messages = {"text": {"required": "Enter the words to look for.", "unique": _TAKEN}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label, nothing in (
            ("department", "Then the author’s department is", "Say nothing about the department"),
            ("collection", "Then a new record goes into", "Say nothing about the collection"),
        ):
            field: Any = self.fields[name]
            field.label, field.empty_label = label, nothing

    def clean_text(self) -> str:
        """Refuse what would never be found, or never be asked: a rule with the same words decides before it."""
        text = " ".join(self.cleaned_data["text"].split())
        words = folded(text)
        if not words:
            raise forms.ValidationError("Enter at least one word.")
        others = AffiliationRule.objects.exclude(pk=self.instance.pk).values_list("text", flat=True)
        if any(folded(other) == words for other in others):
            raise forms.ValidationError(_TAKEN)
        return text

    def clean(self) -> dict[str, Any]:
        """Refuse a rule that says nothing."""
        said = super().clean() or {}
        if not self.errors and not said.get("department") and not said.get("collection"):
            self.add_error("department", "Choose a department, a collection or both.")
        return said


class TryForm(forms.Form):
    """An affiliation as it stands in a record."""

    affiliation = forms.CharField(
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Paste an affiliation to try."},
    )


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def affiliations(request: HttpRequest) -> HttpResponse:
    """List the rules in their order, with a form for a new one, and another to try them on an affiliation."""
    form = RuleForm(request.POST or None)
    tried = TryForm(request.GET if "affiliation" in request.GET else None)
    if request.method == "POST" and form.is_valid():
        rule = affiliation_rules.keep(form.instance, by=request.user)
        messages.success(request, f"Added the rule “{rule.text}”.")
        return redirect("repository:affiliations")
    trial = (
        affiliation_rules.try_out(tried.cleaned_data["affiliation"]) if tried.is_bound and tried.is_valid() else None
    )
    kind = ContentType.objects.get_for_model(AffiliationRule)
    history = Edit.objects.filter(content_type=kind).select_related("by").order_by("-at", "-pk")[:_LATEST]
    return render(
        request,
        "repository/affiliations.html",
        {
            "form": form,
            "tried": tried,
            "trial": trial,
            "rules": list(AffiliationRule.objects.select_related("department", "collection")),
            "history": [(edit, edits.sentence_of(edits.changes_of(edit))) for edit in history],
        },
    )


@curators_only
@require_http_methods(["GET", "HEAD", "POST"])
def affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one rule."""
    rule = get_object_or_404(AffiliationRule, pk=pk)
    name = rule.text
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        affiliation_rules.keep(form.instance, by=request.user)
        messages.success(request, f"Saved the rule “{form.instance.text}”.")
        return redirect("repository:affiliations")
    return render(request, "repository/affiliation.html", {"form": form, "name": name, "pk": pk})


@curators_only
@require_POST
def arrange_affiliation(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a rule up or down, or remove it."""
    rule = get_object_or_404(AffiliationRule, pk=pk)
    match request.POST.get("do"):
        case "up" | "down" as way:
            affiliation_rules.move(rule, up=way == "up", by=request.user)
        case "remove":
            affiliation_rules.remove(rule, by=request.user)
            messages.success(request, f"Removed the rule “{rule.text}”. Records that it placed stay where they are.")
    return redirect("repository:affiliations")
