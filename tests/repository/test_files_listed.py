"""A record's files as a reader sees them: what each may do with each, in words."""

import datetime
import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository import file_list
from repository.models import Record, RecordFile
from tests.builders import make_record
from tests.repository.test_files import attach

pytestmark = pytest.mark.django_db


def make_files(record):
    """Give the record a file for each audience, and one under an embargo."""
    for audience in ("open", "staff", "groups", "library"):
        attach(record, f"{audience}.txt", audience.encode(), "text/plain", audience=audience)
    file = attach(record, "embargoed.pdf", audience="library")
    RecordFile.objects.filter(pk=file.pk).update(
        embargo_until=datetime.date(2126, 12, 24), audience_after="open", embargo_reason="publisher’s policy"
    )


def said(record, user):
    return {line.file.name: line.why_not or line.limited_to for line in file_list.lines_for(record, user)}


def test_each_reader_is_told_what_is_for_whom(depositor, staff, librarian):
    record = make_record(depositor=depositor)
    make_files(record)
    until = "Available from 24 December 2126"
    library = "The library keeps this file and does not give it to everybody."
    assert said(record, AnonymousUser()) == {
        "open.txt": "",
        "staff.txt": "For signed-in staff. Sign in to read it.",
        "groups.txt": "For named groups of staff. Sign in to see whether you are in one.",
        "library.txt": f"{library} Sign in to request a copy.",
        "embargoed.pdf": f"{until}: publisher’s policy. Sign in to request a copy.",
    }
    assert said(record, staff) == {
        "open.txt": "",
        "staff.txt": "Only signed-in staff may read this.",
        "groups.txt": "For named groups of staff.",
        "library.txt": library,
        "embargoed.pdf": f"{until}: publisher’s policy.",
    }
    readers = {
        "open.txt": "",
        "staff.txt": "Only signed-in staff may read this.",
        "groups.txt": "Only named groups may read this.",
        "library.txt": "Only the library and the depositor may read this.",
        "embargoed.pdf": f"Only the library and the depositor may read this. {until}.",
    }
    assert [said(record, user) for user in (depositor, librarian)] == [readers, readers]


def test_addresses_are_given_only_to_those_who_may_use_them(staff, librarian):
    record = make_record()
    make_files(record)
    addresses = {
        name: {line.file.name for line in file_list.lines_for(record, user) if line.may_read}
        for name, user in (("anonymous", AnonymousUser()), ("staff", staff), ("librarian", librarian))
    }
    everything = {"open.txt", "staff.txt", "groups.txt", "library.txt", "embargoed.pdf"}
    assert addresses == {"anonymous": {"open.txt"}, "staff": {"open.txt", "staff.txt"}, "librarian": everything}
    shown = [line for line in file_list.lines_for(record, librarian) if line.view_url]
    assert [(line.file.name, line.view_url, line.thumbnail_url) for line in shown] == [
        ("embargoed.pdf", f"/repository/{record.pk}/view/embargoed.pdf",
         f"/repository/{record.pk}/thumbnail/{shown[0].file.pk}/"),
    ]  # fmt: skip
    hidden = [line for line in file_list.lines_for(record, AnonymousUser()) if not line.may_read]
    assert {(line.view_url, line.thumbnail_url) for line in hidden} == {("", "")}


@pytest.mark.parametrize("number", [3, 50])
def test_a_list_is_two_queries_at_most_however_long(staff, number, django_assert_num_queries):
    record = make_record()
    file = attach(record, "0.txt", b"text", "text/plain")
    RecordFile.objects.bulk_create(
        RecordFile(record=record, name=f"{n}.txt", position=n, content=file.content, size=4, content_type="text/plain")
        for n in range(1, number)
    )
    staff.get_all_permissions()
    with django_assert_num_queries(1):
        lines = file_list.lines_for(record, staff)
    assert len(lines) == number


def test_who_may_read_a_file_is_told_from_its_own_record_however_many_there_are(staff, librarian):
    record = make_record()
    make_files(record)
    Record.objects.bulk_create(
        Record(title=f"Work {number}", type="article", status="published") for number in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE repository_record")
    for user in (AnonymousUser(), staff, librarian):
        user.has_perm("repository.view_record")
        with CaptureQueriesContext(connection) as queries:
            file_list.lines_for(record, user)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {queries[-1]['sql'].replace('%', '%%')}")
            plan = json.dumps(cursor.fetchone()[0])
        most = max(float(rows) for rows in re.findall(r'"(?:Actual Rows|Rows Removed by Filter)": ([0-9.]+)', plan))
        assert most < 50
