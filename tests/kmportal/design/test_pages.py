"""The frame of every page, the account pages, the pages for errors and the gallery."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views import defaults
from django.views.csrf import csrf_failure
from pytest_django.asserts import assertInHTML

pytestmark = [pytest.mark.urls("tests.kmportal.design.addresses"), pytest.mark.django_db]


def text(html: str) -> str:
    """Return the words of a page's main part."""
    main = html[html.index("<main") : html.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)).strip()


def test_the_frame_has_a_skip_link_the_search_box_and_the_sections(client: Client) -> None:
    page = client.get("/repository/?q=%3Cb%3Efalls").content.decode()

    assertInHTML(
        '<a class="nhsuk-skip-link" href="#maincontent" data-module="nhsuk-skip-link">Skip to main content</a>', page
    )
    assertInHTML(
        '<input class="nhsuk-input" id="search-field" name="q" type="search" value="&lt;b&gt;falls"'
        ' placeholder="Search the portal" autocomplete="off" data-search-key="/">',
        page,
    )
    assertInHTML(
        '<a class="nhsuk-header__navigation-link" href="/repository/" aria-current="page">'
        '<strong class="nhsuk-header__navigation-item-current-fallback">Research repository</strong></a>',
        page,
    )
    assertInHTML('<a class="nhsuk-header__navigation-link" href="/lessons/">Lessons</a>', page)
    assert '<html lang="en-GB">' in page
    assert 'id="maincontent"' in page


def test_somebody_who_is_not_signed_in_is_offered_to(client: Client) -> None:
    page = client.get("/").content.decode()

    assert 'href="/accounts/login/"' in page
    assert "Sign out" not in page


def test_somebody_who_is_signed_in_sees_their_name_and_signs_out_by_a_form() -> None:
    page = render_to_string("components/account_menu.html", signed_in(perms={}), request=RequestFactory().get("/"))

    assert "Stella &lt;Staff&gt;" in page
    assert re.search(r'<form action="/accounts/logout/" method="post">.*csrfmiddlewaretoken', page, re.DOTALL)
    assert "Librarians’ desk" not in page


def test_only_those_whose_role_opens_the_desk_see_the_way_to_it() -> None:
    request = RequestFactory().get("/")

    page = render_to_string(
        "components/account_menu.html", signed_in(perms={"people": {"enter_desk": True}}), request=request
    )

    assert '<a class="nhsuk-header__account-link" href="/admin/">Desk</a>' in page


def signed_in(*, perms: dict) -> dict:
    """Return the context of a page for somebody who is signed in."""

    class Person:
        is_authenticated = True

        def __str__(self) -> str:
            return "Stella <Staff>"

    portal = {"sign_in_url": "/accounts/login/", "sign_out_url": "/accounts/logout/", "desk_url": "/admin/"}
    return {"user": Person(), "perms": perms, "portal": portal}


@pytest.mark.parametrize(
    ("address", "title", "opening"),
    [
        ("/accounts/login/", "Sign in", "Sign in E-mail address"),
        ("/accounts/password/reset/", "Forgotten password", "Forgotten your password? Enter the e-mail address"),
        ("/accounts/password/reset/done/", "Check your e-mail", "Check your e-mail If there is an account"),
        ("/accounts/password/reset/key/done/", "Your password is changed", "Your password is changed Sign in with"),
        ("/accounts/password/reset/key/1-x/", "This link no longer works", "This link no longer works A link to"),
        ("/accounts/signup/", "Ask for an account", "Ask for an account The library makes the accounts"),
        ("/accounts/inactive/", "This account is closed", "This account is closed If you still work here"),
    ],
)
def test_account_pages_are_in_the_portals_dress(client, address, title, opening) -> None:
    page = client.get(address).content.decode()

    assert re.sub(r"\s+", " ", page[page.index("<title>") + 7 : page.index("</title>")]).strip() == (
        f"{title} – Knowledge portal"
    )
    assert text(page).removeprefix("Home ").startswith(opening)
    assert "nhsuk-header" in page


