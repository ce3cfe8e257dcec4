"""Bring the names of people to the one form in which entries have them."""

import re
from collections.abc import Iterable
from typing import Literal

from kmportal.people.orcid import InvalidOrcid, normalise_orcid
from repository.exchange.entry import Credit
from repository.exchange.medline import given_from_initials

Role = Literal["author", "editor"]


def given_names(text: str) -> str:
    """Return given names with initials as NLM writes them: "J.A." and "JA" as "J A", "Jane A." as "Jane A"."""
    text = re.sub(r"(?<![^\W\d_])([^\W\d_])\.(?!-)\s*|(?<![^\W\d_])([^\W\d_])\.(?=-)", _initial, text).strip()
    if re.fullmatch(r"[A-Z]{2,3}", text):
        return given_from_initials(text)
    return " ".join(text.split())


def _initial(match: re.Match[str]) -> str:
    return f"{match[1]} " if match[1] else match[2]


def orcid(text: str, line: int, warnings: list[str]) -> str:
    """Return an ORCID iD in its normal form, or an empty text, with a warning where the text is none."""
    try:
        return normalise_orcid(text) if text.strip() else ""
    except InvalidOrcid as error:
        warnings.append(f"Line {line}: “{text.strip()[:40]}” was left out. {error}")
        return ""


def of_role(credits: Iterable[Credit], role: Role) -> tuple[Credit, ...]:
    """Return the credits that have the role, in their order."""
    return tuple(credit for credit in credits if credit.role == role)
