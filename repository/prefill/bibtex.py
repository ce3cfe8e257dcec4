"""Read one entry in BibTeX."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from repository.exchange.entry import Credit, Entry, EntryType
from repository.prefill.guess import Confidence, Guess, clean, date, guess, identifiers
from repository.prefill.names import person

_ENTRY = re.compile(r"@\s*([A-Za-z]+)\s*[{(]\s*([^,\s{}]*)\s*,")
_TYPES: dict[str, EntryType] = {
    "article": "article",
    "book": "book",
    "booklet": "book",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "conference_paper",
    "conference": "conference_paper",
    "mastersthesis": "thesis",
    "phdthesis": "thesis",
    "thesis": "thesis",
    "techreport": "report",
    "report": "report",
    "dataset": "dataset",
    "unpublished": "preprint",
}
_NO_ENTRIES = frozenset({"comment", "string", "preamble"})
# Accents of LaTeX as combining characters (LaTeX 2e, "Accents").
_ACCENTS = dict(
    zip(
        "'`^\"~=.cvuHkr",
        "\u0301\u0300\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u0328\u030a",
        strict=True,
    )
)
_LETTERS = {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł"}
_LETTERS |= {"L": "Ł", "i": "i", "j": "j"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def recognises(text: str) -> bool:
    """Tell whether the text has the beginning of an entry."""
    return any(match[1].lower() not in _NO_ENTRIES for match in _ENTRY.finditer(text))


def read(text: str) -> Guess:
    """Return what the first entry in the text says. An entry that is never closed is read as far as it goes."""
    match = next(match for match in _ENTRY.finditer(text) if match[1].lower() not in _NO_ENTRIES)
    fields = dict(_fields(text, match.end()))

    def first(*names: str) -> str:
        return plain(next((fields[name] for name in names if fields.get(name)), ""))

    issued = date(first("date")) or date(f"{_month(first('month'))} {first('year')}") or date(first("year")[:4])
    entry = Entry(
        type=_TYPES.get(match[1].lower(), "other"),
        contributors=(*_people(fields.get("author", ""), "author"), *_people(fields.get("editor", ""), "editor")),
        identifiers=identifiers(
            ("doi", first("doi")),
            ("doi", first("url")),
            ("pmid", first("pmid")),
            *(("isbn", number) for number in first("isbn").split()),
            *(("issn", number) for number in re.split(r"[\s,;]+", first("issn"))),
        ),
        keywords=tuple(word.strip() for word in re.split(r"[,;]", first("keywords")) if word.strip()),
        issued=issued,
        **clean(
            title=first("title").rstrip("."),
            abstract=first("abstract"),
            container_title=first("journal", "journaltitle", "booktitle"),
            volume=first("volume"),
            issue=first("number", "issue"),
            pages=re.sub(r"\s*(?:--+|\u2013|\u2014)\s*", "-", first("pages")),
            article_number=first("eid", "article-number"),
            publisher=first("publisher", "school", "institution"),
            place=first("address", "location"),
            edition=first("edition"),
            series=first("series"),
        ),
    )
    return guess(entry, "BibTeX", Confidence.SURE)


def _fields(text: str, start: int) -> Iterator[tuple[str, str]]:
    """Yield name and raw value of each field of the entry whose key ends at `start`."""
    name = re.compile(r"[\s,]*([A-Za-z][\w-]*)\s*=\s*")
    while match := name.match(text, start):
        value, start = _value(text, match.end())
        yield match[1].lower(), value


def _value(text: str, start: int) -> tuple[str, int]:
    """Return a value and where it ends: pieces in braces, in quotes or bare, joined by #."""
    pieces = []
    while start < len(text):
        if text[start] in '{"':
            end = _end(text, start)
            pieces.append(text[start + 1 : end])
            start = end + 1
        else:
            bare = re.compile(r"[^\s,#}]*").match(text, start)
            pieces.append(bare[0])  # type: ignore[index]
            start = bare.end()  # type: ignore[union-attr]
        joined = re.compile(r"\s*#\s*").match(text, start)
        if joined is None:
            break
        start = joined.end()
    return "".join(pieces), start


def _end(text: str, start: int) -> int:
    """Return where the value closes that opens at `start`, or where the text ends."""
    depth = 0
    for index in range(start, len(text)):
        character = text[index]
        if character == '"' and text[start] == '"' and depth == 0 and index > start:
            return index
        depth += (character == "{") - (character == "}")
        if depth == 0 and text[start] == "{":
            return index
    return len(text)


def _people(text: str, role: Literal["author", "editor"]) -> Iterator[Credit]:
    """Yield the people of a field; a name that stands in braces as a whole is a group's."""
    for name in _names(text):
        if name.startswith("{") and _end(name, 0) == len(name) - 1:
            yield Credit(kind="group", role=role, group=plain(name))
        elif name.lower() != "others":
            yield replace(person(plain(name)), role=role)


def _names(text: str) -> Iterator[str]:
    """Yield the names between the words "and" that stand in no braces."""
    start = depth = 0
    for match in re.finditer(r"[{}]|\s+and\s+", text):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif depth == 0:
            yield text[start : match.start()].strip()
            start = match.end()
    if last := text[start:].strip():
        yield last


def _month(text: str) -> str:
    return text if text[:3].lower() in _MONTHS else ""


def plain(text: str) -> str:
    r"""Return a LaTeX text without its commands: "G{\"o}del {DNA} \& \emph{life}" as "Gödel DNA & life"."""
    text = re.sub(
        r"\\(aa|AA|ae|AE|oe|OE|ss|o|O|l|L|i|j)(?![A-Za-z])\s*(?:\{\})?", lambda match: _LETTERS[match[1]], text
    )
    text = re.sub(r"\\([\'`^\"~=.])\s*\{?([^\W\d_])\}?", _accented, text)
    text = re.sub(r"\\([cvuHkr])(?:\{([^\W\d_])\}|\s+([^\W\d_]))", _accented, text)
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    text = re.sub(r"\\[A-Za-z]+\*?\s*", "", text)
    text = text.replace("{", "").replace("}", "").replace("~", " ").replace("---", "\u2014")
    return " ".join(text.split())


def _accented(match: re.Match[str]) -> str:
    letter = next(filter(None, match.groups()[1:]))
    return unicodedata.normalize("NFC", letter + _ACCENTS[match[1]])
