"""What people say of a thing that can go stale, who may say it, and what follows."""

import datetime

import pytest
import time_machine

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.mail.models import OutgoingMail
from kmportal.review_cycle import answers
from kmportal.review_cycle.models import Confirmation, Flag
from tests import builders
from tests.kmportal.review_cycle.conftest import TODAY, make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_sixth_of_may():
    with time_machine.travel(datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC), tick=False):
        yield


def dates(thing):
    thing.refresh_from_db()
    return thing.last_reviewed, thing.next_review


def mails():
    return sorted(OutgoingMail.objects.values_list("to__name", "subject"))


def test_still_true_begins_the_next_interval_today(policy, owner):
    answers.confirm(policy, verdict="current", by=owner)
    assert dates(policy) == (datetime.date(2026, 5, 6), datetime.date(2027, 5, 6))
    answer = Confirmation.objects.get()
    assert (answer.thing, answer.verdict, answer.by, answer.was_due, answer.note) == (
        policy, "current", owner, TODAY, "",
    )  # fmt: skip


def test_the_day_is_the_uks(policy, owner):
    with time_machine.travel(datetime.datetime(2026, 5, 6, 23, 30, tzinfo=datetime.UTC), tick=False):
        answers.confirm(policy, verdict="current", by=owner)
    assert dates(policy) == (datetime.date(2026, 5, 7), datetime.date(2027, 5, 7))


def test_a_change_leaves_it_due_with_a_flag_until_it_is_made(policy, owner):
    answers.confirm(policy, verdict="change", by=owner, note="The gel has a new name.")
    answers.confirm(policy, verdict="change", by=owner, note="The gel and the soap have new names.")
    assert dates(policy) == (datetime.date(2025, 5, 3), TODAY)
    assert list(Flag.objects.values_list("text", "settled_at")) == [("The gel and the soap have new names.", None)]
    answers.confirm(policy, verdict="current", by=owner)
    assert list(Flag.objects.values_list("settled_by", flat=True)) == [owner.pk]
    assert Confirmation.objects.count() == 3


def test_obsolete_tells_the_library_where_to_withdraw_it(policy, owner, librarian, library_manager, staff):
    answers.confirm(policy, verdict="obsolete", by=owner, note="We use <the> regional one.")
    assert dates(policy) == (datetime.date(2025, 5, 3), TODAY)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (library_manager, "Obsolete: Hand hygiene policy")
    assert "Olive wrote:\n\nWe use <the> regional one.\n" in mail.text
    assert f"/repository/{policy.pk}/withdraw/" in mail.text


@pytest.mark.parametrize("who", ["owner", "deputy", "librarian"])
def test_the_owner_the_deputy_and_the_library_may_answer(policy, request, who):
    answers.confirm(policy, verdict="current", by=request.getfixturevalue(who))
    assert dates(policy) == (datetime.date(2026, 5, 6), datetime.date(2027, 5, 6))


@pytest.mark.parametrize("who", ["staff", "km_lead", "facilitator"])
def test_others_may_not(policy, request, who):
    with pytest.raises(NotAllowed, match="You do not answer for this record"):
        answers.confirm(policy, verdict="current", by=request.getfixturevalue(who))
    assert dates(policy) == (datetime.date(2025, 5, 3), TODAY)
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("fields", [{"status": "withdrawn"}, {"status": "replaced"}, {"type": "article"}])
def test_what_readers_do_not_rely_on_has_no_answer(owner, fields):
    record = make_policy("Old policy", owner=owner, **fields)
    with pytest.raises(NotAllowed, match="not before readers any more"):
        answers.confirm(record, verdict="current", by=owner)


def test_a_reader_tells_the_owner_what_is_wrong(policy, staff):
    raised = answers.flag(policy, by=staff, text="Page 2 names\nthe old ward.")
    assert (raised.thing, raised.by, raised.text, raised.settled_at) == (
        policy, staff, "Page 2 names\nthe old ward.", None,
    )  # fmt: skip
    mail = OutgoingMail.objects.get()
    assert (mail.to.name, mail.subject) == ("Olive Owner", "Something may be wrong: Hand hygiene policy")
    assert "Stella wrote:\n\nPage 2 names\nthe old ward.\n" in mail.text
    with pytest.raises(NotAllowed, match="You have told the owner already"):
        answers.flag(policy, by=staff, text="Page 3 too.")


