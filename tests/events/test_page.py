"""A session's page: when, where and why, and who may see it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events import booking
from tests.builders import make_session, make_site

pytestmark = pytest.mark.django_db


def test_the_page_says_when_where_who_and_why(client, facilitator):
    session = make_session(
        "Winter pressures cafe",
        starts_at=datetime.datetime(2026, 7, 1, 13, tzinfo=datetime.UTC),
        site=make_site(),
        place="https://meet.example/cafe",
        facilitator=facilitator,
        purpose="What helped last winter?\n\nBring one story.",
    )
    page = client.get(f"/events/{session.pk}/").text
    for words in (
        "<h1>Winter pressures cafe</h1>",
        "Knowledge cafe",
        '<time datetime="2026-07-01T14:00:00+01:00">Wednesday 1 July 2026, 2pm to 3pm</time>',
        '<a href="https://meet.example/cafe" rel="nofollow">https://meet.example/cafe</a>, Riverside Hospital',
        "Farid Facilitator",
        "<p>What helped last winter?</p>\n\n<p>Bring one story.</p>",
    ):
        assert words in page
    for words in ("Cancelled", "History", "What you can do"):
        assert words not in page


def test_a_session_in_the_hour_that_comes_twice_says_which_of_the_two(client):
    session = make_session(starts_at=datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC))
    page = client.get(f"/events/{session.pk}/").text
    assert '<time datetime="2026-10-25T01:30:00+00:00">Sunday 25 October 2026, 1:30am GMT to 2:30am GMT</time>' in page


def test_a_cancelled_session_says_so_first(client):
    page = client.get(f"/events/{make_session(status='cancelled').pk}/").text
    assert page.index("This session is cancelled") < page.index("<h1>")


@pytest.mark.parametrize(
    ("status", "who_may"),
    [
        ("draft", {"facilitator", "km_lead", "administrator"}),
        ("published", {"anonymous", "staff", "librarian", "facilitator", "km_lead", "administrator"}),
        ("cancelled", {"anonymous", "staff", "librarian", "facilitator", "km_lead", "administrator"}),
    ],
)
def test_who_may_open_a_session(status, who_may, client, signed_in, request):
    session = make_session(status=status)
    browsers = {"anonymous": client} | {
        role: signed_in(request.getfixturevalue(role))
        for role in ("staff", "librarian", "facilitator", "km_lead", "administrator")
    }
    opened = {name: browser.get(f"/events/{session.pk}/").status_code for name, browser in browsers.items()}
    assert opened == {name: 200 if name in who_may else 404 for name in browsers}


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40])
def test_a_session_that_is_not_there_is_not_found(client, pk):
    assert client.get(f"/events/{pk}/").status_code == 404


def test_history_is_for_those_who_arrange_sessions(client, signed_in, staff, facilitator):
    session = make_session(status="draft")
    booking.move(session, "publish", by=facilitator)
    booking.move(session, "cancel", by=facilitator, note="The room is flooded.")
    told = {
        name: "The room is flooded." in browser.get(f"/events/{session.pk}/").text
        for name, browser in {
            "nobody": client,
            "staff": signed_in(staff),
            "facilitator": signed_in(facilitator),
        }.items()
    }
    assert told == {"nobody": False, "staff": False, "facilitator": True}


def test_the_page_asks_at_most_12_questions(signed_in, facilitator):
    session = make_session(status="draft", site=make_site(), facilitator=facilitator)
    booking.move(session, "publish", by=facilitator)
    browser = signed_in(facilitator)
    browser.get(f"/events/{session.pk}/")
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/events/{session.pk}/")
    assert len(queries) <= 12
