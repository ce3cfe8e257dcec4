"""Serve what crawlers and browsers are told. It is the same for everybody, so that anybody may keep it for a while."""

from django.http import Http404, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kmportal.crawlers import opensearch as searching
from kmportal.crawlers import robots as rules
from kmportal.crawlers import sitemap as mapping

an_hour = cache_control(public=True, max_age=60 * 60)


@require_safe
@an_hour
def robots(request):
    """Say what crawlers may ask for."""
    return HttpResponse(rules.text(), content_type="text/plain; charset=utf-8")


@require_safe
@an_hour
def sitemap(request):
    """Say where the parts of the map are."""
    return HttpResponse(mapping.index(), content_type="application/xml")


@require_safe
@an_hour
def sitemap_part(request, name, number):
    """List the pages of one part of the map."""
    part = mapping.part(name, number)
    if part is None:
        raise Http404
    return HttpResponse(part, content_type="application/xml")


@require_safe
@an_hour
def opensearch(request):
    """Say how to search the portal."""
    return HttpResponse(searching.description(), content_type=searching.MEDIA_TYPE)
