"""Make NBIB text for tests: one record of PubMed's shape, whole files of them, and what a reader gives for a text."""

from io import BytesIO
from pathlib import Path

from repository.exchange import nbib
from repository.exchange.entry import Entry, Rejected

FILES = Path(__file__).parent / "files"


def record(number: int, *, abstract: str = "Nothing happened, slowly.") -> str:
    """Return a record with PMID 90000000 + number, as PubMed lays it out, without the blank line after it."""
    return f"""\
PMID- {90_000_000 + number}
OWN - NLM
STAT- MEDLINE
DP  - 2021 Mar {1 + number % 28}
TI  - A quiet night on ward {number}.
LID - 10.5555/quiet.{number} [doi]
AB  - {abstract}
FAU - Watcher, Nils
AU  - Watcher N
LA  - eng
PT  - Journal Article
TA  - J Quiet
JT  - Journal of quiet
MH  - *Night Care
SO  - J Quiet. 2021 Mar {1 + number % 28};1:{number}. doi: 10.5555/quiet.{number}.
"""


def read_text(text: str | bytes) -> list[Entry | Rejected]:
    """Return what the NBIB reader makes of a text."""
    return list(nbib.read(BytesIO(text.encode() if isinstance(text, str) else text)))


def read_one(text: str) -> Entry:
    """Return the one entry of a text."""
    (entry,) = read_text(text)
    assert isinstance(entry, Entry), entry
    return entry
