"""Read what programs hide in the notes (N1) of RIS: PubMed's fields, Scopus's labels, and the notes of our own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from repository.exchange.entry import Notice
from repository.exchange.medline import NOTICES
from repository.partial_dates import PartialDate

# Publication types that PubMed's records have most; EndNote's import puts each on a line of its own among the notes.
_PUBLICATION_TYPES = frozenset(
    {
        *(
            "Case Reports",
            "Clinical Study",
            "Clinical Trial",
            "Clinical Trial Protocol",
            "Comment",
            "Comparative Study",
        ),
        *("Controlled Clinical Trial", "Corrected and Republished Article", "Editorial", "English Abstract"),
        *("Equivalence Trial", "Evaluation Study", "Evaluation Studies", "Guideline", "Historical Article"),
        *("Introductory Journal Article", "Journal Article", "Letter", "Meta-Analysis", "Multicenter Study", "News"),
        *("Observational Study", "Practice Guideline", "Preprint", "Published Erratum", "Randomized Controlled Trial"),
        *("Retracted Publication", "Retraction of Publication", "Review", "Scientific Integrity Review"),
        *("Systematic Review", "Technical Report", "Twin Study", "Validation Study", "Validation Studies"),
        *("Research Support, N.I.H., Extramural", "Research Support, N.I.H., Intramural"),
        *("Research Support, Non-U.S. Gov't", "Research Support, U.S. Gov't, Non-P.H.S."),
        *("Research Support, U.S. Gov't, P.H.S.",),
    }
)
_CAS = re.compile(r"(?:,\s*[0-9]{2,7}-[0-9]{2}-[0-9])+$")
_GRANT = re.compile(r"[^/\s][^/]*/.+/[A-Z][A-Za-z .]+")
_EPUB = re.compile(r"\bEpub ([12][0-9]{3} [A-Z][a-z]{2}(?: [0-9]{1,2})?)\b")

_KINDS = {kind.replace("_", " "): kind for kind in NOTICES.values()}
# As ris_writing puts it: "Notice (retraction): BMJ. 2020;1:2. PMID: 31452104."
_NOTICE = re.compile(r"Notice \((?P<kind>[a-z ]+)\): (?P<text>.+?)(?: PMID: (?P<pmid>[1-9][0-9]{0,7})\.)?")


@dataclass(slots=True)
class Notes:
    """What the notes of one record say."""

    pmid: str = ""
    pmcid: str = ""
    issns: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    publication_types: list[str] = field(default_factory=list)
    funding: list[str] = field(default_factory=list)
    substances: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    available_online: PartialDate | None = None


def read_notes(notes: Sequence[Sequence[str]], from_pubmed: bool) -> Notes:
    """Return what the notes, each a list of its lines, say. `from_pubmed`: EndNote took the record from PubMed."""
    found = Notes()
    for lines in notes:
        for line in lines:
            _labelled(found, line)
            if from_pubmed:
                _from_pubmed(found, line)
    return found


def _labelled(found: Notes, line: str) -> None:
    label, colon, text = line.partition(": ")
    if not colon:
        return
    if label == "PMID" or label == "PubMed ID":
        found.pmid = found.pmid or text
    elif label == "PMCID":
        found.pmcid = found.pmcid or text
    elif label == "Funding details" or label.startswith("Funding text"):
        found.funding.append(text)
    elif label == "Chemicals/CAS":
        found.substances += [_CAS.sub("", name.strip()) for name in text.split(";") if name.strip()]
    elif (match := _NOTICE.fullmatch(line)) and match["kind"] in _KINDS:
        found.notices.append(Notice(_KINDS[match["kind"]], match["text"], match["pmid"] or ""))


def _from_pubmed(found: Notes, line: str) -> None:
    if line in _PUBLICATION_TYPES:
        found.publication_types.append(line)
    elif re.fullmatch(r"[0-9]{4}-[0-9]{3}[0-9Xx]", line):
        found.issns.append(line)
    elif re.fullmatch(r"PMC[0-9]+", line):
        found.pmcid = found.pmcid or line
    elif match := _EPUB.search(line):
        found.available_online = PartialDate.from_text(match[1])
    elif _GRANT.fullmatch(line) and ";" not in line:
        found.funding.append(line)
    elif "," in line:
        found.names.append(line)
