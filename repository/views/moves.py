"""Move a record along its lifecycle: send for review, return, publish, withdraw, publish again."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kmportal.lifecycle.forms import MoveForm
from kmportal.lifecycle.transitions import NotAllowed
from repository import deposits
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Record
from repository.views.records import show_record


@require_POST
def move(request, pk, move):
    """Make one move; where it is refused, the page says why and keeps what was written."""
    record = get_object_or_404(Record.objects.visible_to(request.user).for_page(), pk=pk)
    try:
        form = MoveForm(RECORD_LIFECYCLE[move], request.POST)
    except KeyError:
        raise Http404 from None
    if not form.is_valid():
        return show_record(request, record, refused=form)
    try:
        deposits.move(record, move, by=request.user, note=form.reason)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return show_record(request, record, refused=form)
    messages.success(request, f"This record is now marked “{record.get_status_display()}”.")
    return redirect(record)
