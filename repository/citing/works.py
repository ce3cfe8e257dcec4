"""Make an item of CSL-JSON ready for citeproc-py: only what styles use, in the form that it understands."""

import datetime
import re
from typing import Any

from repository.citing.marks import without
from repository.citing.names import prepared_names

_TEXTS = (
    *("title", "container-title", "container-title-short", "genre", "volume", "issue", "page", "number", "version"),
    *("edition", "publisher", "publisher-place", "event", "event-place", "DOI", "URL"),
)
_NAMES = ("author", "editor")
_DATES = ("issued", "event-date")
# The longest text that stands in a reference; titles of the database are shorter.
LONGEST = 2_000

_EDITION_WORD = re.compile(r"[\s,]*\b(?:edition|edn?)\b\.?$", re.IGNORECASE)
_PAGES = re.compile(r"(?:pp?\.\s*)?(?P<letters>[A-Za-z]*)(?P<first>\d+)\s*[-\u2010-\u2015]\s*(?P=letters)(?P<last>\d+)")


def prepared(item: dict[str, Any], accessed: datetime.date | None) -> dict[str, Any]:
    """Return the item for citeproc-py. Whatever is not empty in it is one line without control characters."""
    work: dict[str, Any] = {"type": item["type"]}
    work |= {name: text for name in _TEXTS if (text := without(str(item.get(name, ""))[:LONGEST]))}
    work |= {name: names for name in _NAMES if (names := prepared_names(item.get(name, [])))}
    work |= {name: date for name in _DATES if (date := _date(item.get(name)))}
    work["title"] = re.sub(r"(?<!\.)\.$", "", work.get("title", "")) or "[No title]"
    if "edition" in work:
        work["edition"] = _EDITION_WORD.sub("", work["edition"]) or work["edition"]
    if "page" in work:
        work["page"] = _whole_range(work["page"])
    if "container-title-short" in work:
        work["container-title-short"] = work["container-title-short"].rstrip(".")
    if "DOI" in work or (work["type"] == "article-journal" and "page" in work):
        # What is printed, or has a name that lasts, is not called by the address of today.
        work.pop("URL", None)
    if "URL" in work and accessed:
        work["accessed"] = {"date-parts": [[accessed.year, accessed.month, accessed.day]]}
    return work


def without_own_publisher(work: dict[str, Any]) -> dict[str, Any]:
    """Return the prepared work without the publisher and place of what a group has published by itself."""
    if work.get("author") != [{"literal": work.get("publisher")}]:
        return work
    return {name: value for name, value in work.items() if name not in ("publisher", "publisher-place")}


def _whole_range(pages: str) -> str:
    """Return "284-287" for "284-7" and "p. 284–287", one page for "12-12", and what is no range as it is."""
    match = _PAGES.fullmatch(pages)
    if match is None:
        return pages
    letters, first, last = match["letters"], match["first"], match["last"]
    last = first[: max(0, len(first) - len(last))] + last
    return f"{letters}{first}" if first == last else f"{letters}{first}-{letters}{last}"


def _date(date: dict[str, Any] | None) -> dict[str, Any]:
    """Return a date, or of a span what its ends share, which may be no more than that both are years."""
    parts = (date or {}).get("date-parts") or []
    if not parts or not parts[0]:
        return {}
    begin, end = parts[0], parts[-1]
    if begin[0] != end[0]:
        return {"date-parts": [[begin[0]], [end[0]]]}
    shared = next((place for place, pair in enumerate(zip(begin, end, strict=False)) if pair[0] != pair[1]), len(end))
    return {"date-parts": [begin[:shared]]}
