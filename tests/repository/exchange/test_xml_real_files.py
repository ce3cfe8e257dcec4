"""The XML readers on real files of PubMed, Europe PMC, ORCID and OAI repositories, counted by hand."""

from pathlib import Path

import pytest

from repository.exchange import read
from repository.exchange.entry import Entry, Rejected

FOLDER = Path(__file__).parents[3].parent / "shared" / "files"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample files are not here")

# PMID, DOI, type, names in order, number of headings, labels of the first and the last, issued.
PUBMED = {
    "biopython_pubmed1.xml": [
        ("12091962", "", "article", ["Olivero"], 19, "AIDS Serodiagnosis", "United States", "1990-21"),
        (
            "9997",
            "10.1016/0005-2795(76)90109-4",
            "article",
            ["Strekas"],
            13,
            "Binding Sites",
            "Temperature",
            "1976-09-28",
        ),
    ],
    "biopython_pubmed2.xml": [
        (
            "11748933",
            "10.1006/cryo.2001.2328",
            "article",
            ["Taddei", "Barbato", "Abelli", "Canese", "Moretti", "Rana", "Fausto", "Mazzini"],
            11,
            "Animals",
            "Spermatozoa",
            "2001-06",
        ),
        (
            "11700088",
            "10.1006/jmre.2001.2429",
            "article",
            ["Casieri", "Testa", "Carpinelli", "Canese", "Podo", "De Luca"],
            0,
            "",
            "",
            "2001-11",
        ),
    ],
    "dspace_pubmed-test.xml": [
        (
            "15117179",
            "10.1021/ac0354342",
            "article",
            ["Astorga-Wells", "Bergman", "Jörnvall"],
            9,
            "Animals",
            "Trypsin",
            "2004-05-01",
        )
    ],
    "dspace_pubmedimport-search-test.xml": [
        (
            "36708638",
            "10.1016/j.nepr.2023.103548",
            "article",
            ["Giuffrida", "Silano", "Ramacciati", "Prandi", "Baldon", "Bianchi"],
            7,
            "Humans",
            "Students, Nursing",
            "2023-02",
        )
    ],
    "pmid_11618220.xml": [
        ("11618220", "10.1163/156853287x00032", "article", ["McMahon"], 5, "China", "Sexual Behavior", "1987"),
    ],
    # GeneReviews: six editors of the book, then three authors of the chapter.
    "pmid_20301546.xml": [
        (
            "20301546",
            "",
            "chapter",
            ["Adam", "Bick", "Mirzaa", "Pagon", "Wallace", "Amemiya", "Gauvreau", "Brisson", "Dupré"],
            0,
            "",
            "",
            "1993",
        )
    ],
    "pmid_26568896.xml": [
        (
            "26568896",
            "10.4172/2161-0525.1000239",
            "article",
            ["Browning", "The", "Mason", "Wise"],
            0,
            "",
            "",
            "2014-11",
        )
    ],
    "pmid_33856845.xml": [
        (
            "33856845",
            "10.1037/prj0000481",
            "article",
            ["Manoli", "Cervello", "Franck"],
            4,
            "Humans",
            "Rehabilitation, Vocational",
            "2021-12",
        )
    ],
    "pmid_34843274.xml": [
        (
            "34843274",
            "10.1037/amp0000904",
            "article",
            ["Guideline Development Panel for the Treatment of Depressive Disorders"],
            8,
            "Adolescent",
            "Societies, Scientific",
            "2022-09",
        )
    ],
    "pmid_38962805.xml": [("38962805", "10.1080/09540121.2024.2374185", "article", [], 0, "", "", "2024-07")],
    "pmid_39630833.xml": [
        ("39630833", "10.62675/2965-2774.20240066-enerr", "article", [], 0, "", "", "2024-12-02"),
    ],
    # The sixty-three investigators of the group are no authors.
    "pmid_7550356.xml": [
        (
            "7550356",
            "10.1038/ng1095-219",
            "article",
            ["Alzheimer's Disease Collaborative Group"],
            21,
            "Age Factors",
            "Presenilin-1",
            "1995-10",
        )
    ],
}


def entries(folder: str, name: str) -> list[Entry | Rejected]:
    with (FOLDER / folder / name).open("rb") as stream:
        return list(read(stream))


def names(entry: Entry) -> list[str]:
    return [credit.family or credit.group for credit in entry.contributors]


@pytest.mark.parametrize("name", PUBMED)
def test_pubmed(name: str):
    found = entries("pubmed_xml", name)

    assert [
        (
            entry.identifier("pmid"),
            entry.identifier("doi"),
            entry.type,
            names(entry),
            len(entry.subjects),
            entry.subjects[0].label if entry.subjects else "",
            entry.subjects[-1].label if entry.subjects else "",
            entry.issued.edtf if entry.issued else "",
        )
        for entry in found
        if isinstance(entry, Entry)
    ] == PUBMED[name]
    assert all(isinstance(entry, Entry) and entry.warnings == () for entry in found)


def test_details_of_pubmed():
    (suffix,) = entries("pubmed_xml", "pmid_26568896.xml")
    (erratum,) = entries("pubmed_xml", "pmid_39630833.xml")
    (orcids,) = entries("pubmed_xml", "pmid_33856845.xml")

    assert isinstance(suffix, Entry)
    assert (suffix.contributors[3].suffix, suffix.article_number, suffix.identifier("pmcid")) == (
        "Sr",
        "239",
        "PMC4643289",
    )
    assert "(TiO2)" in suffix.abstract
    assert suffix.funding == ("R01 ES016893/ES/NIEHS NIH HHS/United States",)
    assert isinstance(erratum, Entry)
    assert (erratum.article_number, erratum.pages, erratum.languages) == ("e20240066enerr", "", ("eng", "por"))
    assert [(notice.kind, notice.pmid) for notice in erratum.notices] == [("erratum_for", "39319920")]
    assert isinstance(orcids, Entry)
    assert [credit.orcid for credit in orcids.contributors] == [
        "0000-0002-9485-5207",
        "0000-0001-9358-433X",
        "0000-0002-2894-5108",
    ]


