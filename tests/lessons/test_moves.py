"""The buttons of a lesson: every state, every move, every role."""

import pytest

from kmportal.lifecycle.models import StatusChange
from lessons.models import Lesson
from lessons.status import Status
from tests.builders import make_lesson

pytestmark = pytest.mark.django_db

MOVES = ("submit", "return", "publish", "retire")
LEGAL = {
    ("draft", "submit"): "submitted",
    ("submitted", "return"): "draft",
    ("submitted", "publish"): "published",
    ("published", "retire"): "retired",
}
VALIDATORS = {"km_lead", "administrator"}
MAY = {"submit": VALIDATORS | {"owner"}, "return": VALIDATORS, "publish": VALIDATORS, "retire": VALIDATORS}
SEES_ALL = VALIDATORS | {"owner", "librarian"}


@pytest.mark.parametrize(
    "role", ["anonymous", "staff", "owner", "librarian", "facilitator", "km_lead", "administrator"]
)
def test_every_move_from_every_state(role, client, request):
    owner = request.getfixturevalue("depositor")
    if role != "anonymous":
        client.force_login(owner if role == "owner" else request.getfixturevalue(role))

    outcome, expected = {}, {}
    for status in Status.values:
        for move in MOVES:
            lesson = make_lesson(status=status, captured_by=owner)
            answer = client.post(f"/lessons/{lesson.pk}/move/{move}/", {"note": "Because"})
            lesson.refresh_from_db()
            outcome[status, move] = (answer.status_code, lesson.status)
            if role not in SEES_ALL and status not in ("published", "retired"):
                expected[status, move] = (404, status)
            elif (status, move) in LEGAL and role in MAY[move]:
                expected[status, move] = (302, LEGAL[status, move])
            else:
                expected[status, move] = (409, status)
    assert outcome == expected


@pytest.mark.parametrize("role", ["staff", "owner", "librarian", "km_lead"])
def test_a_page_has_a_button_for_each_move_that_the_reader_may_make(role, client, request):
    owner = request.getfixturevalue("depositor")
    client.force_login(owner if role == "owner" else request.getfixturevalue(role))
    offered, expected = {}, {}
    for status in ("published", "retired") if role == "staff" else Status.values:
        lesson = make_lesson(status=status, captured_by=owner)
        page = client.get(f"/lessons/{lesson.pk}/").text
        offered[status] = [move for move in MOVES if f'action="/lessons/{lesson.pk}/move/{move}/"' in page]
        expected[status] = [move for move in MOVES if (status, move) in LEGAL and role in MAY[move]]
    assert offered == expected


def test_publishing_writes_the_history_and_the_date(signed_in, km_lead):
    lesson = make_lesson(status="submitted")
    assert lesson.published_at is None
    answer = signed_in(km_lead).post(f"/lessons/{lesson.pk}/move/publish/", follow=True)
    lesson.refresh_from_db()
    assert "This lesson is now marked “Published”." in answer.text
    assert lesson.published_at is not None
    assert list(StatusChange.objects.of(lesson).values_list("move", "source", "target", "by__name")) == [
        ("publish", "submitted", "published", "Kim Lead")
    ]


@pytest.mark.parametrize("note", ["", "   ", "\x00", "x" * 2_001])
def test_a_move_that_needs_a_reason_asks_for_it_and_changes_nothing(signed_in, km_lead, note):
    lesson = make_lesson(status="published")
    answer = signed_in(km_lead).post(f"/lessons/{lesson.pk}/move/retire/", {"note": note})
    lesson.refresh_from_db()
    assert (answer.status_code, lesson.status) == (409, "published")
    assert "There is a problem" in answer.text
    assert 'href="#id_retire_note"' in answer.text
    assert 'id="id_retire_note"' in answer.text


def test_of_two_validators_the_second_is_told_what_the_first_did(signed_in, km_lead, administrator):
    lesson = make_lesson(status="submitted")
    signed_in(administrator).post(f"/lessons/{lesson.pk}/move/return/", {"note": "Which ward?"})
    answer = signed_in(km_lead).post(f"/lessons/{lesson.pk}/move/publish/")
    assert answer.status_code == 409
    assert "“Publish” is not possible while this is draft." in answer.text
    assert Lesson.objects.get(pk=lesson.pk).status == "draft"


def test_a_move_that_does_not_exist_is_not_found(signed_in, km_lead):
    lesson = make_lesson()
    assert signed_in(km_lead).post(f"/lessons/{lesson.pk}/move/explode/").status_code == 404


def test_a_link_alone_moves_nothing(signed_in, km_lead):
    lesson = make_lesson(status="submitted")
    assert signed_in(km_lead).get(f"/lessons/{lesson.pk}/move/publish/").status_code == 405
