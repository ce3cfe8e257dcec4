"""A lesson's page: its story for everybody, its history for those who look after it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lessons import capture
from tests.builders import make_department, make_lesson, make_site

pytestmark = pytest.mark.django_db


def test_the_page_tells_the_whole_story(client):
    lesson = make_lesson(
        "When a patient moves ward, phone the family, because they find an empty bed.",
        expected="The ward clerk phones.",
        happened="Nobody phoned.\n\nThe family came to an empty bed.",
        why="Two wards each thought that the other had.",
        applies_when="Moves between wards.",
        applies_not="Moves within a ward.",
        priority="caution",
        department=make_department(),
        site=make_site(),
        tags=("Handover",),
    )
    page = client.get(f"/lessons/{lesson.pk}/").text
    for words in (
        "<h1>When a patient moves ward, phone the family, because they find an empty bed.</h1>",
        "<h2>What we expected</h2><p>The ward clerk phones.</p>",
        "<h2>What happened</h2><p>Nobody phoned.</p>\n\n<p>The family came to an empty bed.</p>",
        "<h2>Why there was a difference</h2><p>Two wards each thought that the other had.</p>",
        "<h2>When it applies</h2><p>Moves between wards.</p>",
        "<h2>When it does not apply</h2><p>Moves within a ward.</p>",
        "Caution",
        '<a href="/lessons/?department=emergency-medicine">Emergency medicine</a>',
        '<a href="/lessons/?site=riverside-hospital">Riverside Hospital</a>',
        '<a href="/lessons/?tag=handover">Handover</a>',
        "14 May 2024",
    ):
        assert words in page
    assert "History" not in page
    assert "What you can do" not in page


def test_what_a_lesson_does_not_say_leaves_no_heading(client):
    page = client.get(f"/lessons/{make_lesson().pk}/").text
    assert "What we expected" not in page
    assert "Department" not in page


def test_what_people_wrote_cannot_bring_markup_into_the_page(client):
    lesson = make_lesson("<script>alert(1)</script>", happened="<img src=x onerror=alert(1)>", tags=("<b>bold</b>",))
    page = client.get(f"/lessons/{lesson.pk}/").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>bold" not in page


@pytest.mark.parametrize(
    ("status", "who_may"),
    [
        ("draft", {"owner", "librarian", "km_lead", "administrator"}),
        ("submitted", {"owner", "librarian", "km_lead", "administrator"}),
        ("published", {"anonymous", "staff", "owner", "librarian", "facilitator", "km_lead", "administrator"}),
        ("retired", {"anonymous", "staff", "owner", "librarian", "facilitator", "km_lead", "administrator"}),
    ],
)
def test_who_may_open_a_lesson(status, who_may, client, signed_in, request):
    owner = request.getfixturevalue("depositor")
    lesson = make_lesson(status=status, captured_by=owner)
    browsers = {"anonymous": client, "owner": signed_in(owner)} | {
        role: signed_in(request.getfixturevalue(role))
        for role in ("staff", "librarian", "facilitator", "km_lead", "administrator")
    }
    opened = {name: browser.get(f"/lessons/{lesson.pk}/").status_code for name, browser in browsers.items()}
    assert opened == {name: 200 if name in who_may else 404 for name in browsers}


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40])
def test_a_lesson_that_is_not_there_is_not_found(client, pk):
    assert client.get(f"/lessons/{pk}/").status_code == 404


def test_a_retired_lesson_says_so(client):
    page = client.get(f"/lessons/{make_lesson(status='retired').pk}/").text
    assert "This lesson is retired" in page


def test_history_is_for_validators_and_for_the_one_who_captured_it(client, signed_in, staff, depositor, km_lead):
    lesson = make_lesson(status="submitted", captured_by=depositor)
    capture.move(lesson, "return", by=km_lead, note="Which ward was it?")
    capture.move(lesson, "submit", by=depositor)
    capture.move(lesson, "publish", by=km_lead)
    told = {
        name: "Which ward was it?" in browser.get(f"/lessons/{lesson.pk}/").text
        for name, browser in {
            "anonymous": client,
            "staff": signed_in(staff),
            "who captured it": signed_in(depositor),
            "validator": signed_in(km_lead),
        }.items()
    }
    assert told == {"anonymous": False, "staff": False, "who captured it": True, "validator": True}


def test_the_page_asks_at_most_12_questions_however_long_the_history(signed_in, km_lead):
    lesson = make_lesson(status="draft", department=make_department(), site=make_site(), tags=("a", "b", "c"))
    browser = signed_in(km_lead)
    counts = []
    for _ in range(2):
        for _ in range(5):
            capture.move(lesson, "submit", by=km_lead)
            capture.move(lesson, "return", by=km_lead, note="Not yet")
        browser.get(f"/lessons/{lesson.pk}/")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/lessons/{lesson.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
