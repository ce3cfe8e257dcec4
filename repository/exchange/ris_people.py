"""Read the names in RIS and its relatives, and match affiliations to them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from kmportal.people.orcid import InvalidOrcid, normalise_orcid
from repository.exchange.entry import Credit
from repository.exchange.medline import given_from_initials, short_name

_SUFFIX = re.compile(r"(?:Jr|Sr|Esq|1st|2nd|3rd|[4-6]th|II|III|IV|VI?)\.?", re.IGNORECASE)
_DOTTED = re.compile(
    r"(?P<family>.+?)\s+(?P<given>(?:[^\W\d_]\.[\s-]?){1,6})(?:\s*(?P<suffix>Jr|Sr|2nd|3rd|II|III)\.?)?"
)
_GROUP = re.compile(
    r"\b(?:academy|agency|alliance|association|authority|board|bureau|centers?|centres?|collaborat\w*|college|commission"
    r"|committee|company|consorti\w*|council|department|faculty|federation|foundation|group|hospitals?|inc|initiative"
    r"|institut\w*|investigators?|library|limited|ltd|ministry|network|nhs|office|organi[sz]ation|panel|partnership"
    r"|program(?:me)?|project|registry|school|services?|society|study|team|trial|trust|union|unit|universit\w*)\b",
    re.IGNORECASE,
)
_PARTICLES = frozenset(
    {
        *("van", "von", "der", "den", "de", "del", "della", "di", "da"),
        *("dos", "la", "le", "el", "bin", "al", "ter", "ten"),
    }
)
_ORCID = re.compile(
    r"\s*[(\[](?:https?://orcid\.org/|orcid:?\s*)?([0-9]{4}-?[0-9]{4}-?[0-9]{4}-?[0-9]{3}[0-9X])[)\]]\s*$",
    re.IGNORECASE,
)
_ET_AL = frozenset({"et al", "et al.", "others", "and others"})


def is_et_al(name: str) -> bool:
    """Tell whether the name stands for those who are not named."""
    return name.lower().strip(" ,") in _ET_AL


def name_and_orcid(name: str, warnings: list[str]) -> tuple[str, str]:
    """Return a name and the ORCID iD that stands in brackets behind it, or an empty text; a false one is said."""
    match = _ORCID.search(name)
    if match is None:
        return name, ""
    name = name[: match.start()]
    try:
        return name, normalise_orcid(match[1])
    except InvalidOrcid as error:
        warnings.append(f"The ORCID iD “{match[1]}” of {name[:60]} was left out. {error}")
        return name, ""


@lru_cache(maxsize=16_384)
def credit(name: str) -> tuple[Credit, bool]:
    """Return the person or group of a name, and whether that is a guess because the name has no comma.

    Reads "Smith, Jane A, Jr", "Smith, Jr., J.A.", Embase's "Smith J.A." and "Smith JA". A comma at the end marks a
    group, as EndNote has it; without one, words such as "College" do.
    """
    if name.endswith(","):
        return Credit(kind="group", group=name.rstrip(" ,")), False
    if "," in name:
        family, *others = (part.strip() for part in name.split(","))
        if len(others) > 2 or _GROUP.search(family):
            return Credit(kind="group", group=name), False
        given, suffix = others[0], others[1] if len(others) > 1 else ""
        if suffix and _SUFFIX.fullmatch(given) and not _SUFFIX.fullmatch(suffix):
            given, suffix = suffix, given
        return Credit(family=family, given=_given(given), suffix=suffix), False
    if _GROUP.search(name) or re.search(r"[0-9&@/]", name):
        return Credit(kind="group", group=name), False
    if match := _DOTTED.fullmatch(name):
        return Credit(family=match["family"], given=_given(match["given"]), suffix=match["suffix"] or ""), False
    family, initials, suffix = short_name(name)
    if initials.isupper():
        return Credit(family=family, given=given_from_initials(initials), suffix=suffix), False
    words = name.split()
    if len(words) == 1:
        is_group = len(name) > 2 and name.isascii() and name.isupper()
        return (Credit(kind="group", group=name) if is_group else Credit(family=name)), False
    if len(words) > 5 or any(word[0].islower() and word not in _PARTICLES for word in words[1:]):
        return Credit(kind="group", group=name), False
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return Credit(family=" ".join(words[start:]), given=_given(" ".join(words[:start]))), True


def _given(text: str) -> str:
    """Return given names with initials as NLM writes them: "J.A." as "J A", "Jane A." as "Jane A", "J.-P." as "J-P"."""
    letters = re.sub(r"[.\s-]", "", text)
    if letters.isalpha() and letters.isupper() and (len(letters) <= 3 or all(len(w) < 3 for w in text.split())):
        hyphened = re.sub(r"\.?\s*-\s*", "-", text).replace(".", " ").split()
        return " ".join(word if "-" in word else given_from_initials(word) for word in hyphened)
    if "." in text:
        text = re.sub(r"(?<![^\W\d_])([^\W\d_])\.", r"\1 ", text)
    return " ".join(text.split())


def with_whole_names(credits: Sequence[Credit], lines: Sequence[str]) -> list[Credit]:
    """Return the credits with their whole given names, where the lines have them.

    EndNote's import from PubMed shortens the names and keeps them whole among the notes, one to a line and in order.
    """
    whole = list(credits)
    remaining = iter(lines)
    for index, short in enumerate(whole):
        if short.kind == "group" or not short.family:
            continue
        for line in remaining:
            family, comma, given = line.partition(",")
            if comma and family.casefold() == short.family.casefold() and given.strip()[:1] == short.given[:1]:
                found, _ = credit(line)
                if len(found.given) > len(short.given):
                    whole[index] = replace(short, given=found.given)
                break
    return whole


_LISTED = re.compile(r"(?:\((?P<round>[^)]*)\)|\[(?P<square>[^\]]*)\])\s*(?P<place>\S.*)", re.DOTALL)
_MAIL = re.compile(r",\s*\S+@\S+$")


def with_affiliations(
    credits: Sequence[Credit], names: Sequence[str], listed: Sequence[str], loose: Sequence[str]
) -> tuple[list[Credit], Literal["", "guessed"]]:
    """Return the credits with their affiliations, and "guessed" where the source does not say whose they are.

    `names` are the credits' names as the source writes them. `listed` are affiliations behind the names they belong to:
    "(Smith J.; Okafor A., a@example.org) Ward 3" in Embase, "[Smith, Jane; Okafor, A.] Ward 3" in Web of Science.
    `loose` ones stand alone. They are used where nothing is listed, and of several authors the first gets them: until
    2014 NLM recorded the first author's affiliation only, and there the departments can be seen.
    """
    found: list[list[str]] = [[] for _ in credits]
    places: dict[str, list[int]] = {}
    for index, name in enumerate(names if listed else ()):
        places.setdefault(_key(name), []).append(index)
    for text in listed:
        match = _LISTED.fullmatch(text)
        if match is None:
            continue
        for name in (match["round"] or match["square"] or "").split(";"):
            for index in places.get(_key(_MAIL.sub("", name.strip())), ()):
                if match["place"] not in found[index]:
                    found[index].append(match["place"])
    outcome: Literal["", "guessed"] = ""
    if not any(found) and loose and found:
        found[0] = list(dict.fromkeys(loose))
        outcome = "guessed" if len(found) > 1 else ""
    return [
        replace(credit, affiliations=tuple(own)) if own else credit for credit, own in zip(credits, found, strict=True)
    ], outcome


def _key(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def with_named_orcids(credits: Iterable[Credit], named: Iterable[str], warnings: list[str]) -> list[Credit]:
    """Return the credits with the ORCID iDs in texts such as "Smith, Jane/0000-0002-1825-0097", as Web of Science has.

    The name is that of a credit, or shortened. What is nobody's, or no ORCID iD, is said in the warnings.
    """
    people = list(credits)
    by_name = defaultdict[tuple[str, str], list[int]](list)
    for place, person in enumerate(people):
        by_name[_short(person)].append(place)
    for text in named:
        name, slash, number = text.strip().rpartition("/")
        if not slash:
            continue
        try:
            orcid = normalise_orcid(number)
        except InvalidOrcid as error:
            warnings.append(f"“{number[:40]}” was left out. {error}")
            continue
        wanted, _ = credit(name)
        found = by_name.get(_short(wanted), [])
        same = [place for place in found if people[place].given == wanted.given]
        if len(found) != 1 and len(same) != 1:
            warnings.append(f"The ORCID iD {orcid} of “{name[:60]}” was left out: no author has that name.")
            continue
        place = found[0] if len(found) == 1 else same[0]
        people[place] = replace(people[place], orcid=orcid)
    return people


def _short(person: Credit) -> tuple[str, str]:
    """Return the family name and the first initial, by which a name is the same where one of two is shortened."""
    return person.family.casefold(), person.given[:1].casefold()
