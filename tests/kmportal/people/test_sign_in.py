"""Signing in: with the e-mail address, and on a demonstration with accounts that the page names."""

import pytest

from kmportal.demo.accounts import ACCOUNTS, PASSWORD
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def test_a_colleague_signs_in_and_comes_to_the_page_they_wanted(client):
    make_user("Bo Chen", email="bo@trust.example", password="correct-horse-battery")
    answer = client.post(
        "/accounts/login/?next=/people/", {"login": "BO@trust.example", "password": "correct-horse-battery"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/people/")


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("/repository/?type=poster&page=2", "/accounts/login/?next=%2Frepository%2F%3Ftype%3Dposter%26page%3D2"),
        ("/accounts/password/reset/", "/accounts/login/"),
    ],
)
def test_the_way_to_sign_in_leads_back_to_the_page_it_was_on(client, page, link):
    assert f'<a class="nhsuk-header__account-link" href="{link}">' in client.get(page).text


@pytest.mark.parametrize(("password", "active"), [("wrong", True), ("correct-horse-battery", False)])
def test_whoever_may_not_is_not_signed_in(client, password, active):
    make_user(email="bo@trust.example", password="correct-horse-battery", is_active=active)
    client.post("/accounts/login/", {"login": "bo@trust.example", "password": password})
    assert client.get("/people/").status_code == 302


def test_nobody_signs_up(client):
    new = {"email": "x@trust.example", "password1": "correct-horse-battery", "password2": "correct-horse-battery"}
    assert "csrfmiddlewaretoken" not in client.get("/accounts/signup/").text.split("<main")[1]
    client.post("/accounts/signup/", new)
    assert client.get("/people/").status_code == 302


def test_a_demonstration_names_its_accounts(client, settings):
    settings.DEMO_ACCOUNTS, settings.DEMO_PASSWORD = ACCOUNTS, PASSWORD
    page = client.get("/accounts/login/").text
    assert PASSWORD in page
    assert [account.email for account in ACCOUNTS if account.email in page] == [account.email for account in ACCOUNTS]


def test_a_real_portal_names_none(client, settings):
    settings.DEMO_ACCOUNTS, settings.DEMO_PASSWORD = (), ""
    page = client.get("/accounts/login/").text
    assert "demonstration" not in page
    assert PASSWORD not in page
