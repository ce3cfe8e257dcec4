"""CSL-JSON: what others write, what we write, and that a work comes back whole."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from citeproc.source.json import CiteProcJSON
from hypothesis import given, settings

from repository.exchange import csl_json, detect
from repository.exchange.carries import NOT_CARRIED
from repository.exchange.entry import Credit, Entry, Rejected
from repository.exchange.outgoing import Outgoing
from repository.partial_dates import PartialDate
from tests.repository.exchange.strategies import outgoing

PAGE = "https://portal.example.org/repository/7/"


def read(value):
    return list(csl_json.read(BytesIO(json.dumps(value).encode())))


def one(**item):
    (entry,) = read([{"type": "article-journal", "title": "A", **item}])
    return entry


@settings(max_examples=300)
@given(outgoing())
def test_a_work_comes_back_whole(item):
    data = b"".join(csl_json.write([item, item]))
    assert detect(data) == "csl_json"
    found = [replace(entry, line=0, source_id="") for entry in csl_json.read(BytesIO(data))]
    assert found == [item.entry, item.entry]


@given(outgoing())
def test_citation_processors_take_the_items(item):
    made = csl_json.item(item)
    assert "custom" not in made
    assert list(CiteProcJSON([made])) == [str(item.number)]


def test_the_table_says_that_nothing_is_lost():
    assert NOT_CARRIED["csl_json"] == {}


def test_an_empty_list():
    assert b"".join(csl_json.write([])) == b"[]\n"


def test_an_article():
    entry = Entry(
        type="article",
        title="Falls on a ward",
        abstract="BACKGROUND: p<0.05.\n\nRESULTS: None.",
        identifiers=(("pmid", "31452104"), ("doi", "10.1000/x"), ("issn", "1895-5770"), ("issn", "0378-5955")),
        contributors=(
            Credit(family="van der Velden", given="P J", suffix="Jr", orcid="0000-0002-1825-0097"),
            Credit(kind="group", group="NHS England"),
            Credit(role="editor", family="Okafor", given="A"),
        ),
        keywords=("falls", "wards"),
        container_title="Ward Studies",
        volume="12",
        article_number="e16",
        issued=PartialDate.from_edtf("2019-24"),
        languages=("fre",),
    )
    item = Outgoing(number=7, url=PAGE, entry=entry)
    assert csl_json.item(item) == {
        "id": "7",
        "type": "article-journal",
        "title": "Falls on a ward",
        "author": [{"family": "van der Velden", "given": "P J", "suffix": "Jr"}, {"literal": "NHS England"}],
        "editor": [{"family": "Okafor", "given": "A"}],
        "container-title": "Ward Studies",
        "volume": "12",
        "page": "e16",
        "issued": {"date-parts": [[2019]], "season": 4},
        "DOI": "10.1000/x",
        "PMID": "31452104",
        "ISSN": "1895-5770, 0378-5955",
        "language": "fr",
        "abstract": "BACKGROUND: p<0.05.\n\nRESULTS: None.",
        "keyword": "falls, wards",
    }
    (written,) = json.loads(b"".join(csl_json.write([item])))
    assert written["custom"] == {
        "contributors": [
            {"kind": "person", "role": "author", "family": "van der Velden", "given": "P J", "suffix": "Jr",
             "orcid": "0000-0002-1825-0097"},
            {"kind": "group", "role": "author", "group": "NHS England"},
            {"kind": "person", "role": "editor", "family": "Okafor", "given": "A"},
        ],
        "pages": None,
        "article_number": "e16",
    }  # fmt: skip


def test_a_work_without_a_doi_is_found_in_the_portal():
    item = Outgoing(number=7, url=PAGE, entry=Entry(type="guideline", title="Falls", institution="Northmoor"))
    assert csl_json.item(item) == {
        "id": "7",
        "type": "report",
        "title": "Falls",
        "genre": "Guideline",
        "publisher": "Northmoor",
        "URL": PAGE,
    }


def test_an_item_of_zotero():
    entry = one(
        id="http://zotero.org/users/1/items/ABC",
        author=[{"family": "Velden", "given": "P.J.", "non-dropping-particle": "van der"}, {"literal": "NHS"}],
        **{"container-title": "Ward &amp; Studies", "container-title-short": "Ward Stud"},
        title="Falls on a <i>frailty</i> ward.",
        issued={"date-parts": [["2020", 2, "14"]]},
        DOI="https://doi.org/10.1000/X",
        note="PMID: 31452104\nPMCID: PMC6820180",
        URL="https://example.org/a",
        language="en-GB",
        keyword="falls; older people, frail",
        page="45–50",
        shortTitle=7,
    )
    assert entry == Entry(
        type="article",
        title="Falls on a frailty ward",
        identifiers=(("pmid", "31452104"), ("doi", "10.1000/x"), ("pmcid", "PMC6820180")),
        contributors=(Credit(family="van der Velden", given="P J"), Credit(kind="group", group="NHS")),
        keywords=("falls", "older people, frail"),
        container_title="Ward & Studies",
        container_abbreviation="Ward Stud",
        pages="45-50",
        url="https://example.org/a",
        issued=PartialDate.from_edtf("2020-02-14"),
        languages=("eng",),
        line=1,
        source_id="http://zotero.org/users/1/items/ABC",
    )


@pytest.mark.parametrize(
    ("issued", "edtf"),
    [
        ({"date-parts": [[2020]]}, "2020"),
        ({"date-parts": [[2020, 1], [2020, 3]]}, "2020-01/2020-03"),
        ({"date-parts": [[2020]], "season": "3"}, "2020-23"),
        ({"raw": "Feb 2020"}, "2020-02"),
        ({"date-parts": [[2020, 0]]}, "2020"),
    ],
)
def test_dates(issued, edtf):
    assert one(issued=issued).issued == PartialDate.from_edtf(edtf)


def test_bad_values_become_warnings():
    entry = one(
        issued={"date-parts": [[2020, 2, 31]]},
        DOI="no",
        author=[None, {"given": ["x"]}, 7],
        language="xx",
        ISSN=[7],
        custom={"pages": 7, "line": 3, "subjects": [{"scheme": "x"}], "warnings": ["x"], "issue": "4"},
        abstract={"a": 1},
        page=None,
    )
    assert (entry.title, entry.issued, entry.identifiers, entry.issue) == ("A", None, (), "4")
    assert entry.warnings == (
        "Line 1: “no” was left out. A DOI begins with 10., 4 to 9 digits and a slash, such as 10.1136/bmj.n71.",
        "Line 1: “7” was left out. An ISSN has 8 digits, the last of which may be X, such as 0378-5955.",
        "Line 1: the date “issued” was left out. February 2020 has no day 31.",
        "Line 1: “xx” is not a language code that we know. It was left out.",
        "Line 1: “pages” under “custom” was left out: it is not as we write it.",
        "Line 1: “line” under “custom” was left out: it is not as we write it.",
        "Line 1: “subjects” under “custom” was left out: it is not as we write it.",
        "Line 1: “warnings” under “custom” was left out: it is not as we write it.",
    )


def test_json_of_something_else():
    found = read([{"colour": "red"}, {"id": "x", "type": "book"}, "y"])
    assert found == [
        Rejected(1, "This item has no title."),
        Rejected(1, "This item has no title.", "x"),
        Rejected(1, "This is not a record: a list of records in JSON holds objects in curly brackets."),
    ]
    assert not csl_json.recognises('{"name": "package", "version": "1"}')
