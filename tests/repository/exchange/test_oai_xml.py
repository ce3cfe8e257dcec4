"""What the reader of OAI-PMH answers takes from records in the dialects of Dublin Core."""

from io import BytesIO

import pytest

from repository.exchange import oai_file
from repository.exchange.entry import Credit, Entry, Rejected, SubjectHeading
from repository.partial_dates import PartialDate

OAI = 'xmlns="http://www.openarchives.org/OAI/2.0/"'
DC = 'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'


def read(text: str) -> list[Entry | Rejected]:
    return list(oai_file.read(BytesIO(text.encode())))


def answer(*records: str) -> str:
    return f"<OAI-PMH {OAI}><ListRecords>\n{''.join(records)}</ListRecords></OAI-PMH>\n"


def record(metadata: str, *, number: int = 1, status: str = "") -> str:
    header = f"<header{status}><identifier>oai:example.org:{number}</identifier></header>"
    return f"<record>{header}{f'<metadata>{metadata}</metadata>' if metadata else ''}</record>\n"


def dc(**elements: str | list[str]) -> str:
    rows = [(name, [texts] if isinstance(texts, str) else texts) for name, texts in elements.items()]
    statements = "".join(f"<dc:{name}>{text}</dc:{name}>" for name, texts in rows for text in texts)
    return f"<oai_dc:dc {DC}>{statements}</oai_dc:dc>"


WARD = {
    "title": ["Wards at night.", "Stationen bei Nacht"],
    "creator": ["Okafor, Ngozi A.", "Northmoor Handover Group"],
    "date": ["2021-05-06T10:11:12Z", "2020-02"],
    "type": ["info:eu-repo/semantics/article", "NonPeerReviewed"],
    "description": ["In short.", "In short.", "And more."],
    "identifier": ["https://example.org/1/", "doi:10.5555/A.1", "ISSN 0378-5955", "oai:example.org:1"],
    "language": ["en_GB"],
    "subject": ["night", "wards", "night"],
    "source": ["Ward Journal; Vol. 3 No. 2 (2020); 12-20"],
    "rights": ["https://creativecommons.org/licenses/by-nc-nd/4.0/", "© The authors"],
    "publisher": ["Example Press"],
}
ENTRY = Entry(
    type="article",
    title="Wards at night",
    vernacular_title="Stationen bei Nacht",
    abstract="In short.\n\nAnd more.",
    identifiers=(("doi", "10.5555/a.1"), ("issn", "0378-5955")),
    contributors=(Credit(family="Okafor", given="Ngozi A"), Credit(kind="group", group="Northmoor Handover Group")),
    keywords=("night", "wards"),
    container_title="Ward Journal",
    volume="3",
    issue="2",
    pages="12-20",
    publisher="Example Press",
    url="https://example.org/1/",
    licence="CC-BY-NC-ND-4.0",
    issued=PartialDate.from_edtf("2020-02"),
    languages=("eng",),
    publication_types=("info:eu-repo/semantics/article", "NonPeerReviewed"),
    copyright_statement="© The authors",
    line=2,
    source_id="oai:example.org:1",
)


def test_a_record_in_plain_dublin_core():
    assert read(answer(record(dc(**WARD)))) == [ENTRY]  # type: ignore[arg-type]


def test_a_bare_description_is_a_record():
    (entry,) = read(dc(title="Alone"))

    assert entry == Entry(type="other", title="Alone", line=1)


def test_deleted_and_other_records_are_rejected_and_keep_their_identifier():
    rdf = '<rdf xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><titleInfo/></rdf>'

    assert read(
        answer(
            record("", status=' status="deleted"'),
            record(rdf, number=2),
            record(dc(date="2020"), number=3),
            record("", number=4),
        )
    ) == [
        Rejected(2, "The repository says that this record was deleted.", "oai:example.org:1"),
        Rejected(3, "This record is in a format that we do not read, “rdf”.", "oai:example.org:2"),
        Rejected(4, "This record has no title.", "oai:example.org:3"),
        Rejected(5, "This record has no description.", "oai:example.org:4"),
    ]


