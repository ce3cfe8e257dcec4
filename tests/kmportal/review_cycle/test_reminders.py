"""Reminders: one mail a day to each person, each stage of a thing once, and others asked where nobody answers."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.mail import sending
from kmportal.mail.models import OutgoingMail
from kmportal.people import roles
from kmportal.review_cycle import reminders
from kmportal.review_cycle.models import Reminder
from tests import builders
from tests.kmportal.review_cycle.conftest import TODAY, make_policy

pytestmark = pytest.mark.django_db


def remind(days=0):
    """Run the job of a day, counted from the one on which the policy is due; return who was told of what.

    Who comes with the number of things and the headings under which they stand.
    """
    day = TODAY + datetime.timedelta(days=days)
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    with time_machine.travel(datetime.datetime.combine(day, datetime.time(5), datetime.UTC), tick=False):
        reminders.remind(day)
    return {
        (mail.to.name if mail.to else mail.address): re.findall(r"^\* (.*)$", mail.text, re.MULTILINE)
        for mail in OutgoingMail.objects.exclude(pk__in=before)
    }


def test_an_owner_has_one_mail_with_all_that_waits_each_with_its_links(owner):
    with time_machine.travel(datetime.datetime(2026, 5, 3, 5, tzinfo=datetime.UTC), tick=False):
        late = make_policy("Falls <policy> & more", owner=owner, due=TODAY - datetime.timedelta(days=8))
        now = make_policy("Hand hygiene policy", owner=owner)
        soon = make_policy("Visitors policy", owner=owner, due=TODAY + datetime.timedelta(days=1))
        make_policy("Fire policy", owner=owner, due=TODAY + datetime.timedelta(days=31))
        make_policy("Withdrawn policy", owner=owner, status="withdrawn")
        make_policy("Paper", owner=owner, type="article")
        assert reminders.remind(TODAY) == 1
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (owner, "Are these 3 still true?")
    token = r"http://127\.0\.0\.1:8000/review-cycle/answer/[\w:-]+/"
    words = re.sub(token, "LINK", mail.text)
    assert words.split("\n\n", 1)[1].split("Everything that")[0] == (
        "Colleagues rely on what is listed here, so it is looked at again from time to time. "
        "One click answers: you do not need to sign in.\n\n"
        "You answer for these:\n\n"
        "* Falls <policy> & more\n"
        "  It was due for review on 25 April 2026, 8 days ago.\n"
        f"  Read it: http://127.0.0.1:8000/repository/{late.pk}/\n"
        "  It is still true: LINK?verdict=current\n"
        "  It needs a change, or is obsolete: LINK\n\n"
        "* Hand hygiene policy\n"
        "  It is due for review today.\n"
        f"  Read it: http://127.0.0.1:8000/repository/{now.pk}/\n"
        "  It is still true: LINK?verdict=current\n"
        "  It needs a change, or is obsolete: LINK\n\n"
        "* Visitors policy\n"
        "  It is due for review on 4 May 2026, in 1 day.\n"
        f"  Read it: http://127.0.0.1:8000/repository/{soon.pk}/\n"
        "  It is still true: LINK?verdict=current\n"
        "  It needs a change, or is obsolete: LINK\n\n"
    )
    assert sorted(Reminder.objects.values_list("object_id", "stage")) == [
        (late.pk, "overdue-1"),
        (now.pk, "due"),
        (soon.pk, "soon"),
    ]


def test_one_thing_is_named_in_the_subject(policy):
    remind()
    assert OutgoingMail.objects.get().subject == "Is it still true? Hand hygiene policy"


def test_each_stage_comes_once(policy, librarian, library_manager):
    told = [(days, sorted(told)) for days in range(-40, 40) if (told := remind(days))]
    both, all_three = ["Dan Deputy", "Olive Owner"], ["Dan Deputy", "Maya Manager", "Olive Owner"]
    assert told == [
        (-30, ["Olive Owner"]),
        (0, ["Olive Owner"]),
        (7, ["Olive Owner"]),
        (14, both),
        (21, both),
        (28, all_three),
        (35, all_three),
    ]


def test_a_day_that_was_missed_leaves_nothing_out(policy):
    assert remind(3) == {"Olive Owner": ["Hand hygiene policy"]}
    assert remind(4) == {}
    assert remind(15) == {"Olive Owner": ["Hand hygiene policy"], "Dan Deputy": ["Hand hygiene policy"]}


def test_nobody_has_two_mails_in_a_day(policy, owner):
    assert remind() == {"Olive Owner": ["Hand hygiene policy"]}
    make_policy("Falls policy", owner=owner)
    assert remind() == {}
    assert remind(1) == {"Olive Owner": ["Falls policy"]}


def test_what_was_confirmed_is_reminded_of_again_when_it_is_next_due(policy):
    remind()
    policy.next_review = TODAY + datetime.timedelta(days=365)
    policy.save()
    assert [days for days in (1, 20, 334, 335, 365) if remind(days)] == [335, 365]


def test_where_the_owner_has_left_the_deputy_is_asked_at_once(policy, owner, librarian):
    owner.is_active = False
    owner.save()
    assert remind(-30) == {"Dan Deputy": ["Hand hygiene policy"]}
    assert "You are the deputy, and there is no owner any more:" in OutgoingMail.objects.get().text


def test_where_both_have_left_the_librarys_managers_are_asked_at_once(
    policy, owner, deputy, librarian, library_manager
):
    for person in (owner, deputy):
        person.is_active = False
        person.save()
    builders.make_user("Lena Left", role=roles.LIBRARY_MANAGER, is_active=False)
    make_policy("Nobody's policy")
    assert remind(-30) == {"Maya Manager": ["Hand hygiene policy", "Nobody's policy"]}
    assert "Nobody else has answered for these:" in OutgoingMail.objects.get().text


def test_where_the_library_has_no_manager_its_mailbox_is_asked_once_a_stage(
    policy, owner, librarian, settings, mailoutbox
):
    settings.LIBRARY_EMAIL = "library@trust.example"
    assert sorted(remind(28)) == ["Dan Deputy", "Olive Owner", "library@trust.example"]
    assert [remind(day) for day in (28, 29, 34)] == [{}, {}, {}]
    mail = OutgoingMail.objects.get(to=None)
    assert mail.text.startswith("Dear colleagues,")
    assert f"Sign in and answer: http://127.0.0.1:8000/review-cycle/confirm/record/{policy.pk}/" in mail.text
    # A link that answers without signing in is for one person.
    assert "/review-cycle/answer/" not in mail.text
    sending.send(mail.pk)
    assert [message.to for message in mailoutbox] == [["library@trust.example"]]
    assert "library@trust.example" in remind(35)


def test_somebody_who_is_owner_and_manager_is_told_once(library_manager):
    make_policy("Hand hygiene policy", owner=library_manager, deputy=library_manager)
    assert remind(28) == {"Maya Manager": ["Hand hygiene policy"]}
    assert Reminder.objects.count() == 1


def test_a_long_list_is_cut_and_counted(owner):
    for number in range(reminders.LISTED + 2):
        make_policy(f"Policy {number}", owner=owner)
    assert len(remind()["Olive Owner"]) == reminders.LISTED
    assert "\n\n2 more wait for you.\n\n" in OutgoingMail.objects.get().text
    assert Reminder.objects.count() == reminders.LISTED + 2


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_things(owner):
    numbers = []
    for day, more in enumerate((3, 47)):
        for number in range(more):
            make_policy(f"Policy {day} {number}", owner=owner)
        OutgoingMail.objects.all().delete()
        Reminder.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            reminders.remind(TODAY)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_of_a_thing_only_what_the_mail_says_of_it_is_read(owner):
    for number in range(3):
        make_policy(f"Policy {number}", owner=owner, abstract="A long text.")
    with CaptureQueriesContext(connection) as captured:
        assert reminders.remind(TODAY) == 1
    assert [query["sql"] for query in captured if "abstract" in query["sql"]] == []
