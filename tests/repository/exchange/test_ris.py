"""What the RIS reader takes from whole records, and how it reads those that are written amiss."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.exchange import UnreadableFile, detect, ris
from repository.exchange.entry import Credit, Entry, Notice, Rejected, SubjectHeading
from repository.exchange.ris_tags import KNOWN, LEFT_OUT, READ, TYPES
from repository.partial_dates import PartialDate

NO_END = "This record has no ER line, with which a record ends: it may be incomplete."
NO_BEGINNING = "This record has no TY line, with which a record begins."
WHOSE = "The record does not say whose the affiliations are: the first author has them all."


def read_text(text: str | bytes) -> list[Entry | Rejected]:
    """Return what the RIS reader makes of a text."""
    return list(ris.read(BytesIO(text.encode() if isinstance(text, str) else text)))


def read_one(text: str) -> Entry:
    """Return the one entry of a text."""
    (entry,) = read_text(text)
    assert isinstance(entry, Entry), entry
    return entry


def minimal(lines: str, kind: str = "JOUR") -> Entry:
    """Return the entry of a record with a title and these lines."""
    return read_one(f"TY  - {kind}\nTI  - A title\n{lines}\nER  - \n")


def test_every_field_of_an_embase_record():
    entry = read_one(
        """\ufeffTY  - JOUR
M3  - Review
Y1  - 2018
VL  - 45
IS  - 4
SP  - 769
EP  - 785
SN  - 0378-5955
SN  - 0378-5955
SN  - 2049-3630
JF  - Journal of Ward Practice
JO  - J. Ward Pract.
UR  - http://www.embase.com/search/results?subaction=viewrecord&from=export&id=L200
U2  - L200
C5  - 30396499
DB  - Embase
DB  - Medline
U4  - 2018-11-12
L2  - http://dx.doi.org/10.5555/ward.45.769
LK  - http://resolver.example.org/?sid=EMBASE&id=doi:10.5555%2Fward.45.769&atitle=Falls
A1  - van der Velden P.-J.
A1  - Okafor N.A.
M1  - (van der Velden P.-J., pj@example.org; Okafor N.A.) Pharmacy, Northmoor Hospital
M1  - (Okafor N.A.) School of Pharmacy, Northmoor
AD  - N.A. Okafor, Pharmacy, Northmoor Hospital
T1  - Falls &amp; <i>sepsis</i> on the ward.
LA  - English
KW  - *falling
KW  - human
N2  - BACKGROUND: p<0.05. RESULTS: None.
ER  -
"""
    )
    assert entry == Entry(
        type="article",
        title="Falls & sepsis on the ward",
        abstract="BACKGROUND: p<0.05. RESULTS: None.",
        identifiers=(
            ("pmid", "30396499"),
            ("doi", "10.5555/ward.45.769"),
            ("issn", "0378-5955"),
            ("issn", "2049-3630"),
        ),
        contributors=(
            Credit(family="van der Velden", given="P-J", affiliations=("Pharmacy, Northmoor Hospital",)),
            Credit(
                family="Okafor",
                given="N A",
                affiliations=("Pharmacy, Northmoor Hospital", "School of Pharmacy, Northmoor"),
            ),
        ),
        keywords=("falling", "human"),
        container_title="Journal of Ward Practice",
        container_abbreviation="J. Ward Pract.",
        volume="45",
        issue="4",
        pages="769-785",
        issued=PartialDate.from_edtf("2018"),
        languages=("eng",),
        publication_types=("Review",),
        line=1,
    )


def test_every_field_of_a_pubmed_record_in_endnote():
    entry = read_one(
        """
