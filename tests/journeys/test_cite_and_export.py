"""A reader cites a paper, ticks two on a list with the keyboard alone, and takes them away; scripts may be off."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.builders import make_record

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

FALLS = "Smith JA, Lee M. Falls on a frailty ward. Journal of Falls. 2020 Mar 14;7(1):284-7. doi:10.5555/falls.1"


@pytest.fixture
def papers():
    make_record(
        issued="2020-03-14", container_title="Journal of Falls", volume="7", issue="1", pages="284-287",
        identifiers=(("doi", "10.5555/falls.1"),), authors=("Smith, Jane A", "Lee, Min"),
    )  # fmt: skip
    make_record("Bed rails & sleep", type="poster", issued="2021", authors=("Okafor, Ngozi",))
    make_record("Doses at night", type="policy", issued="2022", authors=())


def test_cite_one_and_take_two_away(page, look, papers):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/repository/")
    look("list")
    page.get_by_role("link", name="Falls on a frailty ward").click()
    expect(page.get_by_text(FALLS)).to_be_visible()
    page.get_by_role("button", name="Copy the reference").click()
    expect(page.get_by_role("status").get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == FALLS
    look("record")
    page.get_by_label("Style").select_option(label="APA 7th")
    page.get_by_role("button", name="Show in this style").click()
    expect(page.get_by_text("Smith, J. A., & Lee, M. (2020).")).to_be_visible()
    expect(page.get_by_text("Journal of Falls", exact=True)).to_have_css("font-style", "italic")
    look("cite")

    page.goto("/repository/")
    for title in ("Falls on a frailty ward", "Bed rails & sleep"):
        page.get_by_role("checkbox", name=f"Choose “{title}”").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Cite or export the chosen").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Cite or export 2 records")
    expect(page.get_by_role("heading", name="References")).to_be_visible()
    page.get_by_label("Style").select_option(label="Vancouver")
    page.get_by_role("button", name="Show in this style").click()
    expect(page.locator("ol.app-references > li")).to_have_count(2)
    look("take-away")
    page.get_by_role("button", name="Copy all references").click()
    expect(page.get_by_role("status").get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").splitlines()[1] == f"2. {FALLS}"
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Download a file")).to_be_hidden()
    expect(page.get_by_text(FALLS)).to_be_visible()
    page.emulate_media(media="screen")
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS").click()
    assert download.value.path().read_text(encoding="utf-8-sig").count("TY  - ") == 2
    page.get_by_role("link", name="What each format carries").click()
    look("formats")


def test_all_of_it_works_without_scripts(browser: Browser, live_server, papers):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/repository/?type=article&type=poster")
    page.get_by_role("checkbox", name="Choose “Falls on a frailty ward”").check()
    page.get_by_role("button", name="Cite or export the chosen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cite or export 1 record")
    expect(page.get_by_text(FALLS)).to_be_visible()
    expect(page.get_by_role("button", name="Copy all references")).to_have_count(0)
    page.go_back()
    page.get_by_role("link", name="Cite or export all 2").click()
    assert parse_qs(urlsplit(page.url).query) == {"type": ["article", "poster"]}
    page.get_by_label("Style").select_option(label="Harvard")
    page.get_by_role("button", name="Show in this style").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cite or export 2 records")
    expect(page.locator("ul.app-references > li").first).to_contain_text(
        "Okafor, N. (2021) Bed rails & sleep [Poster]."
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="BibTeX").click()
    assert download.value.suggested_filename.endswith(".bib")
    page.goto("/search/?q=falls")
    page.get_by_role("link", name="Cite or export the research record").click()
    expect(page.get_by_text(FALLS.replace("Smith JA, Lee M", "Smith, J.A. and Lee, M")[:20])).to_be_visible()
    page.get_by_role("link", name="Research repository").last.click()
    page.goto("/repository/take-away/?ticked=yes")
    page.get_by_role("link", name="Go to the list of records").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Research repository")
    context.close()
