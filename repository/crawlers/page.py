"""What a record's page says to machines, in its head and in its headers; nothing where readers do not see it yet."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from kmportal.mail.posting import absolute
from repository import outgoing
from repository.crawlers import highwire, schema_org, signposting
from repository.crawlers.signposting import Link, Resource
from repository.exchange import WRITERS
from repository.exchange.outgoing import Outgoing
from repository.models import Record
from repository.status import Status

# Characters of the description that a search engine or a chat shows.
LONGEST_DESCRIPTION = 300


@dataclass(frozen=True)
class Head:
    """What stands in the head of a record's page."""

    item: Outgoing
    tags: list[tuple[str, str]]
    open_graph: list[tuple[str, str]]
    json_ld: dict[str, Any]


def told_of(record: Record, user: Any) -> Outgoing | None:
    """Return what machines may be told of the record as the user sees it, or None where readers do not have it."""
    if record.status not in (Status.PUBLISHED, Status.REPLACED):
        return None
    return outgoing.of_record(record, to=user)


def head(item: Outgoing) -> Head:
    """Return what stands in the head of the item's page."""
    return Head(item, highwire.tags(item), _open_graph(item), schema_org.document(item))


def link_header(item: Outgoing) -> str:
    """Return the value of the Link header of the item's page."""
    forms = {"json": signposting.LINKSET_JSON, "text": signposting.LINKSET}
    sets = [
        Resource(absolute(reverse("repository:linkset", args=[item.number, form])), media_type)
        for form, media_type in forms.items()
    ]
    # One description here: all of them would leave no room for files and authors.
    return signposting.header(signposting.links(item, descriptions=_descriptions(item)[:1], linksets=sets))


def all_links(item: Outgoing) -> list[Link]:
    """Return all links around the item's page."""
    return signposting.all_links(item, descriptions=_descriptions(item))


def _descriptions(item: Outgoing) -> list[Resource]:
    """Return the addresses of the record in other formats: that of the API, and then each that one can take away."""
    files = (
        (reverse("repository:export", args=[key]) + f"?ids={item.number}", writer.MEDIA_TYPE)
        for key, writer in WRITERS.items()
    )
    described = [(reverse("api:one", args=["records", item.number]), "application/json"), *files]
    return [Resource(absolute(path), media_type) for path, media_type in described]


def _open_graph(item: Outgoing) -> list[tuple[str, str]]:
    """Return the properties of ogp.me that a chat makes a preview of.

    Without the name of the site, which Zotero would take for that of the journal.
    """
    abstract = " ".join(item.entry.abstract.split())
    shortened = abstract if len(abstract) <= LONGEST_DESCRIPTION else f"{abstract[: LONGEST_DESCRIPTION - 1].rstrip()}…"
    said = [
        ("og:title", item.entry.title),
        ("og:type", "book" if item.entry.type == "book" else "article"),
        ("og:url", item.url),
        ("og:description", shortened),
    ]
    return [(name, content) for name, content in said if content]
