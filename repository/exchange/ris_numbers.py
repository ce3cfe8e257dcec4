"""Find the identifiers of a work wherever the dialects of RIS put them."""

import re
from functools import lru_cache
from urllib.parse import unquote

from repository.exchange.tagged_records import Field
from repository.identifiers import InvalidIdentifier, normalise

# Journals and publishers come again and again in one file.
_normalise = lru_cache(maxsize=16_384)(normalise)

_DOI_IN_ADDRESS = re.compile(r"(?:doi\.org/|\bdoi(?:=|:|%3A))(10\.[^&\s#]+)", re.IGNORECASE)
_ISSN_OR_ISBN = re.compile(r"(?<![0-9A-Za-z-])[0-9][0-9-]{6,15}[0-9Xx](?![0-9A-Za-z-])")
_PUBMED = re.compile(r"\b(?:nlm|pubmed|medline)\b", re.IGNORECASE)
# PubMed's own, and Ovid's of a record in MEDLINE: "…&D=med16&AN=31452104".
_PUBMED_ADDRESS = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/|ovid\.com/.*\bD=(?:med|prem|pmnm)\w*&AN=)"
    r"([1-9][0-9]{0,7})\b"
)


class Numbers:
    """The identifiers of one record, each once, and what was wrong with those that are none."""

    def __init__(self, warnings: list[str]) -> None:
        self._found: dict[tuple[str, str], None] = {}
        self._warnings = warnings

    def add(self, scheme: str, text: str, line: int) -> bool:
        """Take in an identifier; where it is none, say so, and return False."""
        try:
            self._found[scheme, _normalise(scheme, text)] = None
        except InvalidIdentifier as error:
            self._warnings.append(f"Line {line}: “{text[:60]}” was left out. {error}")
            return False
        return True

    def has(self, scheme: str) -> bool:
        """Tell whether there is an identifier of the scheme."""
        return any(name == scheme for name, _ in self._found)

    def in_order(self) -> tuple[tuple[str, str], ...]:
        """Return them all: PubMed ID, DOI, PMCID, ISSNs and ISBNs."""
        order = ("pmid", "doi", "pmcid", "issn", "isbn")
        return tuple(sorted(self._found, key=lambda pair: order.index(pair[0])))

    def add_serial_or_book(self, field: Field) -> list[str]:
        """Take in the ISSNs and ISBNs of a field, and return those of its lines that hold neither.

        Reads "03064530 (ISSN)", "1128-045X 1123-6337", "1234-5679, 1234-5679" and "978 0 306 40615 7".
        """
        others = []
        for line in field.lines:
            whole = re.sub(r"[\s-]", "", line)
            if re.fullmatch(r"(?:97[89])?[0-9]{9}[0-9Xx]", whole) or re.fullmatch(r"[0-9]{7}[0-9Xx]", whole):
                self.add("issn" if len(whole) == 8 else "isbn", whole, field.line)
                continue
            numbers = _ISSN_OR_ISBN.findall(line)
            for number in numbers:
                self.add("issn" if len(number.replace("-", "")) == 8 else "isbn", number, field.line)
            if not numbers:
                others.append(line)
        return others


def is_from_pubmed(*sources: str) -> bool:
    """Tell whether a record's database or provider is PubMed or MEDLINE."""
    return any(_PUBMED.search(source) for source in sources)


def doi_in(text: str) -> str:
    """Return the DOI in an address, such as a resolver's or Scopus's "…&doi=10.1016%2fj…", or an empty text."""
    match = _DOI_IN_ADDRESS.search(text)
    return unquote(match[1]) if match else ""


def pmid_in_address(text: str) -> str:
    """Return the PubMed ID in an address of PubMed's or of Ovid MEDLINE, or an empty text."""
    match = _PUBMED_ADDRESS.search(text)
    return match[1] if match else ""


def pmid_in_accession(text: str, *, from_pubmed: bool, from_proquest: bool) -> str:
    """Return the PubMed ID in an accession number, or an empty text.

    It is the number itself where the record came from PubMed or MEDLINE. ProQuest gives its own long number, and after
    a semicolon that of the database it took the record from.
    """
    if match := re.fullmatch(r"(?:pmid|medline)\s*:\s*([0-9]{1,8})", text, re.IGNORECASE):
        return match[1]
    numbers = [part.strip() for part in text.split(";")]
    if from_proquest and len(numbers) == 2 and re.fullmatch(r"[0-9]{9,}", numbers[0]):
        return numbers[1] if re.fullmatch(r"[0-9]{7,8}", numbers[1]) else ""
    if from_pubmed and re.fullmatch(r"[1-9][0-9]{0,7}", numbers[0]):
        return numbers[0]
    return ""
