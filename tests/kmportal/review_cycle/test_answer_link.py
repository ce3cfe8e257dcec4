"""The link in a reminder: one click for whoever is signed in, one button for others, and good for one answer only."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse

from kmportal.mail.models import OutgoingMail
from kmportal.review_cycle import answers, reminders, tokens
from kmportal.review_cycle.models import Confirmation
from tests.kmportal.review_cycle.conftest import TODAY

pytestmark = pytest.mark.django_db

MORNING = datetime.datetime(2026, 5, 3, 5, tzinfo=datetime.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def link(clock, policy, settings):
    """The path that the mail of the day gives the owner, without the part that says which answer."""
    reminders.remind(TODAY)
    found = re.search(
        r"http://127\.0\.0\.1:8000(/review-cycle/answer/\S+/)\?verdict=current", OutgoingMail.objects.get().text
    )
    clock.shift(datetime.timedelta(hours=4))
    return found[1]


def heading(page):
    return re.search(r"<h1>(.*?)</h1>", page.text)[1]


def test_opening_the_link_changes_nothing(client, link, policy):
    for method in (client.get, client.head, client.options):
        method(link, {"verdict": "current"})
    policy.refresh_from_db()
    assert (policy.next_review, Confirmation.objects.count()) == (TODAY, 0)


def test_who_is_not_signed_in_confirms_with_one_button(client, link, policy, owner):
    page = client.get(f"{link}?verdict=current")
    assert (page.status_code, heading(page)) == (200, "Hand hygiene policy")
    assert "Confirm: still true" in page.text
    assert "data-submit-at-once" not in page.text
    assert "no-store" in page["Cache-Control"]
    done = client.post(link, {"verdict": "current"}, follow=True)
    assert heading(done) == "Thank you. This is answered"
    assert "It is marked as still true, and the next review has its date." in done.text
    policy.refresh_from_db()
    assert policy.next_review == datetime.date(2027, 5, 3)
    assert Confirmation.objects.get().by == owner


def test_who_is_signed_in_needs_no_button(signed_in, link, owner):
    page = signed_in(owner).get(f"{link}?verdict=current")
    assert '<form method="post" novalidate data-submit-at-once>' in page.text
    assert "js/submit_at_once.js" in page.text
    # Without a word of which answer there is a choice, so nothing is sent by itself.
    page = signed_in(owner).get(link)
    assert "data-submit-at-once" not in page.text
    assert page.text.count('name="verdict"') == 3


def test_another_answer_can_be_given_by_the_link(client, link, policy, librarian):
    empty = client.post(link, {"note": "x"})
    assert "Choose what you say of it." in empty.text
    client.post(link, {"verdict": "obsolete", "note": "We use another."})
    answer = Confirmation.objects.get()
    assert (answer.verdict, answer.note) == ("obsolete", "We use another.")
    assert client.post(link, {"verdict": "nonsense"}).status_code == 200
    assert Confirmation.objects.count() == 1


def test_it_is_good_for_one_answer(client, link, policy):
    for _ in range(2):
        client.post(link, {"verdict": "change", "note": "Page 2."})
    assert Confirmation.objects.count() == 1
    assert heading(client.get(f"{link}?verdict=current")) == "Thank you. This is answered"


def test_what_somebody_else_has_answered_since_is_answered(client, link, policy, deputy):
    answers.confirm(policy, verdict="current", by=deputy)
    page = client.post(link, {"verdict": "obsolete"})
    assert heading(page) == "Thank you. This is answered"
    assert Confirmation.objects.count() == 1


def test_once_answered_it_tells_its_person_alone_what_was_said(client, signed_in, link, policy, owner):
    client.post(link, {"verdict": "current"}, follow=True)
    page = client.get(link).text
    assert [word for word in ("Hand hygiene policy", "Olive Owner", "Still true", "<time") if word in page] == []
    theirs = " ".join(signed_in(owner).get(link).text.split())
    assert "Olive Owner said on" in theirs
    assert "Hand hygiene policy" in theirs
    assert "next review is due <time" in theirs


def closed(client, link):
    """Return status and reason of a link that is closed, having tried to answer by it too."""
    pages = [client.get(f"{link}?verdict=current"), client.post(link, {"verdict": "current"})]
    assert not Confirmation.objects.exists()
    assert [heading(page) for page in pages] == ["This link is closed"] * 2
    (status,) = {page.status_code for page in pages}
    return status, re.search(r"<h1>.*?</h1>\s*<p>(.*?)</p>", pages[0].text)[1]


def test_it_expires_after_sixty_days(client, link, clock):
    clock.move_to(MORNING + datetime.timedelta(days=60))
    assert heading(client.get(link)) == "Hand hygiene policy"
    clock.shift(datetime.timedelta(seconds=1))
    assert closed(client, link)[0] == 410
    assert closed(client, link)[1].startswith("It was good for 60 days")


def test_it_is_refused_for_an_account_that_is_closed(client, link, owner):
    owner.is_active = False
    owner.save()
    assert closed(client, link) == (403, "The account that it was written for is closed.")


def test_it_is_not_for_somebody_else_who_is_signed_in(signed_in, link, deputy, librarian):
    for other in (deputy, librarian):
        assert closed(signed_in(other), link) == (
            403,
            f"It was sent to somebody else, and only they can use it. You are signed in as {other}.",
        )


def test_it_is_refused_once_somebody_else_answers_for_the_thing(client, link, policy, deputy):
    policy.owner = deputy
    policy.save()
    assert closed(client, link) == (403, "Somebody else answers for this record now.")


def test_it_is_refused_once_the_thing_is_gone(client, link, policy):
    policy.status = "withdrawn"
    policy.save()
    assert closed(client, link)[0] == 410


def test_it_is_refused_once_the_dates_were_changed(client, link, policy):
    policy.next_review = TODAY + datetime.timedelta(days=90)
    policy.save()
    assert closed(client, link)[0] == 410


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: "x" + t, lambda t: "x"])
def test_what_was_tampered_with_is_not_there(client, link, spoil):
    token = link.removeprefix("/review-cycle/answer/").removesuffix("/")
    address = reverse("review_cycle:answer", args=[spoil(token)])
    assert client.get(address).status_code == 404
    assert client.post(address, {"verdict": "current"}).status_code == 404
    assert not Confirmation.objects.exists()


def test_a_token_made_for_something_else_is_not_one(client, link, policy, owner, monkeypatch):
    monkeypatch.setattr(tokens, "SALT", "something-else")
    token = tokens.write(user=owner, kind="record", thing=policy, now=MORNING)
    monkeypatch.undo()
    assert client.get(reverse("review_cycle:answer", args=[token])).status_code == 404


def test_a_token_for_what_is_erased_is_not_there(client, link, policy):
    token = tokens.write(user=policy.owner, kind="record", thing=policy, now=MORNING)
    policy.delete()
    assert client.get(reverse("review_cycle:answer", args=[token])).status_code == 404
