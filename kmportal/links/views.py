"""Make links and take them away, from the page of one of the two things."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links import linking
from kmportal.links.forms import WAYS, LinkForm
from kmportal.links.models import Link
from kmportal.links.registry import hosts_of, linkable_of, name_of, thing_named


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request):
    """Link the thing that the form names to the page whose address was pasted."""
    thing = thing_named((request.POST or request.GET).get("thing", ""), to=request.user)
    if thing is None or not linkable_of(thing).may_link(request.user, thing):
        raise Http404
    form = LinkForm(request.POST or None, to_user=request.user, hosts=hosts_of(request))
    if request.method == "POST" and form.is_valid():
        _, kind, begins_here = WAYS[form.cleaned_data["way"]]
        other = form.cleaned_data["address"]
        source, target = (thing, other) if begins_here else (other, thing)
        try:
            linking.add(source, target, kind=kind, by=request.user)
        except NotAllowed as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, f"This is now linked to “{other}”.")
            return redirect(thing)
    return render(request, "links/link_add.html", {"thing": thing, "name": name_of(thing), "form": form})


@require_POST
def remove(request):
    """Take a link away, and go back to the thing whose page the button stood on."""
    key = request.POST.get("link", "")
    link = Link.objects.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    thing = thing_named(request.POST.get("thing", ""), to=request.user)
    if link is None or thing is None or not linking.may_remove(request.user, link):
        raise Http404
    linking.remove(link, by=request.user)
    messages.success(request, "The link is removed. Both pages are still there.")
    return redirect(thing)
