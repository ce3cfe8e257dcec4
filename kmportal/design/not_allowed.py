"""Give a page to somebody who comes to the address of a button, say by signing in again after they pressed it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render


def explain_not_allowed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Make the middleware: where Django answers a reader with 405 and nothing else, the page says what to do."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if isinstance(answer, HttpResponseNotAllowed) and request.method == "GET":
            page = render(request, "405.html", status=405)
            page["Allow"] = answer["Allow"]  # which a 405 must name (RFC 9110, 15.5.6)
            return page
        return answer

    return middleware
