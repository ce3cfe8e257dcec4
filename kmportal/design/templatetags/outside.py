"""Tags for what a page says to machines: data blocks, and the feeds that go with it. Loaded with {% load outside %}."""

import json
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What could end the element or begin a comment in it; JSON means the same with them written so.
_ESCAPED = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


@register.simple_tag
def data_block(value: Any, media_type: str) -> SafeString:
    r"""Draw the value as JSON in a script element that no browser runs: {% data_block said "application/ld+json" %}.

    To a browser it is a data block, which the policy for scripts does not bear on (HTML, 4.12.1). Nothing in the value
    ends the element: "<" is written \u003C.
    """
    text = json.dumps(value, ensure_ascii=False).translate(_ESCAPED)
    return format_html('<script type="{}">{}</script>', media_type, mark_safe(text))


@register.inclusion_tag("components/feed_discovery.html", takes_context=True)
def feed_discovery(context: dict[str, Any], title: str, route: str, *args: Any) -> dict[str, Any]:
    """Tell feed readers, in the head, of the feeds of a page: {% feed_discovery "Lessons" "lessons:feed" %}."""
    return _feeds(context, title, route, *args)


@register.inclusion_tag("components/feed_links.html", takes_context=True)
def feed_links(context: dict[str, Any], title: str, route: str, *args: Any) -> dict[str, Any]:
    """Offer the reader the feeds of a page, narrowed as its list is: {% feed_links "this list" "lessons:feed" %}."""
    return _feeds(context, title, route, *args)


def _feeds(context: dict[str, Any], title: str, route: str, *args: Any) -> dict[str, Any]:
    chosen = context["request"].GET.copy()
    for name in ("page", "sort"):  # a feed has its own order and one page
        chosen.pop(name, None)
    query = f"?{chosen.urlencode()}" if chosen else ""
    return {"title": title, **{dialect: reverse(route, args=[*args, dialect]) + query for dialect in ("atom", "rss")}}
