"""The home page: true counts, what is new, and what waits for the one who reads it."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kmportal.dashboards import panels
from tests.builders import make_lesson, make_record, make_session

pytestmark = pytest.mark.django_db

CAST = ("staff", "librarian", "library_manager", "facilitator", "km_lead", "administrator")


def hours(number: float) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(hours=number)


def home_of(response) -> panels.Home:
    return response.context["home"]


@pytest.fixture
def content(db):
    """Published things, and beside each kind some that readers do not see."""
    for number in range(6):
        make_record(f"Paper {number}", published_at=hours(number - 10))
    make_record("Draft paper", status="draft")
    make_record("Withdrawn paper", status="withdrawn")
    make_record("Staff paper", audience="staff", published_at=hours(-20))
    make_record("Accepted paper", status="accepted")
    for number in range(2):
        make_record(f"Submitted paper {number}", status="submitted")
    make_lesson("Old lesson", happened_on=datetime.date(2020, 1, 1))
    make_lesson("New lesson", happened_on=datetime.date(2024, 1, 1))
    make_lesson("Submitted lesson", status="submitted")
    make_lesson("Retired lesson", status="retired")
    make_session("Later", starts_at=hours(48))
    make_session("Next", starts_at=hours(24))
    make_session("Over", starts_at=hours(-24))
    make_session("Not announced", status="draft")


def test_the_areas_count_what_their_lists_hold(client, content):
    areas = home_of(client.get("/")).areas
    assert [(area.name, area.holds, area.url) for area in areas] == [
        ("Research repository", "6 records", "/repository/"),
        ("Lessons learned", "2 lessons", "/lessons/"),
        ("Events", "2 sessions to come", "/events/"),
    ]
    counted = [client.get(area.url).context["page"].paginator.count for area in areas]
    assert counted == [6, 2, 2]


def test_colleagues_are_told_of_what_is_for_them_too(signed_in, staff, content):
    assert home_of(signed_in(staff).get("/")).areas[0].holds == "7 records"


@pytest.mark.parametrize(("published", "holds"), [(2, "2 sessions to come"), (0, "No sessions to come")])
def test_a_cancelled_session_stands_on_the_page_and_is_not_counted_as_to_come(client, db, published, holds):
    make_session("Off", status="cancelled", starts_at=hours(1))
    for number in range(published):
        make_session(f"On {number}", starts_at=hours(2 + number))
    home = home_of(client.get("/"))
    assert [session.title for session in home.sessions] == ["Off", *(f"On {number}" for number in range(published))]
    assert home.areas[2].holds == holds


def test_the_newest_of_each_area_stand_on_the_page(client, content):
    home = home_of(client.get("/"))
    assert [record.title for record in home.records] == ["Paper 5", "Paper 4", "Paper 3", "Paper 2"]
    assert [lesson.sentence for lesson in home.lessons] == ["New lesson", "Old lesson"]
    assert [session.title for session in home.sessions] == ["Next", "Later"]


def test_the_page_says_what_it_is_and_offers_the_search(client, content):
    page = client.get("/").text
    assert page.count("<h1>") == 1
    assert "<title>Knowledge portal – Health library</title>" in page
    assert re.search(r'<form class="app-hero__search" action="/search/" method="get"', page)
    assert 'href="/lessons/' in page


@pytest.mark.parametrize(
    ("role", "tasks"),
    [
        ("staff", []),
        ("facilitator", []),
        ("librarian", [("2 records are waiting for review", "/repository/review/")]),
        (
            "library_manager",
            [
                ("2 records are waiting for review", "/repository/review/"),
                ("1 record is waiting for release", "/repository/review/?show=release"),
            ],
        ),
        ("km_lead", [("1 lesson is waiting for validation", "/admin/lessons/lesson/?status__exact=submitted")]),
        (
            "administrator",
            [
                ("2 records are waiting for review", "/repository/review/"),
                ("1 record is waiting for release", "/repository/review/?show=release"),
                ("1 lesson is waiting for validation", "/admin/lessons/lesson/?status__exact=submitted"),
            ],
        ),
    ],
)
def test_what_waits_for_whom(role, tasks, client, content, request):
    client.force_login(request.getfixturevalue(role))
    home = home_of(client.get("/"))
    assert [(task.text, task.url) for task in home.tasks] == tasks
    assert [client.get(task.url).status_code for task in home.tasks] == [200 for _ in tasks]


def test_the_owner_is_told_of_what_is_overdue_and_nobody_else(client, signed_in, staff, librarian):
    today = timezone.localdate()
    make_record("Old policy", type="policy", owner=staff, next_review=today - datetime.timedelta(days=1))
    make_record("Good policy", type="policy", owner=staff, next_review=today)
    make_record("Policy of another", type="policy", owner=librarian, next_review=today - datetime.timedelta(days=9))
    make_record("Old paper", owner=staff, next_review=today - datetime.timedelta(days=1))
    browser = signed_in(staff)
    tasks = [(task.text, task.url) for task in home_of(browser.get("/")).tasks]
    assert tasks == [("1 record that you answer for is overdue for review", "/review-cycle/mine/")]
    assert "Old policy" in browser.get("/review-cycle/mine/").text
    assert home_of(client.get("/")).tasks == []


def test_my_drafts_of_every_kind_stand_together_the_last_changed_first(signed_in, facilitator, staff):
    session = make_session("My session", status="draft", facilitator=facilitator, changed_at=hours(-1))
    record = make_record("My paper", status="submitted", depositor=facilitator, changed_at=hours(-2))
    returned = make_record("My poster", status="returned", depositor=facilitator, changed_at=hours(-2.5))
    lesson = make_lesson("My lesson", status="draft", captured_by=facilitator, changed_at=hours(-3))
    make_record("My published paper", depositor=facilitator)
    make_lesson("Somebody's", status="draft", captured_by=staff)
    drafts = home_of(signed_in(facilitator).get("/")).drafts
    assert drafts == [
        panels.Draft("My session", "draft", "Draft", f"/events/{session.pk}/"),
        panels.Draft("My paper", "submitted", "Waiting for review", f"/repository/{record.pk}/"),
        panels.Draft("My poster", "returned", "Returned for changes", f"/repository/{returned.pk}/edit/"),
        panels.Draft("My lesson", "draft", "Draft", f"/lessons/{lesson.pk}/"),
    ]
    assert [signed_in(facilitator).get(draft.url).status_code for draft in drafts] == [200, 200, 200, 200]


def test_whoever_is_not_signed_in_has_no_work_panel(client, content):
    response = client.get("/")
    assert (home_of(response).tasks, home_of(response).drafts) == ([], [])
    assert "Your work" not in response.text
    for hidden in ("Draft paper", "Submitted", "Retired lesson", "Not announced", "Withdrawn"):
        assert hidden not in response.text


def test_nothing_to_do_says_whom_to_ask(signed_in, staff):
    assert "Nothing is waiting for you." in signed_in(staff).get("/").text


@pytest.mark.parametrize(
    ("role", "next_steps"),
    [
        ("anonymous", ["/repository/deposit/", "mailto:library@example.nhs.uk", "mailto:library@example.nhs.uk"]),
        ("staff", ["/repository/deposit/", "mailto:library@example.nhs.uk", "mailto:library@example.nhs.uk"]),
        ("librarian", ["/repository/import/", "mailto:library@example.nhs.uk", "mailto:library@example.nhs.uk"]),
        (
            "facilitator",
            ["/repository/deposit/", "mailto:library@example.nhs.uk", "/admin/events/session/add/"],
        ),
        ("km_lead", ["/repository/deposit/", "/admin/lessons/lesson/add/", "/admin/events/session/add/"]),
        ("administrator", ["/repository/import/", "/admin/lessons/lesson/add/", "/admin/events/session/add/"]),
    ],
)
def test_an_empty_portal_tells_each_reader_what_to_do_next(role, next_steps, client, request):
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    response = client.get("/")
    assert [area.holds for area in home_of(response).areas] == [
        "No records yet",
        "No lessons yet",
        "No sessions to come",
    ]
    assert re.findall(r'class="app-empty__link" href="([^"]+)"', response.text) == next_steps
    opened = [client.get(step, follow=True).status_code for step in next_steps if step.startswith("/")]
    assert opened == [200 for step in next_steps if step.startswith("/")]


@pytest.mark.parametrize("role", ["anonymous", *CAST])
def test_home_asks_the_same_number_of_questions_for_3_rows_and_for_50(role, client, request):
    user = None
    if role != "anonymous":
        user = request.getfixturevalue(role)
        client.force_login(user)
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_record(f"Record {number}", depositor=user, status="submitted" if number % 2 else "published")
            make_lesson(f"Lesson {number}", captured_by=user, status="submitted" if number % 2 else "published")
            make_session(f"Session {number}", facilitator=user, status="draft" if number % 2 else "published")
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("address", ["/?q=%00", "/?page=1" + "0" * 30, "/?x=%ED%A0%80"])
def test_bad_addresses_give_the_home_page(client, address):
    assert client.get(address).status_code == 200


def test_home_is_for_reading_only(client):
    assert client.post("/").status_code == 405
