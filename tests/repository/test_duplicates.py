"""The warning of duplicates: by DOI, by PubMed ID, by title, and only what the person may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from repository import duplicates
from repository.models import Record
from tests.builders import make_record

pytestmark = pytest.mark.django_db

TITLE = "Falls on a frailty ward: a cohort study of risk"
DOI = ("doi", "10.1136/bmj.n71")


def found(user, **given):
    return [(c.record.title, c.reason) for c in duplicates.candidates(**{"title": "", **given}, user=user)]


def test_the_same_number_or_a_title_that_is_alike(staff):
    make_record(TITLE, identifiers=(DOI, ("pmid", "31452104")))
    make_record("Something else altogether")
    assert found(staff, title=TITLE.upper()) == [(TITLE, "Same title")]
    assert found(staff, title="Falls on a fraility ward: cohort study of risk") == [(TITLE, "Titles are 89% alike")]
    assert found(staff, title="", doi="https://doi.org/10.1136/BMJ.n71") == [(TITLE, "Same DOI")]
    assert found(staff, title=TITLE, doi=DOI[1], pmid="PMID: 31452104") == [
        (TITLE, "Same DOI and same PubMed ID and same title")
    ]
    assert found(staff, title="Hand hygiene among visitors", doi="no doi", pmid="none") == []


def test_a_doi_that_a_chapter_shares_is_told_apart(staff):
    make_record("Handbook of geriatric medicine", type="book", identifiers=(DOI,))
    chapter = duplicates.candidates(title="Sarcopenia and its causes", doi=DOI[1], user=staff)
    assert [(c.record.title, c.is_other_work) for c in chapter] == [("Handbook of geriatric medicine", True)]
    assert "Chapters of one book" in chapter[0].reason


def test_the_likeliest_stand_first(staff):
    make_record(TITLE, issued="1995")
    make_record(TITLE, issued="2020")
    make_record("A quite different name for it", identifiers=(DOI,))
    record = make_record("Falls on a frailty ward: a cohort study", identifiers=(DOI,))
    rows = duplicates.candidates(title=TITLE, doi=DOI[1], year=2020, user=staff)
    assert [(row.record.title, row.record.year, row.is_other_work) for row in rows] == [
        (record.title, 2020, False),
        (TITLE, 2020, False),
        (TITLE, 1995, False),
        ("A quite different name for it", 2020, True),
    ]


def test_what_the_user_may_not_see_and_what_is_gone_is_not_found(staff, depositor, librarian):
    make_record(TITLE, status="draft", depositor=depositor)
    make_record(TITLE + " two", audience="library")
    make_record(TITLE + " gone", status="withdrawn")
    seen = {user.name: sorted(title for title, _ in found(user, title=TITLE)) for user in (staff, depositor, librarian)}
    assert seen == {
        "Stella Staff": [],
        "Dele Depositor": [TITLE],
        "Libby Librarian": [TITLE + " two"],
    }


def test_a_draft_is_no_duplicate_of_itself_or_of_its_other_versions(depositor):
    first = make_record(TITLE, identifiers=(DOI,))
    draft = make_record(TITLE, status="draft", depositor=depositor, first_version=first, version=2, identifiers=(DOI,))
    other = make_record(TITLE, authors=("Okafor, Ada",), issued="2021-03")
    (comparison,) = duplicates.for_draft(draft, depositor)
    assert comparison.candidate.record == other
    assert comparison.rows == (
        ("Title", TITLE, TITLE),
        ("Authors", "Smith, Jane", "Okafor, Ada"),
        ("Date", "February 2020", "March 2021"),
        ("Type", "Journal article", "Journal article"),
        ("Identifiers", "DOI 10.1136/bmj.n71", ""),
    )


def test_the_index_finds_the_titles_among_thousands(staff):
    words = ("delirium", "sepsis", "handover", "falls", "stroke", "asthma")
    Record.objects.bulk_create(
        Record(title=f"{one} and {other} on ward {number}", status="published", type="article", abstract="Word " * 300)
        for number in range(150)
        for one in words
        for other in words
    )
    with CaptureQueriesContext(connection) as queries:
        found(staff, title=TITLE)
    (sql,) = [query["sql"] for query in queries if " % " in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE repository_record")
        cursor.execute("EXPLAIN " + sql)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Bitmap Index Scan on record_title_letters" in plan


def test_the_same_queries_whatever_is_found(staff, django_assert_num_queries):
    staff.has_perm("repository.view_record")
    for number in range(50):
        make_record(
            f"{TITLE} {number}", authors=("Smith, Jane", "Okafor, Ada"), identifiers=(("doi", f"10.1000/{number}"),)
        )
        if number in (2, 49):
            with django_assert_num_queries(4):
                rows = duplicates.candidates(title=TITLE, doi="10.1000/1", pmid="1", user=staff)
                assert [row.record.byline for row in rows] == ["Smith, Jane; Okafor, Ada"] * min(number + 1, 5)


def test_the_form_gets_each_candidate_beside_what_is_typed(signed_in, staff):
    record = make_record(TITLE, identifiers=(DOI,))
    page = signed_in(staff).get(
        reverse("repository:suggest_duplicates"),
        {
            "title": "Falls on a frailty ward",
            "doi": DOI[1],
            "issued": "Feb 2020",
            "type": "report",
            "authors": "Lee, B",
        },
    )
    assert [c.rows for c in page.context["comparisons"]] == [
        (
            ("Title", "Falls on a frailty ward", TITLE),
            ("Authors", "Lee, B", "Smith, Jane"),
            ("Date", "February 2020", "February 2020"),
            ("Type", "Report", "Journal article"),
            ("Identifiers", "DOI 10.1136/bmj.n71", "DOI 10.1136/bmj.n71"),
        )
    ]
    assert f'href="{record.get_absolute_url()}"' in page.text
    assert "<html" not in page.text


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"title": "\x00", "record": "9" * 30},
        {"title": "x" * 9_000, "issued": "0000", "type": "spaceship", "record": "-1"},
        {"doi": "10.1/", "pmid": "0", "issued": "10**30"},
    ],
)
def test_strange_input_finds_nothing(signed_in, staff, given):
    make_record(TITLE)
    page = signed_in(staff).get(reverse("repository:suggest_duplicates"), given)
    assert (page.status_code, page.text.strip()) == (200, "")
