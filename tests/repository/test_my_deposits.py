"""My deposits: every record that is mine, its state, and whose turn it is."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository import versions
from repository.models import Record, Submission
from repository.my_deposits import OwnerPanel, owner_panel
from repository.status import Status
from tests.builders import make_record, make_user

pytestmark = pytest.mark.django_db


def rows(client, query=""):
    return [(record.title, turn) for record, turn in client.get(f"/repository/deposits/{query}").context["rows"]]


@pytest.fixture
def browser(signed_in, depositor):
    return signed_in(depositor)


def test_each_state_says_whose_turn_it_is(browser, depositor, librarian, staff):
    for status in reversed(Status.values):
        make_record(status, status=status, depositor=depositor)
    claimed = make_record("claimed", status="submitted", depositor=depositor)
    late = datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC)  # half past midnight in the UK
    Submission.objects.update_or_create(record=claimed, defaults={"reviewer": librarian, "claimed_at": late})
    make_record("for Stella", status="draft", depositor=staff, entered_by=depositor)
    make_record("not mine", status="published", depositor=staff)
    assert rows(browser) == [
        ("for Stella", "Your turn: finish it and send it for review"),
        ("claimed", "With Libby Librarian since 1 July 2026"),
        ("draft", "Your turn: finish it and send it for review"),
        ("submitted", "With the library: waiting for a reviewer"),
        ("returned", "Your turn: changes asked for"),
        ("rejected", "Closed: the library did not accept it"),
        ("accepted", "With the library: waiting for its release"),
        ("published", "Done: readers can find it"),
        ("replaced", "Done: a newer version has taken its place"),
        ("withdrawn", "Closed: its page says why it is gone"),
    ]


def test_a_later_version_is_told_from_the_one_before(browser, depositor):
    first = make_record("Falls", depositor=depositor)
    versions.begin(first, by=depositor)
    page = browser.get("/repository/deposits/")
    assert re.findall(r"Version \d", page.text) == ["Version 2"]
    assert page.text.index("Version 2") < page.text.index("Done: readers can find it")


def test_the_list_narrows_to_a_state_and_takes_any_junk(browser, depositor):
    make_record("One", status="draft", depositor=depositor)
    make_record("Two", status="published", depositor=depositor)
    answer = browser.get("/repository/deposits/?state=draft")
    assert answer.context["states"] == [("draft", "Draft", 1), ("published", "Published", 1)]
    assert rows(browser, "?state=draft") == [("One", "Your turn: finish it and send it for review")]
    assert rows(browser, "?state=rejected") == []
    for junk in ("?state=%00", "?state[]=x", "?page=10**30", "?page=-1", "?state=%ED%A0%80"):
        assert browser.get(f"/repository/deposits/{junk}").status_code == 200


def test_nothing_yet_leads_to_the_deposit(browser):
    page = browser.get("/repository/deposits/").text
    assert ("You have deposited nothing yet" in page, 'href="/repository/deposit/"' in page) == (True, True)


@pytest.mark.parametrize("number", [3, 50])
def test_the_number_of_queries_is_the_same_for_any_number_of_deposits(browser, depositor, number):
    other = make_user()
    Record.objects.bulk_create(
        Record(title=f"Record {n}", type="poster", status=Status.values[n % 3], depositor=depositor, entered_by=other)
        for n in range(number)
    )
    with CaptureQueriesContext(connection) as queries:
        page = browser.get("/repository/deposits/").context["page"]
    assert (len(page), len(queries)) == (min(number, 20), 9)


def test_the_records_page_tells_its_depositor_what_comes_next(depositor, staff, librarian):
    draft = make_record("Falls", type="poster", status="draft", depositor=depositor)
    turn = "Your turn: finish it and send it for review"
    assert owner_panel(draft, depositor) == OwnerPanel(turn, ("Enter the conference or event",), True, False)
    draft.event_name = "Frailty Conference"
    assert owner_panel(draft, depositor) == OwnerPanel(turn, (), True, True)
    sent = make_record("Sent", status="submitted", depositor=depositor)
    assert owner_panel(sent, depositor) == OwnerPanel("With the library: waiting for a reviewer", (), False, False)
    assert [owner_panel(draft, person) for person in (staff, librarian)] == [None, None]


def test_the_ways_to_the_deposit_stand_on_every_page(client, browser):
    assert 'href="/repository/deposit/"' in client.get("/repository/").text
    assert "My deposits" not in client.get("/repository/").text
    assert 'href="/repository/deposits/"' in browser.get("/repository/").text
