"""The sessions as readers see them, and the buttons that move one along."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import access, booking
from events.lifecycle import SESSION_LIFECYCLE
from events.models import Kind, Session
from events.status import Status
from kmportal.design.narrowing import By, Narrowed
from kmportal.lifecycle import moves
from kmportal.lifecycle.forms import MoveForm
from kmportal.lifecycle.models import StatusChange
from kmportal.lifecycle.transitions import NotAllowed

PAGE_SIZE = 20
SESSION_FACETS = (By("kind", "Kind of session", "kind", choices=dict(Kind.choices)),)


@require_safe
def session_list(request):
    """List the sessions to come, the next one first; with ?when=past those that are over, the latest first."""
    past = request.GET.get("when") == "past"
    announced = Session.objects.announced().for_list()
    sessions = announced.past(timezone.now()) if past else announced.upcoming(timezone.now())
    narrowed = Narrowed(sessions, SESSION_FACETS, request.GET)
    page = Paginator(narrowed.results, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "events/session_list.html", {"past": past, "narrowed": narrowed, "page": page})


@require_safe
def session_page(request, pk):
    """Show when, where and why a session is, and to those who arrange it its history and what they may do next."""
    return show_session(request, get_object_or_404(Session.objects.visible_to(request.user).for_list(), pk=pk))


@require_POST
def move(request, pk, move):
    """Make one move; where it is refused, the page says why and keeps what was written."""
    session = get_object_or_404(Session.objects.visible_to(request.user).for_list(), pk=pk)
    try:
        form = MoveForm(SESSION_LIFECYCLE[move], request.POST)
    except KeyError:
        raise Http404 from None
    if not form.is_valid():
        return show_session(request, session, refused=form)
    try:
        booking.move(session, move, by=request.user, note=form.reason)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return show_session(request, session, refused=form)
    messages.success(request, f"This session is now marked “{session.get_status_display()}”.")
    return redirect(session)


def show_session(request, session, *, refused: MoveForm | None = None):
    """Render a session's page; a move that was refused stands there with what is wrong, under status 409 (Conflict)."""
    history = []
    if access.may_read_history(request.user):
        changes = StatusChange.objects.of(session).select_related("by")
        history = [(change, Status(change.target).label) for change in changes]
    offered = {move.name: MoveForm(move) for move in moves.available(SESSION_LIFECYCLE, session, to=request.user)}
    if refused and refused.transition.name in offered:
        offered[refused.transition.name] = refused
    context = {"session": session, "moves": offered.values(), "history": history, "form": refused}
    return render(request, "events/session_page.html", context, status=409 if refused else 200)
