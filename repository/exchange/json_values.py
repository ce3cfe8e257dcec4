"""Read the texts, dates and names of JSON that describes works, whatever stands where they should."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from repository.partial_dates import PartialDate

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BLOCK = re.compile(r"</(?:\w+:)?(?:p|sec|div|title)\s*>|<br\s*/?>", re.IGNORECASE)
_HEADING = re.compile(r"<(?:jats:)?title\s*>(?P<heading>[^<]{0,300})</(?:jats:)?title\s*>", re.IGNORECASE)


def text(value: Any) -> str:
    """Return a text on one line, or the first of a list of them, without markup; empty for anything else."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}" if isinstance(value, float) else str(value)
    return plain(value) if isinstance(value, str) else ""


def plain(value: str) -> str:
    """Return a text on one line without tags and entities."""
    if "<" in value:
        value = _TAG.sub("", value)
    if "&" in value:
        value = unescape(value)
    return " ".join(value.split())


def paragraphs(value: Any) -> str:
    """Return an abstract with a blank line between paragraphs, and the headings of JATS as labels: "METHODS: …"."""
    if not isinstance(value, str):
        return ""
    value = _HEADING.sub(lambda match: f"\n\n{_label(match['heading'])}", value) if "<" in value else value
    pieces = re.split(r"\n\s*\n", _BLOCK.sub("\n\n", value))
    found, label = [], ""
    for piece in filter(None, map(plain, pieces)):
        if piece.startswith(_MARK):
            label = f"{piece.removeprefix(_MARK)} "
        else:
            found.append(label + piece)
            label = ""
    return "\n\n".join(found)


# Before a heading until its paragraph is found; texts that are read have no such character (json_source).
_MARK = "\x01"


def _label(heading: str) -> str:
    heading = plain(heading).rstrip(":")
    return "" if heading.lower() in ("abstract", "summary", "") else f"{_MARK}{heading.upper()}:\n\n"


def texts(value: Any) -> Iterator[str]:
    """Yield the texts of a list, or a single one, that are not empty."""
    for item in value if isinstance(value, list) else [value]:
        if found := text(item):
            yield found


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a list, or a single one."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def parts_date(value: Any) -> PartialDate | None:
    """Return the date, or span of two, of CSL's and Crossref's {"date-parts": [[2020, 2, 14]]}; None for no date.

    Raises ValueError for one that cannot be.
    """
    rows = value.get("date-parts") if isinstance(value, dict) else None
    sides = [_side(row) for row in rows[:2]] if isinstance(rows, list) else []
    sides = [side for side in sides if side]
    return PartialDate.from_edtf("/".join(dict.fromkeys(sides))) if sides else None


def _side(row: Any) -> str:
    """Return one date in EDTF. Months and days may be texts, and a zero or nothing stands for one that is not known."""
    numbers: list[str] = []
    for part in row[:3] if isinstance(row, list) else ():
        number = int(part) if isinstance(part, int) or (isinstance(part, str) and part.strip().isdecimal()) else 0
        if not number:
            break
        numbers.append(f"{number:02}" if numbers else f"{number:04}")
    return "-".join(numbers)
