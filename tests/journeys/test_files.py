"""A depositor adds files to a draft in a browser; a reader sees the PDF in the browser's own viewer."""

import re

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import expect

from kmportal.people import roles
from repository.models import Record, RecordFile
from tests import documents
from tests.builders import make_record, make_user
from tests.journeys.conftest import SCREENSHOTS

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(page, live_server):
    """Sign in a depositor, and give their draft."""
    depositor = make_user("Dele Depositor", role=roles.STAFF)
    client = Client()
    client.force_login(depositor)
    cookie = next(iter(client.cookies.values()))
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return make_record("Quiet nights", status="draft", depositor=depositor)


def names(record):
    return [file.name for file in RecordFile.objects.filter(record=record)]


def test_files_are_sent_one_by_one_and_the_list_follows(page, look, draft):
    page.goto(f"/repository/{draft.pk}/files/")
    look("no-files")
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "poster.pdf", "mimeType": "application/pdf", "buffer": documents.pdf("Many fall.")},
            {"name": "virus\u202e.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
            {"name": "data.csv", "mimeType": "text/csv", "buffer": b"ward,falls\n"},
        ]
    )
    page.get_by_role("button", name="Add", exact=True).click()
    told = page.locator("form [role=status]")
    expect(told).to_contain_text("poster.pdf: added.")
    expect(told).to_contain_text("virus.exe: Choose a file of one of these kinds")
    expect(told).to_contain_text("data.csv: added.")
    expect(page.get_by_role("heading", name="data.csv")).to_be_visible()
    look("two-files")

    page.get_by_label("What is this file?").last.fill("Falls on each ward")
    note = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"Ask the ward."}
    page.locator("input[type=file]").set_input_files([note])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="note.txt")).to_be_visible()
    fields = page.get_by_label("What is this file?").all()
    assert [field.input_value() for field in fields] == ["", "Falls on each ward", ""]
    page.get_by_role("button", name=re.compile("Remove.*note.txt")).click()
    look("remove-a-file")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Removed note.txt.")).to_be_visible()

    page.get_by_role("button", name=re.compile("Move up.*data.csv")).click()
    page.wait_for_load_state()
    assert names(draft) == ["data.csv", "poster.pdf"]


def test_a_pdf_is_really_shown_and_its_thumbnail_stands_on_the_page(page, look, draft, live_server, run_waiting_jobs):
    page.goto(f"/repository/{draft.pk}/files/")
    shown = {"name": "poster.pdf", "mimeType": "application/pdf", "buffer": _red_page()}
    page.locator("input[type=file]").set_input_files([shown])
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("form [role=status]")).to_contain_text("poster.pdf: added.")
    run_waiting_jobs()
    Record.objects.update(status="published")

    page.goto(f"/repository/{draft.pk}/")
    picture = page.locator("img[src*='/thumbnail/']")
    expect(picture).to_be_visible()
    # It is fetched when it comes into view, and its bytes come a little after it stands there.
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    look("record-with-files")
    address = page.get_by_role("link", name="View poster.pdf").get_attribute("href")
    # A tab of its own, because the viewer asks for an icon that no page of ours has named.
    viewer = page.context.new_page()
    viewer.goto(address)
    viewer.wait_for_timeout(3_000)  # it says nothing of itself to the page that it stands in
    path = SCREENSHOTS / "pdf-in-the-browser.png"
    viewer.screenshot(path=path)
    with Image.open(path) as seen:
        colours = {colour: number for number, colour in seen.convert("RGB").getcolors(2**24)}
    assert colours.get((255, 0, 0), 0) > 100_000, "the page of the PDF is not to be seen"


def _red_page() -> bytes:
    """Make a PDF whose one page is red, which no viewer and no error page is."""
    return documents.pdf_of(b"1 0 0 rg 0 0 595 842 re f")
