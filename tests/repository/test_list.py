"""The list of records: what is in it, how it narrows, counts, sorts and pages, and what it does with junk."""

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from repository import deposits, filters
from repository.filters import RecordFilter
from repository.models import Record, SubjectTerm
from tests.builders import make_collection, make_department, make_record

pytestmark = pytest.mark.django_db


def titles(client, query=""):
    return [record.title for record in client.get(f"/repository/{query}").context["page"]]


def counts(query=""):
    """Return label and count of every choice, by facet."""
    narrowing = RecordFilter(QueryDict(query), user=AnonymousUser())
    return {facet.name: [(choice.label, choice.count) for choice in facet.choices] for facet in narrowing.facets()}


@pytest.fixture
def library():
    """Four published records that differ in every facet, and one that readers cannot see."""
    papers, posters = make_collection("Papers"), make_collection("Posters")
    nursing = make_collection("Nursing posters", parent=posters)
    ward, pharmacy = make_department("Frailty ward"), make_department("Pharmacy")
    make_record(
        "Falls", type="article", issued="2020-02", collection=papers, department=ward,
        subjects=("Accidental Falls", "Frailty"), tags=("falls", "night"),
    )  # fmt: skip
    make_record(
        "Frailty", type="article", issued="2021", collection=papers, department=ward,
        subjects=("Frailty",), tags=("night",),
    )  # fmt: skip
    make_record(
        "Doses", type="poster", issued="2019-24", collection=nursing, department=pharmacy,
        subjects=("Drug Dosage",), tags=("falls",),
    )  # fmt: skip
    make_record("Undated", type="poster", issued="", collection=posters)
    make_record("Secret", type="thesis", status="draft", issued="2020", collection=papers, tags=("falls",))


def test_the_list_holds_what_is_published_the_latest_first(client, librarian, library):
    make_record("Gone", status="withdrawn")
    make_record("Waiting", status="submitted")
    assert titles(client) == ["Frailty", "Falls", "Doses", "Undated"]
    client.force_login(librarian)
    assert titles(client) == ["Frailty", "Falls", "Doses", "Undated"]


def test_each_facet_counts_its_choices(library):
    assert counts() == {
        "type": [("Journal article", 2), ("Poster", 2)],
        "year": [("2021", 1), ("2020", 1), ("2019", 1)],
        "subject": [("Frailty", 2), ("Accidental Falls", 1), ("Drug Dosage", 1)],
        "department": [("Frailty ward", 2), ("Pharmacy", 1)],
        "collection": [("Papers", 2), ("Posters", 2), ("Posters › Nursing posters", 1)],
        "tag": [("falls", 2), ("night", 2)],
    }


def test_the_counts_of_a_facet_leave_its_own_choices_aside(library):
    assert counts("type=poster&tag=falls") == {
        "type": [("Journal article", 1), ("Poster", 1)],
        "year": [("2019", 1)],
        "subject": [("Drug Dosage", 1)],
        "department": [("Pharmacy", 1)],
        "collection": [("Posters", 1), ("Posters › Nursing posters", 1)],
        "tag": [("falls", 1)],
    }


def test_every_choice_leads_to_as_many_records_as_it_says(client, library):
    narrowing = RecordFilter(QueryDict(""), user=AnonymousUser())
    said = {(f.name, choice.value): choice.count for f in narrowing.facets() for choice in f.choices}
    found = {
        (name, value): client.get("/repository/", {name: value}).context["page"].paginator.count for name, value in said
    }
    assert len(said) == 15
    assert found == said


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?type=article", ["Frailty", "Falls"]),
        ("?type=article&type=poster", ["Frailty", "Falls", "Doses", "Undated"]),
        ("?year=2020&year=2019", ["Falls", "Doses"]),
        ("?department=pharmacy", ["Doses"]),
        ("?collection=posters", ["Doses", "Undated"]),
        ("?collection=nursing-posters", ["Doses"]),
        ("?tag=falls&tag=night", ["Frailty", "Falls", "Doses"]),
        ("?tag=falls&type=article", ["Falls"]),
        ("?tag=night&type=poster", []),
    ],
)
def test_facets_narrow_together_and_the_values_of_one_widen(client, library, query, expected):
    assert titles(client, query) == expected


