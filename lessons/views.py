"""The lessons as readers see them, and the buttons that move one along."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from kmportal.design.narrowing import Narrowed
from kmportal.lifecycle import buttons
from kmportal.lifecycle.forms import MoveForm
from kmportal.links import panel
from lessons import access, capture
from lessons.filters import LESSON_FACETS, with_year
from lessons.lifecycle import LESSON_LIFECYCLE
from lessons.models import Lesson

PAGE_SIZE = 20


@require_safe
def lesson_list(request):
    """List the published lessons, the newest first."""
    everything = with_year(Lesson.objects.published()).newest_first().for_list()
    narrowed = Narrowed(everything, LESSON_FACETS, request.GET)
    page = Paginator(narrowed.results, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "lessons/lesson_list.html", {"narrowed": narrowed, "page": page})


@require_safe
def lesson_page(request, pk):
    """Show a lesson's story, and to those who look after it its history and what they may do next."""
    return show_lesson(request, get_object_or_404(Lesson.objects.visible_to(request.user).for_page(), pk=pk))


@require_POST
def move(request, pk, move):
    """Make one move; where it is refused, the page says why and keeps what was written."""
    lesson = get_object_or_404(Lesson.objects.visible_to(request.user).for_page(), pk=pk)
    return buttons.press(request, lesson, move, lifecycle=LESSON_LIFECYCLE, verb=capture.move, show=show_lesson)


def show_lesson(request, lesson, *, refused: MoveForm | None = None):
    """Render a lesson's page; a move that was refused stands there with what is wrong, under status 409 (Conflict)."""
    context = {
        "lesson": lesson,
        "moves": buttons.offered(LESSON_LIFECYCLE, lesson, to=request.user, refused=refused),
        "history": buttons.history(lesson) if access.may_read_history(request.user, lesson) else [],
        "form": refused,
        **panel.of(lesson, request.user),
    }
    return render(request, "lessons/lesson_page.html", context, status=409 if refused else 200)
