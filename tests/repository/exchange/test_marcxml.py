"""MARCXML as we write it, as catalogues do, and what comes back."""

import datetime
from dataclasses import replace
from io import BytesIO

import pymarc
import pytest
from hypothesis import given, settings
from lxml import etree

from repository.exchange import detect, marcxml, oai_file
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry, Notice, Rejected, SubjectHeading
from repository.exchange.marc_record import record
from repository.exchange.outgoing import Outgoing, OutgoingFile
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"
MOMENT = datetime.datetime(2024, 2, 29, 12, 30, 5, tzinfo=datetime.UTC)


def lines(entry, **other):
    """Return the record as catalogues print it, without its leader."""
    return str(record(Outgoing(7, PAGE, entry, **other))).split("\n")[1:-1]


def read(text):
    opening = '<collection xmlns="http://www.loc.gov/MARC21/slim">\n<record>'
    return list(marcxml.read(BytesIO(f"{opening}{text}</record></collection>".encode())))


def field(tag, indicators, *subfields):
    parts = "".join(f'<subfield code="{one[0]}">{one[1:]}</subfield>' for one in subfields)
    return f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">{parts}</datafield>\n'


def test_an_article():
    entry = Entry(
        type="article",
        title="The fall on a ward",
        vernacular_title="Stürze",
        abstract="BACKGROUND: One.\n\nRESULTS: Two.",
        identifiers=(("pmid", "31452104"), ("doi", "10.1000/x"), ("issn", "0378-5955"), ("issn", "2049-3630")),
        contributors=(
            Credit(family="Smith", given="Jane", suffix="Jr", orcid="0000-0002-1825-0097", affiliations=("Ward 3",)),
            Credit(kind="group", group="NHS England"),
            Credit(role="editor", family="Okafor", given="N"),
        ),
        subjects=(
            SubjectHeading("mesh", "Stroke", False, (("therapy", True),)),
            SubjectHeading("mesh", "Humans"),
        ),
        keywords=("wards",),
        container_title="J Ward",
        volume="12",
        issue="3",
        pages="112-9",
        licence="CC-BY-4.0",
        issued=PartialDate.from_edtf("2020-02-14"),
        languages=("eng", "ger"),
        publication_types=("Review",),
        notices=(Notice("erratum", "J Ward 2021", "31452199"),),
        funding=("NIHR",),
    )
    files = (OutgoingFile("a.pdf", "application/pdf", 3, f"{PAGE}a.pdf"),)
    assert lines(entry, published_at=MOMENT, changed_at=MOMENT, files=files) == [
        "=001  7",
        "=005  20240229123005.0",
        "=008  240229e20200214xx\\|||||o|||||||||||eng|d",
        "=024  7\\$a31452104$2pmid",
        "=024  7\\$a10.1000/x$2doi",
        "=041  0\\$aeng$ager",
        "=046  \\\\$k2020-02-14$2edtf",
        "=100  1\\$aSmith, Jane$cJr$uWard 3$1https://orcid.org/0000-0002-1825-0097$4aut",
        "=245  14$aThe fall on a ward",
        "=246  33$aStürze",
        "=264  \\1$c14 February 2020",
        "=500  \\\\$aErratum: J Ward 2021 PMID: 31452199.",
        "=520  3\\$aBACKGROUND: One.",
        "=520  3\\$aRESULTS: Two.",
        "=536  \\\\$aNIHR",
        "=540  \\\\$aCC-BY-4.0$uhttps://creativecommons.org/licenses/by/4.0/",
        "=650  12$aStroke$xtherapy",
        "=650  22$aHumans",
        "=653  \\\\$awards",
        "=655  \\7$aJournal article$2local",
        "=655  \\2$aReview",
        "=710  2\\$aNHS England$4aut",
        "=700  1\\$aOkafor, N$4edt",
        "=773  0\\$tJ Ward$gvolume:12$gnumber:3$gpages:112-9$x0378-5955",
        "=773  1\\$tJ Ward$x2049-3630",
        "=856  40$uhttps://portal.example.org/repository/7/",
        "=856  40$qapplication/pdf$uhttps://portal.example.org/repository/7/a.pdf",
    ]


@pytest.mark.parametrize(
    ("kind", "leader"),
    [
        ("article", "00000nab a22000003  4500"),
        ("chapter", "00000naa a22000003  4500"),
        ("guideline", "00000nam a22000003  4500"),
        ("dataset", "00000nmm a22000003  4500"),
    ],
)
def test_the_leader_says_what_the_work_is_part_of(kind, leader):
    assert str(record(Outgoing(7, PAGE, Entry(type=kind, title="A"))).leader) == leader


@pytest.mark.parametrize(
    ("edtf", "coded"),
    [
        ("", "nuuuuuuuu"),
        ("2020", "s2020    "),
        ("2020-02", "e202002  "),
        ("2020-02-14", "e20200214"),
        ("2019-24", "s2019    "),
        ("2019-11/2019-12", "s2019    "),
        ("2019-12/2020-01", "m20192020"),
    ],
)
def test_coded_dates(edtf, coded):
    issued = PartialDate.from_edtf(edtf) if edtf else None
    fixed = record(Outgoing(7, PAGE, Entry(type="other", title="A", issued=issued)))["008"].data
    assert (len(fixed), fixed[6:15]) == (40, coded)


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_pymarc_reads_the_same_record(item):
    (found,) = pymarc.parse_xml_to_array(BytesIO(b"".join(marcxml.write([item]))), strict=True)
    assert str(found) == str(record(item))
    assert pymarc.Record(record(item).as_marc()).title


