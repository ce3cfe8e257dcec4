"""The button that asks for a record's DOI, or tries again what the agency did not take."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from kmportal.lifecycle.transitions import NotAllowed
from repository import access, minting
from repository.models import DoiRegistration, Record


@login_required
@require_POST
def mint_doi(request, pk):
    """Ask for the DOI of a record, or try its registration again."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk)
    if not minting.is_on() or not access.may_mint(request.user):
        raise Http404
    registration = DoiRegistration.objects.filter(record=record).first()
    try:
        if registration:
            minting.try_again(registration, by=request.user)
            said = "We try again. Look here in a few minutes."
        else:
            registration = minting.ask(record, by=request.user)
            said = f"The DOI {registration} is reserved. It works once DataCite has heard of it, in the next minutes."
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect(record)
