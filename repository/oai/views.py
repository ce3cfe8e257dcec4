"""The address at which harvesters ask."""

import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from kmportal.mail.posting import absolute
from kmportal.requests import address_of
from repository.oai import records, responses
from repository.oai.answers import answer
from repository.oai.arguments import Refused, read


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request):
    """Answer a harvester; what it asks wrongly is answered too, with 200 (OAI-PMH 2.0, section 3.1)."""
    if not settings.OAI_ENABLED or not may_harvest(request):
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    pairs = [(name, value) for name, values in given.lists() for value in values]
    address, asked, at = absolute(reverse("oai")), dict(pairs), records.settled(timezone.now())
    try:
        content = responses.answer(address, asked, at, [answer(read(pairs), address=address, at=at)])
    except Refused as refused:
        content = responses.refusal(address, asked, at, refused.problems)
    return HttpResponse(content, content_type=responses.MEDIA_TYPE)


def may_harvest(request: HttpRequest) -> bool:
    """Tell whether the address that asks is one of the networks that may; where none is named, everybody may."""
    if not settings.OAI_ALLOWED:
        return True
    try:
        address = ipaddress.ip_address(address_of(request))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return any((mapped or address) in network for network in settings.OAI_ALLOWED)
