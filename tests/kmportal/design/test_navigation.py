"""What every page knows about the portal."""

import pytest
from django.test import RequestFactory

from kmportal.design.context import Portal, portal
from kmportal.design.navigation import Section, address, sections

pytestmark = pytest.mark.urls("tests.kmportal.design.addresses")


def test_only_the_sections_that_exist_are_listed() -> None:
    assert sections("/design/") == (
        Section("Home", "/", ""),
        Section("Research repository", "/repository/", ""),
        Section("Lessons", "/lessons/", ""),
    )


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", {"Home": "page"}),
        ("/repository/", {"Research repository": "page"}),
        ("/repository/12/", {"Research repository": "true"}),
        ("/lessonsabc/", {}),
        ("/search/", {}),
    ],
)
def test_the_section_that_a_page_lies_in_is_current(path, current) -> None:
    assert {section.label: section.current for section in sections(path) if section.current} == current


@pytest.mark.urls("kmportal.urls")
def test_the_portal_itself_has_all_its_sections_and_its_search() -> None:
    assert {section.label: section.url for section in sections("/")} == {
        "Home": "/",
        "Research repository": "/repository/",
        "Lessons": "/lessons/",
        "Events": "/events/",
        "People": "/people/",
    }
    assert address("search:results") == "/search/"


def test_a_page_that_does_not_exist_has_no_address() -> None:
    assert (address("home"), address("nowhere"), address("nowhere:at_all")) == ("/", None, None)


def test_every_page_knows_the_portal(settings) -> None:
    settings.PORTAL_NAME = "Know-how"
    settings.PORTAL_ORGANISATION = "St Elsewhere’s"
    settings.LIBRARY_EMAIL = "library@example.org"

    assert portal(RequestFactory().get("/search/")) == {
        "portal": Portal(
            name="Know-how",
            organisation="St Elsewhere’s",
            library_email="library@example.org",
            sections=sections("/search/"),
            help_pages=(),
            home_url="/",
            search_url="/search/",
            opensearch_url=None,
            sign_in_url="/accounts/login/",
            sign_out_url="/accounts/logout/",
            account_url=None,
            desk_url=None,
            curation_url=None,
        )
    }
