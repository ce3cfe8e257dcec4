"""Write a feed as Atom 1.0 (RFC 4287) or RSS 2.0."""

import datetime
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape, linebreaks
from django.utils.xmlutils import SimplerXMLGenerator

from kmportal.feeds.sources import Item
from kmportal.mail.posting import absolute

# What XML 1.0 cannot hold, not even written as a reference (2.2), and comes with pasted abstracts.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A feed must say when it changed last, even one that has never held anything: always the same, so that it stays one.
_BEFORE_ALL = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class _Atom(Atom1Feed):
    """Atom with all authors of an entry, where Django's has one."""

    def latest_post_date(self) -> datetime.datetime:
        return self.feed["changed"]

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["names"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", name)
            handler.endElement("author")


class _Rss(Rss201rev2Feed):
    """RSS with all authors of an item, by Dublin Core's element: RSS's own wants their mail addresses."""

    def latest_post_date(self) -> datetime.datetime:
        return self.feed["changed"]

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:dc": "http://purl.org/dc/elements/1.1/"}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["names"]:
            handler.addQuickElement("dc:creator", name)


DIALECTS: dict[str, type[_Atom] | type[_Rss]] = {"atom": _Atom, "rss": _Rss}
"""What a feed can be written as, by the word that stands in its address."""


def write(dialect: str, items: Sequence[Item], *, title: str, page: str, own: str) -> bytes:
    """Return the feed in one of DIALECTS. `page` is the path of the page that shows the same, `own` its own path."""
    feed = DIALECTS[dialect](
        title=_text(f"{title} – {settings.PORTAL_NAME}"),
        link=absolute(page),
        description=_text(f"{title}: what is new"),
        language=settings.LANGUAGE_CODE,
        author_name=settings.PORTAL_ORGANISATION,
        feed_url=absolute(own),
        feed_guid=absolute(own),
        changed=changed(items),
    )
    for item in items:
        address = absolute(item.path)
        feed.add_item(
            title=_text(item.title),
            link=address,
            # Feed readers take it for HTML.
            description=linebreaks(escape(_text(item.summary))),
            names=[_text(name) for name in item.authors],
            pubdate=item.published.astimezone(datetime.UTC),
            updateddate=item.updated.astimezone(datetime.UTC),
            unique_id=address,
            unique_id_is_permalink=True,
            categories=[_text(word) for word in item.categories],
        )
    return feed.writeString("utf-8").encode()


def changed(items: Sequence[Item]) -> datetime.datetime:
    """Return when the newest change of any item was."""
    return max((item.updated.astimezone(datetime.UTC) for item in items), default=_BEFORE_ALL)


def _text(text: str) -> str:
    return _UNWRITABLE.sub("", text)
