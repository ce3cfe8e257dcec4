"""Pages about what people answer for: one's own, and what those who leave hand to others."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kmportal.people.models import User
from kmportal.review_cycle import answers, portfolio
from kmportal.review_cycle.forms import LeaverForm, SuccessorForm
from kmportal.review_cycle.sources import registered

PAGE_SIZE = 25
# How many things change hands at once; each is written with its history.
A_HANDFUL = 100


@login_required
@require_safe
def mine(request):
    """List what the reader answers for, what is due first."""
    page = Paginator(portfolio.places_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "held": portfolio.held(request.user, list(page.object_list), timezone.localdate()),
        "overviews": [source for source in registered() if request.user.has_perm(source.keeper_permission)],
    }
    return render(request, "review_cycle/mine.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request):
    """Show who has left and still answers for something, and hand what one person holds to another.

    `?person=` is the key of the one who leaves, `?who=` their name or address as somebody typed it.
    """
    sources = [source for source in registered() if request.user.has_perm(source.keeper_permission)]
    if not sources:
        raise Http404
    if "person" not in request.GET:
        return _choose_person(request, sources)
    person = get_object_or_404(User, pk=_number(request.GET["person"]))
    places = portfolio.places_of(person, sources)
    held = portfolio.held(person, places[:A_HANDFUL], timezone.localdate())
    form = SuccessorForm(
        request.POST if request.method == "POST" else None,
        choices=[(one.value, f"{one.thing} ({one.role.lower()})") for one in held],
    )
    if form.is_valid():
        to, ticked = form.cleaned_data["to"], set(form.cleaned_data["things"])
        if to == person:
            form.add_error("to", "Name somebody else.")
        else:
            with transaction.atomic():
                things = [one.thing for one in held if one.value in ticked]
                done = answers.reassign(things, from_user=person, to=to, by=request.user)
            messages.success(request, f"{to} takes the place of {person} for {done} of them.")
            left = f"?person={person.pk}" if len(places) > done else ""
            return redirect(reverse("review_cycle:reassign") + left)
    context = {"person": person, "held": held, "number": len(places), "form": form}
    return render(request, "review_cycle/reassign_person.html", context)


def _choose_person(request, sources):
    """List those who have left, beside a box for the name of somebody who is about to."""
    form = LeaverForm(request.GET if "who" in request.GET else None)
    if form.is_valid():
        return redirect(reverse("review_cycle:reassign") + f"?person={form.cleaned_data['who'].pk}")
    return render(request, "review_cycle/reassign.html", {"leavers": portfolio.leavers(sources), "form": form})


def _number(text):
    """Return the key that an address gives; a text that is none is the key of nobody."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
