"""What crawlers may ask for (RFC 9309): pages of things, but never lists as they can be narrowed."""

from django.conf import settings
from django.urls import reverse

from kmportal.mail.posting import absolute

# The facets of a list make more addresses than there are records, each of them work for the database: none with a query
# is for crawlers. (It ends in a star because some of them read "/repository/?" as "/repository/".) What is for those
# signed in, or gives again what the pages say, is of no use to a search engine.
KEPT_FROM_CRAWLERS = (
    "/*?*",
    "/search/",
    "/feeds/search/",
    "/repository/feed/",
    "/repository/export/",
    "/repository/take-away/",
    "/repository/deposit/",
    "/repository/desk/",
    "/api/",
    "/oai",
    "/accounts/",
    "/admin/",
    "/links/",
    "/review-cycle/",
    "/repository/*/cite/",
    "/repository/*/history/",
    "/repository/*/request-copy/",
    "/repository/*/statistics/",
)


def text() -> str:
    """Return the portal's robots.txt; where the setting ROBOTS_ALLOWED is off, it asks crawlers to stay away."""
    if not settings.ROBOTS_ALLOWED:
        return "User-agent: *\nDisallow: /\n"
    rules = "".join(f"Disallow: {path}\n" for path in KEPT_FROM_CRAWLERS)
    return f"User-agent: *\n{rules}\nSitemap: {absolute(reverse('crawlers:sitemap'))}\n"
