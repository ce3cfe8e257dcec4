"""Versions of a work: the next one begins as a copy, and readers are led to the one that is published."""

import datetime
import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kmportal.lifecycle.transitions import NotAllowed
from repository import deposits, embargoes, reviews, versions, withdrawing
from repository.audience import Audience
from repository.descriptions import describe, for_description
from repository.models import Record, RecordFile, RecordSubject, StoredContent
from repository.restricting import Embargo
from tests.builders import make_collection, make_department, make_record, make_user

pytestmark = pytest.mark.django_db

FILE_COLUMNS = ("name", "position", "content_id", "audience", "audience_after", "embargo_until", "embargo_reason")


def text_of(record):
    return describe(for_description(Record.objects.all()).get(pk=record.pk))


def publish(draft, *, by, reviewer):
    deposits.move(draft, "submit", by=by)
    deposits.move(draft, "publish", by=reviewer)


@pytest.fixture
def guideline(depositor):
    """Give a published guideline with everything that a record can have."""
    record = make_record(
        "Falls guideline", type="guideline", depositor=depositor, authors=("Smith, Jane", "Okafor, Ada"),
        identifiers=(("doi", "10.1136/1"),), subjects=("Accidental Falls",), tags=("night", "ward"),
        abstract="Many fall.", collection=make_collection(), department=make_department(), owner=depositor,
        review_months=12, last_reviewed=datetime.date(2025, 1, 2), next_review=datetime.date(2026, 1, 2),
        audience="groups", languages=["eng"], notices=[{"kind": "comment", "text": "BMJ", "pmid": ""}],
    )  # fmt: skip
    RecordSubject.objects.update(major=True, qualifiers=[["methods", True]])
    record.groups.add(Group.objects.get(name="Staff"))
    content = StoredContent.objects.create(sha256="a" * 64, size=9, content_type="application/pdf")
    for position, name in enumerate(("falls.pdf", "annex.pdf")):
        file = RecordFile.objects.create(
            record=record, name=name, description="As printed", position=position, content=content, size=9,
            content_type="application/pdf", audience="library", audience_after="open", embargo_reason="The publisher",
            embargo_until=datetime.date(2030, 1, 1),
        )  # fmt: skip
        file.groups.add(Group.objects.get(name="Facilitator"))
    return record


def test_the_next_version_says_all_that_the_record_says(guideline, depositor):
    draft = versions.begin(guideline, by=depositor)
    assert (draft.status, draft.version, draft.first_version, draft.depositor) == ("draft", 2, guideline, depositor)
    assert text_of(draft) == text_of(guideline)
    assert (draft.notices, draft.next_review) == (guideline.notices, datetime.date(2026, 1, 2))
    assert [(s.major, s.qualifiers) for s in draft.subjects.all()] == [(True, [["methods", True]])]
    mine, theirs = (
        [
            [getattr(file, column) for column in FILE_COLUMNS] + [group.name for group in file.groups.all()]
            for file in record.files.all()
        ]
        for record in (draft, guideline)
    )
    assert (mine, len(theirs)) == (theirs, 2)
    assert StoredContent.objects.count() == 1
    guideline.refresh_from_db()
    assert (guideline.status, guideline.version, guideline.contributions.count()) == ("published", 1, 2)


def test_there_is_one_version_under_way_at_a_time(guideline, depositor, librarian):
    draft = versions.begin(guideline, by=depositor)
    with pytest.raises(NotAllowed, match=r"Dele Depositor has begun version 2 already\. Go on with that one\."):
        versions.begin(guideline, by=depositor)
    # Nobody but whose it is may open a draft.
    with pytest.raises(NotAllowed, match=r"begun version 2 already\. It has to be finished or given up\."):
        versions.begin(guideline, by=librarian)
    draft.delete()
    assert versions.begin(guideline, by=librarian).version == 2


def test_a_version_that_another_begins_is_theirs(guideline, depositor, librarian):
    draft = versions.begin(guideline, by=librarian)
    assert (draft.depositor, draft.entered_by) == (librarian, None)
    assert not Record.objects.visible_to(depositor).filter(pk=draft.pk).exists()


