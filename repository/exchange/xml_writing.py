"""Build XML elements of texts that may hold anything, and stream them as one file."""

import re
from collections.abc import Callable, Iterable, Iterator

from lxml import etree

from repository.exchange.outgoing import Outgoing

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0, production 2; a carriage return would come back as a line break anyway (section 2.11).
_FORBIDDEN = re.compile(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return the text without the characters that XML 1.0 forbids, which nothing can write down in a file."""
    # Nearly all texts are printable, which nothing forbidden is, and to ask that is the quicker of the two.
    return text if text.isprintable() else _FORBIDDEN.sub("", text)


def root(tag: str, prefixes: dict[str | None, str], schema_location: str) -> etree._Element:
    """Return the first element of a description, with its namespaces and where the schema of its own is."""
    # lxml-stubs knows no namespace without a prefix.
    element = etree.Element(tag, nsmap=prefixes | {"xsi": XSI})  # type: ignore[arg-type]
    element.set(f"{{{XSI}}}schemaLocation", schema_location)
    return element


def add(parent: etree._Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> etree._Element | None:
    """Add an element that holds a text to the parent and return it; where the text is empty, add nothing."""
    plain = legal(text).strip()
    if not plain:
        return None
    element = etree.SubElement(parent, tag, attributes)
    element.text = plain
    return element


def stream(
    items: Iterable[Outgoing], element: Callable[[Outgoing], etree._Element], opening: str, closing: str
) -> Iterator[bytes]:
    """Yield a file of the items' elements between two tags, an item at a time."""
    yield _DECLARATION + f"{opening}\n".encode()
    for item in items:
        yield etree.tostring(element(item), encoding="utf-8") + b"\n"
    yield f"{closing}\n".encode()