def test_where_the_owner_has_left_others_hear_of_it(policy, owner, deputy, staff, km_lead, librarian, library_manager):
    owner.is_active = False
    owner.save()
    answers.flag(policy, by=staff, text="Wrong.")
    deputy.is_active = False
    deputy.save()
    policy.refresh_from_db()
    answers.flag(policy, by=km_lead, text="Wrong.")
    assert mails() == [
        ("Dan Deputy", "Something may be wrong: Hand hygiene policy"),
        ("Maya Manager", "Something may be wrong: Hand hygiene policy"),
    ]


def test_who_cannot_read_a_thing_cannot_flag_it(policy, staff):
    policy.audience = "library"
    policy.save()
    with pytest.raises(NotAllowed, match="You cannot see this record"):
        answers.flag(policy, by=staff, text="Wrong.")


def test_a_flag_is_settled_once_and_its_reader_hears_of_it(policy, owner, staff):
    raised = answers.flag(policy, by=staff, text="Wrong.")
    with pytest.raises(NotAllowed, match="You do not answer for this record"):
        answers.settle(raised, by=staff)
    answers.settle(raised, by=owner)
    answers.settle(raised, by=owner)
    assert mails() == [
        ("Olive Owner", "Something may be wrong: Hand hygiene policy"),
        ("Stella Staff", "Settled: Hand hygiene policy"),
    ]
    raised.refresh_from_db()
    assert (raised.settled_by, raised.settled_at) == (owner, datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC))
    answers.flag(policy, by=staff, text="Wrong again.")


def test_who_may_not_read_a_thing_any_more_gets_no_mail_about_it(policy, owner, staff):
    raised = answers.flag(policy, by=staff, text="Wrong.")
    type(policy).objects.filter(pk=policy.pk).update(audience="library", title="Named patients")
    answers.settle(raised, by=owner)
    assert mails() == [("Olive Owner", "Something may be wrong: Hand hygiene policy")]


def test_the_library_says_who_answers_and_how_often(policy, librarian, staff):
    last = datetime.date(2026, 1, 31)
    answers.set_cycle(policy, owner=staff, deputy=None, months=1, last_reviewed=last, by=librarian)
    policy.refresh_from_db()
    assert (policy.owner, policy.deputy, policy.review_months) == (staff, None, 1)
    assert dates(policy) == (last, datetime.date(2026, 2, 28))
    answers.set_cycle(policy, owner=staff, deputy=None, months=None, last_reviewed=None, by=staff)
    assert dates(policy) == (None, None)
    answers.set_cycle(policy, owner=staff, deputy=None, months=12, last_reviewed=None, by=staff)
    assert dates(policy) == (datetime.date(2026, 5, 6), datetime.date(2027, 5, 6))


@pytest.mark.parametrize("who", ["deputy", "staff", "km_lead"])
def test_others_may_not_say_who_answers(policy, request, who):
    with pytest.raises(NotAllowed, match="You cannot say who answers for this record"):
        answers.set_cycle(
            policy, owner=None, deputy=None, months=1, last_reviewed=None, by=request.getfixturevalue(who)
        )


def test_somebody_who_has_left_is_given_nothing(policy, librarian, owner):
    gone = builders.make_user("Gus Gone", is_active=False)
    with pytest.raises(NotAllowed, match="Gus Gone has left"):
        answers.set_cycle(policy, owner=gone, deputy=None, months=1, last_reviewed=None, by=librarian)
    with pytest.raises(NotAllowed, match="Gus Gone has left"):
        answers.reassign([policy], from_user=owner, to=gone, by=librarian)


def test_a_leavers_things_go_to_somebody_else(policy, owner, deputy, librarian, staff):
    second = make_policy("Falls policy", owner=deputy, deputy=owner)
    third = make_policy("Visitors policy", owner=owner, deputy=staff)
    other = make_policy("Fire policy", owner=deputy)
    done = answers.reassign([policy, second, third, other], from_user=owner, to=staff, by=librarian)
    for thing in (policy, second, third, other):
        thing.refresh_from_db()
    assert done == 3
    assert [(thing.owner.name, thing.deputy and thing.deputy.name) for thing in (policy, second, third, other)] == [
        ("Stella Staff", "Dan Deputy"),
        ("Dan Deputy", "Stella Staff"),
        ("Stella Staff", None),
        ("Dan Deputy", None),
    ]


def test_a_leaver_cannot_be_given_away_by_others(policy, owner, staff):
    with pytest.raises(NotAllowed, match="You cannot say who answers"):
        answers.reassign([policy], from_user=owner, to=staff, by=owner)
    policy.refresh_from_db()
    assert policy.owner == owner
