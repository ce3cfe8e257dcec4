"""The buttons of a record: every state, every move, every role."""

import pytest

from kmportal.lifecycle.models import StatusChange
from repository.lifecycle import RECORD_LIFECYCLE
from repository.models import Record
from repository.models.record import Status
from tests.builders import make_collection, make_record

pytestmark = pytest.mark.django_db

REVIEWERS = {"librarian", "library_manager", "administrator"}
MANAGERS = {"library_manager", "administrator"}
# Each button: from where to where, and who may press it.
BUTTONS = {
    "submit": ({"draft": "submitted", "returned": "submitted"}, {"owner"} | REVIEWERS),
    "take_back": ({"submitted": "draft"}, {"owner"} | MANAGERS),
    "return": ({"submitted": "returned"}, REVIEWERS),
    "reject": ({"submitted": "rejected"}, REVIEWERS),
    "reconsider": ({"rejected": "returned"}, REVIEWERS),
    "accept": ({"submitted": "accepted"}, REVIEWERS),
    "publish": ({"submitted": "published"}, REVIEWERS),
    "release": ({"accepted": "published"}, MANAGERS),
    "hold": ({"accepted": "submitted"}, MANAGERS),
    "restore": ({"replaced": "published"}, REVIEWERS),
    "reinstate": ({"withdrawn": "published"}, REVIEWERS),
}
# Moves that have a page of their own, or go with another.
NO_BUTTONS = {"replace", "withdraw"}
SEEN_BY_ALL = ("published", "replaced", "withdrawn")
ROLES = ("anonymous", "staff", "owner", "facilitator", "km_lead", "librarian", "library_manager", "administrator")


def sees(role: str, status: str) -> bool:
    """Tell whether somebody in the role can open a record in that state: drafts are private."""
    return status in SEEN_BY_ALL or role == "owner" or (role in REVIEWERS and status != "draft")


def may(role: str, move: str, status: str) -> bool:
    """Tell whether somebody in the role can make the move from that state."""
    ways, roles = BUTTONS[move]
    return status in ways and role in roles


def test_the_table_has_these_moves():
    moves = [(transition.name, transition.is_button) for transition in RECORD_LIFECYCLE.transitions]
    assert dict(moves) == dict.fromkeys(BUTTONS, True) | dict.fromkeys(NO_BUTTONS, False)


@pytest.mark.parametrize("role", ROLES)
def test_every_move_from_every_state(role, client, request):
    owner = request.getfixturevalue("depositor")
    if role != "anonymous":
        client.force_login(owner if role == "owner" else request.getfixturevalue(role))
    outcome, expected = {}, {}
    for status in Status.values:
        for move in (*BUTTONS, *NO_BUTTONS):
            record = make_record(status=status, depositor=owner, container_title="BMJ Open")
            answer = client.post(f"/repository/{record.pk}/move/{move}/", {"note": "Because"})
            record.refresh_from_db()
            outcome[status, move] = (answer.status_code, record.status)
            if move in NO_BUTTONS or not sees(role, status):
                expected[status, move] = (404, status)
            elif may(role, move, status):
                expected[status, move] = (302, BUTTONS[move][0][status])
            else:
                expected[status, move] = (409, status)
    assert outcome == expected


@pytest.mark.parametrize("role", ROLES)
def test_a_page_has_a_button_for_each_move_that_the_reader_may_make(role, client, request):
    owner = request.getfixturevalue("depositor")
    if role != "anonymous":
        client.force_login(owner if role == "owner" else request.getfixturevalue(role))
    offered, expected = {}, {}
    for status in Status.values:
        record = make_record(status=status, depositor=owner)
        answer = client.get(record.get_absolute_url())
        offered[status] = [move for move in BUTTONS if f'action="/repository/{record.pk}/move/{move}/"' in answer.text]
        expected[status] = [move for move in BUTTONS if sees(role, status) and may(role, move, status)]
    assert offered == expected


