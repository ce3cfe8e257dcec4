"""Bring text into the two forms that the search keeps: one clean enough to show, one plain enough for Postgres to part.

Postgres' own parser surprises: depending on the locale it takes curly quotes and dashes for letters; "and/or" is a file
name to it, "2019-2020" ends in a negative number, and what stands between "<" and ">" may be a tag and is dropped. It
never sees any of that: the plain form holds letters, digits, apostrophes, hyphens within words, and points within
numbers and abbreviations ("e.g.").
"""

import re
import unicodedata

# What has no width: soft hyphens, joiners, direction marks, byte order marks. They part words that a reader sees whole.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# What neither Postgres nor a page can take: control characters save for line breaks and tabs, and lone surrogates.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# A point that is neither inside a number nor between single letters; a hyphen that is not inside a word.
_LOOSE = re.compile(r"\.(?!(?<=\d\.)\d)(?!(?<=\b[^\W\d_]\.)[^\W\d_]\b)|(?<!\w)-|-(?!\w)|-(?=\d)")
_APOSTROPHES = "'‘’ʼ‛′`´"


class _PlainCharacters(dict[int, str]):
    """What each character becomes, one for one, worked out when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = plain = _plain_character(chr(code))
        return plain


def _plain_character(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    folded = unicodedata.normalize("NFKC", character).lower()
    # Where folding gives several ("ﬁ", "ß") the character stays, and Postgres' unaccent knows what to do with it.
    folded = folded if len(folded) == 1 else character
    if folded == ".":
        return folded
    if unicodedata.category(folded) == "Pd":
        return " " if folded in "—―" else "-"
    return folded if unicodedata.category(folded)[0] in "LMN" else " "


_CHARACTERS = _PlainCharacters()


def clean(text: str) -> str:
    """Return the text as the search stores and shows it: composed characters, nothing invisible or unreadable."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _UNREADABLE.sub(" ", text)))


def plain(text: str) -> str:
    """Return the text as Postgres' parser gets it: the same length, so that a place in one is a place in the other.

    >>> plain("“Nurse–led” care: COVID-19, p<0.05")
    ' nurse-led  care  covid 19  p 0.05'
    """
    return _LOOSE.sub(" ", text.translate(_CHARACTERS))
