"""The page on which the library says who may read a record and its files."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.lifecycle.models import Edit
from repository.audience import Audience
from repository.models import Record, RecordFile
from tests.builders import make_record
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db


@pytest.fixture
def file() -> RecordFile:
    return attach(make_record("Falls"), "poster.pdf", "Words")


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


def address(record) -> str:
    return f"/repository/{record.pk}/access/"


def sent(file, **changes):
    """Return what the page sends: everything open, save for the changes ("record__audience" or "file__until")."""
    record = Record.objects.get(pk=file.record_id)
    data = {"seen": record.changed_at.isoformat(), "record-audience": "open", f"file-{file.pk}-audience": "open"}
    for name, value in changes.items():
        form, _, field = name.partition("__")
        prefix = "record" if form == "record" else f"file-{file.pk}"
        if isinstance(value, datetime.date):
            parts = {"day": value.day, "month": value.month, "year": value.year}
            data |= {f"{prefix}-{field}_{part}": number for part, number in parts.items()}
        else:
            data[f"{prefix}-{field}"] = value
    return data


def in_force(thing):
    thing = type(thing).objects.get(pk=thing.pk)
    groups = [group.name for group in thing.groups.all()]
    return thing.audience, groups, thing.embargo_until, thing.audience_after, thing.embargo_reason


def test_the_library_embargoes_a_file_and_gives_the_record_to_a_group(desk, file):
    ward = Group.objects.create(name="Ward 9")
    until = datetime.date(2100, 5, 1)
    data = sent(
        file, record__audience="groups", record__groups=[ward.pk], file__audience="library", file__until=until,
        file__after="staff", file__reason="Publisher’s policy",
    )  # fmt: skip
    answer = desk.post(address(file.record), data)
    assert (answer.status_code, answer["Location"]) == (302, f"/repository/{file.record_id}/")
    assert in_force(file.record) == (Audience.GROUPS, ["Ward 9"], None, "", "")
    assert in_force(file) == (Audience.LIBRARY, [], until, Audience.STAFF, "Publisher’s policy")
    page = desk.get(address(file.record)).text
    assert ('value="2100"' in page, "Publisher’s policy" in page) == (True, True)
    assert Edit.objects.of(file.record).count() == 2


def test_what_is_not_changed_leaves_no_history(desk, file):
    assert desk.post(address(file.record), sent(file)).status_code == 302
    assert Edit.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"file__audience": "library", "file__until": datetime.date(2020, 1, 1), "file__after": "open"},
         "The embargo must end on a day in the future."),
        ({"record__audience": "groups"}, "Choose at least one group."),
        ({"file__audience": "library", "file__until": datetime.date(2100, 1, 1)},
         "Choose who may read it when the embargo ends."),
        ({"file__audience": "library", "file__after": "open"}, "Give the day on which the embargo ends."),
        ({"file__until": datetime.date(2100, 1, 1), "file__after": "open"},
         "Choose somebody else than those who may read it now"),
        ({"record__audience": "martians"}, "Select a valid choice."),
        ({"record__audience": "groups", "record__groups": ["99999"]}, "Select a valid choice."),
        ({"record__audience": "groups", "record__groups": ["x\x00"]}, "Select a valid choice."),
        ({"file__until_day": "31", "file__until_month": "2", "file__until_year": "x"}, "Enter a valid date"),
    ],
)  # fmt: skip
def test_mistakes_are_told_and_nothing_is_saved(desk, file, changes, problem):
    answer = desk.post(address(file.record), sent(file, **changes))
    assert (answer.status_code, problem in answer.text, "<title>Error:" in answer.text) == (200, True, True)
    nothing = (Audience.OPEN, [], None, "", "")
    assert (in_force(file.record), in_force(file)) == (nothing, nothing)


def test_the_later_of_two_who_save_is_told(desk, file):
    first, second = sent(file, file__audience="staff"), sent(file, file__audience="library")
    assert desk.post(address(file.record), first).status_code == 302
    answer = desk.post(address(file.record), second)
    assert (answer.status_code, "saved this before you did" in answer.text) == (409, True)
    assert in_force(file)[0] == Audience.STAFF
    again = {**second, "seen": answer.context["seen"]}
    assert desk.post(address(file.record), again).status_code == 302
    assert in_force(file)[0] == Audience.LIBRARY


def test_the_later_of_two_can_leave_what_the_first_saved_of_a_file(desk, file):
    until = datetime.date(2100, 5, 1)
    first = sent(file, file__audience="library", file__until=until, file__after="open", file__reason="Policy")
    second = sent(file, record__audience="staff")
    assert desk.post(address(file.record), first).status_code == 302
    answer = desk.post(address(file.record), second)
    assert (answer.status_code, f'name="leave" value="file-{file.pk}"' in answer.text) == (409, True)
    again = {**second, "seen": answer.context["seen"], "leave": [f"file-{file.pk}"]}
    assert desk.post(address(file.record), again).status_code == 302
    assert in_force(file.record)[0] == Audience.STAFF
    assert in_force(file) == (Audience.LIBRARY, [], until, Audience.OPEN, "Policy")


def test_the_page_is_the_librarys_alone(client, signed_in, file, staff, depositor, facilitator, km_lead, administrator):
    Record.objects.update(depositor=depositor)
    people = (staff, depositor, facilitator, km_lead, administrator)
    assert [signed_in(user).get(address(file.record)).status_code for user in people] == [404, 404, 404, 404, 200]
    assert client.get(address(file.record)).status_code == 302
    assert signed_in(staff).post(address(file.record), sent(file, record__audience="library")).status_code == 404
    assert in_force(file.record)[0] == Audience.OPEN


def test_a_draft_is_private_here_too(desk, file, depositor):
    Record.objects.update(status="draft", depositor=depositor)
    assert desk.get(address(file.record)).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_files(desk, file):
    record = file.record

    def asked(number):
        for n in range(number):
            attach(record, f"{number}-{n}.pdf", "", position=n)
        with CaptureQueriesContext(connection) as queries:
            desk.get(address(record))
        return len(queries)

    few = asked(2)
    assert (asked(8), few <= 14) == (few, True)
