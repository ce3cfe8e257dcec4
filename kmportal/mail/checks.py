"""Warn whoever sets the portal up where its mail would lead nowhere."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def portal_url_can_be_reached(**options: Any) -> list[CheckMessage]:
    """Check that PORTAL_URL, with which the links in mail begin, is an address, and on a server one of the network."""
    url = urlsplit(settings.PORTAL_URL)
    host = url.hostname or ""
    if url.scheme not in ("http", "https") or not host or url.path or url.query:
        return [
            Error(f"PORTAL_URL must look like https://portal.example.org, not {settings.PORTAL_URL!r}.", id="mail.E001")
        ]
    if settings.HTTPS and (host in ("localhost", "127.0.0.1", "::1") or "*" in host or host.startswith(".")):
        return [
            Warning(
                f"The links in mail begin with {settings.PORTAL_URL}, where colleagues find nothing.",
                hint="Set PORTAL_URL to the address at which they open the portal, such as https://portal.example.org.",
                id="mail.W001",
            )
        ]
    return []
