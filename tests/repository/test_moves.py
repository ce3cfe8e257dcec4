"""The buttons of a record: every state, every move, every role."""

import pytest

from kmportal.lifecycle.models import StatusChange
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Record
from repository.models.record import Status
from tests.builders import make_record

pytestmark = pytest.mark.django_db

MOVES = ("submit", "return", "publish", "withdraw", "reinstate")
LEGAL = {
    ("draft", "submit"): "submitted",
    ("submitted", "return"): "draft",
    ("submitted", "publish"): "published",
    ("published", "withdraw"): "withdrawn",
    ("withdrawn", "reinstate"): "published",
}
REVIEWERS = {"librarian", "administrator"}
MAY = {move: REVIEWERS | ({"owner"} if move == "submit" else set()) for move in MOVES}
SEES_ALL = REVIEWERS | {"owner"}
ROLES = ("anonymous", "staff", "owner", "facilitator", "km_lead", "librarian", "administrator")


def test_the_table_has_these_moves():
    assert tuple(transition.name for transition in RECORD_LIFECYCLE.transitions) == MOVES


@pytest.mark.parametrize("role", ROLES)
def test_every_move_from_every_state(role, client, request):
    owner = request.getfixturevalue("depositor")
    if role != "anonymous":
        client.force_login(owner if role == "owner" else request.getfixturevalue(role))
    outcome, expected = {}, {}
    for status in Status.values:
        for move in MOVES:
            record = make_record(status=status, depositor=owner)
            answer = client.post(f"/repository/{record.pk}/move/{move}/", {"note": "Because"})
            record.refresh_from_db()
            outcome[status, move] = (answer.status_code, record.status)
            if role not in SEES_ALL and status not in ("published", "withdrawn"):
                expected[status, move] = (404, status)
            elif (status, move) in LEGAL and role in MAY[move]:
                expected[status, move] = (302, LEGAL[status, move])
            else:
                expected[status, move] = (409, status)
    assert outcome == expected


@pytest.mark.parametrize("role", ROLES)
def test_a_page_has_a_button_for_each_move_that_the_reader_may_make(role, client, request):
    owner = request.getfixturevalue("depositor")
    if role != "anonymous":
        client.force_login(owner if role == "owner" else request.getfixturevalue(role))
    offered, expected = {}, {}
    for status in Status.values if role in SEES_ALL else ("published", "withdrawn"):
        record = make_record(status=status, depositor=owner)
        page = client.get(record.get_absolute_url()).text
        offered[status] = [move for move in MOVES if f'action="/repository/{record.pk}/move/{move}/"' in page]
        expected[status] = [move for move in MOVES if (status, move) in LEGAL and role in MAY[move]]
    assert offered == expected


def test_from_draft_to_reader_and_back(signed_in, client, depositor, librarian):
    record = make_record("Falls", status="draft", depositor=depositor)
    page, desk = record.get_absolute_url(), signed_in(librarian)
    told = [
        signed_in(depositor).post(f"{page}move/submit/", follow=True).text,
        desk.post(f"{page}move/publish/", follow=True).text,
        desk.post(f"{page}move/withdraw/", {"note": "Twice"}, follow=True).text,
    ]
    assert ["This record is now marked “" + word + "”." in text for word, text in zip(
        ("Waiting for review", "Published", "Withdrawn"), told, strict=True
    )] == [True, True, True]  # fmt: skip
    assert list(StatusChange.objects.of(record).values_list("move", "source", "target", "by__name", "note")) == [
        ("submit", "draft", "submitted", "Dele Depositor", ""),
        ("publish", "submitted", "published", "Libby Librarian", ""),
        ("withdraw", "published", "withdrawn", "Libby Librarian", "Twice"),
    ]
    assert client.get(page).status_code == 410


@pytest.mark.parametrize("note", ["", "   ", "\x00", "x" * 2_001])
def test_a_move_that_needs_a_reason_asks_for_it_and_changes_nothing(signed_in, librarian, note):
    record = make_record()
    answer = signed_in(librarian).post(f"{record.get_absolute_url()}move/withdraw/", {"note": note})
    record.refresh_from_db()
    assert (answer.status_code, record.status) == (409, "published")
    assert "There is a problem" in answer.text
    assert 'href="#id_withdraw_note"' in answer.text
    assert 'id="id_withdraw_note"' in answer.text
    assert "Readers see it on the page that stays" in answer.text


def test_of_two_librarians_the_second_is_told_what_the_first_did(signed_in, librarian, administrator):
    record = make_record(status="submitted")
    page = record.get_absolute_url()
    signed_in(administrator).post(f"{page}move/return/", {"note": "Which ward?"})
    answer = signed_in(librarian).post(f"{page}move/publish/")
    assert answer.status_code == 409
    assert "“Publish” is not possible while this is draft." in answer.text
    assert Record.objects.get(pk=record.pk).status == "draft"


def test_a_move_that_does_not_exist_is_not_found(signed_in, librarian):
    assert signed_in(librarian).post(f"{make_record().get_absolute_url()}move/explode/").status_code == 404


def test_a_link_alone_moves_nothing(signed_in, librarian):
    record = make_record(status="submitted")
    assert signed_in(librarian).get(f"{record.get_absolute_url()}move/publish/").status_code == 405
    assert Record.objects.get(pk=record.pk).status == "submitted"
