"""The reader of Web of Science's tagged plain text."""

from io import BytesIO

from repository.exchange import detect, isi
from repository.exchange.entry import Credit, Entry, Rejected
from repository.partial_dates import PartialDate

TEXT = """\ufeffFN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Okafor, NA
   Smith, J
AF Okafor, Ngozi A.
   Smith, Jane
CA Northmoor Falls Grp
TI Falls on a frailty ward:
   a cohort study
SO JOURNAL OF WARD PRACTICE
LA English
DT Article
DE falls; frailty
ID OLDER-PEOPLE; CARE
AB We counted falls.
C1 [Okafor, Ngozi A.; Smith, Jane] Northmoor Hosp, Pharm, Northmoor, England.
   [Smith, Jane] Univ Northmoor, Northmoor, England.
RP Smith, J (corresponding author), Univ Northmoor.
OI Okafor, Ngozi/0000-0002-1825-0097; Nobody, N/0000-0001-5109-3700
FU NIHR [12]; Wellcome Trust
NR 3
SN 0378-5955
EI 2049-3630
J9 J WARD PRACT
JI J. Ward Pract.
PD MAR 1
PY 2020
VL 12
IS 3
BP 45
EP 50
AR 104501
DI 10.5555/falls.1
PM 31452104
UT WOS:000123456700001
ER

PT J
AU Smith, J
SO JOURNAL OF WARD PRACTICE
ER

PT C
AU Smith, J
TI A talk
SO WARD DAYS 2019
CT Ward Days
CL Leeds, ENGLAND
PU WARD PRESS
PI LONDON
DT Proceedings Paper
PY 2019
EF
"""


def read_text(text: str) -> list[Entry | Rejected]:
    """Return what the reader makes of a text."""
    return list(isi.read(BytesIO(text.encode())))


def test_an_article_a_record_without_a_title_and_a_paper():
    assert detect(TEXT.encode()) == "isi"
    article, rejected, paper = read_text(TEXT)
    assert article == Entry(
        type="article",
        title="Falls on a frailty ward: a cohort study",
        abstract="We counted falls.",
        identifiers=(
            ("pmid", "31452104"), ("doi", "10.5555/falls.1"), ("issn", "0378-5955"), ("issn", "2049-3630"),
        ),
        contributors=(
            Credit(
                family="Okafor",
                given="Ngozi A",
                orcid="0000-0002-1825-0097",
                affiliations=("Northmoor Hosp, Pharm, Northmoor, England.",),
            ),
            Credit(
                family="Smith",
                given="Jane",
                affiliations=("Northmoor Hosp, Pharm, Northmoor, England.", "Univ Northmoor, Northmoor, England."),
            ),
            Credit(kind="group", group="Northmoor Falls Grp"),
        ),
        keywords=("falls", "frailty", "OLDER-PEOPLE", "CARE"),
        container_title="JOURNAL OF WARD PRACTICE",
        container_abbreviation="J. Ward Pract.",
        volume="12",
        issue="3",
        pages="45-50",
        article_number="104501",
        issued=PartialDate.from_edtf("2020-03-01"),
        languages=("eng",),
        publication_types=("Article",),
        funding=("NIHR [12]", "Wellcome Trust"),
        line=3,
        warnings=("The ORCID iD 0000-0001-5109-3700 of “Nobody, N” was left out: no author has that name.",),
    )  # fmt: skip
    assert rejected == Rejected(39, "This record has no title.", "Smith, J")
    assert paper == Entry(
        type="conference_paper",
        title="A talk",
        contributors=(Credit(family="Smith", given="J"),),
        container_title="WARD DAYS 2019",
        event_name="Ward Days",
        event_place="Leeds, ENGLAND",
        place="LONDON",
        publisher="WARD PRESS",
        issued=PartialDate.from_edtf("2019"),
        publication_types=("Proceedings Paper",),
        line=44,
        warnings=("This record has no ER line, with which a record ends: it may be incomplete.",),
    )


def test_a_record_without_pt_and_a_file_without_records():
    (entry,) = read_text("FN\nVR\nSO My Journal\nAU Smith, J\nTI A title\nER\nEF\n")
    assert isinstance(entry, Entry)
    assert (entry.type, entry.container_title, entry.line) == ("article", "My Journal", 3)
    assert read_text("FN x\nVR 1.0\nEF\n") == [
        Rejected(1, "There is no record in this file: a record begins with a line like “PT J”.")
    ]
