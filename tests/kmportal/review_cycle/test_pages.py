"""The pages of those who answer for something, of readers who flag it, and of leavers."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.review_cycle import answers
from kmportal.review_cycle.models import Confirmation, Flag
from tests import builders
from tests.kmportal.review_cycle.conftest import TODAY, make_policy

pytestmark = pytest.mark.django_db

MINE = "/review-cycle/mine/"
REASSIGN = "/review-cycle/reassign/"


@pytest.fixture(autouse=True)
def on_the_sixth_of_may():
    with time_machine.travel(datetime.datetime(2026, 5, 6, 9, tzinfo=datetime.UTC), tick=False):
        yield


def titles(page):
    return re.findall(r'class="app-result__heading"><a[^>]*>(.*?)</a>', page.text)


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_what_i_answer_for_comes_in_the_order_of_its_days(signed_in, owner, deputy, policy, staff):
    make_policy("Visitors policy", owner=owner, due=TODAY + datetime.timedelta(days=90))
    make_policy("Unplanned policy", owner=owner, due=None)
    make_policy("Falls policy", owner=deputy, deputy=owner, due=TODAY - datetime.timedelta(days=30))
    make_policy("Old policy", owner=owner, status="withdrawn")
    make_policy("Fire policy", owner=deputy)
    answers.flag(policy, by=staff, text="Wrong.")
    page = signed_in(owner).get(MINE)
    assert titles(page) == ["Falls policy", "Hand hygiene policy", "Visitors policy", "Unplanned policy"]
    assert words(page).count("1 message from readers") == 1
    assert "You answer for nothing yet" in signed_in(staff).get(MINE).text


def test_whoever_is_not_signed_in_is_asked_to(client, policy):
    for address in (
        MINE,
        REASSIGN,
        f"/review-cycle/confirm/record/{policy.pk}/",
        f"/review-cycle/flag/record/{policy.pk}/",
    ):
        assert client.get(address).url == f"/accounts/login/?next={address}"


def test_the_questions_to_the_database_do_not_grow_with_the_things(signed_in, owner):
    browser = signed_in(owner)
    numbers = []
    for more in (3, 47):
        for number in range(more):
            make_policy(f"Policy {more} {number}", owner=owner)
        with CaptureQueriesContext(connection) as captured:
            browser.get(MINE)
        numbers.append(len(captured))
    assert numbers == [9, 9]


def test_one_click_on_the_page_says_that_it_is_still_true(signed_in, owner, policy):
    answered = signed_in(owner).post(f"/review-cycle/confirm/record/{policy.pk}/", {"verdict": "current"})
    assert answered.url == policy.get_absolute_url()
    policy.refresh_from_db()
    assert policy.next_review == datetime.date(2027, 5, 6)


def test_a_change_leads_to_where_it_is_made(signed_in, owner, policy):
    answered = signed_in(owner).post(f"/review-cycle/confirm/record/{policy.pk}/", {"verdict": "change"})
    assert answered.url == f"/repository/{policy.pk}/new-version/"


def test_the_page_shows_messages_and_earlier_answers(signed_in, owner, staff, policy):
    answers.confirm(policy, verdict="change", by=owner, note="The <gel> has a new name.")
    raised = answers.flag(policy, by=staff, text="Page 2 is wrong.")
    browser = signed_in(owner)
    page = browser.get(f"/review-cycle/confirm/record/{policy.pk}/")
    assert "Page 2 is wrong." in page.text
    assert "The &lt;gel&gt; has a new name." in page.text
    assert "Needs a change Olive Owner, 6 May 2026 at 10am ; it was due 3 May 2026" in words(page)
    settled = browser.post(f"/review-cycle/settle/{raised.pk}/")
    assert settled.url == f"/review-cycle/confirm/record/{policy.pk}/"
    assert list(Flag.objects.filter(settled_at=None).values_list("by", flat=True)) == [owner.pk]


def test_colleagues_who_do_not_answer_for_it_find_no_page(signed_in, staff, km_lead, policy, owner):
    raised = answers.flag(policy, by=staff, text="Wrong.")
    for user in (staff, km_lead):
        browser = signed_in(user)
        address = f"/review-cycle/confirm/record/{policy.pk}/"
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"verdict": "current"}).status_code == 404
        assert browser.post(f"/review-cycle/settle/{raised.pk}/").status_code == 404
        assert browser.get(REASSIGN).status_code == 404
    assert not Confirmation.objects.exists()
    assert signed_in(owner).get(REASSIGN).status_code == 404


@pytest.mark.parametrize(
    "address", ["confirm/lesson/1/", "confirm/record/{huge}/", "flag/nothing/1/", "flag/record/{huge}/"]
)
def test_what_is_not_there_is_not_found(signed_in, librarian, address):
    assert signed_in(librarian).get("/review-cycle/" + address.format(huge=10**30)).status_code == 404


def test_a_reader_flags_what_is_wrong(signed_in, staff, policy):
    browser = signed_in(staff)
    address = f"/review-cycle/flag/record/{policy.pk}/"
    assert "Say what is wrong." in browser.post(address, {"text": " "}).text
    assert browser.post(address, {"text": "Page 2."}).url == policy.get_absolute_url()
    assert "You have told the owner already" in browser.post(address, {"text": "Page 3."}).text
    assert list(Flag.objects.values_list("text", flat=True)) == ["Page 2."]


def test_who_cannot_read_it_cannot_flag_it(signed_in, staff, policy):
    policy.audience = "library"
    policy.save()
    address = f"/review-cycle/flag/record/{policy.pk}/"
    assert signed_in(staff).get(address).status_code == 404
    assert signed_in(staff).post(address, {"text": "Page 2."}).status_code == 404
    assert not Flag.objects.exists()


def test_the_library_hands_over_what_a_leaver_held(signed_in, librarian, owner, deputy, policy):
    second = make_policy("Falls policy", owner=owner)
    owner.is_active = False
    owner.save()
    browser = signed_in(librarian)
    assert "Olive Owner 2 things" in words(browser.get(REASSIGN))
    address = f"{REASSIGN}?person={owner.pk}"
    page = browser.get(address)
    assert page.text.count('name="things"') == 2
    wrong = browser.post(address, {"things": [f"record-{second.pk}"], "to": "olive@trust.example"})
    assert "There is no colleague of this name here" in wrong.text
    done = browser.post(address, {"things": [f"record-{second.pk}"], "to": "dan deputy"})
    assert done.url == address
    for thing in (policy, second):
        thing.refresh_from_db()
    assert (policy.owner, second.owner) == (owner, deputy)
    assert browser.post(address, {"things": [f"record-{policy.pk}"], "to": "DAN@trust.example"}).url == REASSIGN
    assert "Nobody: everything has an owner" in browser.get(REASSIGN).text
    policy.refresh_from_db()
    assert (policy.owner, policy.deputy) == (deputy, None)


def test_somebody_who_is_about_to_leave_is_found_by_name(signed_in, librarian, owner, policy):
    browser = signed_in(librarian)
    assert browser.get(f"{REASSIGN}?who=olive+owner").url == f"{REASSIGN}?person={owner.pk}"
    builders.make_user("Olive Owner")
    assert "Several colleagues have this name" in browser.get(f"{REASSIGN}?who=Olive+Owner").text
    address = f"{REASSIGN}?person={owner.pk}"
    same = browser.post(address, {"things": [f"record-{policy.pk}"], "to": "olive@trust.example"})
    assert "Name somebody else." in same.text
    assert "Tick at least one." in browser.post(address, {"to": "dan@trust.example"}).text


@pytest.mark.parametrize("person", ["0", "x", "", "9" * 40, "-1", "\u0663"])
def test_nobody_of_that_key(signed_in, librarian, person):
    assert signed_in(librarian).get(REASSIGN, {"person": person}).status_code == 404


def test_an_answer_about_what_is_withdrawn_meanwhile_is_refused_in_words(signed_in, owner, policy, monkeypatch):
    def withdrawn_first(thing, *, confirm=answers.confirm, **said):
        type(thing).objects.filter(pk=thing.pk).update(status="withdrawn")
        return confirm(thing, **said)

    monkeypatch.setattr(answers, "confirm", withdrawn_first)
    page = signed_in(owner).post(f"/review-cycle/confirm/record/{policy.pk}/", {"verdict": "current"})
    assert (page.status_code, "This record is not before readers any more" in page.text) == (200, True)
    assert not Confirmation.objects.exists()
