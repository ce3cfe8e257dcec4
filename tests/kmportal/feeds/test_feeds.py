"""Feeds of everything new and of any search: valid, for the right eyes, and cheap to ask for again."""

import datetime
import email.utils

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from tests.builders import make_collection, make_lesson, make_record, make_session, make_user
from tests.kmportal.feeds.reading import ATOM, DC, entries, titles

pytestmark = pytest.mark.django_db

MAY = datetime.datetime(2026, 5, 4, 9, 30, tzinfo=datetime.UTC)


def day(number, hour=0):
    return MAY + datetime.timedelta(days=number, hours=hour)


@pytest.fixture
def paper(db):
    return make_record(
        "Is p<0.05 & enough?", authors=("Smith, Jane", "Doe, John"), abstract="We found p<0.05.\n\nIt\x0b was enough.",
        collection=make_collection("Papers"), tags=("statistics",), published_at=day(0), changed_at=day(3),
    )  # fmt: skip


def test_an_atom_entry_says_when_it_came_and_when_it_changed(client, paper, settings):
    settings.PORTAL_URL = "https://portal.example"
    answer = client.get("/feeds/atom/")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    assert {
        "title": root.findtext(f"{ATOM}title"),
        "id": root.findtext(f"{ATOM}id"),
        "updated": root.findtext(f"{ATOM}updated"),
        "author": root.findtext(f"{ATOM}author/{ATOM}name"),
        "links": [(link.get("rel"), link.get("href")) for link in root.findall(f"{ATOM}link")],
    } == {
        "title": f"Everything new – {settings.PORTAL_NAME}",
        "id": "https://portal.example/feeds/atom/",
        "updated": "2026-05-07T09:30:00+00:00",
        "author": settings.PORTAL_ORGANISATION,
        "links": [("alternate", "https://portal.example/"), ("self", "https://portal.example/feeds/atom/")],
    }
    (entry,) = entries(answer)
    page = f"https://portal.example/repository/{paper.pk}/"
    assert {
        "id": entry.findtext(f"{ATOM}id"),
        "link": entry.find(f"{ATOM}link").get("href"),
        "title": entry.findtext(f"{ATOM}title"),
        "published": entry.findtext(f"{ATOM}published"),
        "updated": entry.findtext(f"{ATOM}updated"),
        "authors": [name.text for name in entry.iterfind(f"{ATOM}author/{ATOM}name")],
        "summary": (entry.find(f"{ATOM}summary").get("type"), entry.findtext(f"{ATOM}summary")),
        "categories": [one.get("term") for one in entry.iterfind(f"{ATOM}category")],
    } == {
        "id": page,
        "link": page,
        "title": "Is p<0.05 & enough?",
        "published": "2026-05-04T09:30:00+00:00",
        "updated": "2026-05-07T09:30:00+00:00",
        "authors": ["Smith, Jane", "Doe, John"],
        "summary": ("html", "<p>We found p&lt;0.05.</p>\n\n<p>It was enough.</p>"),
        "categories": ["Papers", "statistics"],
    }


def test_an_rss_item_has_the_same_page_authors_and_day(client, paper, settings):
    settings.PORTAL_URL = "https://portal.example"
    answer = client.get("/feeds/rss/")
    assert answer["Content-Type"] == "application/rss+xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    (item,) = root.iter("item")
    page = f"https://portal.example/repository/{paper.pk}/"
    assert (item.findtext("link"), item.findtext("guid"), item.find("guid").get("isPermaLink")) == (page, page, "true")
    assert email.utils.parsedate_to_datetime(item.findtext("pubDate")) == day(0)
    assert [name.text for name in item.iterfind(f"{DC}creator")] == ["Smith, Jane", "Doe, John"]
    assert email.utils.parsedate_to_datetime(root.findtext("channel/lastBuildDate")) == day(3)


def test_everything_new_holds_all_kinds_the_newest_first(client):
    make_record("A paper", published_at=day(1))
    make_lesson("A lesson", published_at=day(3))
    make_session("A session", created_at=day(2))
    make_session("Cancelled talk", created_at=day(0), status="cancelled")
    assert titles(client.get("/feeds/atom/")) == ["A lesson", "A session", "A paper", "Cancelled: Cancelled talk"]
    assert titles(client.get("/feeds/rss/")) == titles(client.get("/feeds/atom/"))


def test_a_feed_holds_what_the_reader_may_see_and_no_more(client, staff, librarian, signed_in):
    make_record("For all", published_at=day(4))
    make_record("For staff", published_at=day(3), audience="staff")
    make_record("For the library", published_at=day(2), audience="library")
    make_record("A draft", status="draft", depositor=staff)
    make_record("Withdrawn", status="withdrawn")
    make_lesson("Lesson in work", status="draft", captured_by=staff)
    make_session("Not announced", status="draft", facilitator=staff)
    seen = [titles(browser.get("/feeds/atom/")) for browser in (client, signed_in(staff), signed_in(librarian))]
    assert seen == [["For all"], ["For all", "For staff"], ["For all", "For staff", "For the library"]]


