"""A library manager asks for the DOI of a record in a browser, and sees how far it is."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from kmportal.people import roles
from repository.models import DoiRegistration
from tests.builders import make_record, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_manager_asks_for_a_doi(page, live_server, look, settings):
    settings.DATACITE_API, settings.DATACITE_PREFIX = "https://api.datacite.example", "10.5072"
    manager, client = make_user("Maya Manager", role=roles.LIBRARY_MANAGER), Client()
    client.force_login(manager)
    cookie = next(iter(client.cookies.values()))
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(make_record().get_absolute_url())
    page.get_by_role("button", name="Ask for a DOI").click()
    registration = DoiRegistration.objects.get()
    expect(page.get_by_role("link", name=registration.doi)).to_be_visible()
    expect(page.get_by_text("Until then the DOI leads nowhere.")).to_be_visible()
    look("waiting")
    DoiRegistration.objects.update(state="failed", failure="DataCite does not accept what the record says: no title")
    page.reload()
    look("refused")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("We try again.")).to_be_visible()