def test_from_draft_to_reader_and_back(signed_in, client, depositor, librarian):
    record = make_record("Falls", status="draft", depositor=depositor, container_title="BMJ Open")
    page, desk, owner = record.get_absolute_url(), signed_in(librarian), signed_in(depositor)
    told = [
        owner.post(f"{page}move/submit/", follow=True).text,
        owner.post(f"{page}move/take_back/", follow=True).text,
        owner.post(f"{page}move/submit/", follow=True).text,
        desk.post(f"{page}move/return/", {"note": "Which ward?"}, follow=True).text,
        owner.post(f"{page}move/submit/", follow=True).text,
        desk.post(f"{page}move/publish/", follow=True).text,
    ]
    states = ("Waiting for review", "Draft", "Waiting for review", "Returned for changes", "Waiting for review",
              "Published")  # fmt: skip
    assert [f"This record is now marked “{state}”." in text for state, text in zip(states, told, strict=True)] == [
        True
    ] * 6
    assert list(StatusChange.objects.of(record).values_list("move", "source", "target", "by__name", "note")) == [
        ("submit", "draft", "submitted", "Dele Depositor", ""),
        ("take_back", "submitted", "draft", "Dele Depositor", ""),
        ("submit", "draft", "submitted", "Dele Depositor", ""),
        ("return", "submitted", "returned", "Libby Librarian", "Which ward?"),
        ("submit", "returned", "submitted", "Dele Depositor", ""),
        ("publish", "submitted", "published", "Libby Librarian", ""),
    ]
    assert client.get(page).status_code == 200


def test_what_is_taken_back_to_be_changed_stands_open_in_the_form(signed_in, depositor):
    record = make_record(status="submitted", depositor=depositor)
    answer = signed_in(depositor).post(f"{record.get_absolute_url()}move/take_back/")
    assert (answer.status_code, answer.url) == (302, f"/repository/{record.pk}/edit/")


@pytest.mark.parametrize("note", ["", "   ", "\x00", "x" * 2_001])
def test_a_move_that_needs_a_reason_asks_for_it_and_changes_nothing(signed_in, librarian, note):
    record = make_record(status="submitted")
    answer = signed_in(librarian).post(f"{record.get_absolute_url()}move/return/", {"note": note})
    record.refresh_from_db()
    assert (answer.status_code, record.status) == (409, "submitted")
    assert "There is a problem" in answer.text
    assert 'href="#id_return_note"' in answer.text
    assert 'id="id_return_note"' in answer.text
    assert "The depositor reads it." in answer.text


def test_of_two_librarians_the_second_is_told_what_the_first_did(signed_in, librarian, administrator):
    record = make_record(status="submitted")
    page = record.get_absolute_url()
    signed_in(administrator).post(f"{page}move/return/", {"note": "Which ward?"})
    answer = signed_in(librarian).post(f"{page}move/publish/")
    assert answer.status_code == 409
    assert "“Publish” is not possible while this is returned." in answer.text
    assert Record.objects.get(pk=record.pk).status == "returned"


def test_what_was_withdrawn_is_not_sent_for_review_again(signed_in, depositor):
    record = make_record(status="withdrawn", depositor=depositor)
    answer = signed_in(depositor).post(f"{record.get_absolute_url()}move/submit/")
    assert answer.status_code == 409
    assert "“Send for review” is not possible while this is withdrawn." in answer.text
    assert Record.objects.get(pk=record.pk).status == "withdrawn"


def test_nobody_judges_their_own_deposit(signed_in, librarian):
    record = make_record(status="submitted", depositor=librarian)
    desk, page = signed_in(librarian), record.get_absolute_url()
    answers = [desk.post(f"{page}move/{move}/", {"note": "Fine"}) for move in ("accept", "publish", "return", "reject")]
    assert [answer.status_code for answer in answers] == [409] * 4
    refusal = "You deposited this record, so somebody else must review it."
    assert [refusal in answer.text for answer in answers] == [True] * 4
    assert Record.objects.get(pk=record.pk).status == "submitted"


def test_a_collection_that_asks_for_a_release_keeps_what_a_librarian_accepts(signed_in, librarian, library_manager):
    guidelines = make_collection("Guidelines")
    guidelines.needs_release = True
    guidelines.save()
    record = make_record(status="submitted", collection=guidelines)
    page = record.get_absolute_url()
    refused = signed_in(librarian).post(f"{page}move/publish/")
    assert refused.status_code == 409
    assert "Records of “Guidelines” wait for a release: choose “Accept for release”." in refused.text
    assert signed_in(librarian).post(f"{page}move/accept/").status_code == 302
    assert signed_in(librarian).post(f"{page}move/release/").status_code == 409
    assert signed_in(library_manager).post(f"{page}move/release/").status_code == 302
    assert Record.objects.get(pk=record.pk).status == "published"


def test_a_move_that_does_not_exist_is_not_found(signed_in, librarian):
    assert signed_in(librarian).post(f"{make_record().get_absolute_url()}move/explode/").status_code == 404


def test_a_link_alone_moves_nothing(signed_in, librarian):
    record = make_record(status="submitted")
    assert signed_in(librarian).get(f"{record.get_absolute_url()}move/publish/").status_code == 405
    assert Record.objects.get(pk=record.pk).status == "submitted"
