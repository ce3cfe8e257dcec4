"""The buttons of a session: every state, every move, every role."""

import pytest

from events.status import Status
from kmportal.lifecycle.models import StatusChange
from tests.builders import make_session

pytestmark = pytest.mark.django_db

MOVES = ("publish", "cancel")
LEGAL = {("draft", "publish"): "published", ("published", "cancel"): "cancelled"}
ARRANGE = {"facilitator", "km_lead", "administrator"}


@pytest.mark.parametrize("role", ["anonymous", "staff", "librarian", "facilitator", "km_lead", "administrator"])
def test_every_move_from_every_state(role, client, request):
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    outcome, expected = {}, {}
    for status in Status.values:
        for move in MOVES:
            session = make_session(status=status)
            answer = client.post(f"/events/{session.pk}/move/{move}/", {"note": "The room is flooded."})
            session.refresh_from_db()
            outcome[status, move] = (answer.status_code, session.status)
            if role not in ARRANGE and status == "draft":
                expected[status, move] = (404, status)
            elif (status, move) in LEGAL and role in ARRANGE:
                expected[status, move] = (302, LEGAL[status, move])
            else:
                expected[status, move] = (409, status)
    assert outcome == expected


@pytest.mark.parametrize("role", ["staff", "facilitator"])
def test_a_page_has_a_button_for_each_move_that_the_reader_may_make(role, client, request):
    client.force_login(request.getfixturevalue(role))
    offered, expected = {}, {}
    for status in ("published", "cancelled") if role == "staff" else Status.values:
        session = make_session(status=status)
        page = client.get(f"/events/{session.pk}/").text
        offered[status] = [move for move in MOVES if f'action="/events/{session.pk}/move/{move}/"' in page]
        expected[status] = [move for move in MOVES if (status, move) in LEGAL and role in ARRANGE]
    assert offered == expected


def test_a_facilitator_cannot_cancel_without_a_reason(signed_in, facilitator):
    session = make_session()
    answer = signed_in(facilitator).post(f"/events/{session.pk}/move/cancel/", {"note": " "})
    session.refresh_from_db()
    assert (answer.status_code, session.status) == (409, "published")
    assert "Give a reason: “Cancel” needs one." in answer.text


def test_cancelling_writes_the_history(signed_in, facilitator):
    session = make_session()
    signed_in(facilitator).post(f"/events/{session.pk}/move/cancel/", {"note": "The room is flooded."})
    assert list(StatusChange.objects.of(session).values_list("move", "by__name", "note")) == [
        ("cancel", "Farid Facilitator", "The room is flooded.")
    ]


def test_a_move_that_does_not_exist_is_not_found(signed_in, facilitator):
    session = make_session()
    assert signed_in(facilitator).post(f"/events/{session.pk}/move/explode/").status_code == 404
    assert signed_in(facilitator).get(f"/events/{session.pk}/move/cancel/").status_code == 405
