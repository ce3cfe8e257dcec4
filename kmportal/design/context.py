"""What every page's template knows about the portal itself: its name, its sections and where help is."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from kmportal.design.navigation import Section, address, sections

# Help pages, shown in the footer. One that does not exist is left out: the footer never links to nothing.
HELP = (
    ("Ask the library", "ask"),
    ("Accessibility statement", "accessibility"),
    ("Privacy", "privacy"),
    ("Data for other systems", "api:documentation"),
)


@dataclass(frozen=True)
class Portal:
    """The portal as base.html needs it."""

    name: str
    organisation: str
    library_email: str
    sections: tuple[Section, ...]
    help_pages: tuple[tuple[str, str], ...]
    home_url: str
    search_url: str | None
    opensearch_url: str | None
    sign_in_url: str | None
    sign_out_url: str | None
    account_url: str | None
    desk_url: str | None
    curation_url: str | None


def portal(request: HttpRequest) -> dict[str, Portal]:
    """Give templates the variable `portal`. It asks the database nothing."""
    return {
        "portal": Portal(
            name=settings.PORTAL_NAME,
            organisation=settings.PORTAL_ORGANISATION,
            library_email=settings.LIBRARY_EMAIL,
            sections=sections(request.path),
            help_pages=tuple((label, url) for label, name in HELP if (url := address(name)) is not None),
            home_url=address("home") or "/",
            search_url=address("search:results"),
            opensearch_url=address("crawlers:opensearch"),
            sign_in_url=address("account_login"),
            sign_out_url=address("account_logout"),
            account_url=address("people:me"),
            desk_url=address("admin:index"),
            curation_url=address("repository:desk"),
        )
    }