def test_europe_pmc_gives_an_article_and_two_patents():
    found = entries("pubmed_xml", "dspace_europepmc-test.xml")

    assert [
        (
            entry.line,
            entry.type,
            entry.title[:15],
            names(entry)[0],
            len(entry.contributors),
            entry.report_number,
            entry.warnings,
        )
        for entry in found
        if isinstance(entry, Entry)
    ] == [
        (14, "article", "First record of", "Olempska", 3, "", ()),
        (197, "other", "VODKA SYNEVIR", "BARANOV VALENTYN VOLODYMYROVYC", 4, "UA37818", ()),
        (287, "other", "A VODKA CHARKA", "BARANOV VALENTYN VOLODYMYROVYC", 4, "UA37954", ()),
    ]
    article = found[0]
    assert isinstance(article, Entry)
    assert article.identifiers == (
        ("pmid", "21733903"),
        ("doi", "10.1098/rspb.2011.0943"),
        ("pmcid", "PMC3234553"),
        ("issn", "1471-2954"),
        ("issn", "0962-8452"),
    )
    assert [credit.orcid for credit in article.contributors] == ["0000-0003-0310-3876", "0000-0002-2148-437X", ""]


def test_orcid_gives_each_work_of_a_group_whose_versions_differ():
    # Five groups of seven summaries; no two of a group have the same title.
    found = entries("orcid", "dspace_orcid_works.xml")

    assert [
        (entry.line, entry.type, entry.title, entry.issued.edtf if entry.issued else "")
        for entry in found
        if isinstance(entry, Entry)
    ] == [
        (7, "other", "The elements of style and the survey of ophthalmology", "2012-11-01"),
        (37, "article", "Introduction", "2011-11-01"),
        (62, "article", "Another cautionary tale", "2011-05-01"),
        (89, "article", "Another cautionary tale (4Science)", "2011-05-01"),
        (114, "article", "Functional hemianopsia: a historical perspective", "1988-05-01"),
        (140, "article", "Branch artery occlusion in a young man", "1985-07-01"),
        (170, "article", "Branch artery occlusion in a young woman", "1985-07-01"),
    ]
    assert sum("as versions of one work" in warning for entry in found for warning in entry.warnings) == 2  # type: ignore[union-attr]


def test_an_orcid_record_without_works_is_a_person():
    # A librarian who uploads it expects works; what it holds is a person, and the portal's people are not imported.
    assert entries("orcid", "dspace_orcid-person-record.xml") == [
        Rejected(
            1,
            "This is Andrea Bollini’s ORCID record, and it has no works in it. "
            "Save the works, whose address ends in “/works”.",
            "0000-0002-9029-1854",
        )
    ]


# Entries, and records that are rejected, in each answer of a repository.
OAI = {
    "pyoai_fake1_00000.xml": (0, 1),
    "pyoai_fake1_00001.xml": (0, 1),
    "pyoai_fake1_00002.xml": (0, 1),
    "pyoai_fake1_00003.xml": (0, 16),
    "pyoai_fake1_00004.xml": (1, 0),
    "pyoai_fake1_00005.xml": (16, 0),
    "sickle_ListRecords4_EXCERPT_deleted_record.xml": (0, 1),
    "dspace_xoai-test1.xml": (1, 0),
}


@pytest.mark.parametrize("name", OAI)
def test_oai(name: str):
    found = entries("oai", name)

    assert (sum(isinstance(f, Entry) for f in found), sum(isinstance(f, Rejected) for f in found)) == OAI[name]


def test_details_of_oai():
    found = [entry for entry in entries("oai", "pyoai_fake1_00005.xml") if isinstance(entry, Entry)]
    (deleted,) = entries("oai", "sickle_ListRecords4_EXCERPT_deleted_record.xml")
    (internal,) = entries("oai", "dspace_xoai-test1.xml")

    assert [entry.source_id for entry in found[:3]] == ["hdl:1765/308", "hdl:1765/309", "hdl:1765/311"]
    assert [entry.type for entry in found] == ["other"] * 2 + ["article"] * 3 + ["report"] * 11
    assert [len(entry.contributors) for entry in found] == [1, 1, 1, 1, 1, 1, 3, 1, 1, 2, 2, 2, 1, 3, 2, 3]
    assert [entry.identifiers for entry in found[:3]] == [
        (("isbn", "9789058920362"),),
        (("isbn", "9789058920324"),),
        (),
    ]
    assert (found[6].series, found[6].report_number, found[6].languages) == ("ERS", "ERS-2003-023-LIS", ("eng",))
    assert found[6].contributors[1].credited_as == "Laan, E A van der"
    assert deleted == Rejected(7, "The repository says that this record was deleted.", "oai:test.example.com:1585310")
    # DSpace's internal form describes a record as well as its others do, so it is read like them.
    assert isinstance(internal, Entry)
    assert (internal.title, names(internal), internal.keywords) == ("Test Webpage", ["Cat"], ("cat", "calico"))
    assert (internal.url, internal.issued and internal.issued.edtf) == ("http://hdl.handle.net/10673/4", "1982-11-11")
    assert [warning.split(".")[0] for warning in internal.warnings] == ["Line 44: “123456789” was left out"]
