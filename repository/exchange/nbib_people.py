"""Gather the authors and editors of one NBIB record, each with the lines that belong to them."""

from dataclasses import dataclass, field
from typing import Literal

from kmportal.people.orcid import InvalidOrcid, normalise_orcid
from repository.exchange.entry import Credit
from repository.exchange.medline import full_name, given_from_initials, short_name


@dataclass(slots=True)
class _Person:
    kind: Literal["person", "group"]
    role: Literal["author", "editor"]
    full: str = ""
    short: str = ""
    group: str = ""
    orcid: str = ""
    affiliations: list[str] = field(default_factory=list)
    is_listed: bool = True

    def credit(self) -> Credit:
        if self.kind == "group":
            return Credit(kind="group", role=self.role, group=self.group, affiliations=tuple(self.affiliations))
        family, initials, suffix = short_name(self.short)
        if self.full:
            family, given, suffix = full_name(self.full)
        else:
            given = given_from_initials(initials)
        return Credit(
            role=self.role,
            family=family,
            given=given,
            suffix=suffix,
            initials=initials,
            orcid=self.orcid,
            affiliations=tuple(self.affiliations),
        )


class People:
    """The people and groups of one record, in the order of its lines.

    FAU, the full name, and the AU after it are one author; older records have AU alone. AUID and AD belong to whoever
    precedes them. Where AD stands before all names it is the first author's: until 2014 NLM recorded that
    affiliation only (Field Descriptions, "Affiliation"). Investigators (FIR, IR) stand behind a group, are no authors
    and are left out with their own AUID and IRAD.
    """

    def __init__(self, warnings: list[str]) -> None:
        self._people: list[_Person] = []
        self._before_all: list[str] = []
        self._warnings = warnings

    def add(self, tag: str, line: int, value: str) -> None:
        """Take in one field, whose tag is one of nbib_tags.PEOPLE, in the order of the file."""
        match tag:
            case "FAU" | "FED":
                self._full_name(value, "author" if tag == "FAU" else "editor", line)
            case "AU" | "ED":
                self._short_name(value, "author" if tag == "AU" else "editor", line)
            case "CN":
                self._people.append(_Person("group", "author", group=value.rstrip(".")))
            case "FIR" | "IR":
                self._people.append(_Person("person", "author", is_listed=False))
            case "AD" if self._people:
                self._people[-1].affiliations.append(value)
            case "AD":
                self._before_all.append(value)
            case "AUID":
                self._author_identifier(value, line)

    def credits(self) -> tuple[Credit, ...]:
        """Return everybody who is to be named, in order."""
        listed = [person for person in self._people if person.is_listed]
        if listed:
            listed[0].affiliations[:0] = self._before_all
        return tuple(person.credit() for person in listed)

    def _full_name(self, value: str, role: Literal["author", "editor"], line: int) -> None:
        if self._is_et_al(value, line):
            return
        last = self._people[-1] if self._people else None
        # Some programs write AU before FAU: then the full name joins the short one of the same family name.
        if last and last.role == role and last.short and not last.full and _same_family(last.short, value):
            last.full = value
        else:
            self._people.append(_Person("person", role, full=value))

    def _short_name(self, value: str, role: Literal["author", "editor"], line: int) -> None:
        if self._is_et_al(value, line):
            return
        last = self._people[-1] if self._people else None
        if last and last.is_listed and last.role == role and last.full and not last.short:
            last.short = value
        elif "," in value:
            self._people.append(_Person("person", role, full=value))
        else:
            self._people.append(_Person("person", role, short=value))

    def _is_et_al(self, value: str, line: int) -> bool:
        if value.lower().rstrip(".") not in ("et al", "et al, et al"):
            return False
        self._warnings.append(f"Line {line}: the source says “et al.”, so it names only the first of the authors.")
        return True

    def _author_identifier(self, value: str, line: int) -> None:
        scheme, _, number = value.partition(":")
        person = self._people[-1] if self._people else None
        if person is None or not person.is_listed or person.kind == "group" or scheme.strip().upper() != "ORCID":
            return  # GRID, ISNI and the like number organisations; an investigator's ORCID goes with the investigator
        try:
            person.orcid = normalise_orcid(number)
        except InvalidOrcid as error:
            self._warnings.append(f"Line {line}: “{number.strip()[:40]}” was left out. {error}")


def _same_family(short: str, full: str) -> bool:
    return short_name(short)[0].casefold() == full_name(full)[0].casefold()
