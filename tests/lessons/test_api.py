"""Lessons in JSON: what one says, who gets it, and the list with its filters and pages."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.builders import make_department, make_lesson, make_site

pytestmark = pytest.mark.django_db

MAY = datetime.datetime(2026, 5, 4, 9, 30, tzinfo=datetime.UTC)


def listed(answer):
    return [one["sentence"] for one in answer.json()["items"]]


def test_a_lesson_says_its_story(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    lesson = make_lesson(
        "Ring the family", expected="A call.", happened="Nobody rang.", why="No list.", applies_when="Moves.",
        applies_not="Never.", priority="urgent", department=make_department(), site=make_site(), tags=("Calls", "Beds"),
        published_at=MAY, changed_at=MAY,
    )  # fmt: skip
    said = client.get(f"/api/v1/lessons/{lesson.pk}/").json()
    assert said == {
        "id": lesson.pk,
        "url": f"https://portal.example/lessons/{lesson.pk}/",
        "api_url": f"https://portal.example/api/v1/lessons/{lesson.pk}/",
        "status": "published",
        "sentence": "Ring the family",
        "expected": "A call.",
        "happened": "Nobody rang.",
        "why": "No list.",
        "applies_when": "Moves.",
        "applies_not": "Never.",
        "priority": "urgent",
        "department": "Emergency medicine",
        "site": "Riverside Hospital",
        "happened_on": "2024-05-14",
        "tags": ["Beds", "Calls"],
        "published_at": "2026-05-04T09:30:00Z",
        "changed_at": "2026-05-04T09:30:00Z",
    }
    assert client.get("/api/v1/lessons/").json() == {"items": [said], "next": None}


@pytest.mark.parametrize(
    ("status", "answer"), [("published", 200), ("retired", 200), ("draft", 404), ("submitted", 404)]
)
def test_only_what_readers_have_is_given_even_to_those_who_look_after_lessons(
    client, km_lead, staff, signed_in, status, answer
):
    lesson = make_lesson("Ring", status=status, captured_by=staff)
    missing = client.get(f"/api/v1/lessons/{lesson.pk + 1000}/")
    for browser in (client, signed_in(staff), signed_in(km_lead)):
        sent = browser.get(f"/api/v1/lessons/{lesson.pk}/")
        assert (sent.status_code, listed(browser.get("/api/v1/lessons/"))) == (
            answer, ["Ring"] if status == "published" else [],
        )  # fmt: skip
        assert answer == 200 or sent.content == missing.content


def test_the_filters_are_those_of_the_list(client):
    make_lesson("Ring", tags=("Discharge",), department=make_department())
    make_lesson("Count", priority="urgent", happened_on=datetime.date(2025, 1, 2), tags=("Discharge", "Drugs"))
    make_lesson("Label", site=make_site(), happened_on=None)
    for query in ("", "tag=discharge&tag=drugs", "priority=urgent", "year=2025&year=2024", "site=riverside-hospital"):
        shown = [lesson.sentence for lesson in client.get(f"/lessons/?{query}").context["page"]]
        assert sorted(listed(client.get(f"/api/v1/lessons/?{query}"))) == sorted(shown), query


def test_pages_lead_on(client):
    for number in range(5):
        make_lesson(f"{number}", tags=("all",))
    first = client.get("/api/v1/lessons/?limit=2&tag=all")
    second = client.get(first.json()["next"].partition("8000")[2])
    third = client.get(second.json()["next"].partition("8000")[2])
    assert [listed(page) for page in (first, second, third)] == [["4", "3"], ["2", "1"], ["0"]]
    assert third.json()["next"] is None


def test_the_list_asks_the_same_number_of_questions_for_3_rows_and_for_50(client, staff):
    client.force_login(staff)
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_lesson(tags=("all", f"tag {rows} {number}"), department=make_department(f"Ward {number}"))
        client.get("/api/v1/lessons/?tag=all&limit=100")
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/lessons/?tag=all&limit=100")
        counts.append(len(queries))
    assert counts == [6, 6]
