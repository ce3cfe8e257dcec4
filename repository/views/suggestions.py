"""What forms ask for while somebody types: suggestions as JSON, for those who are signed in."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from repository import suggestions

# Characters of a query that are looked at.
LONGEST = 200


@login_required
@require_safe
@never_cache
def suggest_people(request):
    """Suggest colleagues and earlier contributors by name."""
    return _answer(suggestions.people(request.GET.get("q", "")[:LONGEST], user=request.user))


@login_required
@require_safe
@never_cache
def suggest_colleagues(request):
    """Suggest colleagues with an account by name."""
    return _answer(suggestions.colleagues(request.GET.get("q", "")[:LONGEST], user=request.user))


@login_required
@require_safe
@never_cache
def suggest_subjects(request):
    """Suggest subject headings that are in use."""
    return _answer(suggestions.subjects(request.GET.get("q", "")[:LONGEST], user=request.user))


def _answer(found):
    return JsonResponse({"suggestions": [suggestion.to_json() for suggestion in found]})
