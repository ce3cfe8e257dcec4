"""Tell browsers how to search the portal from their address bar (OpenSearch 1.1, description document)."""

from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from kmportal.mail.posting import absolute

MEDIA_TYPE = "application/opensearchdescription+xml"
# Characters that the elements may have.
SHORT_NAME, LONG_NAME = 16, 48


def description() -> str:
    """Return the description: its addresses are those of the results as a page and as an Atom feed."""
    name = settings.PORTAL_NAME
    urls = (
        ("text/html", "results", f"{absolute(reverse('search:results'))}?q={{searchTerms}}"),
        ("application/atom+xml", "results", f"{absolute(reverse('feeds:search', args=['atom']))}?q={{searchTerms}}"),
        (MEDIA_TYPE, "self", absolute(reverse("crawlers:opensearch"))),
    )
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
        f"<ShortName>{escape(name[:SHORT_NAME].rstrip())}</ShortName>",
        f"<LongName>{escape(f'{name}, {settings.PORTAL_ORGANISATION}'[:LONG_NAME].rstrip())}</LongName>",
        f"<Description>{escape(f'Search the {name}: research, lessons, events and people.'[:1024])}</Description>",
        f"<Contact>{escape(settings.LIBRARY_EMAIL)}</Contact>",
        *(f'<Url type="{kind}" rel="{rel}" template={quoteattr(template)}/>' for kind, rel, template in urls),
        f'<Image type="image/svg+xml">{escape(absolute(static("img/sign.svg")))}</Image>',
        "<Language>en-gb</Language>",
        "<InputEncoding>UTF-8</InputEncoding>",
        "<OutputEncoding>UTF-8</OutputEncoding>",
        "</OpenSearchDescription>",
    ]
    return "\n".join(lines) + "\n"
