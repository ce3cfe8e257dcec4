"""The deposit form in a browser: it follows its type, saves itself and suggests, and it works without scripts."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from repository.models import Record
from tests.builders import make_record, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def sign_in(context, live_server, user):
    client = Client()
    client.force_login(user)
    cookie = next(iter(client.cookies.values()))
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])


def begin(page):
    page.goto("/repository/deposit/")
    page.get_by_label("What is it?").select_option("poster")
    page.get_by_label("Title").fill("Falls on a frailty ward")
    page.get_by_role("button", name="Go on").click()


def test_a_draft_is_written_and_saves_itself(page, live_server, look):
    jane = make_user("Jane Smith")
    make_record("Falls on a frailty ward, again", authors=("Okafor, Ngozi",), subjects=("Accidental Falls",))
    sign_in(page.context, live_server, make_user("Dele Depositor"))
    begin(page)
    look("new-draft")

    page.get_by_label("Type", exact=True).select_option("article")
    expect(page.get_by_label("Conference or event")).to_be_hidden()
    expect(page.get_by_label("Journal or book")).to_be_visible()
    page.get_by_label("Journal or book").fill("Br Med J")

    page.get_by_label("Name", exact=True).press_sequentially("smi")
    page.get_by_role("option", name="Smith, Jane").click()
    page.get_by_role("button", name="Add an author").click()
    page.keyboard.type("Frailty Working Group")
    page.get_by_label("Role").nth(1).select_option("group")
    page.get_by_role("button", name="Move up author 2").click()

    page.get_by_text("Subjects and tags").click()
    page.locator("input[name=subjects]").press_sequentially("acci")
    page.get_by_role("option", name="Accidental Falls").click()
    page.get_by_label("DOI").fill("10.12")
    page.get_by_label("Abstract or summary").fill("Many fell.")
    page.get_by_label("Abstract or summary").blur()
    expect(page.get_by_text("What is marked is not saved yet.")).to_be_visible()
    expect(page.get_by_text("A DOI begins with 10.")).to_be_visible()
    look("draft-that-saves-itself")

    record = Record.objects.get(status="draft")
    credits = [(row.credited_as, row.contributor.kind, row.contributor.user) for row in record.contributions.all()]
    assert credits == [("Frailty Working Group", "group", None), ("Smith, Jane", "person", jane)]
    assert (record.type, record.container_title, record.abstract) == ("article", "Br Med J", "Many fell.")
    assert [str(row) for row in record.subjects.all()] == ["Accidental Falls"]
    assert record.identifiers.count() == 0

    page.get_by_label("DOI").fill("")
    page.get_by_label("Date issued").fill("2024")
    page.get_by_label("Note to the reviewer").fill("Please hurry")
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_text("Sent for review")).to_be_visible()
    assert Record.objects.get(pk=record.pk).status == "submitted"


def test_what_was_typed_just_before_going_to_the_files_is_kept(page, live_server):
    sign_in(page.context, live_server, make_user("Dele Depositor"))
    begin(page)
    page.get_by_label("Abstract or summary").fill("Many fell.")
    page.get_by_role("link", name="Add files").click()
    # The saving goes on behind the page of the files.
    while Record.objects.get().abstract != "Many fell.":
        page.wait_for_timeout(50)
    page.get_by_role("link", name="Go back to the form").click()
    expect(page.get_by_label("Abstract or summary")).to_have_value("Many fell.")
    page.get_by_label("Abstract or summary").fill("Many fell at night.")
    page.get_by_label("Abstract or summary").blur()
    expect(page.get_by_text("Saved at")).to_be_visible()
    assert Record.objects.get().abstract == "Many fell at night."


def test_everything_works_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    sign_in(context, live_server, make_user("Dele Depositor"))
    page = context.new_page()
    begin(page)
    page.get_by_label("Name", exact=True).fill("Smith, Jane")
    page.get_by_role("button", name="Add an author").click()
    page.get_by_label("Name", exact=True).nth(1).fill("Adams, Bo")
    page.get_by_role("button", name="Move up author 2").click()
    page.get_by_label("Type", exact=True).select_option("thesis")
    page.get_by_role("button", name="Show the fields of this type").click()
    page.get_by_label("Degree").fill("PhD")
    # Enter saves, and does not press whichever button stands first on the page.
    page.get_by_label("Degree").press("Enter")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    record = Record.objects.get()
    assert (record.type, record.degree, [row.credited_as for row in record.contributions.all()]) == (
        *("thesis", "PhD", ["Adams, Bo", "Smith, Jane"]),
    )
    context.close()


def test_on_a_telephone_two_texts_stand_below_whose_they_are(browser, live_server):
    make_record("Falls on a frailty ward, again")
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 900}, java_script_enabled=False
    )
    sign_in(context, live_server, make_user("Dele Depositor"))
    page, other = context.new_page(), context.new_page()
    begin(page)
    page.get_by_role("button", name="Save, and see whether it is here already").click()
    assert columns(page, "Is it one of these?") == ["Yours", "Already here"]
    other.goto(page.url)
    for tab, abstract in ((other, "From the other tab."), (page, "From this tab.")):
        tab.get_by_label("Abstract or summary").fill(abstract)
        tab.get_by_role("button", name="Save draft").click()
    assert columns(page, "saved this before you did") == ["Saved now", "What you wrote"]
    context.close()


def columns(page, heading):
    """Give the headings that stand above the two texts of a table, once its heading is there."""
    page.get_by_role("heading", name=heading).wait_for()
    table = page.locator(".app-compare").first
    heads = {head.bounding_box()["x"]: head.inner_text() for head in table.locator("thead th:visible").all()}
    texts = table.locator("tbody tr").first.locator("td").all()
    return [heads.get(text.bounding_box()["x"]) for text in texts]