def test_who_entered_a_record_for_a_colleague_enters_its_next_version_too(guideline, depositor, staff):
    Record.objects.filter(pk=guideline.pk).update(entered_by=staff)
    draft = versions.begin(guideline, by=staff)
    assert (draft.depositor, draft.entered_by) == (depositor, staff)


def test_who_may_not_begin_a_version(guideline, staff, depositor):
    colleague = make_user("Cora Colleague")
    for person in (staff, colleague):
        with pytest.raises(NotAllowed):
            versions.begin(guideline, by=person)
    for status in ("draft", "submitted", "replaced", "withdrawn"):
        with pytest.raises(NotAllowed):
            versions.begin(make_record(status=status, depositor=depositor), by=depositor)
    assert Record.objects.filter(first_version=guideline).count() == 0


def test_readers_are_led_to_the_published_version(client, signed_in, librarian, depositor):
    first = make_record("Falls guideline", depositor=depositor)
    second = versions.begin(first, by=depositor)
    work = f"/repository/work/{first.pk}/"
    assert client.get(work).headers["Location"] == first.get_absolute_url()
    assert signed_in(depositor).get(work).headers["Location"] == first.get_absolute_url()
    publish(second, by=depositor, reviewer=librarian)
    for address in (work, f"/repository/work/{second.pk}/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, second.get_absolute_url())
    first.refresh_from_db()
    assert first.status == "replaced"
    page = client.get(first.get_absolute_url())
    assert page.status_code == 200
    assert "A newer version exists:" in page.text
    assert f'href="{second.get_absolute_url()}">version 2</a>' in page.text
    assert "Version 1 of 2" in page.text
    newer = client.get(second.get_absolute_url()).text
    assert ("A newer version exists" in newer, "Version 2 of 2" in newer) == (False, True)
    assert f'value="http://testserver{work}"' in newer
    assert f'value="http://testserver{second.get_absolute_url()}"' in newer


def test_versions_are_not_named_as_related_to_each_other(client):
    first = make_record("Falls", subjects=("Accidental Falls",), status="replaced")
    make_record("Falls", subjects=("Accidental Falls",), first_version=first, version=2)
    other = make_record("Other falls", subjects=("Accidental Falls",))
    assert client.get(first.get_absolute_url()).context["related"] == [other]


def test_a_withdrawn_version_leaves_the_work_at_its_tombstone(client, librarian):
    first = make_record("Falls", status="replaced")
    second = make_record("Falls", first_version=first, version=2)
    withdrawing.withdraw(second, by=librarian, reason="safety", note="Wrong dose")
    assert client.get(f"/repository/work/{first.pk}/").headers["Location"] == second.get_absolute_url()
    page = client.get(first.get_absolute_url()).text
    assert "This is version 1. It is no longer the current one." in page


def test_a_work_without_a_version_for_the_reader_is_not_found(client, signed_in, staff, librarian):
    first = make_record("Restricted", audience="library")
    assert [b.get(f"/repository/work/{first.pk}/").status_code for b in (client, signed_in(staff))] == [404, 404]
    assert signed_in(librarian).get(f"/repository/work/{first.pk}/").status_code == 302
    for pk in ("0", "999", "9" * 30):
        assert client.get(f"/repository/work/{pk}/").status_code == 404


def test_a_newer_version_for_others_is_not_named(client, librarian, depositor):
    first = make_record("Falls", depositor=depositor)
    second = versions.begin(first, by=depositor)
    Record.objects.filter(pk=second.pk).update(audience="library")
    second.refresh_from_db()
    publish(second, by=depositor, reviewer=librarian)
    page = client.get(first.get_absolute_url()).text
    assert "This is version 1. It is no longer the current one." in page
    assert second.get_absolute_url() not in page
    assert client.get(f"/repository/work/{first.pk}/").headers["Location"] == first.get_absolute_url()


def test_a_version_that_readers_must_wait_for_does_not_take_the_place_of_what_they_have(client, librarian, depositor):
    first = make_record("Falls", depositor=depositor)
    second = versions.begin(first, by=depositor)
    deposits.move(second, "submit", by=depositor)
    until = timezone.localdate() + datetime.timedelta(days=30)
    with pytest.raises(NotAllowed) as refusal:
        reviews.accept(second, by=librarian, embargo=Embargo(until, Audience.OPEN), whole_record=True)
    assert str(refusal.value) == (
        f"Readers have version 1 now, and would find neither until {until:%-d %B %Y}. "
        "Put the embargo on the files alone, or publish version 2 on that day."
    )
    assert list(Record.objects.order_by("pk").values_list("status", "embargo_until")) == [
        ("published", None), ("submitted", None),
    ]  # fmt: skip
    assert client.get("/repository/").context["page"].object_list[0] == first


@pytest.mark.parametrize(
    ("first_waits", "second_waits", "may"), [(None, 30, False), (20, 30, False), (30, 30, True), (30, 20, True)]
)
def test_an_embargo_goes_on_to_the_next_version(librarian, depositor, first_waits, second_waits, may):
    today = timezone.localdate()
    first = make_record("Falls", depositor=depositor)
    if first_waits:
        embargoes.set(first, until=today + datetime.timedelta(days=first_waits), by=librarian)
    second = versions.begin(first, by=depositor)
    embargoes.set(second, until=today + datetime.timedelta(days=second_waits), by=depositor)
    deposits.move(second, "submit", by=depositor)
    try:
        deposits.move(second, "publish", by=librarian)
    except NotAllowed:
        assert not may
    second.refresh_from_db()
    assert (second.status == "published") == may


def test_the_button_begins_a_version_and_goes_on_to_write_it(signed_in, depositor, staff, client):
    record = make_record("Falls", depositor=depositor)
    address = f"/repository/{record.pk}/new-version/"
    assert "Make a new version" in signed_in(depositor).get(record.get_absolute_url()).text
    assert "Make a new version" not in signed_in(staff).get(record.get_absolute_url()).text
    assert signed_in(staff).post(address).status_code == 404
    assert signed_in(depositor).get(address).status_code == 405
    assert client.post(address).headers["Location"].startswith("/accounts/login/")
    assert Record.objects.count() == 1
    answer = signed_in(depositor).post(address)
    draft = Record.objects.get(version=2)
    assert answer.headers["Location"] == f"/repository/{draft.pk}/edit/"
    again = signed_in(depositor).post(address, follow=True)
    assert "has begun version 2 already" in again.text
    assert "Go on with version 2" in again.text


def test_a_version_begins_under_a_lock_on_its_work(depositor):
    record = make_record("Falls", depositor=depositor)
    versions.begin(record, by=depositor)
    with CaptureQueriesContext(connection) as queries, pytest.raises(NotAllowed):
        versions.begin(record, by=depositor)
    assert next("FOR UPDATE" in query["sql"] for query in queries if "SAVEPOINT" not in query["sql"])


def test_a_version_that_was_refused_does_not_come_back_once_a_later_one_is_begun(guideline, depositor, librarian):
    refused = versions.begin(guideline, by=depositor)
    deposits.move(refused, "submit", by=depositor)
    deposits.move(refused, "reject", by=librarian, note="Too thin.")
    later = versions.begin(guideline, by=depositor)
    with pytest.raises(NotAllowed, match="Dele Depositor has begun version 3 of this work since"):
        deposits.move(refused, "reconsider", by=librarian, note="After all.")
    deposits.move(later, "submit", by=depositor)
    deposits.move(later, "reject", by=librarian, note="Too thin as well.")
    deposits.move(refused, "reconsider", by=librarian, note="After all.")
    assert list(Record.objects.order_by("version").values_list("version", "status")) == [
        (1, "published"), (2, "returned"), (3, "rejected"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_a_version_at_the_same_moment_the_second_is_told(depositor, librarian):
    record = make_record("Falls", depositor=depositor)
    refusals = []

    def begin_too():
        try:
            versions.begin(record, by=librarian)
        except NotAllowed as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    second = threading.Thread(target=begin_too)
    with transaction.atomic():
        versions.begin(record, by=depositor)
        second.start()
        second.join(timeout=1)
        assert second.is_alive()  # it waits
    second.join(timeout=20)
    assert refusals == ["Dele Depositor has begun version 2 already. It has to be finished or given up."]
    assert list(Record.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
