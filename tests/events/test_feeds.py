"""Feeds of sessions: those announced last, of what is to come or what is past."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import booking
from events.models import Kind
from tests.builders import make_session, make_site
from tests.kmportal.feeds.reading import ATOM, entries, titles

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC)


def at(days):
    return NOON + datetime.timedelta(days=days)


@pytest.fixture
def programme(db):
    with time_machine.travel(NOON, tick=False):
        make_session("Next month", starts_at=at(30), kind=Kind.TRAINING, created_at=at(-3))
        make_session("Tomorrow", starts_at=at(1), created_at=at(-5), site=make_site(), purpose="Talk.")
        make_session("Off", starts_at=at(2), status="cancelled", created_at=at(-4))
        make_session("Not announced", starts_at=at(3), status="draft")
        make_session("Last year", starts_at=at(-300), kind=Kind.TRAINING, created_at=at(-400))
        yield


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Next month", "Cancelled: Off", "Tomorrow"]),
        ("?when=past", ["Last year"]),
        ("?kind=training", ["Next month"]),
        ("?when=past&kind=training", ["Last year"]),
    ],
)
def test_a_list_has_a_feed_of_what_was_announced_last(client, facilitator, signed_in, programme, query, found):
    for browser in (client, signed_in(facilitator)):
        assert titles(browser.get(f"/events/feed/atom/{query}")) == found


def test_an_entry_says_when_and_where_in_uk_time(client, programme):
    entry = entries(client.get("/events/feed/atom/"))[2]
    assert entry.findtext(f"{ATOM}summary") == (
        "<p>Wednesday 11 March 2026, midday to 1pm</p>\n\n<p>Riverside Hospital</p>\n\n<p>Talk.</p>"
    )


def test_it_was_published_when_it_was_announced_not_when_it_was_written(client, programme, facilitator):
    session = make_session("Written long ago", status="draft", created_at=at(-90))
    with time_machine.travel(at(-1), tick=False):
        booking.move(session, "publish", by=facilitator)
    first = entries(client.get("/events/feed/atom/"))[0]
    assert [first.findtext(f"{ATOM}{name}") for name in ("title", "published")] == [
        "Written long ago", "2026-03-09T12:00:00+00:00",
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["atom/?kind=party", "json/"])
def test_a_feed_of_what_does_not_exist_is_not_one_of_everything(client, programme, address):
    assert client.get(f"/events/feed/{address}").status_code == 404


def test_the_feed_asks_the_same_number_of_questions_for_3_rows_and_for_50(client):
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_session(f"Session {rows}-{number}", site=make_site(f"Site {number}"))
        client.get("/events/feed/atom/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/events/feed/atom/")
        counts.append(len(queries))
    assert counts == [3, 3]
