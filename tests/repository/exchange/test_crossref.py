"""Works as Crossref gives them: what is kept, and the real files, counted by hand."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from repository.exchange import crossref, csl_json, detect
from repository.exchange.entry import Credit, Entry, Notice, Rejected
from repository.partial_dates import PartialDate

FOLDER = Path(__file__).parents[3].parent / "shared" / "files" / "crossref"

WORK = {
    "type": "journal-article",
    "DOI": "10.1000/FALLS.1",
    "prefix": "10.1000",
    "title": ["Falls on a <i>frailty</i> ward &amp; at home"],
    "subtitle": ["A cohort study"],
    "original-title": ["Stürze"],
    "abstract": "<jats:title>Abstract</jats:title><jats:sec><jats:title>Background</jats:title><jats:p>We ask\n  why, "
    "p&lt;0.05.</jats:p></jats:sec><jats:sec><jats:title>Methods:</jats:title><jats:p>We "
    "<jats:italic>count</jats:italic>.</jats:p></jats:sec>",
    "author": [
        {
            "given": "Jane A.",
            "family": "Smith",
            "suffix": "Jr",
            "ORCID": "http://orcid.org/0000-0002-1825-0097",
            "affiliation": [{"name": "Ward 3"}, {"name": "Northmoor Hospital", "place": ["Leeds, UK"]}],
        },
        {"name": "Ward Group", "affiliation": []},
        {"family": "Lee", "given": "B", "ORCID": "https://orcid.org/0000-0002-1825-0098"},
    ],
    "editor": [{"family": "Okafor", "given": "A"}],
    "container-title": ["Ward Studies"],
    "short-container-title": ["Ward Stud"],
    "volume": "12",
    "issue": "3",
    "page": "45-50",
    "article-number": "e16",
    "publisher": "Ward Press",
    "ISSN": ["1895-5770", "1234-5678"],
    "language": "en",
    "license": [
        {"URL": "https://example.org/tdm", "content-version": "tdm"},
        {"URL": "http://creativecommons.org/licenses/by-nc/4.0/", "content-version": "vor"},
    ],
    "funder": [{"name": "Wellcome Trust", "award": ["R01", "R02"]}, {"name": "NIHR"}],
    "clinical-trial-number": [{"clinical-trial-number": "isrctn12345678", "registry": "10.18810/isrctn"}],
    "published-print": {"date-parts": [[2020, 3]]},
    "published-online": {"date-parts": [[2020, 2, 14]]},
    "issued": {"date-parts": [[2020, 2, 14]]},
    "updated-by": [
        {"DOI": "10.1000/r", "type": "retraction", "label": "Retraction", "updated": {"date-parts": [[2021, 5, 8]]}},
        {"DOI": "10.1000/s", "type": "surprise"},
    ],
    "update-to": [{"DOI": "10.1000/old", "type": "new_version", "label": "New version"}],
    "relation": {"has-preprint": [{"id-type": "doi", "id": "10.1101/1"}], "is-part-of": [{"id": "x"}]},
    "URL": "https://doi.org/10.1000/falls.1",
}


def read(value):
    return list(crossref.read(BytesIO(json.dumps(value).encode())))


ENTRY = Entry(
    type="article",
    title="Falls on a frailty ward & at home: A cohort study",
    vernacular_title="Stürze",
    abstract="BACKGROUND: We ask why, p<0.05.\n\nMETHODS: We count.",
    identifiers=(("doi", "10.1000/falls.1"), ("issn", "1895-5770")),
    contributors=(
        Credit(
            family="Smith",
            given="Jane A",
            suffix="Jr",
            orcid="0000-0002-1825-0097",
            affiliations=("Ward 3", "Northmoor Hospital, Leeds, UK"),
        ),
        Credit(kind="group", group="Ward Group"),
        Credit(family="Lee", given="B"),
        Credit(role="editor", family="Okafor", given="A"),
    ),
    container_title="Ward Studies",
    container_abbreviation="Ward Stud",
    volume="12",
    issue="3",
    pages="45-50",
    article_number="e16",
    publisher="Ward Press",
    licence="CC-BY-NC-4.0",
    issued=PartialDate.from_edtf("2020-03"),
    available_online=PartialDate.from_edtf("2020-02-14"),
    languages=("eng",),
    notices=(
        Notice("retraction", "Retraction. 8 May 2021. https://doi.org/10.1000/r"),
        Notice("update_of", "New version. https://doi.org/10.1000/old"),
        Notice("update_of", "Preprint. https://doi.org/10.1101/1"),
    ),
    registrations=("ISRCTN12345678",),
    funding=("Wellcome Trust (R01, R02)", "NIHR"),
    line=1,
    source_id="10.1000/FALLS.1",
)


def test_an_article_with_all_that_crossref_knows():
    (entry,) = read({"status": "ok", "message-type": "work", "message": WORK})
    assert replace(entry, warnings=()) == ENTRY
    assert entry.warnings == (
        "Line 1: “1234-5678” was left out. This ISSN has a mistyped digit: its last one does not fit the others.",
        "Line 1: “https://orcid.org/0000-0002-1825-0098” was left out. This ORCID iD has a mistyped character: its "
        "last one would have to be 7.",
        "Line 1: an update of the kind “surprise” was left out.",
    )


@pytest.mark.parametrize(
    "value",
    [
        {
            "status": "ok",
            "message-type": "work-list",
            "message": {"facets": {}, "total-results": 2, "items": [WORK, WORK]},
        },
        [WORK, WORK],
        {"items": [WORK, WORK]},
    ],
)
def test_lists_of_works(value):
    assert [entry.title for entry in read(value)] == [ENTRY.title] * 2
    assert detect(json.dumps(value).encode()) == "crossref"


@pytest.mark.parametrize(
    ("work", "said"),
    [
        (
            {"type": "book-chapter", "container-title": ["Series", "Book"], "ISBN": ["http://id.crossref.org/isbn/9780306406157"]},
            Entry("chapter", "A", container_title="Book", series="Series", identifiers=(("isbn", "9780306406157"),)),
        ),
        (
            {"type": "posted-content", "institution": [{"name": "medRxiv"}], "publisher": "Cold Spring Harbor"},
            Entry("preprint", "A", publisher="medRxiv"),
        ),
        (
            {"type": "dissertation", "institution": {"name": "Northmoor"}, "degree": ["PhD"]},
            Entry("thesis", "A", institution="Northmoor", degree="PhD"),
        ),
        (
            {
                "type": "proceedings-article",
                "event": {"name": "Days", "location": "Leeds", "start": {"date-parts": [[2020, 1, 2]]}},
            },
            Entry(
                "conference_paper",
                "A",
                event_name="Days",
                event_place="Leeds",
                event_date=PartialDate.from_edtf("2020-01-02"),
            ),
        ),
        ({"type": "grant", "URL": "https://example.org/a"}, Entry("other", "A", url="https://example.org/a")),
    ],
)  # fmt: skip
def test_types(work, said):
    (entry,) = read({"title": "A", **work})
    assert entry.to_json() == said.to_json()


def test_what_stands_in_the_wrong_place():
    wrong = dict.fromkeys(WORK, 7) | {"title": ["A"], "subtitle": None, "relation": [1], "license": {"URL": None}}
    (entry,) = read(wrong | {"issued": {"date-parts": 7}})
    assert (entry.title, entry.contributors, entry.issued) == ("A", (), None)
    (entry,) = read({name: [None, {"x": []}] for name in WORK} | {"title": "A", "issued": {"date-parts": [[2020, 13]]}})
    assert (entry.title, entry.issued) == ("A", None)
    assert read({"message": {"DOI": "10.1000/x"}}) == [Rejected(1, "This work has no title.", "10.1000/x")]


@pytest.mark.parametrize("junk", ["<title>", "<jats:p", "\n", " \n ", "&amp;", "<", "A:\n\n"])
def test_long_abstracts_end_well(junk):
    (entry,) = read({"title": "A", "abstract": junk * 50_000})
    assert entry.title == "A"


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample files are not here")
def test_the_real_answers():
    data = (FOLDER / "habanero_test_works_with_one_id_200.json").read_bytes()
    (entry,) = crossref.read(BytesIO(data))  # 1 work
    assert detect(data) == "crossref"
    assert entry.identifiers == (("doi", "10.1371/journal.pone.0033693"), ("issn", "1932-6203"))
    assert [credit.credited_as for credit in entry.contributors] == [
        *("Sadasivan, Shankar", "Pond, Brooks B", "Pani, Amar K", "Qu, Chunxu", "Jiao, Yun", "Smeyne, Richard J"),
        "Borlongan, Cesario V",
    ]
    assert [credit.role for credit in entry.contributors] == ["author"] * 6 + ["editor"]
    assert (entry.container_title, entry.volume, entry.issue, entry.pages) == ("PLoS ONE", "7", "3", "e33693")
    assert (entry.licence, str(entry.issued), entry.languages) == ("CC-BY-4.0", "21 March 2012", ("eng",))
    assert [notice.kind for notice in entry.notices] == ["erratum"]

    data = (FOLDER / "habanero_10.1126_science.169.3946.635.csl.json").read_bytes()
    assert detect(data) == "crossref"
    for reader in (crossref, csl_json):  # 1 work, and the same in either
        (entry,) = reader.read(BytesIO(data))
        assert entry.identifiers == (
            *(("doi", "10.1126/science.169.3946.635"), ("issn", "0036-8075"), ("issn", "1095-9203")),
        )
        assert [(credit.credited_as, len(credit.affiliations)) for credit in entry.contributors] == [
            ("Frank, Henry S", 1)
        ]
        assert (entry.container_title, entry.volume, entry.issue, entry.pages) == ("Science", "169", "3946", "635-641")
        assert str(entry.issued) == "14 August 1970"
