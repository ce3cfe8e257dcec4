"""Works on their way out, for the tests of what machines are told."""

import datetime
from typing import Any

from repository.exchange.entry import Credit, Entry, SubjectHeading
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.partial_dates import PartialDate

PAGE = "https://portal.example/repository/7/"
PDF = OutgoingFile("paper.pdf", "application/pdf", 1200, f"{PAGE}paper.pdf")
SLIDES = OutgoingFile("slides.pptx", "application/vnd.ms-powerpoint", 3400, f"{PAGE}slides.pptx")
CAME = datetime.datetime(2021, 3, 9, 8, 30, tzinfo=datetime.UTC)


def work(**said: Any) -> Outgoing:
    """Return a work that says only what the story is about, beside a title."""
    files = said.pop("files", ())
    entry = {"type": "article", "title": "Falls on a frailty ward", **said}
    return Outgoing(7, PAGE, Entry(**entry), published_at=CAME, changed_at=CAME, files=files)


PAPER = work(
    identifiers=(("doi", "10.5555/falls.1"), ("pmid", "31452104"), ("issn", "1471-2105"), ("issn", "0378-5955")),
    contributors=(
        Credit(family="Smith", given="Jane A", orcid="0000-0002-1825-0097", affiliations=("Riverside Hospital",)),
        Credit(family="García López", given="María José"),
        Credit(kind="group", group="Falls Study Group"),
        Credit(family="Doe", given="John", role="editor"),
    ),
    subjects=(SubjectHeading("mesh", "Accidental Falls"),),
    keywords=("bed rails; low", "frailty"),
    container_title="Journal of Falls",
    container_abbreviation="J Falls",
    volume="7",
    issue="1",
    pages="11-19",
    publisher="Falls Press",
    issued=PartialDate.from_edtf("2010-05-12"),
    languages=("eng",),
    abstract="People fall.",
    licence="CC-BY-4.0",
    files=(PDF, SLIDES),
)
