"""Write references to works in the styles that readers ask for, from items of CSL-JSON. No Django in it.

The styles are ours (styles/*.csl, under the licence of the portal): those of the CSL project may be shared only under
their own terms. citeproc-py puts a work into a style; it brings the words of British English with it.

To add a style, write its file, and name it in STYLES.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from repository.citing import marks, rendering
from repository.citing.works import prepared, without_own_publisher


@dataclass(frozen=True)
class Style:
    """A style of reference: its name, and whether its lists are numbered (or else stand in the order of names).

    Some styles name no publisher that is the author as well.
    """

    label: str
    is_numbered: bool
    names_own_publisher: bool = True


# The first is what readers get who have chosen none.
STYLES: dict[str, Style] = {
    "vancouver": Style("Vancouver", is_numbered=True),
    "harvard": Style("Harvard", is_numbered=False, names_own_publisher=False),
    "apa": Style("APA 7th", is_numbered=False, names_own_publisher=False),
    "ama": Style("AMA 11th", is_numbered=True),
    "chicago": Style("Chicago author-date", is_numbered=False),
    "ieee": Style("IEEE", is_numbered=True),
}
DEFAULT = next(iter(STYLES))


@dataclass(frozen=True)
class Citation:
    """A reference: as HTML, in which all but <i> and <b> is escaped, and as plain text."""

    html: str
    text: str


def cite(items: Iterable[dict[str, Any]], style: str, *, accessed: datetime.date | None = None) -> list[Citation]:
    """Return the reference of each item, in their order.

    `items` are of CSL-JSON, each with a type and a title; `style` is a key of STYLES. `accessed` is the day on which
    the reader saw the works, which references to web addresses give. The time that an item takes does not grow with
    its number of authors.
    """
    works = [prepared(item, accessed) for item in items]
    if not STYLES[style].names_own_publisher:
        works = [without_own_publisher(work) for work in works]
    return [Citation(marks.as_html(line), marks.as_text(line)) for line in rendering.lines(works, style)]


def reference_list(
    items: Iterable[dict[str, Any]], style: str, *, accessed: datetime.date | None = None
) -> list[Citation]:
    """Return the references as a list of the style has them: in the order given where it is numbered, else by name."""
    cited = cite(items, style, accessed=accessed)
    return cited if STYLES[style].is_numbered else sorted(cited, key=lambda one: marks.sort_key(one.text))


__all__ = ["DEFAULT", "STYLES", "Citation", "Style", "cite", "reference_list"]
