"""In a browser: suggestions by keyboard and pointer, duplicates beside the form and merged, and a pasted reference."""

import pytest
from playwright.sync_api import Page, expect

from kmportal.people import roles
from repository import lookalikes
from repository.models import Record
from tests.builders import make_record, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_depositor_is_helped_while_typing(live_server, page: Page, look, client):
    depositor = make_user("Dele Depositor", role=roles.STAFF)
    make_record("Falls on a frailty ward", authors=("Smith, Jane", "Smithson, Ada"))
    draft = make_record("A title of its own", status="draft", depositor=depositor, authors=())
    client.force_login(depositor)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(f"/repository/{draft.pk}/edit/")

    names = page.locator("[data-duplicates-author]")
    names.first.click()
    names.first.press_sequentially("smi")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options).to_have_text(["Smith, Jane", "Smithson, Ada"])
    expect(names.first).to_have_attribute("aria-expanded", "true")
    look("suggestions")
    names.first.press("ArrowDown")
    names.first.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    names.first.press("Enter")
    expect(names.first).to_have_value("Smithson, Ada")
    expect(options).to_have_count(0)

    page.get_by_role("button", name="Add an author").click()
    names.last.click()
    names.last.press_sequentially("jane")
    options.first.click()
    expect(names.last).to_have_value("Smith, Jane")
    names.last.press_sequentially("x")
    names.last.press("Escape")
    expect(options).to_have_count(0)

    page.get_by_label("Title", exact=True).fill("Falls on a fraility ward")
    region = page.locator("#duplicates")
    expect(region.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    expect(region).to_contain_text("Falls on a frailty ward")
    look("duplicates")
    assert Record.objects.count() == 2


def test_a_librarian_merges_and_a_depositor_pastes(live_server, page: Page, look, client):
    librarian = make_user("Libby Librarian", role=roles.LIBRARIAN)
    title = "Falls on a frailty ward: a cohort study"
    make_record(title, abstract="We counted falls. " * 20, volume="1", tags=("ward",))
    make_record(title, authors=("Smith, Jane", "Okafor, Ada"), volume="2", identifiers=(("doi", "10.1000/falls.1"),))
    lookalikes.look()
    client.force_login(librarian)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto("/repository/desk/duplicates/")
    look("pairs")
    page.get_by_role("link", name=title).click()
    look("pair")
    page.locator("label[for=contributors-second]").click()
    page.get_by_role("button", name="Merge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main")).to_contain_text("Okafor")

    page.goto("/repository/deposit/prefill/")
    look("paste")
    page.get_by_label("Paste a reference").fill(
        "Smith JA, Okafor A, et al. Falls on a frailty ward: a cohort study. Ward Stud. 2020 Feb;12(3):45-50."
    )
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", name="Is it one of these?")).to_be_visible()
    look("understood")
    page.get_by_role("button", name="Start the deposit with this").click()
    expect(page.get_by_label("Title", exact=True)).to_have_value(title)
