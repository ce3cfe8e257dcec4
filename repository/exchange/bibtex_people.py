"""Read and write the lists of names in BibTeX."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bibtexparser.middlewares.names import parse_single_name_into_parts

from repository.exchange.bibtex_values import is_braced, split
from repository.exchange.entry import Credit
from repository.exchange.latex_text import encode
from repository.exchange.person_names import Role, given_names, orcid

_GROUP = re.compile(
    r"\b(?:association|board|cent(?:er|re)|collaboration|college|commission|committee|consortium|contributors|council"
    r"|department|foundation|group|hospital|institute|investigators|ministry|network|nhs|organi[sz]ation|society"
    r"|team|trust|university)\b",
    re.IGNORECASE,
)


def people(text: str, role: Role, decode: Callable[[str], str]) -> Iterator[Credit]:
    """Yield the people of a list of names.

    A name that stands in braces as a whole is a group's, and so is one without a comma that has a word like
    "College". Names are taken apart before the braces that hold their parts together are taken off. "and others" is
    nobody.
    """
    for name in split(" ".join(text.split()), r"(?<=\s)and(?=\s)"):
        plain = decode(name)
        if not plain or plain.lower() in ("others", "et al", "et al."):
            continue
        if is_braced(name) or ("," not in name and _GROUP.search(plain) and len(plain.split()) > 1):
            yield Credit(kind="group", role=role, group=plain)
        else:
            yield _person(name, role, decode)


def _person(name: str, role: Role, decode: Callable[[str], str]) -> Credit:
    if "=" in name and (named := _extended(name, decode)):
        return replace(named, role=role)
    parts = parse_single_name_into_parts(name, strict=False)
    given, family, suffix = (decode(" ".join(words)) for words in (parts.first, [*parts.von, *parts.last], parts.jr))
    if not family:
        family, given = given, ""
    if re.fullmatch(r"(?:Jr|Sr)\.?", family) and given and "," not in name:
        *rest, family_name = given.split()  # "Jane Smith Jr"
        family, given, suffix = family_name, " ".join(rest), family
    return Credit(role=role, family=family, given=given_names(given), suffix=suffix)


def _extended(name: str, decode: Callable[[str], str]) -> Credit | None:
    """Return the person of biblatex's extended form, "family=Velden, prefix=van der, given=Pieter"."""
    parts = dict(part.split("=", 1) for part in split(name, ",") if "=" in part)
    parts = {key.strip().lower(): decode(value) for key, value in parts.items()}
    if "family" not in parts:
        return None
    family = " ".join(filter(None, (parts.get("prefix"), parts["family"])))
    return Credit(family=family, given=given_names(parts.get("given", "")), suffix=parts.get("suffix", ""))


def with_orcids(credits: Sequence[Credit], annotation: str, line: int, warnings: list[str]) -> list[Credit]:
    """Return the credits with the ORCID iDs of biblatex's annotation: '1="0000-0002-1825-0097"; 3="…"'."""
    found = dict(re.findall(r'(?:^|;)\s*([0-9]{1,5})\s*=\s*"?([^";]+)', annotation))
    return [
        replace(credit, orcid=orcid(found[str(number)], line, warnings)) if str(number) in found else credit
        for number, credit in enumerate(credits, start=1)
    ]


def names(credits: Sequence[Credit]) -> str:
    """Return the list of the credits' names: families first, and groups in braces."""
    return " and ".join(_name(credit) for credit in credits)


def orcids(credits: Sequence[Credit]) -> str:
    """Return the annotation that with_orcids reads."""
    return "; ".join(f'{number}="{credit.orcid}"' for number, credit in enumerate(credits, start=1) if credit.orcid)


def _name(credit: Credit) -> str:
    if credit.group:
        return f"{{{encode(credit.group)}}}"
    parts = [credit.family, credit.suffix, credit.given or credit.initials]
    family, suffix, given = (f"{{{encode(part)}}}" if _DIVIDING.search(part) else encode(part) for part in parts)
    if not given and not suffix:
        return family if family.isalpha() else f"{family},"
    return ", ".join(filter(None, (family, suffix, given))) if given else f"{family}, {suffix},"


# What would take a part of a name apart.
_DIVIDING = re.compile(r"[,=]|\band\b")