def test_a_heading_leads_to_its_records(client, library):
    assert titles(client, SubjectTerm.objects.get(label="Frailty").get_absolute_url().removeprefix("/repository/")) == [
        "Frailty",
        "Falls",
    ]


def test_a_choice_that_nothing_is_left_of_stays_in_sight_and_can_be_taken_off(client, library):
    page = client.get("/repository/?tag=night&type=poster")
    assert "No record fits these filters" in page.text
    chosen = [choice.label for facet in page.context["facets"] for choice in facet.selected]
    assert chosen == ["Poster", "night"]
    assert 'href="?tag=night"' in page.text
    assert 'href="?type=poster"' in page.text


def test_only_the_most_used_headings_are_offered_and_the_chosen_one(monkeypatch, library):
    monkeypatch.setattr(filters, "MOST_CHOICES", 1)
    rare = SubjectTerm.objects.get(label="Drug Dosage")
    assert counts()["subject"] == [("Frailty", 2)]
    assert counts(f"subject={rare.pk}")["subject"] == [("Frailty", 2), ("Drug Dosage", 1)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["Frailty", "Falls", "Doses", "Undated"]),
        ("oldest", ["Doses", "Falls", "Frailty", "Undated"]),
        ("title", ["Doses", "Falls", "Frailty", "Undated"]),
        ("added", ["Undated", "Doses", "Frailty", "Falls"]),
        ("password", ["Frailty", "Falls", "Doses", "Undated"]),
    ],
)
def test_sorting(client, library, sort, expected):
    assert titles(client, f"?sort={sort}") == expected


def test_titles_sort_without_case(client):
    for title in ("beta", "Alpha", "Gamma", "alphabet"):
        make_record(title)
    assert titles(client, "?sort=title") == ["Alpha", "alphabet", "beta", "Gamma"]


def test_twenty_to_a_page_and_each_once(client):
    for number in range(45):
        make_record(f"Paper {number:02}")
    pages = [titles(client, f"?sort=title&page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert [title for page in pages for title in page] == [f"Paper {number:02}" for number in range(45)]
    page = client.get("/repository/?sort=title&page=2").text
    assert "Showing 21 to 40 of" in page
    assert 'href="?sort=title&amp;page=3"' in page


def test_a_row_says_what_the_work_is_who_made_it_and_where_it_came_out(client):
    make_record(
        "Falls",
        authors=("Smith, Jane", "Okafor, Ada", "Núñez, Zoë", "Patel, Ravi"),
        container_title="BMJ Open Quality",
        issued="2019-24",
        abstract="BACKGROUND: Many fall.",
    )
    page = " ".join(client.get("/repository/").text.split())
    assert "Smith, Jane; Okafor, Ada; Núñez, Zoë; et al. · BMJ Open Quality · Winter 2019" in page
    assert "BACKGROUND: Many fall." in page


def test_an_empty_repository_says_what_to_do_next(client, librarian):
    assert "There are no records yet" in client.get("/repository/").text
    client.force_login(librarian)
    assert "Import your first file" in client.get("/repository/").text


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("year=0", "There is no year “0”, so the list is not narrowed by it."),
        ("year=20200", "There is no year “20200”, so the list is not narrowed by it."),
        ("year=٢٠٢٠", "There is no year “٢٠٢٠”, so the list is not narrowed by it."),
        ("type=novel", "There is no type “novel”, so the list is not narrowed by it."),
        ("subject=99999999999999999999999", "There is no subject “99999999999999999999999”"),
        ("subject=falls", "There is no subject “falls”"),
        ("department=x&type=article", "There is no department “x”"),
        ("collection=x", "There is no collection “x”"),
        ("tag=<script>", "There is no tag “&lt;script&gt;”"),
        ("tag=" + "x" * 10_000, "There is no tag “" + "x" * 60 + "”"),
    ],
)
def test_an_unknown_value_is_named_and_left_out(client, query, problem):
    make_record("Falls")
    page = client.get(f"/repository/?{query}")
    assert page.status_code == 200
    assert problem in page.text
    assert [record.title for record in page.context["page"]] == ["Falls"]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "tag=%00",
        "type=%ED%A0%80",
        "page=" + "9" * 30,
        "page=-1",
        "page=x",
        "year=",
        "sort=%00",
        "type=&type=&tag=",
        "&".join(f"tag=t{number}" for number in range(3_000)),
    ],
)
def test_junk_gives_a_sensible_page(client, query):
    make_record("Falls")
    page = client.get(f"/repository/?{query}")
    assert page.status_code == 200
    assert [record.title for record in page.context["page"]] == ["Falls"]


