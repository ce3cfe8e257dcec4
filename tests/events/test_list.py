"""The list of sessions: what is to come, what is past, and what bad addresses do to it."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Kind
from tests.builders import make_session, make_site, make_user

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC)


def at(days: float) -> datetime.datetime:
    return NOON + datetime.timedelta(days=days)


def titles(response):
    return [session.title for session in response.context["page"]]


@pytest.fixture
def on_10_march(db):
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme(on_10_march):
    make_session("Next month", starts_at=at(30), kind=Kind.TRAINING)
    make_session("Tomorrow", starts_at=at(1))
    make_session("Cancelled", starts_at=at(2), status="cancelled")
    make_session("Not announced", starts_at=at(3), status="draft")
    make_session("Began half an hour ago", starts_at=at(-1 / 48))
    make_session("Over since this minute", starts_at=at(-1 / 24))
    make_session("Last year", starts_at=at(-300), kind=Kind.TRAINING)


def test_the_next_session_comes_first_and_one_that_still_runs_before_it(client, programme):
    assert titles(client.get("/events/")) == ["Began half an hour ago", "Tomorrow", "Cancelled", "Next month"]


def test_past_sessions_are_a_link_away_the_latest_first(client, programme):
    assert 'href="?when=past"' in client.get("/events/").text
    assert titles(client.get("/events/?when=past")) == ["Over since this minute", "Last year"]


def test_drafts_are_not_in_the_list_even_for_those_who_arrange_sessions(client, programme, facilitator):
    client.force_login(facilitator)
    assert "Not announced" not in client.get("/events/").text


def test_a_session_stands_in_the_list_with_time_place_and_facilitator(client, on_10_march):
    make_session(
        "Winter cafe",
        starts_at=datetime.datetime(2026, 7, 1, 13, tzinfo=datetime.UTC),
        site=make_site(),
        place="Seminar room 2",
        facilitator=make_user("Farah Ali"),
        status="cancelled",
    )
    page = client.get("/events/").text
    for words in (
        "Wednesday 1 July 2026, 2pm to 3pm",
        "Seminar room 2, Riverside Hospital",
        "Farah Ali",
        "Knowledge cafe",
        "Cancelled",
    ):
        assert words in page


def test_the_list_narrows_by_kind(client, programme):
    response = client.get("/events/?kind=training")
    assert titles(response) == ["Next month"]
    assert [(one.label, one.count, one.selected) for one in response.context["narrowed"].facets[0].choices] == [
        ("Knowledge cafe", 3, False),
        ("Training", 1, True),
    ]
    assert titles(client.get("/events/?kind=training&when=past")) == ["Last year"]


@pytest.mark.parametrize(
    ("address", "left_out"),
    [
        ("?kind=party", ["There is no kind of session “party” here, so the list is not narrowed by it."]),
        ("?when=never&q=%00", []),
        ("?page=1" + "0" * 30, []),
        ("?page=%00", []),
        (
            "?kind=%ED%A0%80",
            ["There is no kind of session “\ufffd\ufffd\ufffd” here, so the list is not narrowed by it."],
        ),
    ],
)
def test_a_bad_address_gives_the_list_and_says_what_was_left_out(client, programme, address, left_out):
    response = client.get(f"/events/{address}")
    assert (response.status_code, len(titles(response))) == (200, 4)
    assert response.context["narrowed"].problems == left_out


def test_an_empty_programme_says_what_to_do(client):
    assert "No session is planned" in client.get("/events/").text
    assert "There are no past sessions yet" in client.get("/events/?when=past").text


def test_the_list_asks_the_same_number_of_questions_for_3_rows_and_for_50(client, staff):
    client.force_login(staff)
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_session(f"Session {rows}-{number}", site=make_site(f"Site {number}"), facilitator=make_user())
        with CaptureQueriesContext(connection) as queries:
            client.get("/events/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
