"""What the pages of the librarians' desk share: who may open them, and numbers that come in an address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from repository import access

# What a database key can be.
LARGEST_KEY = 2**63 - 1


def curators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the page to those who curate; to all others who are signed in it is as if it did not exist."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if not access.may_curate(request.user):
            raise Http404
        return view(request, *args, **options)

    return guarded


def keys_in(texts: list[str]) -> list[int]:
    """Return the database keys among the texts, each once and in order; a text may hold several, with commas."""
    parts = (part.strip() for text in texts for part in text.split(","))
    numbers = (int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 20)
    return list(dict.fromkeys(number for number in numbers if number <= LARGEST_KEY))
