"""The component gallery in a browser: no barrier, nothing off the side of a phone, and each behaviour does its work."""

import pytest

pytestmark = [
    pytest.mark.journey,
    pytest.mark.urls("tests.kmportal.design.addresses"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("gallery", "/design/"),
        ("list", "/design/list/?type=article&department=pharmacy"),
        ("form", "/design/form/"),
        ("sign-in", "/accounts/login/"),
        ("forgotten-password", "/accounts/password/reset/"),
    ],
)
def test_a_page_of_components_has_no_barriers(page, look, name, address):
    page.goto(address)
    page.wait_for_selector("body.js-enabled")

    look(name)

    assert page.locator("h1").count() == 1


def test_a_refused_form_moves_to_its_summary_and_from_there_to_the_field(page, look):
    page.goto("/design/form/")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("[data-nhsuk-error-summary-init]")

    on_arrival = page.evaluate("document.activeElement.className")
    page.get_by_role("link", name="Answer “Who may see it?”").click()

    assert on_arrival == "nhsuk-error-summary"
    assert page.evaluate("document.activeElement.id") == "id_audience_0"
    look("refused")


def test_control_and_slash_move_to_the_search_box_and_a_slash_alone_is_only_typed(page):
    page.goto("/design/form/")
    page.wait_for_selector("[aria-keyshortcuts]")

    page.focus("#id_title")
    page.keyboard.type("and/or")
    page.keyboard.press("Control+/")

    assert page.input_value("#id_title") == "and/or"
    assert page.evaluate("document.activeElement.id") == "search-field"


def test_filters_stand_open_beside_the_results_and_folded_on_a_phone(page):
    choice = page.locator("label", has_text="Journal article")
    shown = {}
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/design/list/")
        page.wait_for_selector("body.js-enabled")
        shown[width] = choice.is_visible()
    page.locator("summary", has_text="Filters").click()

    assert shown == {1280: True, 360: False}
    assert choice.is_visible()


def test_a_job_renews_itself_until_it_is_done(page, look):
    page.goto("/design/progress/")
    at_first = page.locator("#job").inner_text()

    page.get_by_text("It is done.").wait_for()

    assert "0 of 3" in at_first
    assert page.locator("#job").get_attribute("data-poll") is None
    assert page.locator("progress").get_attribute("value") == "3"
    look("done")


def test_a_list_is_narrowed_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/design/list/")

    page.locator("label", has_text="Policy").click()
    page.get_by_role("button", name="Apply filters").click()

    assert page.url == f"{live_server.url}/design/list/?type=policy&sort=relevance"
    assert page.get_by_role("link", name="Remove the filter Type: Policy").is_visible()
    assert page.locator(".nhsuk-header__navigation-link:visible").count() == 3
    context.close()
