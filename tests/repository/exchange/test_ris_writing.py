"""RIS as we write it: what it looks like, and that reading it again gives the same work."""

import dataclasses
from dataclasses import fields, replace
from io import BytesIO

from hypothesis import given, settings

from repository.exchange import ris, ris_writing
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry, Notice, Rejected, SubjectHeading
from repository.exchange.mesh_words import CHECK_TAGS
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.exchange.ris_tags import REPORTS
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"


def written(*items: Outgoing) -> str:
    """Return what the writer makes of the works."""
    return b"".join(ris_writing.write(items)).decode()


def read_again(*items: Outgoing) -> list[Entry | Rejected]:
    """Return what the reader makes of what the writer makes of them, without where it stood."""
    found = ris.read(BytesIO(b"".join(ris_writing.write(items))))
    return [replace(item, line=0) if isinstance(item, Entry) else item for item in found]


def narrowed(item: Outgoing) -> Entry:
    """Return what the table of what RIS carries leaves of a work."""
    entry = item.entry
    has_headings = any(heading.qualifiers for heading in entry.subjects)
    kept = {h for h in entry.subjects if h.qualifiers or (has_headings and h.label in CHECK_TAGS)}
    plain = [heading.label for heading in entry.subjects if heading not in kept]
    is_issued = entry.type in REPORTS or entry.type == "thesis"
    return replace(
        entry,
        available_online=entry.available_online if entry.type == "article" and not entry.edition else None,
        conflict_of_interest="",
        container_title="" if entry.type == "book" or entry.type in REPORTS else entry.container_title,
        contributors=tuple(replace(person, orcid="", initials="") for person in entry.contributors),
        copyright_statement="",
        event_date=None,
        keywords=tuple(dict.fromkeys([*plain, *entry.keywords])),
        licence="",
        publication_types=(),
        publisher="" if is_issued else entry.publisher,
        institution=entry.institution or entry.publisher if is_issued else entry.institution,
        registrations=(),
        subjects=tuple(heading for heading in entry.subjects if heading in kept),
        url=entry.url or item.url,
    )


@settings(max_examples=200)
@given(outgoing())
def test_what_is_written_is_read_again_as_far_as_the_format_can_carry_it(item: Outgoing):
    assert read_again(item) == [narrowed(item)]


@given(outgoing())
def test_only_the_fields_of_the_table_change(item: Outgoing):
    (found,) = read_again(item)
    assert isinstance(found, Entry)
    changed = {f.name for f in fields(Entry) if getattr(found, f.name) != getattr(item.entry, f.name)}
    # The institution changes only where it takes in the publisher.
    assert changed - {"institution"} <= NOT_CARRIED["ris"].keys()


def test_the_table_names_fields_of_an_entry():
    assert NOT_CARRIED["ris"].keys() <= {field.name for field in dataclasses.fields(Entry)}


def test_an_article_as_endnote_and_zotero_expect_it():
    entry = Entry(
        type="article",
        title="Falls on a frailty ward",
        vernacular_title="Stürze",
        abstract="BACKGROUND: One.\n\nAU - is no field.",
        identifiers=(
            ("pmid", "31452104"), ("doi", "10.5555/falls.1"), ("pmcid", "PMC7"),
            ("issn", "0378-5955"), ("issn", "2049-3630"),
        ),
        contributors=(
            Credit(family="Smith", given="Jane A", suffix="Jr", affiliations=("Ward 3",)),
            Credit(kind="group", group="Northmoor Falls Group", affiliations=("Ward 3",)),
        ),
        subjects=(SubjectHeading("mesh", "Accidental Falls", True, (("prevention & control", True),)),),
        keywords=("frailty",),
        container_title="Journal of Ward Practice",
        container_abbreviation="J Ward Pract",
        volume="12",
        issue="3",
        pages="112-9",
        issued=PartialDate.from_edtf("2020-02"),
        available_online=PartialDate.from_edtf("2019-12-24"),
        languages=("ger",),
        publication_types=("Journal Article",),
        notices=(Notice("erratum", "J Ward Pract. 2021;13(1):4", "31452199"),),
        funding=("NIHR",),
    )  # fmt: skip
    item = Outgoing(7, PAGE, entry, files=(OutgoingFile("a.pdf", "application/pdf", 3, f"{PAGE}a.pdf"),))
    assert written(item, item) == 2 * (
        """TY  - JOUR
TI  - Falls on a frailty ward
TT  - Stürze
AU  - Smith, Jane A, Jr
AU  - Northmoor Falls Group,
T2  - Journal of Ward Practice
J2  - J Ward Pract
ET  - 2019/12/24
PY  - 2020
DA  - 2020/02//
VL  - 12
IS  - 3
SP  - 112
EP  - 9
DO  - 10.5555/falls.1
C2  - PMC7
SN  - 0378-5955
SN  - 2049-3630
AN  - 31452104
DB  - PubMed
LA  - de
AB  - BACKGROUND: One.

 AU - is no field.
KW  - *Accidental Falls/*prevention & control
KW  - frailty
AD  - [Smith, Jane A, Jr; Northmoor Falls Group] Ward 3
UR  - https://portal.example.org/repository/7/
L1  - https://portal.example.org/repository/7/a.pdf
N1  - Notice (erratum): J Ward Pract. 2021;13(1):4 PMID: 31452199.
Funding details: NIHR
ER  - \n\n"""
    ).replace("\n", "\r\n")


def test_each_type_has_the_code_that_zotero_knows():
    codes = {
        kind: written(Outgoing(7, PAGE, Entry(type=kind, title="A title"))).split("\r\n")[0][6:]  # type: ignore[arg-type]
        for kind in ("article", "preprint", "report", "guideline", "poster", "presentation", "conference_paper",
                     "thesis",                      "book", "chapter", "dataset", "other")
    }  # fmt: skip
    assert codes == {
        "article": "JOUR",
        "preprint": "UNPB",
        "report": "RPRT",
        "guideline": "RPRT",
        "poster": "CPAPER",
        "presentation": "SLIDE",
        "conference_paper": "CPAPER",
        "thesis": "THES",
        "book": "BOOK",
        "chapter": "CHAP",
        "dataset": "DATA",
        "other": "GEN",
    }


def test_nothing_that_a_field_holds_can_begin_another():
    entry = Entry(
        type="article",
        title="One\r\nER  - \r\nTY  - JOUR",
        abstract="A\n\nER  - \n\nTY  - JOUR\n\nTI  - Another",
        keywords=("a\nTY  - BOOK",),
        funding=("b\nER  - ",),
    )
    (found,) = read_again(Outgoing(7, PAGE, entry))
    assert isinstance(found, Entry)
    assert (found.title, found.abstract, found.keywords, found.funding) == (
        "One ER - TY - JOUR",
        "A\n\nER -\n\nTY - JOUR\n\nTI - Another",
        ("a TY - BOOK",),
        ("b ER -",),
    )
