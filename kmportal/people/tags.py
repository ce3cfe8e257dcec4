"""Tags as people type them: commas and line ends part them, spaces do not (settings.TAGGIT_TAGS_FROM_STRING)."""

import csv
from collections.abc import Iterable
from typing import Any

# What taggit's column holds.
LONGEST_TAG = 100


def split(text: str) -> list[str]:
    """Return the tags of a text such as 'frailty, quality improvement', in the alphabet's order and each once.

    What has no letter and no digit is left out, because a tag's address is made of these. A tag that holds a comma
    stands in double quotes. Raises ValueError, with a sentence for the form field, for a tag that is too long.
    """
    try:
        words = next(csv.reader([", ".join(text.splitlines())], skipinitialspace=True), [])
    except csv.Error:  # one field of more than 128 KB
        raise ValueError(_too_long(text)) from None
    tags = {word.casefold(): word for word in map(_tidy, reversed(words)) if any(map(str.isalnum, word))}
    for tag in tags.values():
        if len(tag) > LONGEST_TAG:
            raise ValueError(_too_long(tag))
    return sorted(tags.values())


def join(tags: Iterable[Any]) -> str:
    """Return tags as the text from which `split` reads them again."""
    names = sorted(tag.name for tag in tags)
    return ", ".join(f'"{name}"' if "," in name else name for name in names)


def _tidy(word: str) -> str:
    return " ".join(word.split())


def _too_long(tag: str) -> str:
    return f"“{tag[:40]}…” is too long. Put commas between the subjects, and keep each under {LONGEST_TAG} characters."
