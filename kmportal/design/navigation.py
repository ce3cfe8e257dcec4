"""The portal's main sections: their names, their addresses and which one a reader is in."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

# Label and URL name. A section whose URL does not exist (yet, or not in this installation) is left out.
SECTIONS = (
    ("Home", "home"),
    ("Research repository", "repository:list"),
    ("Lessons", "lessons:list"),
    ("Events", "events:list"),
    ("People", "people:list"),
)


@dataclass(frozen=True)
class Section:
    """One entry of the main navigation, and its value of aria-current: "page" on its own page, "true" below it."""

    label: str
    url: str
    current: str


def address(name: str) -> str | None:
    """Return the address of a URL name that takes no arguments, or None where no such page exists."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def sections(path: str) -> tuple[Section, ...]:
    """Return the sections that exist, with the one that the path lies in marked as current."""
    addresses = [(label, url) for label, name in SECTIONS if (url := address(name)) is not None]
    return tuple(Section(label, url, _current(url, path)) for label, url in addresses)


def _current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""
