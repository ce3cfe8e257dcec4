"""The sessions as readers see them, and the buttons that move one along."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from events import access, booking
from events.lifecycle import SESSION_LIFECYCLE
from events.models import Kind, Session
from kmportal.design.narrowing import By, Narrowed
from kmportal.lifecycle import buttons
from kmportal.lifecycle.forms import MoveForm
from kmportal.links import panel

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
    return buttons.press(request, session, move, lifecycle=SESSION_LIFECYCLE, verb=booking.move, show=show_session)


def show_session(request, session, *, refused: MoveForm | None = None):
    """Render a session's page; a move that was refused stands there with what is wrong, under status 409 (Conflict)."""
    context = {
        "session": session,
        "moves": buttons.offered(SESSION_LIFECYCLE, session, to=request.user, refused=refused),
        "history": buttons.history(session) if access.may_read_history(request.user) else [],
        "form": refused,
        **panel.of(session, request.user),
    }
    return render(request, "events/session_page.html", context, status=409 if refused else 200)
