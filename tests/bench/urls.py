"""The portal's addresses, and beside them a bare view to measure the pages against."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from kmportal.urls import urlpatterns as portal

BODY = b"<!doctype html><title>Bare</title>" + b"<p>The same twenty kilobytes each time.</p>\n" * 465


def bare(request: HttpRequest) -> HttpResponse:
    """Answer without a query: what the server, the middleware and 20 kB of body cost."""
    return HttpResponse(BODY)


urlpatterns = [path("bare/", bare), *portal]