def narrowed(item: Outgoing) -> Entry:
    """Return what the table of what MARCXML carries leaves of a work."""
    entry = item.entry
    return replace(
        entry,
        available_online=None,
        keywords=tuple(dict.fromkeys([*entry.keywords, *entry.substances])),
        subjects=tuple(
            replace(
                h,
                major=h.major or any(major for _, major in h.qualifiers),
                qualifiers=tuple((name, False) for name, _ in h.qualifiers),
            )
            for h in entry.subjects
        ),
        substances=(),
        url=entry.url or item.url,
    )


@settings(deadline=None, max_examples=100)
@given(outgoing())
def test_what_is_written_is_read_again_as_far_as_the_format_can_carry_it(item):
    data = b"".join(marcxml.write([item, item]))
    assert detect(data) == "marcxml"
    found = [replace(entry, line=0) for entry in marcxml.read(BytesIO(data))]
    assert found == [narrowed(item)] * 2
    changed = {name for name in Entry.__slots__ if getattr(narrowed(item), name) != getattr(item.entry, name)}
    assert changed <= NOT_CARRIED["marcxml"].keys()


def test_a_record_of_a_catalogue():
    (entry,) = read(
        "\n<leader>01234cam a2200289 a 4500</leader>\n"
        '<controlfield tag="001">99</controlfield>\n'
        '<controlfield tag="008">140101s2014    enk           000 0 eng d</controlfield>\n'
        + field("020", "  ", "a0306406152 (paperback) :", "c£20")
        + field("020", "  ", "a123")
        + field("041", "1 ", "aengfre", "hger")
        + field("060", " 4", "aWT 100")
        + field("100", "1 ", "aSmith, J.A.,", "d1970-", "eauthor.", "0(orcid)0000-0002-1825-0097")
        + field("245", "14", "aThe ward :", "ba handbook /", "cJ.A. Smith.")
        + field("260", "  ", "aLondon :", "bNorthmoor Press,", "cc2014.")
        + field("300", "  ", "axii, 349 p. :", "bill.")
        + field("500", "  ", "aIncludes index.")
        + field("650", " 0", "aFalls (Accidents)", "xPrevention.")
        + field("650", "12", "aAccidental Falls", "xprevention &amp; control")
        + field("700", "1 ", "aOkafor, Ada,", "eeditor.")
        + field("700", "1 ", "aRoe, R.", "eillustrator.")
        + field("700", "12", "aDoe, J.", "tAnother work.")
        + field("710", "2 ", "aNorthmoor NHS Trust,", "eissuing body.")
        + field("856", "42", "uhttps://example.org/a", "zCover")
    )
    assert entry == Entry(
        type="book",
        title="The ward: a handbook",
        identifiers=(("isbn", "9780306406157"),),
        contributors=(
            Credit(family="Smith", given="J A", orcid="0000-0002-1825-0097"),
            Credit(role="editor", family="Okafor", given="Ada"),
        ),
        subjects=(
            SubjectHeading("nlm", "WT 100"),
            SubjectHeading("mesh", "Accidental Falls", True, (("prevention & control", False),)),
        ),
        keywords=("Falls (Accidents)/Prevention.",),
        pages="xii, 349",
        publisher="Northmoor Press",
        place="London",
        institution="Northmoor NHS Trust",
        url="https://example.org/a",
        issued=PartialDate.from_edtf("2014"),
        languages=("eng", "fre"),
        line=2,
        warnings=entry.warnings,
    )
    assert entry.warnings == (
        "Line 18: “Roe, R.”, who contributed to the work in another way, was left out.",
        "Line 7: “123” was left out. An ISBN has 10 or 13 digits, such as 978-0-306-40615-7.",
    )


def test_where_an_article_appeared_in_words():
    (entry,) = read(
        field("245", "00", "aA") + field("773", "0 ", "tJ Ward.", "gVol. 12, no. 3 (2020), p. 112-119", "x03785955")
    )
    assert (entry.type, entry.container_title, entry.volume, entry.issue, entry.pages) == (
        *("article", "J Ward.", "12", "3", "112-119"),
    )
    assert entry.identifiers == (("issn", "0378-5955"),)


def test_a_record_without_a_title_is_rejected():
    assert read(field("100", "1 ", "aSmith, J")) == [Rejected(2, "This record has no title.")]
    assert read(field("245", "00", "a")) == [Rejected(2, "This record has no title.")]


def test_damaged_fields_do_no_harm():
    (entry,) = read(
        '<controlfield>x</controlfield><datafield ind1="1"/><datafield tag="024" ind1="7"><subfield/></datafield>'
        '<datafield tag="773"/><controlfield tag="008">short</controlfield>' + field("245", "00", "aA")
    )
    assert (entry.title, entry.languages, entry.issued) == ("A", (), None)


def test_a_harvested_one():
    item = Outgoing(7, PAGE, Entry(type="article", title="Falls"))
    found = oai_file.record(
        etree.fromstring(
            b'<record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:x:7</identifier></header>'
            b"<metadata>" + etree.tostring(marcxml.element(item)) + b"</metadata></record>"
        )
    )
    assert found == Entry(type="article", title="Falls", url=PAGE, line=1, source_id="oai:x:7")