def test_a_refused_sign_in_says_so_in_title_summary_and_field(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "", "password": ""}).content.decode()

    assert "<title>Error: Sign in" in page
    assert text(page).startswith("There is a problem Enter e-mail address Enter password Sign in")
    assert page.count("nhsuk-form-group--error") == 2


def test_a_page_that_is_not_there_offers_search_sign_in_and_home() -> None:
    request = RequestFactory().get("/no/such?x=1")

    answer = defaults.page_not_found(request, ValueError())

    assert answer.status_code == 404
    assert text(answer.content.decode()).startswith("We cannot find this page The address may be mistyped")
    assert 'href="/accounts/login/?next=/no/such"' in answer.content.decode()


def test_a_refusal_says_whom_to_ask() -> None:
    answer = defaults.permission_denied(RequestFactory().get("/"), ValueError())

    assert answer.status_code == 403
    assert "library@example" in text(answer.content.decode())


def broken_context(request: object) -> dict:
    """Fail as a context processor does while the database is away."""
    raise ConnectionError


def without_collected_files(settings) -> None:
    """Ask for fingerprinted names of files, of which there is no list."""
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }


def test_the_page_for_a_fault_of_ours_needs_nothing_that_may_be_broken(settings) -> None:
    options = settings.TEMPLATES[0]["OPTIONS"] | {"context_processors": [f"{__name__}.broken_context"]}
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"OPTIONS": options}]
    without_collected_files(settings)

    answer = defaults.server_error(RequestFactory().get("/"))

    assert answer.status_code == 500
    assert text(answer.content.decode()).startswith("Sorry, there is a problem The fault is ours.")
    assert '<link rel="stylesheet" href="/static/nhsuk/nhsuk.min.css">' in answer.content.decode()


@pytest.mark.parametrize(
    ("answer_to", "status", "heading"),
    [
        (lambda request: defaults.bad_request(request, ValueError()), 400, "We cannot read this request"),
        (csrf_failure, 403, "Please send the form again"),
    ],
)
def test_a_request_that_was_refused_says_what_to_do(settings, answer_to, status, heading) -> None:
    without_collected_files(settings)

    answer = answer_to(RequestFactory().get("/"))

    assert answer.status_code == status
    assert text(answer.content.decode()).startswith(heading)


@pytest.mark.parametrize(
    "address",
    [
        "/design/",
        "/design/list/",
        "/design/list/?type=article&type=nonsense&page=2&sort=title",
        f"/design/list/?page={10**30}&sort=%3Cb%3E",
        "/design/form/",
        "/design/progress/",
        "/design/progress/?done=3",
        f"/design/progress/?done={10**30}",
    ],
)
def test_the_gallery_shows_every_component(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 200
    ids = re.findall(r'\sid="([^"]*)"', answer.content.decode())
    assert sorted(ids) == sorted(set(ids))


def test_the_form_of_the_gallery_refuses_what_is_missing_and_takes_what_is_right(client: Client) -> None:
    refused = client.post("/design/form/")
    taken = client.post(
        "/design/form/",
        {
            "title": "Falls",
            "kind": "policy",
            "email": "a@example.org",
            "reviewed_day": "5",
            "reviewed_month": "11",
            "reviewed_year": "2026",
            "audience": "open",
            "subjects": ["falls"],
            "file": SimpleUploadedFile("a.pdf", b"%PDF"),
            "password": "x",
            "agreed": "on",
        },
    )

    assert text(refused.content.decode()).startswith("There is a problem Enter title Choose type")
    assert text(taken.content.decode()).startswith("Success Everything in the form is right.")


def test_messages_are_banners(client: Client) -> None:
    page = client.get("/design/").content.decode()

    assert text(page).startswith(
        "Success The record is published. Colleagues can find it now. "
        "There is a problem The file is not in a format that we know. Component gallery"
    )
