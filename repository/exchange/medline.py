"""The National Library of Medicine's ways of writing titles, names, headings and notices, whatever the format."""

import re
from collections.abc import Collection
from functools import lru_cache

from repository.exchange.entry import EntryType, SubjectHeading

# Which of the publication types decides what kind of work it is: the first row that applies. A guideline that came
# out in a journal is cited as the article it is, and keeps "Practice Guideline" among its publication types.
_WORKS: tuple[tuple[str, EntryType], ...] = (
    ("Preprint", "preprint"),
    ("Book Chapter", "chapter"),
    ("Chapter", "chapter"),
    ("Book", "book"),
    ("Books", "book"),
    ("Journal Article", "article"),
    ("Dataset", "dataset"),
    ("Academic Dissertation", "thesis"),
    ("Practice Guideline", "guideline"),
    ("Guideline", "guideline"),
    ("Technical Report", "report"),
)

# What each field of comments and corrections means for the record it stands in.
NOTICES: dict[str, str] = {
    "RIN": "retraction",
    "RRI": "retraction",  # retracted and republished
    "PRIN": "partial_retraction",
    "ECI": "concern",
    "EIN": "erratum",
    "CRI": "corrected_republication",
    "RPI": "republication",
    "UIN": "update",
    "CIN": "comment",
    "SPIN": "patient_summary",
    "ORI": "original_report",
    "DDIN": "dataset_described_in",
    "DRIN": "dataset_used_in",
    "ROF": "retraction_of",
    "RRF": "retraction_of",
    "PROF": "partial_retraction_of",
    "ECF": "concern_for",
    "EFR": "erratum_for",
    "CRF": "corrected_republication_of",
    "RPF": "republication_of",
    "UOF": "update_of",
    "CON": "comment_on",
}

_SUFFIXES = frozenset(
    {"jr", "sr", "1st", "2nd", "2d", "3rd", "3d", "4th", "5th", "6th", "ii", "iii", "iv", "vi", "vii", "esq"}
)
_NO_TITLE = frozenset({"not available", "in process citation", "no title available"})


def work_type(publication_types: Collection[str], in_journal: bool, in_book: bool) -> EntryType:
    """Return the type of a work from its publication types, or else from where it appeared."""
    for name, kind in _WORKS:
        if name in publication_types:
            return kind
    return "article" if in_journal else "chapter" if in_book else "other"


def plain_title(text: str) -> str:
    """Return a title without its final full stop and without the brackets of a translated one.

    References put their own stop after a title; a question mark and "U.S." keep theirs. "[Not Available]." is what NLM
    writes where there is no title, and gives an empty text.
    """
    title = _without_stop(text)
    if title.startswith("[") and _closing_bracket(title) == len(title) - 1:
        title = _without_stop(title[1:-1].strip())
    return "" if title.lower() in _NO_TITLE else title


def _without_stop(title: str) -> str:
    if title.endswith(".") and not title.endswith("..") and not re.search(r"\b[^\W\d_]\.[^\W\d_]\.$", title):
        return title[:-1].rstrip()
    return title


def _closing_bracket(text: str) -> int:
    """Return where the bracket that opens the text is closed, or -1."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return index
    return -1


def full_name(text: str) -> tuple[str, str, str]:
    """Return family name, given names and suffix of a name such as "Smith, John A 3rd" or "Smith, John, Jr".

    >>> full_name("de Hoon, M J L")
    ('de Hoon', 'M J L', '')
    """
    family, _, given = text.partition(",")
    given, _, after = given.partition(",")
    words = given.split()
    suffix = after.strip()
    if not suffix and len(words) > 1 and _is_suffix(words[-1]):
        suffix = words.pop()
    return family.strip(), " ".join(words), suffix


def short_name(text: str) -> tuple[str, str, str]:
    """Return family name, initials and suffix of a name such as "Smith JA 3rd"; "Plato" is a family name.

    >>> short_name("van der Berg PJ Jr")
    ('van der Berg', 'PJ', 'Jr')
    """
    words = text.split()
    suffix = words.pop() if len(words) > 2 and _is_suffix(words[-1]) else ""
    initials = words.pop() if len(words) > 1 and _are_initials(words[-1]) else ""
    return " ".join(words), initials, suffix


def given_from_initials(initials: str) -> str:
    """Return initials as NLM writes them in place of given names: "JA" as "J A"."""
    return re.sub(r"(?<=[^\W_])(?=[^\W\d_a-zß-ÿ])", " ", initials)


def _is_suffix(word: str) -> bool:
    return word.rstrip(".").lower() in _SUFFIXES


def _are_initials(word: str) -> bool:
    # "IuV" is how the Russian Ю. В. is written.
    letters = word.replace("-", "")
    return word[0].isupper() and letters.isalpha() and len(word) <= 5 and (letters.isupper() or len(letters) <= 3)


@lru_cache(maxsize=8_192)
def mesh_heading(text: str) -> SubjectHeading:
    """Return the heading of a MH field such as "Stroke/complications/*therapy", where a star marks a major topic."""
    label, *qualifiers = (part.strip() for part in text.split("/"))
    return SubjectHeading(
        scheme="mesh",
        label=label.removeprefix("*"),
        major=label.startswith("*"),
        qualifiers=tuple((name.removeprefix("*"), name.startswith("*")) for name in qualifiers if name.strip("*")),
    )
