"""Signposts: typed links by which machines find their way around a record (signposting.org, FAIR profile) (pure).

Level 1 stands in the Link header of the page (RFC 8288), level 2 in a link set of its own (RFC 9264), which says all.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from repository.crawlers.schema_org import TYPES, VOCABULARY
from repository.exchange.outgoing import Outgoing
from repository.identifiers import address
from repository.licences import ADDRESSES

LINKSET = "application/linkset"
LINKSET_JSON = "application/linkset+json"
# Characters of a Link header: proxies refuse answers whose headers, all together, have more than about 4,000.
LONGEST_HEADER = 2_000


@dataclass(frozen=True, slots=True)
class Resource:
    """Another thing that the links name: its whole address and its media type."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Link:
    """One typed link from the anchor, a whole address."""

    anchor: str
    rel: str
    href: str
    media_type: str = ""


def links(item: Outgoing, *, descriptions: Iterable[Resource], linksets: Iterable[Resource]) -> list[Link]:
    """Return the links of the record's page, from the one that matters most: its files are those that the item has.

    `descriptions` are the record in other formats, `linksets` the forms of its link set.
    """
    entry, page = item.entry, item.url
    doi = entry.identifier("doi")
    orcids = dict.fromkeys(credit.orcid for credit in entry.contributors if credit.role == "author" and credit.orcid)
    licence = ADDRESSES.get(entry.licence, "")
    return [
        *(Link(page, "linkset", one.url, one.media_type) for one in linksets),
        Link(page, "cite-as", address("doi", doi) if doi else page),
        Link(page, "type", f"{VOCABULARY}/{TYPES[entry.type]}"),
        Link(page, "type", f"{VOCABULARY}/AboutPage"),
        *([Link(page, "license", licence)] if licence else []),
        *(Link(page, "describedby", one.url, one.media_type) for one in descriptions),
        *(Link(page, "item", file.url, file.media_type) for file in item.files),
        *(Link(page, "author", f"https://orcid.org/{orcid}") for orcid in orcids),
    ]


def all_links(item: Outgoing, *, descriptions: Iterable[Resource]) -> list[Link]:
    """Return the links of the page, and those that lead back to it from its files and descriptions."""
    described = list(descriptions)
    back = [Link(file.url, "collection", item.url, "text/html") for file in item.files]
    back += [Link(one.url, "describes", item.url, "text/html") for one in described]
    return [*links(item, descriptions=described, linksets=()), *back]


def header(signposts: Iterable[Link]) -> str:
    """Return as many of the links as a Link header may hold, from the first on."""
    text = ""
    for link in signposts:
        longer = f"{text}, {_written(link)}" if text else _written(link)
        if len(longer) > LONGEST_HEADER:
            break
        text = longer
    return text


def linkset(signposts: Iterable[Link]) -> str:
    """Return the links as application/linkset (RFC 9264, 4.1), a link a line."""
    return ",\n".join(f'{_written(link)}; anchor="{link.anchor}"' for link in signposts) + "\n"


def linkset_json(signposts: Iterable[Link]) -> str:
    """Return the links as application/linkset+json (RFC 9264, 4.2)."""
    contexts: dict[str, dict[str, Any]] = {}
    for link in signposts:
        target = {"href": link.href, **({"type": link.media_type} if link.media_type else {})}
        contexts.setdefault(link.anchor, {"anchor": link.anchor}).setdefault(link.rel, []).append(target)
    return json.dumps({"linkset": list(contexts.values())}, ensure_ascii=False)


def _written(link: Link) -> str:
    media_type = f'; type="{link.media_type}"' if link.media_type else ""
    return f'<{link.href}>; rel="{link.rel}"{media_type}'
