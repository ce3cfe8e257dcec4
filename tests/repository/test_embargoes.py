"""Embargoes: put on, ended early, lifted on their day in the UK, and told of a week before."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Group

from kmportal.lifecycle.models import Edit
from kmportal.mail.models import OutgoingMail
from kmportal.people import roles
from kmportal.search.results import search
from repository import embargoes, tasks
from repository.audience import Audience
from repository.models import Record, RecordFile
from tests.builders import make_record, make_user
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()
DAY = datetime.date(2026, 7, 1)


def at(*moment) -> datetime.datetime:
    return datetime.datetime(*moment, tzinfo=datetime.UTC)


BEFORE = at(2026, 6, 1, 9)


@pytest.fixture
def embargoed(librarian, depositor) -> RecordFile:
    with time_machine.travel(BEFORE, tick=False):
        record = make_record("Falls on a ward", depositor=depositor)
        file = attach(record, "poster.pdf", "wrigglement")
        embargoes.set(file, until=DAY, reason="Publisher’s policy", by=librarian)
    return file


def found_by(user) -> int:
    return search("wrigglement", user=user).total


def sentences(record) -> list[tuple[str, str, str, str]]:
    rows = Edit.objects.of(record).select_related("by")
    return [
        (edit.by.name if edit.by else "", edit.reason, change["label"], change["after"])
        for edit in rows
        for change in edit.changes
    ]


def test_an_embargo_closes_a_file_and_its_text_and_the_history_says_so(embargoed, staff, librarian, depositor):
    record = embargoed.record
    assert (embargoed.audience, embargoed.audience_after, embargoed.embargo_reason) == (
        Audience.LIBRARY, Audience.OPEN, "Publisher’s policy",
    )  # fmt: skip
    readers = {"anybody": ANYBODY, "staff": staff, "depositor": depositor, "librarian": librarian}
    readable = {name: RecordFile.objects.readable_by(user).exists() for name, user in readers.items()}
    assert readable == {"anybody": False, "staff": False, "depositor": True, "librarian": True}
    assert (found_by(ANYBODY), found_by(staff), found_by(librarian)) == (0, 0, 1)
    assert sentences(record) == [
        ("Libby Librarian", "", "Who may read “poster.pdf”", "The library only"),
        ("Libby Librarian", "", "Embargo of “poster.pdf”", "until 1 July 2026, then Everybody"),
    ]
    record.refresh_from_db()
    assert record.changed_at == BEFORE


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (at(2026, 6, 30, 22, 59), False),  # 23:59 in London: British Summer Time
        (at(2026, 6, 30, 23, 0), True),  # midnight in London
        (at(2026, 8, 1, 9), True),  # the worker was away for a month
    ],
)
def test_it_is_lifted_at_midnight_in_the_uk(embargoed, now, is_open):
    with time_machine.travel(now, tick=False):
        assert embargoes.lift_due() == is_open
        assert embargoes.lift_due() == 0
        assert (RecordFile.objects.readable_by(ANYBODY).exists(), found_by(ANYBODY)) == (is_open, is_open)
    embargoed.refresh_from_db()
    if is_open:
        assert (embargoed.audience, embargoed.embargo_until, embargoed.audience_after) == (Audience.OPEN, None, "")
        assert sentences(embargoed.record)[2:] == [
            ("", "The embargo ended", "Who may read “poster.pdf”", "Everybody"),
            ("", "The embargo ended", "Embargo of “poster.pdf”", ""),
        ]
        assert Record.objects.get().changed_at == now


def test_in_winter_midnight_is_an_hour_later_in_utc(librarian):
    with time_machine.travel(at(2026, 10, 1), tick=False):
        record = make_record("Falls")
        # The clocks go back on 25 October 2026.
        embargoes.set(record, until=datetime.date(2026, 10, 26), by=librarian)
    assert embargoes.lift_due(at(2026, 10, 25, 23, 30)) == 0
    assert embargoes.lift_due(at(2026, 10, 26, 0, 0)) == 1
    record.refresh_from_db()
    assert record.audience == Audience.OPEN


def test_the_jobs_lift_and_warn(embargoed):
    with time_machine.travel(at(2026, 6, 30, 9), tick=False):
        tasks.warn_of_embargoes(timestamp=0)
        tasks.lift_embargoes(timestamp=0)
    assert (OutgoingMail.objects.count(), RecordFile.objects.get().audience) == (1, Audience.LIBRARY)
    with time_machine.travel(at(2026, 7, 1, 9), tick=False):
        tasks.lift_embargoes(timestamp=0)
    assert RecordFile.objects.get().audience == Audience.OPEN


def test_an_embargo_may_open_to_groups_and_a_whole_record_may_be_under_one(librarian, staff, depositor):
    ward = Group.objects.create(name="Ward 9")
    staff.groups.add(ward)
    record = make_record("Wrigglement")
    until = datetime.date(2100, 1, 1)
    embargoes.set(record, until=until, after=Audience.GROUPS, groups=[ward], by=librarian)

    assert [Record.objects.visible_to(user).count() for user in (staff, depositor, librarian)] == [0, 0, 1]
    assert embargoes.lift_due(at(2100, 1, 1)) == 1
    assert [Record.objects.visible_to(user).count() for user in (staff, depositor, librarian)] == [1, 0, 1]
    assert [found_by(user) for user in (ANYBODY, staff, depositor, librarian)] == [0, 1, 0, 1]
    assert Record.objects.get().get_audience_display() == "Named groups"


@pytest.mark.parametrize("until", [datetime.date(2026, 6, 1), datetime.date(2026, 5, 31), datetime.date(1, 1, 1)])
@time_machine.travel(BEFORE, tick=False)
def test_an_embargo_that_ends_today_or_in_the_past_is_refused(librarian, until):
    record = make_record()
    with pytest.raises(embargoes.EmbargoInPast, match="must end on a day in the future"):
        embargoes.set(record, until=until, by=librarian)
    assert (Record.objects.get().audience, Edit.objects.count()) == (Audience.OPEN, 0)


def test_it_can_be_ended_early_and_then_there_is_nothing_to_lift(embargoed, librarian):
    embargoes.clear(embargoed, by=librarian, reason="The publisher agreed")

    assert RecordFile.objects.readable_by(ANYBODY).exists()
    assert sentences(embargoed.record)[2:] == [
        ("Libby Librarian", "The publisher agreed", "Who may read “poster.pdf”", "Everybody"),
        ("Libby Librarian", "The publisher agreed", "Embargo of “poster.pdf”", ""),
    ]
    assert embargoes.lift_due(at(2027, 1, 1)) == 0


def test_one_that_was_put_off_meanwhile_is_not_lifted(embargoed, librarian):
    stale = RecordFile.objects.get()
    with time_machine.travel(BEFORE, tick=False):
        embargoes.set(embargoed, until=datetime.date(2027, 1, 1), by=librarian)
    assert embargoes._lift(stale, DAY) is False
    assert RecordFile.objects.get().audience == Audience.LIBRARY


def test_a_week_before_depositor_and_managers_are_told_once(embargoed, depositor, librarian):
    manager = make_user("Mo Manager", role=roles.LIBRARY_MANAGER)
    assert embargoes.warn_soon(at(2026, 6, 23, 9)) == 0
    assert embargoes.warn_soon(at(2026, 6, 24, 9)) == 1
    assert embargoes.warn_soon(at(2026, 6, 25, 9)) == 0

    mails = {mail.to.name: mail for mail in OutgoingMail.objects.select_related("to")}
    assert set(mails) == {depositor.name, manager.name}
    assert mails[depositor.name].subject == "The embargo ends on 1 July 2026: Falls on a ward"
    assert "The file “poster.pdf” of “Falls on a ward”" in mails[depositor.name].text
    assert "The reason: Publisher’s policy." in mails[depositor.name].text

    # Put off by a month, it is told of again.
    with time_machine.travel(BEFORE, tick=False):
        embargoes.set(embargoed, until=datetime.date(2026, 8, 1), by=librarian)
    assert embargoes.warn_soon(at(2026, 7, 28, 9)) == 1
    assert OutgoingMail.objects.count() == 4


@pytest.mark.parametrize("status", ["draft", "submitted", "withdrawn"])
def test_nobody_is_warned_of_what_readers_cannot_see(embargoed, status):
    Record.objects.update(status=status)
    assert embargoes.warn_soon(at(2026, 6, 25, 9)) == 0
    assert OutgoingMail.objects.count() == 0


def test_an_embargo_on_all_files_opens_none_to_more_people_than_it_was_for(librarian):
    record, ward = make_record("Falls on a ward"), Group.objects.create(name="Ward 9")
    for audience in Audience:
        attach(record, f"{audience}.pdf", "words", groups=[ward], audience=audience)
    with time_machine.travel(BEFORE, tick=False):
        embargoes.set_on_files(record, embargoes.Embargo(DAY, Audience.OPEN, "Policy"), by=librarian)
    assert {(file.name, file.audience, file.audience_after) for file in record.files.all()} == {
        ("open.pdf", "library", "open"),
        ("staff.pdf", "library", "staff"),
        ("groups.pdf", "library", "groups"),
        ("library.pdf", "library", ""),
    }
    embargoes.lift_due(at(2026, 7, 1, 9))
    assert {file.name: file.audience for file in record.files.all()} == {
        f"{audience}.pdf": audience for audience in Audience
    }
    assert [group.name for group in record.files.get(name="groups.pdf").groups.all()] == ["Ward 9"]


def test_a_file_that_is_removed_while_embargoes_are_lifted_keeps_none_closed(embargoed, librarian, monkeypatch):
    removed, last = (attach(embargoed.record, f"{name}.pdf", "words") for name in ("removed", "last"))
    with time_machine.travel(BEFORE, tick=False):
        for file in (removed, last):
            embargoes.set(file, until=DAY, by=librarian)

    def removed_meanwhile(thing, *, restrict=embargoes.restricting.restrict, **said):
        RecordFile.objects.filter(pk=removed.pk).delete()
        restrict(thing, **said)

    monkeypatch.setattr(embargoes.restricting, "restrict", removed_meanwhile)
    assert embargoes.lift_due(at(2026, 7, 1, 9)) == 2
    assert {file.audience for file in embargoed.record.files.all()} == {Audience.OPEN}
