"""Find words of a list that are probably one word: case, plural, hyphen, accent, a letter, another alphabet (pure)."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

# Letters of other alphabets that look like Latin ones, after Unicode's list of confusable characters (UTS 39).
_TWINS = str.maketrans(
    dict(zip("аеорсухіјѕԁһԛԝ", "aeopcyxijsdhqw", strict=True))
    | dict(zip("АВЕКМНОРСТХУІЈЅ", "ABEKMHOPCTXYIJS", strict=True))
    | dict(zip("αονρυικ", "aovpuik", strict=True))
    | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
)
# Characters that take no room: soft hyphen, zero-width spaces and joiners, direction marks, byte-order mark.
_UNSEEN = dict.fromkeys([0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF])
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "HEBREW", "ARABIC")
# A shorter word turns into another by one letter too often.
SHORTEST_FOR_ONE_LETTER = 6
# Words that share all but a letter, beyond which a group says nothing.
LARGEST_GROUP = 20


def bare(text: str) -> str:
    """Return the text in one form for what looks the same: NFKC, without invisible characters and doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_UNSEEN)).split())


def is_mixed(text: str) -> bool:
    """Tell whether one word of the text has letters of two alphabets, as only a slip or a trick gives."""
    return any(len(_alphabets(word)) > 1 for word in re.split(r"[\s\-/]+", bare(text)))


def why_alike(one: str, other: str) -> tuple[str, float] | None:
    """Return why two words are probably one, in words, and how much (0 to 1); None where they are not.

    >>> why_alike("Ward-round", "ward rounds")
    ('They differ in a plural', 0.9)
    """
    first, second = bare(one), bare(other)
    steps = (
        ("They look exactly the same", lambda text: text, 1.0),
        ("They differ in capitals only", str.casefold, 0.99),
        ("They differ in accents only", _without_accents, 0.97),
        ("They look the same, but have letters of another alphabet", _twins, 0.97),
        ("They differ in hyphens or spaces", _joined, 0.95),
        ("They differ in a plural", _singular, 0.9),
    )
    for reason, fold, likeness in steps:
        if fold(first) == fold(second):
            return reason, likeness
    left, right = _joined(first), _joined(second)
    if min(len(left), len(right)) >= SHORTEST_FOR_ONE_LETTER and _is_one_letter_off(left, right):
        return "They differ in one letter", 0.8
    return None


def alike(words: Mapping[int, str]) -> Iterator[tuple[int, int, str, float]]:
    """Yield each pair of words (key to word) that are probably one: the two keys, why, and how much.

    Near-linear in the number of words: only those are compared that share their bare form, or all letters but one.
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for key, word in words.items():
        groups[f"={_singular(bare(word))}"].append(key)
        letters = _joined(bare(word))
        if len(letters) >= SHORTEST_FOR_ONE_LETTER:
            for shorter in {letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))}:
                groups[shorter].append(key)
    seen = set()
    for keys in groups.values():
        if len(keys) > LARGEST_GROUP:
            continue
        for one, other in combinations(sorted(set(keys)), 2):
            if (one, other) in seen:
                continue
            seen.add((one, other))
            if found := why_alike(words[one], words[other]):
                yield one, other, *found


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(character, "").partition(" ")[0] for character in word if character.isalpha())
    return {name for name in names if name in _ALPHABETS}


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _twins(text: str) -> str:
    return _without_accents(text.translate(_TWINS))


def _joined(text: str) -> str:
    return re.sub(r"[\W_]+", "", _twins(text))


def _singular(text: str) -> str:
    """Return the text with each word in the singular, by the commonest endings, joined."""
    words = re.split(r"[\W_]+", _twins(text))
    return "".join(_one(word) for word in words)


def _one(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _is_one_letter_off(one: str, other: str) -> bool:
    """Tell whether a letter more, less or other, or two swapped, make one of the other; digits must be the same."""
    if re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    if len(one) > len(other):
        one, other = other, one
    at = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) == len(other):
        is_swapped = one[at : at + 2] == other[at : at + 2][::-1]
        return one[at + 1 :] == other[at + 1 :] or (is_swapped and one[at + 2 :] == other[at + 2 :])
    return len(other) == len(one) + 1 and one[at:] == other[at + 1 :]
