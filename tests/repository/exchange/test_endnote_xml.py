"""What the EndNote XML reader takes from references of several kinds."""

from io import BytesIO

import pytest

from repository.exchange import endnote_xml
from repository.exchange.entry import Credit, Entry, Rejected, SubjectHeading
from repository.partial_dates import PartialDate
from tests.repository.exchange.nbib_text import FILES


def references() -> list[Entry | Rejected]:
    return list(endnote_xml.read(BytesIO((FILES / "references.endnote.xml").read_bytes())))


def test_a_journal_article():
    assert references()[0] == Entry(
        type="article",
        title="CO2 on the ward",
        abstract="AIM: To measure.\n\nRESULTS: It was less.",
        identifiers=(
            ("pmid", "99000001"),
            ("doi", "10.5555/ward.2020.14.112"),
            ("pmcid", "PMC9900001"),
            ("issn", "0378-5955"),
            ("issn", "2049-3630"),
        ),
        contributors=(
            Credit(
                family="Okafor",
                given="N A",
                affiliations=("Pharmacy, Northmoor Hospital.", "School of Pharmacy, Northmoor."),
            ),
            Credit(kind="group", group="Northmoor Handover Group"),
        ),
        subjects=(SubjectHeading("mesh", "Stroke", qualifiers=(("therapy", True),)),),
        keywords=("handover",),
        container_title="Journal of Ward Practice",
        container_abbreviation="J Ward Pract",
        volume="14",
        issue="2",
        pages="112-9",
        url="https://example.org/handover",
        issued=PartialDate.from_edtf("2020-11-03"),
        available_online=PartialDate.from_edtf("2020-10-02"),
        languages=("eng",),
        line=1,
        warnings=("Line 1: the file does not say whose the affiliations are; they were given to the first.",),
    )


def test_a_thesis_a_chapter_and_what_we_have_no_type_for():
    assert references()[1:] == [
        Entry(
            type="thesis",
            title="Falls at night",
            contributors=(Credit(family="Roe", given="Rick"),),
            institution="University of Northmoor",
            place="Northmoor",
            degree="MSc",
            issued=PartialDate.from_edtf("2019"),
            line=2,
        ),
        Entry(
            type="chapter",
            title="Night-time confusion",
            identifiers=(("isbn", "9780306406157"),),
            contributors=(
                Credit(family="Hughes", given="Carys"),
                Credit(role="editor", family="Adeyemi", given="Tunde"),
            ),
            container_title="Handbook of Ward Practice",
            pages="10-12",
            edition="2nd",
            publisher="Example University Press",
            line=3,
            warnings=("Line 3: the date “soon” was left out.",),
        ),
        Entry(
            type="other",
            title="A bed",
            line=4,
            warnings=("Line 4: we have no such type as “Patent”; it was taken as another kind of work.",),
        ),
        Rejected(5, "This record has no title.", "record 5"),
    ]


def test_a_file_without_references():
    assert [found.line for found in endnote_xml.read(BytesIO(b"<xml><records/></xml>"))] == [1]


@pytest.mark.parametrize(
    ("text", "is_endnote"),
    [
        ("<xml><records><record><rec-number>1", True),
        ("<xml>\n<records>", True),
        ("<records><record><ref-type name='Book'>6", True),
        ("<records><record><title>", False),
        ("<xml><rows>", False),
        ("TY  - JOUR", False),
    ],
)
def test_the_format_is_recognised(text: str, is_endnote: bool):
    assert endnote_xml.recognises(text) == is_endnote
