"""The home page."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from kmportal.dashboards import panels


@require_safe
def home(request):
    """Show what the portal is and what is new in it, and to those signed in what waits for them."""
    return render(request, "dashboards/home.html", {"home": panels.home(request.user, timezone.now())})