@pytest.mark.parametrize("query", ["", "?type=article&year=2020&tag=falls&collection=papers&department=pharmacy"])
@pytest.mark.parametrize("who", ["anonymous", "staff", "librarian"])
def test_the_number_of_queries_does_not_grow_with_the_records(client, request, who, query):
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    collection, department = make_collection("Papers"), make_department("Pharmacy")

    def add(number):
        for _ in range(number):
            make_record(
                "Falls", collection=collection, department=department, tags=("falls",), subjects=("Frailty",),
                authors=("Smith, Jane", "Okafor, Ada"),
            )  # fmt: skip

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/repository/{query}")
        # A request is one transaction; only within a test's own does that take a statement that is recorded.
        return sum("SAVEPOINT" not in query["sql"] for query in queries)

    add(3)
    few = asked()
    add(47)
    assert (asked(), few <= 12) == (few, True)


def test_big_repositories_remember_their_counts_until_a_record_changes(monkeypatch, librarian, library):
    monkeypatch.setattr(filters, "REMEMBER_FROM", 1)
    cache.clear()

    def asked():
        with CaptureQueriesContext(connection) as queries:
            types = counts()["type"]
        return types, sum("UNION ALL" in query["sql"] and "COUNT" in query["sql"] for query in queries)

    assert asked() == ([("Journal article", 2), ("Poster", 2)], 1)
    assert asked() == ([("Journal article", 2), ("Poster", 2)], 0)
    deposits.move(Record.objects.get(title="Doses"), "withdraw", by=librarian, note="Twice")
    assert asked() == ([("Journal article", 2), ("Poster", 1)], 1)
    Record.objects.filter(title="Falls").update(
        type="report", changed_at=timezone.now() + datetime.timedelta(seconds=1)
    )
    assert asked() == ([("Journal article", 1), ("Poster", 1), ("Report", 1)], 1)
    cache.clear()


@pytest.mark.parametrize(("role", "shown"), [("staff", False), ("facilitator", False), ("librarian", True)])
def test_the_way_to_import_is_shown_to_those_who_may(request, signed_in, role, shown):
    make_record()
    page = signed_in(request.getfixturevalue(role)).get("/repository/").text
    assert ('href="/repository/import/"' in page) is shown


def test_what_is_remembered_for_one_reader_is_not_told_to_another_of_whom_less_is_meant(
    monkeypatch, signed_in, client, staff, depositor, librarian
):
    monkeypatch.setattr(filters, "REMEMBER_FROM", 0)
    cache.clear()
    ward = Group.objects.create(name="Ward 9")
    staff.groups.add(ward)
    # The same number of records, changed at the same moment, for each of three readers.
    moment = timezone.now()
    make_record("For a group", audience="groups", type="poster", changed_at=moment).groups.set([ward])
    make_record("For another", audience="groups", type="report", changed_at=moment).groups.set(
        [Group.objects.get(name="Staff")]
    )
    make_record("For all", changed_at=moment)
    depositor.groups.set(Group.objects.filter(name="Staff"))
    staff.groups.remove(Group.objects.get(name="Staff"))

    def types(browser):
        return sorted(choice.value for choice in browser.get("/repository/").context["facets"][0].choices)

    readers = {"staff": signed_in(staff), "depositor": signed_in(depositor), "anybody": client}
    seen = {name: types(browser) for name, browser in {**readers, "librarian": signed_in(librarian)}.items()}
    assert seen == {
        "staff": ["article", "poster"],
        "depositor": ["article", "report"],
        "anybody": ["article"],
        "librarian": ["article", "poster", "report"],
    }
    cache.clear()
