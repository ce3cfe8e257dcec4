"""The sessions as readers see them, and the buttons that move one along."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from events import access, booking
from events.lifecycle import SESSION_LIFECYCLE
from events.lists import is_past, narrowed_sessions
from events.models import Session
from kmportal.lifecycle import buttons
from kmportal.lifecycle.forms import MoveForm
from kmportal.links import panel

PAGE_SIZE = 20


@require_safe
def session_list(request):
    """List the sessions to come, the next one first; with ?when=past those that are over, the latest first."""
    narrowed = narrowed_sessions(request.GET)
    page = Paginator(narrowed.results, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"past": is_past(request.GET), "narrowed": narrowed, "page": page}
    return render(request, "events/session_list.html", context)


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
