"""Views and downloads: by the rules of COUNTER, by month and department, without keeping who it was."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from repository import file_store, tasks, usage
from repository.models import RecentUse, RecordFile, StoredContent, UseCount
from repository.usage_report import months_between
from tests.builders import make_department, make_record

pytestmark = pytest.mark.django_db

A_BROWSER = {"User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36"}
ANOTHER = {"User-Agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1.15"}


def counts():
    rows = UseCount.objects.order_by("month", "department__name", "record")
    return [(row.month.isoformat(), str(row.department or ""), row.views, row.downloads) for row in rows]


def make_pdf(record):
    stored = file_store.store([b"%PDF-1.4 falls"])
    content = StoredContent.objects.create(pk=stored.sha256, size=stored.size, content_type="application/pdf")
    return RecordFile.objects.create(
        record=record, name="falls.pdf", content=content, size=stored.size, content_type="application/pdf"
    )


def fetch(browser, file, headers=A_BROWSER, *, status=200):
    answer = browser.get(file.get_absolute_url(), headers=headers)
    answer.getvalue()
    assert answer.status_code == status


def test_views_and_downloads_count_by_month_and_department(client, signed_in, staff):
    record = make_record()
    file = make_pdf(record)
    staff.profile.department = make_department("Frailty ward")
    staff.profile.save()
    with time_machine.travel("2026-01-10 09:00:00+00:00", tick=False):
        client.get(record.get_absolute_url(), headers=A_BROWSER)
        fetch(client, file)
    with time_machine.travel("2026-02-10 09:00:00+00:00", tick=False):
        colleague = signed_in(staff)
        colleague.get(record.get_absolute_url(), headers=A_BROWSER)
        fetch(colleague, file)
        client.get(record.get_absolute_url(), headers=A_BROWSER)
    assert counts() == [
        ("2026-01-01", "", 1, 1),
        ("2026-02-01", "Frailty ward", 1, 1),
        ("2026-02-01", "", 1, 0),
    ]


def test_of_clicks_within_thirty_seconds_one_counts(client):
    record, other = make_record("One"), make_record("Two")
    with time_machine.travel("2026-01-10 09:00:00+00:00", tick=False) as clock:
        for seconds in (0, 20, 20, 20):  # each within 30 seconds of the one before
            clock.shift(seconds)
            client.get(record.get_absolute_url(), headers=A_BROWSER)
        client.get(record.get_absolute_url(), headers=ANOTHER)
        client.get(other.get_absolute_url(), headers=A_BROWSER)
        assert [row.views for row in UseCount.objects.order_by("record")] == [2, 1]
        clock.shift(31)
        client.get(record.get_absolute_url(), headers=A_BROWSER)
    assert [row.views for row in UseCount.objects.order_by("record")] == [3, 1]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"User-Agent": " "},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "python-requests/2.32"},
        {**A_BROWSER, "Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_robots_scripts_and_browsers_that_read_ahead_do_not_count(client, headers):
    record = make_record()
    file = make_pdf(record)
    client.get(record.get_absolute_url(), headers=headers)
    fetch(client, file, headers)
    assert (UseCount.objects.count(), RecentUse.objects.count()) == (0, 0)


def test_asking_for_the_head_or_a_later_piece_does_not_count(client):
    record = make_record()
    file = make_pdf(record)
    client.head(record.get_absolute_url(), headers=A_BROWSER)
    client.head(file.get_absolute_url(), headers=A_BROWSER).getvalue()
    fetch(client, file, {**A_BROWSER, "Range": "bytes=5-8"}, status=206)
    assert counts() == []
    fetch(client, file, {**A_BROWSER, "Range": "bytes=0-3"}, status=206)
    assert [row[2:] for row in counts()] == [(0, 1)]


@pytest.mark.parametrize("status", ["draft", "submitted", "withdrawn"])
def test_only_what_is_before_readers_counts(signed_in, librarian, status):
    record = make_record(status=status, depositor=librarian)
    signed_in(librarian).get(record.get_absolute_url(), headers=A_BROWSER)
    assert counts() == []


def test_what_nobody_may_see_does_not_count(client):
    record = make_record(audience="library")
    assert client.get(record.get_absolute_url(), headers=A_BROWSER).status_code == 404
    assert counts() == []


def test_the_month_is_that_of_the_uk(client):
    record = make_record()
    with time_machine.travel("2026-06-30 23:30:00+00:00", tick=False):  # half past midnight, 1 July, in London
        client.get(record.get_absolute_url(), headers=A_BROWSER)
    assert [row[0] for row in counts()] == ["2026-07-01"]


def test_nothing_tells_who_it_was_and_the_hash_differs_each_day_and_goes_within_the_hour(client):
    record = make_record()
    visitors = []
    for day in ("2026-01-10 09:00:00+00:00", "2026-01-11 09:00:00+00:00"):
        with time_machine.travel(day, tick=False):
            client.get(record.get_absolute_url(), headers=A_BROWSER)
            visitors += RecentUse.objects.values_list("visitor", flat=True)
            tasks.forget_visitors(0)
    assert len(set(visitors)) == 2
    assert {len(visitor) for visitor in visitors} == {64}
    assert RecentUse.objects.count() == 1
    with time_machine.travel("2026-01-11 10:30:00+00:00", tick=False):
        assert usage.forget_visitors() == 1
    assert [row[2] for row in counts()] == [2]


@pytest.mark.parametrize(("is_trusted", "views"), [(True, 2), (False, 1)])
def test_behind_a_proxy_readers_are_told_apart_by_what_it_says_last(client, settings, is_trusted, views):
    settings.BEHIND_TLS_PROXY = is_trusted
    record = make_record()
    for asker in ("10.0.0.1", "10.0.0.2", "made up, 10.0.0.2"):
        client.get(record.get_absolute_url(), headers={**A_BROWSER, "X-Forwarded-For": asker})
    assert [row[2] for row in counts()] == [views]


def test_a_figure_that_cannot_be_written_does_not_break_the_page(client, monkeypatch):
    record = make_record()
    monkeypatch.setattr(usage, "COUNT", "SELECT 1/0")
    assert client.get(record.get_absolute_url(), headers=A_BROWSER).status_code == 200
    assert counts() == []


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_count_once():
    record = make_record()

    def click(_):
        try:
            return Client().get(record.get_absolute_url(), headers=A_BROWSER).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(click, range(8))) == {200}
    assert [row[2] for row in counts()] == [1]


def test_the_page_leads_to_the_figures_of_the_whole_work_and_of_the_version(client, staff):
    first = make_record("Falls", status="replaced")
    second = make_record("Falls", first_version=first, version=2)
    ward = make_department("Frailty ward")
    for record, month, department, views, downloads in (
        (first, datetime.date(2025, 11, 1), None, 5, 2),
        (second, datetime.date(2026, 1, 1), ward, 7, 1),
    ):
        UseCount.objects.create(
            record=record, month=month, department=department, views=views, downloads=downloads
        )  # fmt: skip
    assert "12 views and 3 downloads" in client.get(second.get_absolute_url()).text
    with time_machine.travel("2026-01-20 00:00:00+00:00", tick=False):
        page = client.get(f"/repository/{second.pk}/statistics/")
        alone = client.get(f"/repository/{second.pk}/statistics/?of=version")
    report = page.context["report"]
    assert (report.views, report.downloads) == (12, 3)
    assert report.by_month.rows == (("January 2026", 7, 1), ("December 2025", 0, 0), ("November 2025", 5, 2))
    assert report.by_department.rows == (("Frailty ward", 7, 1), ("Not signed in, or no department", 5, 2))
    assert [chart.title for chart in report.charts] == ["Views by month", "Downloads by month"]
    assert (alone.context["report"].views, alone.context["report"].downloads) == (7, 1)


def test_the_figures_take_as_many_queries_for_many_versions_and_months_as_for_few(client):
    def asked(number):
        first = make_record("Falls", status="replaced")
        later = [make_record("Falls", status="replaced", first_version=first, version=n) for n in range(2, number + 1)]
        for n, record in enumerate([first, *later]):
            month, ward = datetime.date(2020 + n // 12, n % 12 + 1, 1), make_department(f"Ward {number}.{n}")
            UseCount.objects.create(record=record, month=month, department=ward, views=1)
        address = f"{first.get_absolute_url()}statistics/"
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).context["report"].views == number
        return len(queries)

    assert (asked(3), asked(50)) == (5, 5)


def test_the_page_and_its_figures_count_the_same_versions_those_that_the_reader_may_see(client, signed_in, librarian):
    first = make_record("Falls", status="replaced", audience="library")
    second = make_record("Falls", first_version=first, version=2)
    for record, views in ((first, 5), (second, 7)):
        UseCount.objects.create(record=record, month=datetime.date(2026, 1, 1), views=views, downloads=1)
    for browser, figures in ((client, (7, 1)), (signed_in(librarian), (12, 2))):
        work = browser.get(second.get_absolute_url()).context["work"]
        report = browser.get(f"/repository/{second.pk}/statistics/").context["report"]
        assert (work.views, work.downloads) == (report.views, report.downloads) == figures


def test_an_unread_record_says_what_to_do(client):
    page = client.get(f"/repository/{make_record().pk}/statistics/")
    assert "Nobody has read this yet" in page.text


def test_figures_are_for_those_who_may_see_the_record(client, signed_in, staff, librarian):
    record = make_record(audience="library")
    address = f"/repository/{record.pk}/statistics/"
    assert [browser.get(address).status_code for browser in (client, signed_in(staff), signed_in(librarian))] == [
        404,
        404,
        200,
    ]
    assert client.get(f"/repository/{'9' * 30}/statistics/").status_code == 404
    assert client.get(f"/repository/{make_record().pk}/statistics/?of=%00").status_code == 200


def test_months_have_no_gaps():
    days = months_between(datetime.date(2025, 11, 1), datetime.date(2026, 2, 1))
    assert [f"{day:%Y-%m}" for day in days] == ["2025-11", "2025-12", "2026-01", "2026-02"]