def test_a_search_has_a_feed_of_what_is_new_of_it(client, staff, signed_in):
    make_record("Frailty in old age", published_at=day(1))
    make_record("Frailty for staff", published_at=day(3), audience="staff")
    make_lesson("Ask about frailty", published_at=day(2))
    make_record("Sepsis", published_at=day(4))
    make_user("Frailty Jones")
    feed = "/feeds/search/atom/?q=frailty"
    assert titles(client.get(feed)) == ["Ask about frailty", "Frailty in old age"]
    assert titles(signed_in(staff).get(feed)) == ["Frailty for staff", "Ask about frailty", "Frailty in old age"]
    assert titles(client.get(f"{feed}&kind=lesson")) == ["Ask about frailty"]
    assert titles(client.get(f"{feed}&year=2020")) == ["Frailty in old age"]
    assert titles(client.get("/feeds/search/atom/?q=nothing-at-all")) == []


@pytest.mark.parametrize(
    "address", ["/feeds/json/", "/feeds/search/", "/feeds/search/atom/?q=x&kind=cats", "/feeds/search/rss/?year=0"]
)
def test_a_feed_that_nobody_could_mean_is_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("query", ["", "?q=", "?q=%00", "?q=%ED%A0%80", "?q=%22%2F%3C%5D%5D%3E", "?page=1" + "0" * 30])
def test_a_strange_search_gives_a_valid_feed(client, paper, query):
    for dialect in ("atom", "rss"):
        assert titles(client.get(f"/feeds/search/{dialect}/{query}")) == []


@pytest.mark.parametrize("dialect", ["atom", "rss"])
def test_whoever_has_it_already_is_sent_nothing(client, paper, dialect):
    address = f"/feeds/{dialect}/"
    first = client.get(address)
    assert email.utils.parsedate_to_datetime(first["Last-Modified"]) == day(3)
    assert first["Cache-Control"] == "private, no-cache"
    for known in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(address, headers=known)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    make_record("Another")
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    # What is gone changes no date, and the tag tells.
    paper.__class__.objects.filter(title="Another").update(status="withdrawn")
    assert client.get(address).headers["ETag"] == first["ETag"]


def test_an_empty_feed_is_valid_and_stays_the_same(client):
    first = client.get("/feeds/atom/")
    assert etree.fromstring(first.content).findtext(f"{ATOM}updated") == "1970-01-01T00:00:00+00:00"
    assert client.get("/feeds/atom/", headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_a_feed_holds_the_newest_fifty(client):
    for number in range(55):
        make_lesson(f"{number:02}", published_at=day(number))
    assert titles(client.get("/feeds/atom/")) == [f"{number:02}" for number in range(54, 4, -1)]


def test_it_asks_the_same_number_of_questions_for_3_and_for_50(client, staff, signed_in):
    browser = signed_in(staff)
    for address, expected in (("/feeds/atom/", 12), ("/feeds/search/atom/?q=frailty", 19)):
        counts = []
        for rows in (3, 47):
            for number in range(rows):
                make_record(f"Frailty {number}", tags=(f"tag {rows} {number}",))
                make_lesson(f"Frailty {number}", tags=(f"tag {rows} {number}",))
                make_session(f"Frailty {number}")
            browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                browser.get(address)
            counts.append(len(queries))
        assert counts == [expected, expected]


def test_feeds_are_only_for_reading(client):
    assert client.post("/feeds/atom/").status_code == 405


def test_pages_lead_to_their_feeds(client):
    record = make_record("Falls", tags=("bed rails",))
    make_lesson("Falls")
    make_session("Falls")
    author = record.contributions.get().contributor
    for page, feed in (
        ("/", "/feeds/atom/"),
        ("/repository/?tag=bed-rails&sort=title&page=1", "/repository/feed/atom/?tag=bed-rails"),
        (author.get_absolute_url(), f"/repository/contributors/{author.pk}/feed/atom/"),
        ("/lessons/", "/lessons/feed/atom/"),
        ("/events/", "/events/feed/atom/"),
        ("/search/?q=falls", "/feeds/search/atom/?q=falls"),
    ):
        shown = client.get(page).text
        assert 'type="application/atom+xml" title="' in shown.split("</head>")[0]
        assert f'href="{feed}"' in shown.split("</head>")[0]
        assert page == "/" or f'href="{feed}"' in shown.split("</head>")[1]
        assert titles(client.get(feed))[0] == "Falls"
