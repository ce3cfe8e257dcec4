"""Sessions in JSON: what one says, who gets it, and the list with its filters and pages."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import Kind
from tests.builders import make_session, make_site, make_user

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2026, 7, 10, 12, tzinfo=datetime.UTC)


def at(days):
    return NOON + datetime.timedelta(days=days)


def listed(answer):
    return [one["title"] for one in answer.json()["items"]]


@pytest.fixture
def programme(db):
    with time_machine.travel(NOON, tick=False):
        make_session("Next month", starts_at=at(30), kind=Kind.TRAINING)
        make_session("Tomorrow", starts_at=at(1))
        make_session("Cancelled", starts_at=at(2), status="cancelled")
        make_session("Not announced", starts_at=at(3), status="draft")
        make_session("Yesterday", starts_at=at(-1))
        make_session("Last year", starts_at=at(-300), kind=Kind.TRAINING)
        yield


def test_a_session_says_when_where_and_why(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    session = make_session(
        "Winter cafe", starts_at=NOON, purpose="Talk.", site=make_site(), place="Room 2", changed_at=at(-1),
        facilitator=make_user("Farah Ali"),
    )  # fmt: skip
    assert client.get(f"/api/v1/events/{session.pk}/").json() == {
        "id": session.pk,
        "url": f"https://portal.example/events/{session.pk}/",
        "api_url": f"https://portal.example/api/v1/events/{session.pk}/",
        "status": "published",
        "kind": "cafe",
        "title": "Winter cafe",
        "purpose": "Talk.",
        "starts_at": "2026-07-10T12:00:00Z",
        "ends_at": "2026-07-10T13:00:00Z",
        "site": "Riverside Hospital",
        "place": "Room 2",
        "facilitator": "Farah Ali",
        "changed_at": "2026-07-09T12:00:00Z",
    }


@pytest.mark.parametrize("query", ["", "?when=past", "?kind=training", "?kind=training&when=past"])
def test_the_list_is_that_of_the_page_in_its_order(client, facilitator, signed_in, programme, query):
    shown = [session.title for session in client.get(f"/events/{query}").context["page"]]
    for browser in (client, signed_in(facilitator)):
        assert listed(browser.get(f"/api/v1/events/{query}")) == shown


def test_drafts_are_given_to_nobody(client, facilitator, signed_in):
    draft = make_session("Not announced", status="draft", facilitator=facilitator)
    missing = client.get(f"/api/v1/events/{draft.pk + 1000}/")
    for browser in (client, signed_in(facilitator)):
        sent = browser.get(f"/api/v1/events/{draft.pk}/")
        assert (sent.status_code, sent.content) == (404, missing.content)


def test_pages_lead_on_in_time(client, programme):
    pages, address = [], "/api/v1/events/?limit=1"
    while address:
        answer = client.get(address)
        pages += listed(answer)
        address = (answer.json()["next"] or "").partition("8000")[2]
    assert pages == ["Tomorrow", "Cancelled", "Next month"]
    first = client.get("/api/v1/events/?when=past&limit=1")
    second = client.get(first.json()["next"].partition("8000")[2])
    assert listed(first) + listed(second) == ["Yesterday", "Last year"]


def test_the_list_asks_the_same_number_of_questions_for_3_rows_and_for_50(client, staff):
    client.force_login(staff)
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_session(f"Session {rows}-{number}", site=make_site(f"Site {number}"), facilitator=make_user())
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/events/?limit=100")
        counts.append(len(queries))
    assert counts == [4, 4]