TY  - JOUR
AB  - Nothing happened.
AD  - Pharmacy, Northmoor Hospital.
AN  - 29459599
AU  - Okafor, N. A.
AU  - Li, W.
C2  - PMC5599999
DA  - Mar 1
DO  - 10.5555/quiet.1
DP  - NLM
ET  - 2018/02/21
IS  - 3
KW  - Animals
Colitis, Ulcerative/*drug therapy/prevention & control
DNA, Bacterial/analysis
Dermatitis
*Phytotherapy
Animals, wild
a small word
LA  - eng
N1  - 2049-3630
Okafor, Ngozi A
Li, Wei
R01 CA12345/CA/NCI NIH HHS/United States
Journal Article
Retracted Publication
Japan
J Quiet. 2018 Mar 1;67(3):335-344. doi: 10.5555/quiet.1. Epub 2018 Feb 19.
PY  - 2018
SN  - 0378-5955
SP  - 335-344
ST  - A quiet night
T2  - J Quiet
TI  - A quiet night
VL  - 67
ID  - 62
ER  -
"""
    )
    assert entry == Entry(
        type="article",
        title="A quiet night",
        abstract="Nothing happened.",
        identifiers=(
            ("pmid", "29459599"),
            ("doi", "10.5555/quiet.1"),
            ("pmcid", "PMC5599999"),
            ("issn", "0378-5955"),
            ("issn", "2049-3630"),
        ),
        contributors=(
            Credit(family="Okafor", given="Ngozi A", affiliations=("Pharmacy, Northmoor Hospital.",)),
            Credit(family="Li", given="Wei"),
        ),
        subjects=(
            SubjectHeading("mesh", "Animals"),
            SubjectHeading(
                "mesh", "Colitis, Ulcerative", qualifiers=(("drug therapy", True), ("prevention & control", False))
            ),
            SubjectHeading("mesh", "DNA, Bacterial", qualifiers=(("analysis", False),)),
            SubjectHeading("mesh", "Dermatitis"),
            SubjectHeading("mesh", "Phytotherapy", major=True),
        ),
        keywords=("Animals, wild", "a small word"),
        container_title="J Quiet",
        volume="67",
        issue="3",
        pages="335-344",
        issued=PartialDate.from_edtf("2018-03-01"),
        available_online=PartialDate.from_edtf("2018-02-19"),
        languages=("eng",),
        publication_types=("Journal Article", "Retracted Publication"),
        notices=(Notice("retraction", "Retracted Publication"),),
        funding=("R01 CA12345/CA/NCI NIH HHS/United States",),
        line=2,
        warnings=(WHOSE,),
    )


def test_a_chapter_a_book_a_report_a_thesis_and_a_poster():
    chapter = minimal(
        "AU  - Smith, J.\nED  - Okafor, A.\nA3  - Lee, B.\nBT  - Care of Older People\nT3  - Wards\nET  - 2nd"
        "\nPB  - Ward Press"
        "\nCY  - London\nSN  - 978-0-306-40615-7\nSP  - 73\nEP  - 74\nUR  - https://doi.org/10.1007/0-387-23483-7_56",
        "CHAP",
    )
    assert chapter == Entry(
        type="chapter",
        title="A title",
        identifiers=(("doi", "10.1007/0-387-23483-7_56"), ("isbn", "9780306406157")),
        contributors=(Credit(family="Smith", given="J"), Credit(role="editor", family="Okafor", given="A")),
        container_title="Care of Older People",
        series="Wards",
        edition="2nd",
        publisher="Ward Press",
        place="London",
        pages="73-74",
        line=1,
        warnings=("Line 5: “Lee, B.”, an editor of the series, was left out.",),
    )
    book = minimal("A3  - Okafor, A.\nT2  - Wards\nSP  - 214", "BOOK")
    assert (book.type, book.series, book.pages, book.contributors[0].role) == ("book", "Wards", "214", "editor")
    assert minimal("AU  - Okafor, A.", "EDBOOK").contributors[0].role == "editor"
    report = minimal("M3  - Guideline\nPB  - NHS England\nSN  - NG 12\nT2  - Ward guides", "RPRT")
    assert report == Entry(
        type="guideline",
        title="A title",
        institution="NHS England",
        report_number="NG 12",
        series="Ward guides",
        line=1,
    )
    thesis = minimal("M3  - PhD\nPB  - University of Northmoor\nCY  - Northmoor", "THES")
    assert thesis == Entry(
        type="thesis", title="A title", degree="PhD", institution="University of Northmoor", place="Northmoor", line=1
    )
    poster = minimal("M3  - Poster\nT2  - Ward Days\nCY  - Leeds", "CPAPER")
    assert poster == Entry(type="poster", title="A title", event_name="Ward Days", event_place="Leeds", line=1)
    paper = minimal("C3  - Proceedings\nT2  - Ward Days\nCY  - Leeds\nC1  - London\nPB  - Ward Press", "CONF")
    assert paper == Entry(
        type="conference_paper",
        title="A title",
        container_title="Proceedings",
        event_name="Ward Days",
        event_place="Leeds",
        place="London",
        publisher="Ward Press",
        line=1,
    )
    assert minimal("T2  - Ward Days\nCY  - Cham\nPB  - Ward Press", "CPAPER").place == "Cham"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, kind) for code, kind in TYPES.items()),
        ("GEN", "other"),
        ("NEWS", "other"),
        ("WEB", "other"),
        ("jour", "article"),
    ],
)
def test_every_type_of_reference_has_its_type_of_record(code: str, kind: str):
    entry = minimal("", code)
    assert (entry.type, entry.warnings) == (kind, ())


def test_a_type_that_nobody_knows_is_told():
    assert minimal("", "OUR").warnings == ("Line 1: “OUR” is no type that we know; read as “other”.",)
    assert minimal("", "").warnings == ("Line 1: the record does not say of what type it is.",)


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - First\nER  - \nTY  - JOUR\nTI  - Second\nER  - \n",
        "TY  - JOUR\r\nTI  - First\r\nER  -\r\n\r\n\r\nTY  - JOUR\r\nTI  - Second\r\nER  -",
        "TY  - JOUR\rTI  - First\rER  - \rTY  - JOUR\rTI  - Second\rER  - \r",
        "\ufeffTY  - JOUR\nTI  - First\nER  - \nTY  - JOUR\nTI  - Second\nER  - \n",
        "Provider: Ward Press\nDatabase: Wards\n\nTY  - JOUR\nTI  - First\nER  - \nTY  - JOUR\nTI  - Second\nER  - \n",
        "TY - JOUR\nTI - First\nER -\nTY - JOUR\nTI - Second\nER -",
        "TY  -JOUR\nTI  -First\nER  -\nTY  -JOUR\nTI  -Second\nER  -",
        "TY-JOUR\nTI  - First\nER-\nTY- JOUR\nTI  - Second\nER-",
        "TY   - JOUR\nTI   - First\nER   - \nTY\t- JOUR\nTI\t- Second\nER\t- \n",
        "  TY  - JOUR\n  TI  - First\n  ER  - \n  TY  - JOUR\n  TI  - Second\n  ER  - \n",
        "ID  - 7\nTY  - JOUR\nTI  - First\nER  - \nER  - \nID  - 8\nTY  - JOUR\nTI  - Second\nER  - \n",
    ],
)
def test_two_records_are_two_however_they_are_spaced(text: str):
    found = read_text(text)
    assert [(entry.type, entry.title, entry.warnings) for entry in found] == [  # type: ignore[union-attr]
        ("article", "First", ()),
        ("article", "Second", ()),
    ]
    assert detect(text.encode()) == "ris"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_unicode_encoding_is_read(encoding: str):
    (entry,) = read_text("TY  - JOUR\nTI  - Übersicht über 王\nER  - \n".encode(encoding))
    assert (entry.title, entry.warnings) == ("Übersicht über 王", ())  # type: ignore[union-attr]


def test_a_file_without_any_end_mark_has_all_its_records():
    found = read_text("TY  - JOUR\nTI  - First\n\nTY  - BOOK\nTI  - Second\n\nTY  - RPRT\nTI  - Third")
    assert [(entry.type, entry.title, entry.line, entry.warnings) for entry in found] == [  # type: ignore[union-attr]
        ("article", "First", 1, (NO_END,)),
        ("book", "Second", 4, (NO_END,)),
        ("report", "Third", 7, (NO_END,)),
    ]


def test_a_record_whose_first_line_is_lost_is_not_lost():
    found = read_text(
        "TY  - JOUR\nTI  - First\nER  - \n\nAU  - Okafor, A.\nTI  - Second\nER  - \nTY  - JOUR\nTI  - Third\nER  -"
    )
    assert [(entry.title, entry.type, entry.warnings) for entry in found] == [  # type: ignore[union-attr]
        ("First", "article", ()),
        ("Second", "other", (NO_BEGINNING, "Line 5: the record does not say of what type it is.")),
        ("Third", "article", ()),
    ]


def test_records_without_a_title_are_rejected_with_their_line():
    assert read_text(
        "TY  - \nER  - \n\nTY  - JOUR\nAU  - Okafor, A.\nER  - \nTY  - JOUR\nTI  - [Not Available].\nER  - "
    ) == [
        Rejected(1, "This record has no title."),
        Rejected(4, "This record has no title.", "Okafor, A."),
        Rejected(7, "This record has no title.", "[Not Available]."),
    ]


def test_a_file_without_records_says_so():
    assert read_text("Dear librarian,\nhere is nothing.\n") == [
        Rejected(1, "There is no record in this file: a RIS record begins with a line like “TY  - JOUR”.")
    ]
    with pytest.raises(UnreadableFile):
        read_text("")


def test_a_record_beyond_the_limit_is_rejected_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("repository.exchange.tagged_records.LARGEST_RECORD", 1_000)
    monkeypatch.setattr("repository.exchange.ris.LARGEST_RECORD", 1_000)
    first, second = read_text(
        "TY  - JOUR\nTI  - Big\n" + "AB  - many words\n" * 100 + "ER  - \nTY  - JOUR\nTI  - Next\nER  -"
    )
    assert first == Rejected(1, "This record is longer than 1,000 characters.", "Big")
    assert isinstance(second, Entry)
    assert second.title == "Next"


def test_lines_without_a_tag_go_on_with_the_field_above():
    entry = minimal(
        "KW  - falls\nfrailty; delirium\n\nAB  - BACKGROUND: One\ntwo T2\nIL-6 was high.\nT2-weighted.\n\n"
        "RESULTS: None.\nAD  - Ward 3\n\nWard 4\nAU  - Okafor, A.\nN1  - References: Smith J. A long list\n"
        "ER is no end, nor is\nUR  - x"
    )
    assert (entry.keywords, entry.abstract) == (
        ("falls", "frailty", "delirium"),
        "BACKGROUND: One two T2 IL-6 was high. T2-weighted.\n\nRESULTS: None.",
    )
    assert entry.contributors == (Credit(family="Okafor", given="A", affiliations=("Ward 3", "Ward 4")),)


def test_a_tag_that_nobody_knows_is_told():
    assert minimal("QQ  - what is this").warnings == (
        "Line 3 has a field that we do not know, QQ, and was left out: “what is this”.",
    )


@pytest.mark.parametrize(
    ("lines", "issued", "warnings"),
    [
        ("PY  - 2019///", "2019", 0),
        ("DA  - 2019/10//undefined\nPY  - 2019", "2019-10", 0),
        ("DA  - 2019/07/24/\nPY  - 2019", "2019-07-24", 0),
        ("Y1  - 2019/03//", "2019-03", 0),
        ("PY  - 2019///Winter", "2019-24", 0),
        ("DA  - ///Nov-Dec\nPY  - 2019", "2019-11/2019-12", 0),
        ("DA  - Mar 1\nPY  - 2018", "2018-03-01", 0),
        ("DA  - Jun\nPY  - 2018", "2018-06", 0),
        ("DA  - 2018-06-02", "2018-06-02", 0),
        ("PY  - 2018\nDA  - 2019/01/02/", "2018", 1),
        ("PY  - 10 15", None, 1),
        ("PY  - in press 2021", "2021", 1),
        ("PY  - 0", None, 1),
        ("PY  - 2019/13/45", "2019", 1),
        ("PY  - ", None, 0),
        ("PY  - 2020\nDA  - soon", "2020", 1),
        ("PY  - 99999999999999999999", None, 1),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_given(lines: str, issued: str | None, warnings: int):
    entry = minimal(lines)
    assert (entry.issued and entry.issued.edtf, len(entry.warnings)) == (issued, warnings)


@pytest.mark.parametrize(
    ("lines", "identifiers"),
    [
        ("DO  - https://dx.doi.org/10.5555/Ward.1", (("doi", "10.5555/ward.1"),)),
        ("M3  - 10.5555/ward.1", (("doi", "10.5555/ward.1"),)),
        ("M3  - doi: 10.5555/ward.1", (("doi", "10.5555/ward.1"),)),
        ("UR  - https://www.scopus.com/inward?eid=2&doi=10.5555%2fward.1&md5=3", (("doi", "10.5555/ward.1"),)),
        ("L2  - http://dx.doi.org/10.5555/ward.1", (("doi", "10.5555/ward.1"),)),
        ("AN  - 31452104\nDB  - MEDLINE", (("pmid", "31452104"),)),
        ("AN  - 31452104\nDB  - PsycINFO", ()),
        ("AN  - 2130794561; 30430307\nDB  - ProQuest One Academic", (("pmid", "30430307"),)),
        ("AN  - WOS:000123456700001", ()),
        ("C2  - 31427199\nDB  - Scopus", (("pmid", "31427199"),)),
        ("N1  - PMID: 31452104", (("pmid", "31452104"),)),
        ("PM  - PUBMED 31452104", (("pmid", "31452104"),)),
        ("UR  - https://pubmed.ncbi.nlm.nih.gov/31452104/", (("pmid", "31452104"),)),
        ("UR  - http://ovidsp.ovid.com/ovidweb.cgi?T=JS&PAGE=fulltext&D=med16&AN=31452104", (("pmid", "31452104"),)),
        ("UR  - http://ovidsp.ovid.com/ovidweb.cgi?T=JS&PAGE=fulltext&D=psyc16&AN=2019-1", ()),
        ("SN  - 03785955 (ISSN)", (("issn", "0378-5955"),)),
        ("SN  - 2049-3630 0378-5955", (("issn", "2049-3630"), ("issn", "0378-5955"))),
        ("SN  - 0378-5955, 0378-5955", (("issn", "0378-5955"),)),
        ("SN  - 978 0 306 40615 7", (("isbn", "9780306406157"),)),
        ("SN  - 9780306406157 (ISBN); 0306406152 (ISBN)", (("isbn", "9780306406157"),)),
        ("SN  - 0378-5955\n2049-3630", (("issn", "0378-5955"), ("issn", "2049-3630"))),
    ],
)
def test_identifiers_are_found_wherever_a_dialect_puts_them(lines: str, identifiers: tuple):
    entry = minimal(lines)
    assert (entry.identifiers, entry.warnings) == (identifiers, ())


def test_what_is_no_identifier_is_told():
    entry = minimal("DO  - see the page\nSN  - 1234-5678\nSN  - unknown")
    assert (entry.identifiers, len(entry.warnings)) == ((), 3)


@pytest.mark.parametrize(
    ("name", "credit"),
    [
        ("Smith, Jane A.", Credit(family="Smith", given="Jane A")),
        ("Smith, J.A., Jr.", Credit(family="Smith", given="J A", suffix="Jr.")),
        ("Smith, Jr., John", Credit(family="Smith", given="John", suffix="Jr.")),
        ("Smith, J.-P.", Credit(family="Smith", given="J-P")),
        ("Smith JA", Credit(family="Smith", given="J A")),
        ("Smith J.A.", Credit(family="Smith", given="J A")),
        ("van der Berg J.-P.", Credit(family="van der Berg", given="J-P")),
        ("Plato", Credit(family="Plato")),
        ("王伟", Credit(family="王伟")),
        ("NICE", Credit(kind="group", group="NICE")),
        ("Northmoor Falls Group", Credit(kind="group", group="Northmoor Falls Group")),
        ("Royal College of Nursing, Education", Credit(kind="group", group="Royal College of Nursing, Education")),
        ("Wards and Visits,", Credit(kind="group", group="Wards and Visits")),
    ],
)
def test_names(name: str, credit: Credit):
    entry = minimal(f"AU  - {name}")
    assert (entry.contributors, entry.warnings) == ((credit,), ())


def test_names_that_are_guessed_or_left_out_are_told():
    entry = minimal(
        "AU  - Jane van der Berg\nAU  - Smith, A.; Lee, B.\nAU  - et al.\nA4  - Moss, C.\nA2  - A, B, C, D, E, F"
    )
    assert [credit.credited_as for credit in entry.contributors] == ["van der Berg, Jane", "Smith, A", "Lee, B"]
    assert entry.warnings == (
        "Line 5: the source says “et al.”, so it does not name all the authors.",
        "Line 6: “Moss, C.”, a translator, was left out.",
        "Line 7: “A, B, C, D, E, F…” is no name, and was left out.",
        "“Jane van der Berg”: without a comma, the last word was taken for the family name.",
    )


def test_headings_as_ovid_writes_them():
    entry = minimal("KW  - *Stroke/pc, th [Prevention & Control, Therapy]\nKW  - Humans\nKW  - Wards\nKW  - [sic]")
    assert (entry.subjects, entry.keywords) == (
        (
            SubjectHeading("mesh", "Stroke", True, (("prevention & control", False), ("therapy", False))),
            SubjectHeading("mesh", "Humans"),
        ),
        ("Wards", "[sic]"),
    )


def test_scopus_notes():
    entry = minimal(
        "N1  - Export Date: 18 November 2019\nN1  - Funding details: NIHR, 12\n"
        "N1  - Chemicals/CAS: serotonin, 50-67-9; corticotropin,"
        " 11136-52-0, 9002-60-2\nC7  - 104501"
    )
    assert (entry.funding, entry.substances, entry.article_number) == (
        ("NIHR, 12",), ("serotonin", "corticotropin"), "104501",
    )  # fmt: skip


def test_what_stands_in_the_wrong_field_is_left_out():
    entry = minimal(
        "SP  - No\nEP  - Specified\nIS  - Smith, T. (1991). A checklist. Burlington, VT: Associates in Care of Wards."
    )
    assert (entry.pages, entry.issue, len(entry.warnings)) == ("", "", 1)


def test_every_tag_is_either_read_or_left_out_with_a_reason():
    assert not READ & LEFT_OUT.keys()
    assert all(LEFT_OUT.values())
    assert {"ER"} == KNOWN - READ - LEFT_OUT.keys()


@given(
    st.lists(
        st.sampled_from(
            ["TY  - JOUR", "TY  -", "ER  - ", "TI  - A title", "AU  - Smith, J.", "AU  - ,", "KW  - ;*;", "", " ",
             "junk", "DA  - //", "PY  - ////", "SN  - -", "N1  - : ", "M1  - (", "AD  - [", "LA  - ,", "SP  - -",
             "UR  - https://doi.org/", "QQ  - x", "-"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_as_many_titled_records_come_out_as_went_in(lines: list[str]):
    """Whatever lies around them: each title line is in an entry, or one of several of the same record."""
    text = "\n".join(lines)
    if not text.strip():
        return
    found = read_text(text)
    records = 0
    is_open = False
    for line in lines:
        if line.startswith(("TY", "ER")):
            is_open = False
        elif line.startswith("TI") and not is_open:
            records, is_open = records + 1, True
    assert sum(isinstance(item, Entry) for item in found) == records


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        found = read_text(b"TY  - JOUR\n" + data)
    except UnreadableFile:
        return
    assert all(isinstance(item, (Entry, Rejected)) for item in found)


def test_an_orcid_id_behind_a_name_is_no_part_of_the_name():
    entry = minimal(
        "AU  - Okafor, Ada (0000-0002-1825-0097)\nA2  - Smith, J [https://orcid.org/0000-0001-5109-3700]\n"
        "AU  - Núñez, Zoë (0000-0002-1825-0098)"
    )
    assert entry.contributors == (
        Credit(family="Okafor", given="Ada", orcid="0000-0002-1825-0097"),
        Credit(role="editor", family="Smith", given="J", orcid="0000-0001-5109-3700"),
        Credit(family="Núñez", given="Zoë"),
    )
    assert [warning[:60] for warning in entry.warnings] == [
        "The ORCID iD “0000-0002-1825-0098” of Núñez, Zoë was left ou",
    ]
