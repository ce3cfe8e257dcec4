"""Read and write CSL-JSON, the items of the Citation Style Language."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from repository.exchange.csl_entry import make_entry
from repository.exchange.csl_writing import EXTENSION, MEDIA_TYPE, item, write
from repository.exchange.entry import Entry, Rejected
from repository.exchange.json_source import items
from repository.exchange.json_values import text

KEY = "csl_json"
LABEL = "CSL-JSON"


def recognises(text: str) -> bool:
    """Tell whether a file that begins with the text is a list of items, or one, with a type and a title."""
    if not re.match(r"\s*(?:\[\s*)?\{\s*(?:\"items\"\s*:\s*\[\s*\{)?", text.lstrip("\ufeff")):
        return False
    return bool(re.search(r'"type"\s*:\s*"', text)) and bool(re.search(r'"(?:title|DOI|container-title)"\s*:', text))


def read(stream: BinaryIO) -> Iterator[Entry | Rejected]:
    """Yield an entry for each item of a file, or why it is none, in their order.

    Raises UnreadableFile (see text_source) for a file that is no text or empty.
    """
    for found in items(stream):
        if isinstance(found, Rejected):
            yield found
            continue
        label = text(found.value.get("id"))[:60]
        entry = make_entry(found.value, found.line, found.warnings)
        yield entry or Rejected(found.line, "This item has no title.", label)


__all__ = ["EXTENSION", "KEY", "LABEL", "MEDIA_TYPE", "item", "read", "recognises", "write"]
