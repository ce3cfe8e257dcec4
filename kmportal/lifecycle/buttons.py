"""The buttons and the history on the page of a thing with a lifecycle, and what happens when a button is pressed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from kmportal.lifecycle import moves
from kmportal.lifecycle.forms import MoveForm
from kmportal.lifecycle.models import StatusChange
from kmportal.lifecycle.transitions import Lifecycle, NotAllowed


def press(
    request: HttpRequest,
    thing: Any,
    name: str,
    *,
    lifecycle: Lifecycle,
    verb: Callable[..., object],
    show: Callable[..., HttpResponse],
) -> HttpResponse:
    """Make the move by the app's verb and go to the thing's page.

    Where the move is refused, `show(request, thing, refused=form)` gives the page, which says why and keeps what was
    written. Raises Http404 for a move that is no button.
    """
    try:
        transition = lifecycle[name]
    except KeyError:
        raise Http404 from None
    if not transition.is_button:
        raise Http404
    form = MoveForm(transition, request.POST)
    if not form.is_valid():
        return show(request, thing, refused=form)
    try:
        verb(thing, name, by=request.user, note=form.reason)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return show(request, thing, refused=form)
    messages.success(request, f"This {thing._meta.verbose_name} is now marked “{thing.get_status_display()}”.")
    return redirect(thing)


def offered(lifecycle: Lifecycle, thing: Any, *, to: Any, refused: MoveForm | None = None) -> list[MoveForm]:
    """Return a form for each move that the person may make with the thing now, the refused one as it was sent."""
    available = moves.available(lifecycle, thing, to=to)
    forms = {move.name: MoveForm(move) for move in available if move.is_button}
    if refused and refused.transition.name in forms:
        forms[refused.transition.name] = refused
    return list(forms.values())


def history(thing: Any) -> list[tuple[StatusChange, str]]:
    """Return each change of the thing's state, the first one first, with the name of the state that it led to."""
    labels = dict(thing._meta.get_field("status").flatchoices)
    return [(change, labels[change.target]) for change in StatusChange.objects.of(thing).select_related("by")]
