"""Turn what a view of the API gives, or why it gives nothing, into an answer in JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control

from kmportal.api.problems import Problem

Gives = Callable[..., dict[str, Any]]


def answering(view: Gives) -> Callable[..., HttpResponse]:
    """Make a view of a function that returns what is to be sent, or raises Problem. It only reads: GET and HEAD."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.method not in ("GET", "HEAD"):
                raise Problem(405, "Only for reading", "Nothing can be sent to the API. Ask with GET.")
            sent = JsonResponse(view(request, *args, **kwargs), json_dumps_params={"ensure_ascii": False})
        except Problem as problem:
            sent = JsonResponse(
                problem.to_json(),
                status=problem.status,
                content_type="application/problem+json",
                json_dumps_params={"ensure_ascii": False},
            )
            if problem.status == 405:
                sent["Allow"] = "GET, HEAD"
        # It depends on who asks.
        patch_cache_control(sent, private=True, no_cache=True)
        return sent

    return answer
