"""Read what somebody typed: words, "phrases" that must be there, -words that must not. Nothing is an error (pure)."""

import re
from dataclasses import dataclass

from kmportal.search.plain_text import clean, plain

# A pasted abstract fits; what is longer says nothing new about what is looked for and only takes time.
MAX_CHARACTERS = 2_000

_PART = re.compile(
    r"""
    (?: (?<!\S) (?P<minus>-) )? " (?P<phrase>[^"]+) "   # "a phrase" or -"a phrase"
    | (?<!\S) - (?P<unwanted> \w [^\s"]* )              # -word
    | (?P<word> [^\s"]+ )
    | "                                                 # a quotation mark without its pair
    """,
    re.VERBOSE,
)
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


@dataclass(frozen=True)
class Query:
    """What is looked for, in plain text (see plain_text.py) that Postgres can be given as it is.

    `words` count for the ranking, one by one; so do those of the `phrases`, which must all be there. `is_cut` tells
    that the text was longer than MAX_CHARACTERS and only its beginning was read.
    """

    words: str
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    is_cut: bool = False

    @property
    def scored(self) -> str:
        """All text whose words count for the ranking."""
        return " ".join(filter(None, (self.words, *self.phrases)))


def parse(text: str) -> Query:
    """Return the query that a text means; every text means one.

    >>> parse('falls "older people" -children')
    Query(words='falls', phrases=('older people',), excluded=('children',), is_cut=False)
    """
    cleaned = clean(text).translate(_QUOTATION_MARKS)
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for part in _PART.finditer(cleaned[:MAX_CHARACTERS]):
        if part["phrase"]:
            (excluded if part["minus"] else phrases).append(_plain(part["phrase"]))
        elif part["unwanted"]:
            excluded.append(_plain(part["unwanted"]))
        elif part["word"]:
            words.append(_plain(part["word"]))
    return Query(
        " ".join(filter(None, words)),
        tuple(filter(None, phrases)),
        tuple(filter(None, excluded)),
        len(cleaned) > MAX_CHARACTERS,
    )


def _plain(text: str) -> str:
    return " ".join(plain(text).split())
