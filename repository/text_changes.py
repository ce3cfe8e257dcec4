"""Show how a text became another, word by word (pure)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Longer texts are shown one after the other: comparing them by words would take seconds, and tell little.
LONGEST = 4_000
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is in both texts ("same"), in the later one alone ("added") or the earlier ("removed")."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return both texts in one, in order: those that are not "removed" make up `after`, those not "added" `before`.

    >>> pieces("Falls in 2019", "Falls in 2020")
    [Piece(kind='same', text='Falls in '), Piece(kind='removed', text='2019'), Piece(kind='added', text='2020')]
    """
    first, second = _WORDS.findall(before), _WORDS.findall(after)
    if len(first) + len(second) > LONGEST:
        return _change(before, after)
    return list(_compared(first, second))


def _compared(first: list[str], second: list[str]) -> Iterator[Piece]:
    removed = added = ""
    for kind, begin, end, other_begin, other_end in SequenceMatcher(None, first, second, False).get_opcodes():
        before, after = "".join(first[begin:end]), "".join(second[other_begin:other_end])
        # A space between two words that have changed tells nobody anything: they are one change.
        is_within = after.isspace() and end < len(first) and other_end < len(second)
        if kind != "equal" or (is_within and (removed or added)):
            removed, added = removed + before, added + after
            continue
        yield from _change(removed, added)
        removed = added = ""
        yield Piece("same", after)
    yield from _change(removed, added)


def _change(removed: str, added: str) -> list[Piece]:
    return [piece for piece in (Piece("removed", removed), Piece("added", added)) if piece.text]
