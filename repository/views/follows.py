"""Follow a record, and see which ones one follows."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from repository import following
from repository.models import Record

PAGE_SIZE = 20


@login_required
@require_POST
def follow(request, pk):
    """Follow the record, or with stop=yes follow it no more."""
    record = get_object_or_404(Record.objects.visible_to(request.user), pk=pk)
    if request.POST.get("stop") == "yes":
        following.unfollow(record, by=request.user)
        messages.success(request, f"You no longer follow “{record}”.")
        return redirect("repository:follows" if request.POST.get("from") == "list" else record)
    following.follow(record, by=request.user)
    messages.success(request, "You follow this record. We write to you when there is a new version, or when it goes.")
    return redirect(record)


@login_required
@require_safe
def follows(request):
    """List the records that the reader follows and may still see, the latest wish first."""
    records = Record.objects.visible_to(request.user).filter(follows__user=request.user)
    page = Paginator(records.order_by("-follows__at", "-pk").for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "repository/follows.html", {"page": page})
