"""Feeds of lessons: of any list, published ones only."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import make_department, make_lesson
from tests.kmportal.feeds.reading import ATOM, entries, titles

pytestmark = pytest.mark.django_db

MAY = datetime.datetime(2026, 5, 4, 9, 30, tzinfo=datetime.UTC)


@pytest.fixture
def lessons(db):
    made = [
        make_lesson(
            "Ring", published_at=MAY, tags=("Discharge",), department=make_department(), happened="Nobody rang."
        ),
        make_lesson("Count", published_at=MAY + datetime.timedelta(days=1), priority="urgent"),
        make_lesson("Label", created_at=MAY - datetime.timedelta(days=1)),
    ]
    for status in ("draft", "submitted", "retired"):
        make_lesson(f"A lesson that is {status}", status=status)
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Count", "Ring", "Label"]),
        ("?tag=discharge", ["Ring"]),
        ("?priority=urgent", ["Count"]),
        ("?year=2024", ["Count", "Ring", "Label"]),
        ("?department=emergency-medicine&priority=urgent", []),
    ],
)
def test_a_list_has_a_feed_of_its_newest(client, km_lead, signed_in, lessons, query, found):
    for browser in (client, signed_in(km_lead)):
        assert titles(browser.get(f"/lessons/feed/atom/{query}")) == found


def test_an_entry_tells_the_story(client, lessons):
    entry = entries(client.get("/lessons/feed/atom/"))[1]
    assert [entry.findtext(f"{ATOM}{name}") for name in ("title", "summary", "published")] == [
        "Ring", "<p>Nobody rang.</p>", "2026-05-04T09:30:00+00:00",
    ]  # fmt: skip
    assert [one.get("term") for one in entry.iterfind(f"{ATOM}category")] == ["Emergency medicine", "Discharge"]


@pytest.mark.parametrize("address", ["atom/?tag=gone", "rss/?year=0", "json/"])
def test_a_feed_of_what_does_not_exist_is_not_one_of_everything(client, lessons, address):
    assert client.get(f"/lessons/feed/{address}").status_code == 404


def test_the_feed_asks_the_same_number_of_questions_for_3_rows_and_for_50(client):
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_lesson(tags=("all", f"tag {rows} {number}"), department=make_department(f"Ward {number}"))
        client.get("/lessons/feed/atom/?tag=all")
        with CaptureQueriesContext(connection) as queries:
            client.get("/lessons/feed/atom/?tag=all")
        counts.append(len(queries))
    assert counts == [5, 5]
