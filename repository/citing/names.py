"""Make the names of an item of CSL-JSON ready for citeproc-py, which expects given names to begin with capitals."""

import unicodedata

from repository.citing.marks import without

# No style of ours names more; the last stays, because APA ends a long list with it.
MOST = 24
# Capitals that stand together up to so many are initials, as PubMed writes them.
MOST_INITIALS = 3
# Scripts that write a name without a space in it.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def prepared_names(names: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return those of the names that a style can come to print, each in the form that citeproc-py expects."""
    kept = names if len(names) <= MOST else [*names[: MOST - 1], names[-1]]
    return [made for name in kept if (made := _name({key: without(str(text)) for key, text in name.items()}))]


def _name(name: dict[str, str]) -> dict[str, str]:
    family, given = name.get("family", ""), name.get("given", "")
    if literal := name.get("literal", ""):
        return {"literal": literal}
    if not given or not family:
        return {"literal": family or given} if family or given else {}
    if not _has_capitals(given):
        # There are no initials in such a script, and no other order than its own.
        is_unspaced = unicodedata.name(family[0], "").startswith(_UNSPACED)
        return {"literal": f"{family}{given}" if is_unspaced else f"{family}, {given}"}
    words, particles = _given(given)
    made = {"family": family, "given": words, "dropping-particle": particles, "suffix": name.get("suffix", "")}
    return {key: text for key, text in made.items() if text}


def _has_capitals(text: str) -> bool:
    """Tell whether the text is in a script that has capital letters."""
    return any(letter.upper() != letter.lower() for letter in text)


def _given(given: str) -> tuple[str, str]:
    """Return given names of which each begins with a capital, and the particles, such as "van der", behind them."""
    words = given.replace(".", ". ").split()
    particles: list[str] = []
    while len(words) > 1 and words[-1].islower() and len(words[-1].rstrip(".")) > 1:
        particles.insert(0, words.pop())
    return " ".join(filter(None, map(_capitalised, words))), " ".join(particles)


def _capitalised(word: str) -> str:
    parts = [part for piece in word.split("-") if (part := piece.strip("'’‘`\"()[]<>*,;"))]
    if len(parts) == 1 and 1 < len(parts[0]) <= MOST_INITIALS and parts[0].isalpha() and parts[0].isupper():
        return " ".join(f"{letter}." for letter in parts[0])
    parts = [part for part in parts if part[0].isalpha()]
    return "-".join(f"{part[0].upper()}{part[1:]}{'.' if len(part) == 1 else ''}" for part in parts)
