"""Put what a format has no field for into its notes, each with its name before it, and find it there again."""

import re
from collections.abc import Iterator

from repository.exchange.entry import Entry, Notice
from repository.exchange.medline import NOTICES

_CONFLICT, _REGISTRATION = "Conflict of interest", "Registration"
_KINDS = {kind.replace("_", " ").capitalize(): kind for kind in NOTICES.values()}
_PMID = re.compile(r"(.*) PMID: ([1-9][0-9]{0,7})\.", re.DOTALL)


def notes_of(entry: Entry) -> Iterator[str]:
    """Yield the notices, the registrations and the conflict of interest, such as "Erratum: J Ward 2021. PMID: 1."."""
    for notice in entry.notices:
        pmid = f" PMID: {notice.pmid}." if notice.pmid else ""
        yield f"{notice.kind.replace('_', ' ').capitalize()}: {notice.text}{pmid}"
    for registration in entry.registrations:
        yield f"{_REGISTRATION}: {registration}"
    if entry.conflict_of_interest:
        yield f"{_CONFLICT}: {entry.conflict_of_interest}"


class Notes:
    """What the notes of a record hold; `others` are those without a name that we know."""

    def __init__(self, texts: Iterator[str]) -> None:
        self.notices: tuple[Notice, ...] = ()
        self.registrations: tuple[str, ...] = ()
        self.conflict_of_interest = ""
        self.others: tuple[str, ...] = ()
        for text in texts:
            name, _, rest = text.partition(": ")
            if name in _KINDS and rest:
                match = _PMID.fullmatch(rest)
                notice = Notice(_KINDS[name], *(match.groups() if match else (rest,)))
                self.notices = (*self.notices, notice)
            elif name == _REGISTRATION and rest:
                self.registrations = (*self.registrations, rest)
            elif name == _CONFLICT and rest:
                self.conflict_of_interest = rest
            else:
                self.others = (*self.others, text)
