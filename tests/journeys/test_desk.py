"""The librarians' desk in a browser: Django admin in the portal's dress, under the portal's security policy."""

import pytest
from django.test import Client

from kmportal.people import roles
from tests.builders import make_record, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NAMELESS = """() => [...document.querySelectorAll("#content :is(input, select, textarea)")]
    .filter((control) => !["hidden", "submit"].includes(control.type))
    .filter((control) => control.offsetParent && !control.labels?.length && !control.ariaLabel)
    .map((control) => control.outerHTML)"""


@pytest.fixture
def desk(page, live_server):
    """Give the page with a librarian signed in, and a record to look after."""
    record = make_record("Bedside handover", authors=("Okafor, Ngozi", "Lee, Min"), subjects=("Falls",))
    client = Client()
    client.force_login(make_user("Libby Librarian", role=roles.LIBRARIAN))
    cookie = next(iter(client.cookies.values()))
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.record = record
    return page


def test_the_desk_and_its_lists_have_no_barriers(desk, look):
    desk.goto("/admin/")
    look("desk")
    desk.goto("/admin/repository/record/")
    look("records")

    assert desk.get_by_role("link", name="Back to the portal").get_attribute("href") == "/"


def test_every_control_of_a_long_form_has_a_name(desk):
    desk.goto(f"/admin/repository/record/{desk.record.pk}/change/")
    desk.wait_for_load_state("networkidle")
    desk.locator("#contributions-group .add-row a").click()

    assert desk.evaluate(NAMELESS) == []
    for width in (360, 1280):
        desk.set_viewport_size({"width": width, "height": 900})
        assert desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