def test_contributors_are_authors_where_there_is_no_creator():
    (old,) = read(dc(title="A", contributor="Laan, E.A. van der", date="2003-04-22T14:05:54Z", language="other"))
    (new,) = read(dc(title="A", creator="Roe, Rick", contributor="Doe, Jane"))

    assert isinstance(old, Entry)
    assert isinstance(new, Entry)
    assert old.contributors == (Credit(family="Laan", given="E A van der"),)
    assert old.issued == PartialDate.from_edtf("2003-04-22")
    assert old.warnings == (
        "Line 1: the date 22 April 2003 is when the repository took the work in; it names no other.",
        "Line 1: “other” is not a language code that we know. It was left out.",
    )
    assert new.contributors == (Credit(family="Roe", given="Rick"),)
    assert new.warnings == ("Line 1: “Doe, Jane”, who contributed to the work in another way, was left out.",)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Thesis", "thesis"),
        ("Working Paper", "report"),
        ("info:eu-repo/semantics/bookPart", "chapter"),
        ("Book chapter", "chapter"),
        ("Book", "book"),
        ("Conference Object", "conference_paper"),
        ("Poster", "poster"),
        ("Dataset", "dataset"),
        ("Preprint", "preprint"),
        ("text", "other"),
    ],
)
def test_types(word: str, kind: str):
    (entry,) = read(dc(title="A", type=word))

    assert isinstance(entry, Entry)
    assert entry.type == kind


def test_dspaces_own_dialects_say_more():
    dim = (
        '<dim:dim xmlns:dim="http://www.dspace.org/xmlns/dspace/dim">'
        '<dim:field mdschema="dc" element="title">Wards</dim:field>'
        '<dim:field mdschema="dc" element="contributor" qualifier="author">Okafor, Ngozi</dim:field>'
        '<dim:field mdschema="dc" element="contributor" qualifier="editor">Doe, Jane</dim:field>'
        '<dim:field mdschema="dc" element="date" qualifier="accessioned">2021-01-01T00:00:00Z</dim:field>'
        '<dim:field mdschema="dc" element="date" qualifier="issued">2020</dim:field>'
        '<dim:field mdschema="dc" element="description" qualifier="provenance">Made available</dim:field>'
        '<dim:field mdschema="dc" element="description" qualifier="abstract">In short.</dim:field>'
        '<dim:field mdschema="dc" element="subject" qualifier="mesh">Stroke/*therapy</dim:field>'
        '<dim:field mdschema="local" element="note">Ours</dim:field></dim:dim>'
    )
    expected = Entry(
        type="other",
        title="Wards",
        abstract="In short.",
        contributors=(Credit(family="Okafor", given="Ngozi"), Credit(role="editor", family="Doe", given="Jane")),
        subjects=(SubjectHeading("mesh", "Stroke", qualifiers=(("therapy", True),)),),
        issued=PartialDate.from_edtf("2020"),
        line=1,
    )

    def field(name: str, text: str, qualifier: str = "") -> str:
        value = f'<element name="en_GB"><field name="value">{text}</field></element>'
        qualified = f'<element name="{qualifier}">{value}</element>' if qualifier else value
        return f'<element name="{name}">{qualified}</element>'

    xoai = (
        '<metadata xmlns="http://www.lyncode.com/xoai"><element name="dc">'
        + field("title", "Wards")
        + field("contributor", "Okafor, Ngozi", "author")
        + field("contributor", "Doe, Jane", "editor")
        + field("date", "2020", "issued")
        + field("description", "In short.", "abstract")
        + field("subject", "Stroke/*therapy", "mesh")
        + '</element><element name="others"><field name="handle">1/2</field></element></metadata>'
    )

    assert read(dim) == [expected]
    assert read(xoai) == [expected]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('<error code="noRecordsMatch">None.</error>', "The repository answered with an error: noRecordsMatch: None.."),
        (
            "<Identify><repositoryName>R</repositoryName></Identify>",
            "This is a repository’s answer to “Identify”, which has no records in it. Ask it for ListRecords.",
        ),
        ("<ListRecords/>", "There is no record in this file. Ask the repository for ListRecords."),
        (
            "<ListIdentifiers><header><identifier>a:1</identifier></header></ListIdentifiers>",
            "This names a record without describing it. Ask the repository for ListRecords, not ListIdentifiers.",
        ),
    ],
)
def test_answers_without_records_say_what_they_are(body: str, found: str):
    (rejected,) = read(f"<OAI-PMH {OAI}>{body}</OAI-PMH>")

    assert isinstance(rejected, Rejected)
    assert rejected.reason == found


def test_a_record_of_marc_within_the_answer_does_not_end_it():
    marc = '<record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record>'

    found = read(answer(record(marc), record(dc(title="Next"), number=2)))

    assert [(f.line, getattr(f, "title", "")) for f in found] == [(2, ""), (3, "Next")]


@pytest.mark.parametrize(
    ("text", "is_oai"),
    [
        (answer(), True),
        (dc(title="A"), True),
        ('<metadata xmlns="http://www.lyncode.com/xoai">', True),
        ("<metadata><title/></metadata>", False),
        ("<record><rec-number>1</rec-number></record>", False),
    ],
)
def test_the_format_is_recognised(text: str, is_oai: bool):
    assert oai_file.recognises(text) == is_oai
