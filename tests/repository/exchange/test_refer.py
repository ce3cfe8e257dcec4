"""The reader of EndNote's tagged lines."""

from io import BytesIO

from repository.exchange import detect, refer
from repository.exchange.entry import Credit, Entry, Rejected
from repository.partial_dates import PartialDate

TEXT = """%0 Journal Article
%A Okafor, Ngozi A.
%A Northmoor Falls Group,
%T Falls on a frailty ward
%J Journal of Ward Practice
%V 12
%N 3
%P 45-50
%D 2020
%8 Mar 1
%X BACKGROUND: We counted.

RESULTS: Falls fell.
%K falls
frailty
%R 10.5555/falls.1
%@ 0378-5955
%M 31452104
%~ PubMed
%G eng
%! Falls
%U https://example.org/falls

%0 Book Section
%A Smith, J.
%E Lee, B.
%T A chapter
%B Care of Older People
%I Ward Press
%C London
%@ 978-0-306-40615-7

%0 Book
%A Smith, J.
"""


def read_text(text: str) -> list[Entry | Rejected]:
    """Return what the reader makes of a text."""
    return list(refer.read(BytesIO(text.encode())))


def test_an_article_a_chapter_and_a_record_without_a_title():
    assert detect(TEXT.encode()) == "refer"
    assert read_text(TEXT) == [
        Entry(
            type="article",
            title="Falls on a frailty ward",
            abstract="BACKGROUND: We counted.\n\nRESULTS: Falls fell.",
            identifiers=(("pmid", "31452104"), ("doi", "10.5555/falls.1"), ("issn", "0378-5955")),
            contributors=(
                Credit(family="Okafor", given="Ngozi A"),
                Credit(kind="group", group="Northmoor Falls Group"),
            ),
            keywords=("falls", "frailty"),
            container_title="Journal of Ward Practice",
            volume="12",
            issue="3",
            pages="45-50",
            url="https://example.org/falls",
            issued=PartialDate.from_edtf("2020-03-01"),
            languages=("eng",),
            line=1,
        ),
        Entry(
            type="chapter",
            title="A chapter",
            identifiers=(("isbn", "9780306406157"),),
            contributors=(Credit(family="Smith", given="J"), Credit(role="editor", family="Lee", given="B")),
            container_title="Care of Older People",
            publisher="Ward Press",
            place="London",
            line=24,
        ),
        Rejected(33, "This record has no title.", "Smith, J."),
    ]


def test_records_without_a_type_are_cut_at_blank_lines():
    text = "%A Ngozi Okafor\n%T First\n%J Ward Studies\n\n%T Second\n%D 2019\n\n%K falls\n"
    found = read_text(text)
    assert detect(text.encode()) == "refer"
    assert [(entry.type, entry.title, entry.keywords) for entry in found] == [  # type: ignore[union-attr]
        ("article", "First", ()),
        ("other", "Second", ("falls",)),
    ]


def test_a_file_without_records_says_so():
    assert read_text("nothing here\n") == [
        Rejected(1, "There is no record in this file: a record begins with a line like “%0 Journal Article”.")
    ]
