"""The people directory: find colleagues, read their profiles, keep one's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from kmportal.design.narrowing import Narrowed
from kmportal.people import changes
from kmportal.people.filters import DIRECTORY_FACETS, named
from kmportal.people.forms import ProfileForm
from kmportal.people.models import Profile

PAGE_SIZE = 20


@require_safe
@login_required
def directory(request):
    """List colleagues by name."""
    q = request.GET.get("q", "").strip()
    everybody = Profile.objects.visible_to(request.user).for_list().by_name()
    narrowed = Narrowed(everybody, DIRECTORY_FACETS, request.GET, also=named(q))
    page = Paginator(narrowed.results, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "people/person_list.html", {"q": q, "narrowed": narrowed, "page": page})


@require_safe
@login_required
def profile(request, pk):
    """Show what colleagues may know of a person."""
    person = get_object_or_404(Profile.objects.visible_to(request.user).for_list(), pk=pk)
    return render(request, "people/person_profile.html", {"person": person})


@login_required
def edit_mine(request):
    """Change one's own profile."""
    mine = request.user.profile
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=mine)
    if form.is_valid():
        form.save()
        changes.announce([mine])
        messages.success(request, "Your profile is saved.")
        return redirect(mine)
    return render(request, "people/person_edit.html", {"form": form})
