"""The list of lessons: what stands in it, how it narrows, and what bad addresses do to it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import make_department, make_lesson, make_site

pytestmark = pytest.mark.django_db


def sentences(response):
    return [lesson.sentence for lesson in response.context["page"]]


def choices(response):
    """Return each facet with (value, label, count, ticked) of its choices."""
    return {
        facet.name: [(one.value, one.label, one.count, one.selected) for one in facet.choices]
        for facet in response.context["narrowed"].facets
    }


@pytest.fixture
def three_lessons(db):
    emergency, pharmacy = make_department("Emergency medicine"), make_department("Pharmacy")
    make_lesson(
        "Ring", happened_on=datetime.date(2024, 5, 14), department=emergency, site=make_site(), tags=("Discharge",)
    )
    make_lesson(
        "Count",
        happened_on=datetime.date(2025, 1, 2),
        department=pharmacy,
        priority="urgent",
        tags=("Discharge", "Drugs"),
    )
    make_lesson("Label", happened_on=datetime.date(2023, 12, 31), department=pharmacy)


def test_everybody_sees_what_is_published_the_newest_first(client, three_lessons, km_lead):
    for status in ("draft", "submitted", "retired"):
        make_lesson(f"A lesson that is {status}", status=status, captured_by=km_lead)
    assert sentences(client.get("/lessons/")) == ["Count", "Ring", "Label"]
    client.force_login(km_lead)
    assert sentences(client.get("/lessons/")) == ["Count", "Ring", "Label"]


def test_each_facet_counts_what_a_tick_would_leave(client, three_lessons):
    assert choices(client.get("/lessons/")) == {
        "priority": [("information", "Information", 2, False), ("urgent", "Urgent", 1, False)],
        "department": [
            ("pharmacy", "Pharmacy", 2, False),
            ("emergency-medicine", "Emergency medicine", 1, False),
        ],
        "site": [("riverside-hospital", "Riverside Hospital", 1, False)],
        "year": [("2025", "2025", 1, False), ("2024", "2024", 1, False), ("2023", "2023", 1, False)],
        "tag": [("discharge", "Discharge", 2, False), ("drugs", "Drugs", 1, False)],
    }


def test_ticks_of_one_facet_add_up_and_facets_cut_each_other(client, three_lessons):
    response = client.get("/lessons/?department=pharmacy&year=2025&year=2024")
    assert sentences(response) == ["Count"]
    assert choices(response) == {
        "priority": [("urgent", "Urgent", 1, False)],
        "department": [
            ("emergency-medicine", "Emergency medicine", 1, False),
            ("pharmacy", "Pharmacy", 1, True),
        ],
        "site": [],
        "year": [("2025", "2025", 1, True), ("2023", "2023", 1, False), ("2024", "2024", 0, True)],
        "tag": [("discharge", "Discharge", 1, False), ("drugs", "Drugs", 1, False)],
    }


def test_a_lesson_with_two_of_the_ticked_tags_stands_once(client, three_lessons):
    assert sentences(client.get("/lessons/?tag=discharge&tag=drugs")) == ["Count", "Ring"]


def test_a_lesson_stands_in_the_list_with_its_priority_place_and_day(client):
    lesson = make_lesson("Ring the family", priority="urgent", department=make_department(), site=make_site())
    page = client.get("/lessons/").text
    assert f'<a href="/lessons/{lesson.pk}/">Ring the family</a>' in page
    for words in ("Urgent", "Emergency medicine, Riverside Hospital", "14 May 2024"):
        assert words in page


@pytest.mark.parametrize(
    ("address", "left_out"),
    [
        ("?department=nowhere", ["department “nowhere”"]),
        ("?year=0", ["year “0”"]),
        ("?year=19999999999999999999", ["year “19999999999999999999”"]),
        ("?priority=urgent' OR 1=1", ["priority “urgent' OR 1=1”"]),
        ("?tag=" + "x" * 100, [f"tag “{'x' * 60}”"]),
        ("?tag=%00&q=%00", []),
        ("?tag=%ED%A0%80", ["tag “\ufffd\ufffd\ufffd”"]),
        ("?page=1" + "0" * 30, []),
        ("?page=-1", []),
        ("?page=x", []),
        ("?site=&department=", []),
        ("?order_by=captured_by__password", []),
    ],
)
def test_a_bad_address_gives_the_list_and_says_what_was_left_out(client, three_lessons, address, left_out):
    response = client.get(f"/lessons/{address}")
    assert (response.status_code, sentences(response)) == (200, ["Count", "Ring", "Label"])
    assert response.context["narrowed"].problems == [
        f"There is no {value} here, so the list is not narrowed by it." for value in left_out
    ]


def test_a_good_value_beside_a_bad_one_still_narrows(client, three_lessons):
    assert sentences(client.get("/lessons/?priority=urgent&priority=dire")) == ["Count"]


def test_twenty_lessons_stand_on_a_page(client):
    for number in range(45):
        make_lesson(f"{number:02}", happened_on=datetime.date(2020, 1, 1) + datetime.timedelta(days=number))
    assert [len(sentences(client.get(f"/lessons/?page={page}"))) for page in (1, 2, 3)] == [20, 20, 5]
    assert sentences(client.get("/lessons/?page=1000000")) == ["04", "03", "02", "01", "00"]


def test_an_empty_list_says_what_to_do(client):
    assert "There are no lessons yet" in client.get("/lessons/").text


def test_filters_that_leave_nothing_offer_the_way_back(client, three_lessons):
    response = client.get("/lessons/?priority=urgent&year=2023")
    assert sentences(response) == []
    assert "No lesson fits these filters" in response.text


def test_the_list_asks_the_same_number_of_questions_for_3_rows_and_for_50(client, staff):
    client.force_login(staff)
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_lesson(
                f"Lesson {rows}-{number}", department=make_department(f"Ward {number}"), tags=(f"tag {number}",)
            )
        client.get("/lessons/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/lessons/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_list_is_for_reading_only(client):
    assert client.post("/lessons/").status_code == 405
