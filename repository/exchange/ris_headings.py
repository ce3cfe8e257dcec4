"""Tell the MeSH headings from the authors' keywords in the KW lines of one record."""

import re
from collections.abc import Sequence

from repository.exchange import medline
from repository.exchange.entry import SubjectHeading
from repository.exchange.mesh_words import CHECK_TAGS, QUALIFIERS


def sort_words(words: Sequence[str], from_pubmed: bool) -> tuple[tuple[SubjectHeading, ...], tuple[str, ...]]:
    """Return the MeSH headings and the keywords among the words, each once and in their order.

    A word with one of MeSH's qualifiers, "Stroke/*therapy", is a heading, and with such a one "Humans" and the other
    check tags are. A record that came from PubMed unchanged has its headings first, in the order of the alphabet, and
    the keywords after them; elsewhere a heading without a qualifier cannot be told from a keyword and becomes one. The
    star of a keyword, with which some databases mark the major ones, is left out.
    """
    words = [_OVID.sub(_without_codes, word) if "[" in word else word for word in words]
    qualified = [_has_qualifier(word) for word in words]
    has_headings = any(qualified) or (from_pubmed and not CHECK_TAGS.isdisjoint(words))
    run = _run_of_headings(words, qualified) if from_pubmed and has_headings else 0
    headings: dict[str, SubjectHeading] = {}
    keywords: dict[str, None] = {}
    for index, word in enumerate(words):
        if index < run or qualified[index] or (has_headings and word.removeprefix("*") in CHECK_TAGS):
            heading = medline.mesh_heading(word)
            headings.setdefault(heading.label, heading)
        else:
            keywords[word.removeprefix("*").strip() or word] = None
    return tuple(headings.values()), tuple(keywords)


# Ovid puts the codes of the qualifiers before them: "Stroke/pc, th [Prevention & Control, Therapy]".
_OVID = re.compile(r"/[a-z]{2}(?:, ?[a-z]{2})* \[([^\]]+)\]$")


def _without_codes(match: re.Match[str]) -> str:
    return "".join(f"/{name.strip().lower()}" for name in match[1].split(","))


def _has_qualifier(word: str) -> bool:
    if "/" not in word:
        return False
    label, *qualifiers = word.split("/")
    return bool(label.strip("* ")) and all(name.strip().removeprefix("*") in QUALIFIERS for name in qualifiers)


def _run_of_headings(words: Sequence[str], qualified: Sequence[bool]) -> int:
    """Return how many words from the first on are in the alphabet's order and can be headings."""
    last = ""
    for index, word in enumerate(words):
        label = word.partition("/")[0].removeprefix("*")
        # Of headings only a few names of chemicals begin small, "alpha-Synuclein", and most of those have a qualifier.
        if label < last or (label[:1].islower() and not qualified[index]):
            return index
        last = label
    return len(words)
