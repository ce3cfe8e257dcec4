"""Following a record: a button, a list of what one follows, and no more of what one may not see."""

import pytest
from django.utils import timezone

from kmportal.mail.models import OutgoingMail
from repository import following, versions
from repository.models import Follow, Record
from tests.builders import make_record, make_user
from tests.repository.test_record_page import text_of

pytestmark = pytest.mark.django_db


def test_a_reader_follows_and_stops(signed_in, staff):
    record, browser = make_record("Falls"), signed_in(staff)
    address = f"/repository/{record.pk}/follow/"
    assert "Follow this record" in browser.get(record.get_absolute_url()).text
    page = browser.post(address, follow=True)
    assert "Stop following" in page.text
    browser.post(address)
    assert list(Follow.objects.values_list("record", "user")) == [(record.pk, staff.pk)]
    assert "Falls" in text_of(browser.get("/repository/follows/"))
    page = browser.post(address, {"stop": "yes", "from": "list"}, follow=True)
    assert page.redirect_chain == [("/repository/follows/", 302)]
    assert "You follow no record yet" in page.text
    assert Follow.objects.count() == 0


def test_who_follows_one_version_follows_the_work(signed_in, staff, depositor):
    record = make_record("Falls", depositor=depositor)
    following.follow(record, by=staff)
    draft = versions.begin(record, by=depositor)
    Record.objects.filter(pk=record.pk).update(status="replaced")
    Record.objects.filter(pk=draft.pk).update(status="published")
    assert "Stop following" in signed_in(staff).get(draft.get_absolute_url()).text
    following.follow(draft, by=staff)
    assert Follow.objects.count() == 1
    following.unfollow(draft, by=staff)
    assert Follow.objects.count() == 0


def test_strangers_are_asked_to_sign_in_and_what_one_may_not_see_is_not_found(client, signed_in, staff, librarian):
    record, hidden = make_record("Falls"), make_record("Hidden", audience="library")
    assert "Follow this record" not in client.get(record.get_absolute_url()).text
    for address in (f"/repository/{record.pk}/follow/", "/repository/follows/"):
        assert client.post(address).headers["Location"].startswith("/accounts/login/")
    browser = signed_in(staff)
    assert browser.post(f"/repository/{hidden.pk}/follow/").status_code == 404
    assert browser.get(f"/repository/{record.pk}/follow/").status_code == 405
    following.follow(hidden, by=staff)
    assert "Hidden" not in text_of(browser.get("/repository/follows/"))
    assert browser.get("/repository/follows/?page=999999999999999999999999").status_code == 200


def test_followers_hear_of_it_once_save_whoever_did_it_and_those_who_may_not_see_it(staff, depositor, librarian):
    record = make_record("Falls")
    gone = make_user("Gone", is_active=False)
    for person in (staff, depositor, librarian, gone):
        following.follow(record, by=person)
    moment = timezone.now().isoformat()
    for audience in ("library", "open", "open"):
        Record.objects.update(audience=audience)
        following.post_to_followers(record, what=following.WITHDRAWN, by_pk=depositor.pk, moment=moment)
        if audience == "library":
            assert [mail.to for mail in OutgoingMail.objects.all()] == [librarian]
    assert [mail.to for mail in OutgoingMail.objects.order_by("pk")] == [librarian, staff]
    late = make_user("Late")
    following.follow(record, by=late)
    following.post_to_followers(record, what=following.WITHDRAWN, by_pk=None, moment=moment)
    assert [mail.to for mail in OutgoingMail.objects.order_by("pk")] == [librarian, staff, depositor]


@pytest.mark.parametrize("number", [3, 50])
def test_the_list_takes_as_many_queries_for_many(signed_in, staff, django_assert_num_queries, number):
    for n in range(number):
        following.follow(make_record(f"Record {n}"), by=staff)
    browser = signed_in(staff)
    with django_assert_num_queries(9):
        assert text_of(browser.get("/repository/follows/")).count("Stop following") == min(number, 20)
