"""Work out the documents of an entry: the thing itself, and the texts of its parts in pieces."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from kmportal.search.plain_text import clean, plain
from kmportal.search.sources import Audience, Entry

# Characters that are indexed of a thing's own text. Postgres refuses a vector of more than a megabyte, which 100,000
# characters of four bytes, each compound word kept whole and in parts, cannot reach.
MAX_BODY = 100_000
MAX_LINE = 10_000
# The text of a part is cut to pieces as long as a snippet looks through (snippets.py), so that it finds the place.
MAX_PIECE = 20_000
# Pieces of one text (a book of 600 pages), and of all parts of a thing.
MAX_PIECES = 100
MAX_PARTS = 300

# A piece ends where a word does, unless a word is longer than this.
_PIECE = re.compile(rf"\s*(\S.{{0,{MAX_PIECE - 1}}}(?!\S)|\S.{{0,{MAX_PIECE - 1}}})", re.DOTALL)

Reach = tuple[Audience, frozenset[int]]  # who may find something: the level, and the keys of the groups at that level


def documents_of(entry: Entry) -> list[dict[str, Any]]:
    """Return the rows of the index for one thing: itself, and then each piece of its parts, numbered from 1."""
    title = clean(entry.title)[:MAX_LINE]
    of_the_thing = {
        "object_id": entry.object_id,
        "title": title,
        "people": [clean(name) for name in entry.people],
        "label": clean(entry.label),
        "detail": clean(entry.detail),
        "url": entry.url,
        "year": entry.year,
        "date": entry.date.isoformat() if entry.date else None,
        "plain_title": plain(title),
        "plain_people": _plain_line(entry.people),
        "plain_keywords": _plain_line(entry.keywords),
    }
    own = (entry.audience, entry.groups)
    texts = [(clean(entry.body)[:MAX_BODY], "", own), *islice(_pieces(entry, own), MAX_PARTS)]
    return [
        {
            **of_the_thing,
            "part": number,
            "body": body,
            "plain_body": plain(body),
            "found_in": label,
            "audience": audience,
            "groups": sorted(groups),
        }
        for number, (body, label, (audience, groups)) in enumerate(texts)
    ]


def narrower(one: Reach, other: Reach) -> Reach:
    """Return who may find what both allow.

    >>> narrower((Audience.SIGNED_IN, frozenset()), (Audience.GROUPS, frozenset({3})))
    (Audience.GROUPS, frozenset({3}))

    Of two sets of groups those that are in both remain; where there is none, only the keepers find it.
    """
    (audience, groups), (other_audience, other_groups) = sorted((one, other), key=lambda reach: reach[0])
    if audience != Audience.GROUPS or other_audience != Audience.GROUPS:
        return other_audience, other_groups
    both = groups & other_groups
    return (Audience.GROUPS, both) if both else (Audience.KEEPERS, frozenset())


def _pieces(entry: Entry, own: Reach) -> Iterator[tuple[str, str, Reach]]:
    for part in entry.parts:
        reach = narrower(own, (part.audience, part.groups))
        for piece in islice(_PIECE.finditer(clean(part.body)), MAX_PIECES):
            yield piece[1], clean(part.label), reach


def _plain_line(parts: Sequence[str]) -> str:
    return plain(clean("\n".join(parts))[:MAX_LINE])
