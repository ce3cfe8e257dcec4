"""The page of search results, as anybody and as a colleague sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.search import indexing, statistics
from tests import builders
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db


def page(client, **query) -> str:
    response = client.get("/search/", query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_hit_shows_what_it_is_who_made_it_and_why_it_was_found(client):
    record = builders.make_record(
        "Falls & frailty", abstract="Nurses <counted> falls.", container_title="BMJ Open", issued="2021"
    )

    html = page(client, q="falls")

    assert f'<a href="/repository/{record.pk}/">Falls &amp; frailty</a>' in html
    assert "Journal article" in html
    assert "Smith, Jane · BMJ Open · 2021" in html
    assert "Nurses &lt;counted&gt; <mark>falls</mark>." in html
    assert "<strong>1</strong> result" in html
    assert 'name="q" type="search" value="falls"' in html


def test_a_hit_by_the_words_of_a_file_says_in_which_one(client):
    attach(builders.make_record("Falls"), "Falls <b> poster.pdf", "Socks with wrigglement.")

    html = page(client, q="wrigglement")

    assert "Found in Falls &lt;b&gt; poster.pdf" in html
    assert "Socks with <mark>wrigglement</mark>." in html
    assert "Found in" not in page(client, q="falls")


def test_kinds_and_years_are_ticked_in_the_address(client):
    builders.make_record("Falls record", issued="2021")
    builders.make_lesson("Falls lesson")

    html = page(client, q="falls", kind="lesson", year="2024")

    assert "Falls lesson" in html
    assert "Falls record" not in html
    assert 'name="kind" value="lesson" checked' in html
    assert 'name="year" value="2024" checked' in html
    assert "Remove the filter Kind: </span>Lessons" in html


def test_a_page_without_a_query_says_what_to_type(client):
    assert "What are you looking for?" in page(client)
    assert "What are you looking for?" in page(client, q="   ")
    assert "Apply filters" not in page(client)


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ({"q": "nonsuch"}, "Check the spelling"),
        ({"q": '"falls nonsuch"'}, "without the quotation marks"),
        ({"q": "falls -record"}, "without the quotation marks and minus signs"),
        ({"q": "falls", "kind": "session"}, "Search without filters"),
        ({"q": "the"}, "There is no word here to look for"),
    ],
)
def test_where_nothing_is_found_the_page_says_what_to_do_next(client, query, advice):
    builders.make_record("Falls record")

    assert advice in page(client, **query)


def test_the_way_out_of_filters_keeps_the_query(client):
    assert 'href="?q=falls"' in page(client, q="falls", kind="session", page="3")


def test_an_unknown_choice_is_left_out_and_the_reader_is_told(client):
    builders.make_record("Falls record")

    html = page(client, q="falls", kind=["unicorn", "record"], year=["0", "0000", "soon", "99999", "٢٠٢٠"])

    assert "There is no kind called “unicorn”, so it was left out." in html
    assert "“soon” is not a year, so it was left out." in html
    assert "Falls record" in html


@pytest.mark.parametrize(
    "query",
    [
        "q=falls&page=" + "9" * 30,
        "q=falls&page=-1&year=0&kind=",
        "q=%00",
        "q=falls%00&kind=%00&year=%00&page=%00",
        "q=%ED%A0%80",
        "q=" + "falls+" * 1_600,
        "q=" + "%22a%22+" * 500,
        "q=" + "-a+" * 600 + "falls",
        "q=((((&kind=record",
        "q=%27%5C%27%3B--",
        "q=%C3%9F%F0%9F%A9%BA",
        "q=falls&q=ward",
    ],
)
def test_no_address_breaks_the_page(client, query):
    builders.make_record("Falls")

    assert client.get(f"/search/?{query}").status_code == 200


def test_of_a_very_long_query_the_page_says_how_much_was_used(client):
    assert "Only the first 2,000 characters of your search were used." in page(client, q="falls " * 1_600)


def test_a_page_is_read_only(client):
    assert client.post("/search/", {"q": "falls"}).status_code == 405


def test_people_show_to_colleagues_only(client, signed_in, staff, librarian):
    indexing.refresh([staff.profile])

    assert "Stella Staff" not in page(client, q="stella")
    assert "Nothing was found" in page(client, q="stella", kind="person").replace("that fits these filters ", "")
    assert f'<a href="/people/{staff.profile.pk}/">Stella Staff</a>' in page(signed_in(librarian), q="stella")


@pytest.mark.parametrize("who", ["anybody", "colleague"])
def test_the_number_of_queries_does_not_grow_with_what_is_found(client, signed_in, librarian, who):
    browser = signed_in(librarian) if who == "colleague" else client
    counted = []
    for more in (3, 47):
        for number in range(more):
            builders.make_record(f"Falls {number}", subjects=("Frailty",), tags=("falls",))
        statistics.refresh()
        with CaptureQueriesContext(connection) as queries:
            page(browser, q="falls")
        counted.append(len(queries))

    assert counted[0] == counted[1]
    # One more goes to the database past Django's count: the candidates (candidates.py).
    assert counted[0] + 1 <= 12
