"""Read the names of authors as the styles of references print them."""

import re

from repository.exchange.entry import Credit
from repository.exchange.medline import given_from_initials, short_name

_ET_AL = re.compile(r"(?:,|;|\band\b|&)?\s*(?:et\s+al\.?|and\s+others|\.\.\.|…)\s*$", re.IGNORECASE)
# "Smith, J. A." and "Núñez-O'Brien, Zoë": a family name, a comma, then initials or given names.
_INITIALS = r"(?:[^\W\d_]\.[\s-]?)+(?:\s?[^\W\d_]\.?)?|[^\W\d_a-z]{1,3}(?=[\s,;&]|$)"
_WITH_COMMA = re.compile(
    rf"\s*(?P<family>[^,;&]+?),\s*(?P<given>{_INITIALS})(?P<suffix>,?\s+(?:Jr|Sr|I{{2,3}}|IV)\b\.?)?(?:(?:\s*(?:[,;&]|\band\b))+|\s*$)",
)
_DOTTED = re.compile(r"(?P<family>[^.]+?)\s+(?P<given>(?:[^\W\d_a-z]\.-?){1,4})")
_INITIALS_ONLY = re.compile(r"[^\W\d_a-z]{1,4}(?:-[^\W\d_a-z])?")


def authors(text: str) -> tuple[tuple[Credit, ...], bool]:
    """Return the authors of a running reference, and whether it names only the first of them ("et al.").

    Reads "Smith JA, Okafor A", "Smith, J. A., & Okafor, A.", "Smith, J.A. and Okafor, A.", "Smith, Jane; Okafor, Ada";
    what is no person's name is a group.
    """
    text = " ".join(text.split()).strip(" .,;:")
    shorter = _ET_AL.sub("", text)
    is_cut, text = shorter != text, shorter.strip(" ,;&")
    if not text:
        return (), is_cut
    if ";" in text:
        return tuple(person(part) for part in text.split(";") if part.strip()), is_cut
    if found := _all_with_comma(text):
        return found, is_cut
    parts = [part.strip() for part in re.split(r",\s*(?:and\b|&)?|\s+(?:and|&)\s+", text) if part.strip()]
    if all(_is_short(part) for part in parts):
        return tuple(_short(part) for part in parts), is_cut
    if len(parts) == 2 and "," in text and len(parts[1].split()) <= 3 and not _is_short(parts[0]):
        return (person(text),), is_cut
    if not any(_is_short(part) for part in parts):
        return (Credit(kind="group", group=text),), is_cut
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(_short(part) if _is_short(part) else Credit(kind="group", group=part) for part in parts), is_cut


def person(text: str) -> Credit:
    """Return one author from "Smith, Jane A.", "Smith, Jane, Jr", "Jane A. Smith", "Smith JA" or "Smith J.A."."""
    text = " ".join(text.split()).strip(" ,;")
    if "," in text:
        family, given, *suffix = (part.strip() for part in text.split(","))
        return _credit(family, given, suffix[0] if suffix else "")
    if _is_short(text):
        return _short(text)
    if dotted := _DOTTED.fullmatch(text):
        return _credit(dotted["family"], dotted["given"], "")
    words = text.split()
    if len(words) < 2:
        return Credit(family=text)
    start = len(words) - 1
    while start > 1 and words[start - 1][:1].islower():
        start -= 1
    return _credit(" ".join(words[start:]), " ".join(words[:start]), "")


def _all_with_comma(text: str) -> tuple[Credit, ...]:
    """Return the authors if the whole text is a row of "Family, I." names, else nothing."""
    found, end = [], 0
    while end < len(text):
        match = _WITH_COMMA.match(text, end)
        if match is None:
            return ()
        found.append(_credit(match["family"].strip(), match["given"], (match["suffix"] or "").strip(" ,.")))
        end = match.end()
    return tuple(found)


def _credit(family: str, given: str, suffix: str) -> Credit:
    letters = re.sub(r"[.\s]", "", given)
    if _INITIALS_ONLY.fullmatch(letters) and ("." in given or given.isupper()):
        given = given_from_initials(letters.replace("-", ""))
    return Credit(family=family, given=given.strip(), suffix=suffix)


def _is_short(text: str) -> bool:
    family, initials, _ = short_name(text)
    return bool(family and initials)


def _short(text: str) -> Credit:
    family, initials, suffix = short_name(text)
    return Credit(family=family, given=given_from_initials(initials), suffix=suffix)
