"""The desk for sessions: who gets in, what saving does, and that actions go through the verbs."""

import datetime

import pytest

from events import admin, booking
from events.models import Session
from kmportal.lifecycle.models import StatusChange
from tests.builders import make_session

pytestmark = pytest.mark.django_db

LIST = "/admin/events/session/"
WRITTEN = {
    "kind": "cafe",
    "title": "Winter cafe",
    "purpose": "",
    "starts_at_0": "2026-07-01",
    "starts_at_1": "14:00",
    "ends_at_0": "2026-07-01",
    "ends_at_1": "15:30",
    "site": "",
    "place": "Room 2",
    "facilitator": "",
}


@pytest.fixture
def refreshed(monkeypatch):
    """What the search is told to read again."""
    heard = []
    monkeypatch.setattr(admin.SessionAdmin, "refresh_search", heard.extend)
    return heard


@pytest.fixture
def desk(client, facilitator):
    client.force_login(facilitator)
    return client


def sent(session, **fields):
    """Return what a browser sends that was shown the session as it is given here."""
    return {**WRITTEN, "seen": session.changed_at.isoformat(), **fields}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("anonymous", 302),
        ("staff", 302),
        ("librarian", 403),
        ("facilitator", 200),
        ("km_lead", 200),
        ("administrator", 200),
    ],
)
def test_who_gets_in(role, status, client, request):
    if role != "anonymous":
        client.force_login(request.getfixturevalue(role))
    assert (client.get(LIST).status_code, client.get(f"{LIST}add/").status_code) == (status, status)


def test_a_session_is_set_up_in_london_time_as_a_draft_and_the_search_is_told(desk, refreshed):
    desk.post(f"{LIST}add/", WRITTEN)
    session = Session.objects.get()
    assert (session.status, session.starts_at, session.ends_at) == (
        "draft",
        datetime.datetime(2026, 7, 1, 13, tzinfo=datetime.UTC),
        datetime.datetime(2026, 7, 1, 14, 30, tzinfo=datetime.UTC),
    )
    assert refreshed == [session]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"ends_at_1": "13:00"}, "The session must end after it starts."),
        ({"ends_at_1": "14:00"}, "The session must end after it starts."),
        ({"starts_at_0": "2026-03-29", "starts_at_1": "01:30"}, "couldn’t be interpreted in time zone Europe/London"),
        ({"starts_at_0": "2026-10-25", "starts_at_1": "01:30"}, "couldn’t be interpreted in time zone Europe/London"),
        ({"starts_at_0": "0000-01-01"}, "Enter a valid date."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"kind": "party"}, "Select a valid choice."),
    ],
)
def test_a_mistake_is_named_beside_its_field(desk, wrong, error):
    answer = desk.post(f"{LIST}add/", {**WRITTEN, **wrong})
    assert answer.status_code == 200
    assert error in answer.text
    assert not Session.objects.exists()


def test_only_those_who_arrange_sessions_are_offered_as_facilitators(desk, staff, librarian, facilitator, km_lead):
    form = desk.get(f"{LIST}add/").context["adminform"].form
    assert {str(user) for user in form.fields["facilitator"].queryset} == {"Farid Facilitator", "Kim Lead"}
    assert form.initial["facilitator"] == facilitator.pk


def test_a_facilitator_who_has_left_stays_on_the_sessions_that_were_theirs(desk, km_lead):
    session = make_session(facilitator=km_lead)
    km_lead.is_active = False
    km_lead.save()
    desk.post(f"{LIST}{session.pk}/change/", sent(session, title="Moved", facilitator=km_lead.pk))
    session.refresh_from_db()
    assert (session.title, session.facilitator) == ("Moved", km_lead)


def test_of_two_who_save_the_second_is_told_and_loses_nothing(desk, signed_in, km_lead):
    session = make_session("Cafe")
    address = f"{LIST}{session.pk}/change/"
    signed_in(km_lead).post(address, sent(session, title="First"))
    answer = desk.post(address, sent(session, title="Second"))
    assert "Somebody else has changed this session since you opened it." in answer.text
    assert answer.context["adminform"].form["title"].value() == "Second"
    assert Session.objects.get().title == "First"


def test_a_session_cancelled_while_somebody_writes_stays_cancelled(desk, facilitator):
    session = make_session("Cafe")
    seen = sent(session, title="Written meanwhile")
    booking.move(session, "cancel", by=facilitator, note="Snow.")
    assert "Somebody else has changed this session" in desk.post(f"{LIST}{session.pk}/change/", seen).text
    assert Session.objects.values_list("status", "title").get() == ("cancelled", "Cafe")


def test_cancelling_several_asks_for_the_reason_and_goes_through_the_verb(desk, facilitator):
    first, second = make_session("First"), make_session("Second")
    data = {"action": "cancel", "_selected_action": [first.pk, second.pk]}
    assert desk.post(LIST, data).templates[0].name == "lifecycle/reason.html"
    desk.post(LIST, {**data, "note": "Snow."})
    assert list(Session.objects.values_list("status", flat=True)) == ["cancelled", "cancelled"]
    assert list(StatusChange.objects.values_list("move", "by", "note")) == [("cancel", facilitator.pk, "Snow.")] * 2


def test_what_was_published_is_never_deleted(desk):
    published, draft = make_session(), make_session(status="draft")
    answers = [desk.post(f"{LIST}{session.pk}/delete/", {"post": "yes"}).status_code for session in (published, draft)]
    assert (answers, list(Session.objects.all())) == ([403, 302], [published])
