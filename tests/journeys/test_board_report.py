"""A KM lead makes the report for the board in a browser, follows a figure to its records, and saves the report."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from kmportal.people import roles
from repository.models import SavedReport, UseCount
from tests.builders import make_department, make_record, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

WARDS = ("Emergency medicine", "Frailty ward", "Paediatric intensive care and high dependency")


@pytest.fixture
def lead(page, live_server):
    lead = make_user("Kim Lead", role=roles.KM_LEAD)
    client = Client()
    client.force_login(lead)
    cookie = next(iter(client.cookies.values()))
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return lead


def test_a_report_for_the_board(page, lead, look):
    year = timezone.localdate().year
    for number in range(24):
        record = make_record(
            f"Paper {number}",
            issued=str(year - number % 4),
            type=("article", "poster", "guideline")[number % 3],
            department=make_department(WARDS[number % 2]) if number % 5 else None,
        )
        UseCount.objects.create(record=record, month=datetime.date(year, 1, 1), views=number * 90, downloads=number)
    make_department(WARDS[2])
    make_record("When was this?", issued="")
    page.goto("/repository/")
    page.get_by_role("link", name="Board report").click()
    expect(page.get_by_role("heading", name="Board report")).to_be_visible()
    look("board-report")

    page.get_by_label("In each line, show each").select_option("type")
    page.get_by_label("April to March (financial years)").check()
    page.get_by_label("From (optional)").fill(str(year - 9))
    page.get_by_label("To (optional)").fill(str(year))
    page.get_by_role("button", name="Show the report").click()
    look("board-report-in-detail")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_hidden()
    expect(page.get_by_role("table", name="Outputs by department")).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})

    figure = page.get_by_role("link", name="outputs, Frailty ward: Poster", exact=False).last
    number = figure.inner_text()
    figure.click()
    expect(page.get_by_text(f"{number} records", exact=True)).to_be_visible()
    look("the-records-behind-a-figure")
    page.go_back()

    page.get_by_label("Name").fill("For the board")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved as “For the board”.")).to_be_visible()
    saved = SavedReport.objects.get()
    assert (saved.by, saved.query) == (
        lead, f"by=department&split=type&years=financial&start={year - 9}&end={year}",
    )  # fmt: skip
    page.get_by_role("button", name="Remove For the board").click()
    expect(page.get_by_text("No report is saved yet.")).to_be_visible()
