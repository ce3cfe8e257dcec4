"""The meta tags that Google Scholar indexes and Zotero takes over: names, forms, and what each type has."""

import re

import pytest

from repository.crawlers.highwire import tags
from repository.exchange.entry import Credit
from repository.partial_dates import PartialDate
from repository.record_types import RecordType
from tests.repository.crawlers.works import PAGE, PAPER, SLIDES, work


def test_a_paper_has_every_tag_in_order():
    assert tags(PAPER) == [
        ("citation_title", "Falls on a frailty ward"),
        ("citation_author", "Smith, Jane A"),
        ("citation_author", "García\N{NO-BREAK SPACE}López, María José"),
        ("citation_author", "Falls Study Group"),
        ("citation_publication_date", "2010/5/12"),
        ("citation_online_date", "2021/3/9"),
        ("citation_journal_title", "Journal of Falls"),
        ("citation_journal_abbrev", "J Falls"),
        ("citation_volume", "7"),
        ("citation_issue", "1"),
        ("citation_firstpage", "11"),
        ("citation_lastpage", "19"),
        ("citation_doi", "10.5555/falls.1"),
        ("citation_pmid", "31452104"),
        ("citation_issn", "1471-2105"),
        ("citation_issn", "0378-5955"),
        ("citation_publisher", "Falls Press"),
        ("citation_language", "en"),
        ("citation_keywords", "Accidental Falls"),
        ("citation_keywords", "bed rails, low"),
        ("citation_keywords", "frailty"),
        ("citation_abstract_html_url", PAGE),
        ("citation_pdf_url", f"{PAGE}paper.pdf"),
        ("DC.type", "journalArticle"),
    ]


def test_a_work_of_which_little_is_known_has_no_empty_tags():
    assert tags(work(type="other")) == [
        ("citation_title", "Falls on a frailty ward"),
        ("citation_abstract_html_url", PAGE),
        ("DC.type", "document"),
    ]


@pytest.mark.parametrize(
    ("issued", "written"),
    [
        ("2010-05-12", "2010/5/12"), ("2010-05", "2010"), ("2010", "2010"), ("2019-24", "2019"), ("2019-33", "2019"),
        ("2019-11/2019-12", "2019"), ("2000-01-15/2000-01-30", "2000"),
    ],
)  # fmt: skip
def test_a_date_is_a_whole_day_or_a_bare_year(issued, written):
    given = dict(tags(work(issued=PartialDate.from_edtf(issued))))
    assert (given["citation_publication_date"], given["citation_online_date"]) == (written, "2021/3/9")


@pytest.mark.parametrize(
    ("pages", "first_and_last"),
    [
        ("11-19", ("11", "19")), ("11–9", ("11", "9")), ("e17", ("e17", None)), ("S1--S9", ("S1", "S9")),
        ("11-19, 31", ("11", "19")), ("xi - xv", ("xi", "xv")), ("one or two pages", (None, None)), ("", (None, None)),
    ],
)  # fmt: skip
def test_pages_are_told_as_first_and_last(pages, first_and_last):
    given = dict(tags(work(pages=pages)))
    assert (given.get("citation_firstpage"), given.get("citation_lastpage")) == first_and_last


DETAILS = {
    "container_title": "Where it stood",
    "event_name": "Falls 2020",
    "institution": "University of Northtown",
    "report_number": "R-7",
    "publisher": "Falls Press",
}
WHERE = re.compile("citation_(journal|conference|inbook|book|dissertation|technical)_")


@pytest.mark.parametrize(
    ("type_", "where", "zotero"),
    [
        ("article", [("citation_journal_title", "Where it stood")], "journalArticle"),
        ("preprint", [("citation_journal_title", "Where it stood")], "preprint"),
        ("conference_paper", [("citation_conference_title", "Falls 2020")], "conferencePaper"),
        ("poster", [("citation_conference_title", "Falls 2020")], "presentation"),
        ("presentation", [("citation_conference_title", "Falls 2020")], "presentation"),
        ("thesis", [("citation_dissertation_institution", "University of Northtown")], "thesis"),
        *(
            (
                report,
                [
                    ("citation_technical_report_institution", "University of Northtown"),
                    ("citation_technical_report_number", "R-7"),
                ],
                "report",
            )
            for report in ("report", "audit", "guideline", "policy", "toolkit", "training")
        ),
        (
            "chapter",
            [("citation_inbook_title", "Where it stood"), ("citation_book_title", "Where it stood")],
            "bookSection",
        ),
    ],
)
def test_each_type_says_where_it_appeared_in_the_tags_by_which_zotero_knows_it(type_, where, zotero):
    given = tags(work(type=type_, **DETAILS))
    assert [tag for tag in given if WHERE.match(tag[0])] == where
    assert dict(given)["DC.type"] == zotero


def test_every_type_of_record_has_a_type_of_zotero():
    assert {type_ for type_ in RecordType.values if not dict(tags(work(type=type_))).get("DC.type")} == set()


def test_only_pdfs_are_offered_as_such():
    assert "citation_pdf_url" not in dict(tags(work(files=(SLIDES,))))


# How Zotero's "Embedded Metadata" translator parts what stands in one citation_author.
def as_zotero_reads(author):
    authors = re.split(r"\s*;\s*", author)
    if len(authors) == 1:
        parted = re.split(r"\s*,\s*", author)
        if len(parted) > 1 and " " in parted[0] and " " in parted[1]:
            authors = parted
    return [" ".join(name.split()) for name in authors]


@pytest.mark.parametrize(
    ("credit", "name"),
    [
        (Credit(family="Smith", given="Jane A"), "Smith, Jane A"),
        (Credit(family="García López", given="María José"), "García López, María José"),
        (Credit(family="van der Berg", given="Jan W", suffix="Jr"), "van der Berg, Jan W, Jr"),
        (Credit(family="de Vries", given="J"), "de Vries, J"),
        (Credit(kind="group", group="NIHR Falls Group, University of Northtown"),
         "NIHR Falls Group, University of Northtown"),
    ],
)  # fmt: skip
def test_zotero_takes_each_author_for_one(credit, name):
    ((_, author),) = [tag for tag in tags(work(contributors=(credit,))) if tag[0] == "citation_author"]
    assert as_zotero_reads(author) == [name]
