"""Withdrawal: a reason from the list, a note, and what to read instead; a tombstone stays."""

import pytest

from kmportal.lifecycle.models import StatusChange
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.links import linking
from kmportal.links.models import LinkKind
from kmportal.mail.models import OutgoingMail
from repository import deposits, following, versions, withdrawing
from repository.models import Record
from tests.builders import make_record, make_user
from tests.repository.test_record_page import text_of

pytestmark = pytest.mark.django_db


def send(browser, record, **values):
    return browser.post(f"/repository/{record.pk}/withdraw/", {"reason": "error", "note": "Wrong dose", **values})


def test_a_tombstone_says_what_it_was_why_it_went_and_what_to_read(client, signed_in, librarian):
    record = make_record("Falls", abstract="Many fall.", issued="2020-02", container_title="BMJ Open")
    better = make_record("Better falls")
    assert send(signed_in(librarian), record, replacement=str(better.pk)).status_code == 302
    page = client.get(record.get_absolute_url())
    words = text_of(page)
    # No browser may keep it: the record may be published again.
    assert (page.status_code, page["Cache-Control"]) == (410, "private, no-cache")
    assert "It contains an error. Wrong dose Read this instead: Better falls ." in words
    assert "Smith J. Falls. BMJ Open. 2020 Feb. [Withdrawn" in words
    assert f"http://testserver{record.get_absolute_url()}" in words
    assert "Many fall" not in page.text
    (change,) = StatusChange.objects.of(record)
    assert (change.move, change.note, change.by) == ("withdraw", "Wrong dose", librarian)


def test_the_replacement_is_read_from_an_address_and_leads_to_its_current_version(client, signed_in, librarian):
    record = make_record("Falls")
    older = make_record("Better falls", status="replaced")
    newer = make_record("Better falls, again", first_version=older, version=2)
    assert send(signed_in(librarian), record, replacement=older.get_absolute_url()).status_code == 302
    record.refresh_from_db()
    assert record.replacement == newer
    Record.objects.filter(pk=newer.pk).update(audience="library")
    assert "Read this instead" not in client.get(record.get_absolute_url()).text


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"reason": ""}, "Choose why the record is withdrawn."),
        ({"reason": "legal"}, "Select a valid choice"),
        ({"note": ""}, "Write what readers should know."),
        ({"replacement": "{own}"}, "This is the record itself."),
        ({"replacement": "/repository/{own}/"}, "This is the record itself."),
        ({"replacement": "{draft}"}, "Give the address or the number of a published record."),
        ({"replacement": "999999"}, "Give the address or the number of a published record."),
        ({"replacement": "9" * 30}, "Give the address or the number of a published record."),
        ({"replacement": "https://elsewhere.example/repository/1/"}, "This address is not one of this portal."),
    ],
)
def test_the_form_says_what_is_wrong(signed_in, librarian, values, error):
    record, draft = make_record("Falls"), make_record("Draft", status="submitted")
    values = {k: v.replace("{own}", str(record.pk)).replace("{draft}", str(draft.pk)) for k, v in values.items()}
    page = send(signed_in(librarian), record, **values)
    assert error in page.text
    assert Record.objects.get(pk=record.pk).status == "published"


@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("staff", 404), ("depositor", 404)])
def test_only_the_library_withdraws(client, request, who, status, depositor):
    record = make_record("Falls", depositor=depositor)
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who))
    assert "Withdraw this record" not in client.get(record.get_absolute_url()).text
    assert client.get(f"/repository/{record.pk}/withdraw/").status_code == status
    assert send(client, record).status_code == status
    assert Record.objects.get().status == "published"


def test_the_verb_refuses_what_the_page_does(librarian, staff):
    record, draft = make_record("Falls"), make_record("Draft", status="submitted")
    for by, options in (
        (staff, {}),
        (librarian, {"reason": "legal"}),
        (librarian, {"note": " "}),
        (librarian, {"replacement": draft}),
        (librarian, {"replacement": record}),
    ):
        with pytest.raises(NotAllowed):
            withdrawing.withdraw(record, by=by, **{"reason": "error", "note": "Wrong", **options})
    with pytest.raises(NotAllowed):
        withdrawing.withdraw(draft, by=librarian, reason="error", note="Wrong")
    assert list(Record.objects.values_list("status", flat=True).order_by("pk")) == ["published", "submitted"]


def test_the_tombstone_of_a_restricted_record_is_for_the_same_readers(client, signed_in, librarian, staff):
    record = make_record("Restricted", audience="staff")
    withdrawing.withdraw(record, by=librarian, reason="error", note="Wrong")
    seen = [browser.get(record.get_absolute_url()).status_code for browser in (client, signed_in(staff))]
    assert seen == [404, 410]


def test_what_is_not_before_readers_is_not_withdrawn(signed_in, librarian):
    for status in ("submitted", "withdrawn"):
        assert send(signed_in(librarian), make_record(status=status)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_followers_hear_of_versions_withdrawals_and_what_takes_the_place(librarian, depositor, staff, run_waiting_jobs):
    record = make_record("Falls", depositor=depositor, audience="staff")
    other = make_user("Olga Other")
    for person in (staff, librarian):
        following.follow(record, by=person)
    leaver = make_user("Lea Leaver", is_active=False)
    following.follow(record, by=leaver)
    draft = versions.begin(record, by=depositor)
    deposits.move(draft, "submit", by=depositor)
    deposits.move(draft, "publish", by=librarian)
    linking.add(make_record("Newer policy"), draft, kind=LinkKind.SUPERSEDES, by=librarian)
    following.follow(draft, by=other)
    withdrawing.withdraw(draft, by=librarian, reason="safety", note="Stop")
    run_waiting_jobs()
    mine = OutgoingMail.objects.filter(key__startswith="follow-")
    sent = sorted(mine.values_list("to__name", "subject"))
    assert sent == [
        ("Olga Other", "Withdrawn: Falls"),
        ("Stella Staff", "New version: Falls"),
        ("Stella Staff", "Something newer takes the place of: Falls"),
        ("Stella Staff", "Withdrawn: Falls"),
    ]
    text = OutgoingMail.objects.get(subject="New version: Falls").text
    assert f"/repository/{draft.pk}/" in text


@pytest.mark.django_db(transaction=True)
def test_who_may_not_see_a_record_any_more_hears_nothing_of_it(librarian, staff, run_waiting_jobs):
    record = make_record("Secret falls")
    following.follow(record, by=staff)
    Record.objects.filter(pk=record.pk).update(audience="library")
    record.refresh_from_db()
    withdrawing.withdraw(record, by=librarian, reason="confidential", note="It names people")
    run_waiting_jobs()
    assert OutgoingMail.objects.count() == 0


def test_superseded_records_say_so_and_link(client, librarian):
    old, new = make_record("Old policy"), make_record("New policy")
    linking.add(new, old, kind=LinkKind.SUPERSEDES, by=librarian)
    assert text_of(client.get(old.get_absolute_url())).startswith("Superseded Superseded by New policy .")
    assert "Takes the place of: Old policy" in text_of(client.get(new.get_absolute_url()))
    Record.objects.filter(pk=new.pk).update(audience="library")
    assert "Superseded" not in client.get(old.get_absolute_url()).text
