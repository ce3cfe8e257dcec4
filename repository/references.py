"""References to records, in the style that the reader chose last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from repository import outgoing
from repository.citing import DEFAULT, STYLES, Citation, cite, reference_list
from repository.exchange.csl_json import item
from repository.exchange.outgoing import Outgoing
from repository.exports import Download, downloads
from repository.models import Record

# References that one list holds; writing more would keep the reader waiting.
LONGEST_LIST = 500
# Where the browser keeps the style. It says nothing of the reader that a page would show to others.
COOKIE = "citation_style"
_A_YEAR = 365 * 24 * 60 * 60

StyleChoice = tuple[str, str]  # key and name


@dataclass(frozen=True)
class CitePanel:
    """How one record is cited: the reference in the reader's style, the styles to choose from, and files to take."""

    number: int
    reference: Citation
    style: str
    downloads: list[Download]

    @property
    def label(self) -> str:
        return STYLES[self.style].label

    @property
    def styles(self) -> list[StyleChoice]:
        return style_choices()


def style_choices() -> list[StyleChoice]:
    """Return key and name of each style."""
    return [(key, style.label) for key, style in STYLES.items()]


def chosen_style(request: HttpRequest) -> str:
    """Return the key of the style that the address asks for, or else the one chosen last, or else the first."""
    wanted = (request.GET.get("style", ""), request.COOKIES.get(COOKIE, ""))
    return next((key for key in wanted if key in STYLES), DEFAULT)


def remember_style(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the browser keep the style that the address asks for; return the response."""
    if (style := request.GET.get("style", "")) in STYLES:
        response.set_cookie(COOKIE, style, max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response


def panel_of(work: Outgoing, request: HttpRequest) -> CitePanel:
    """Return how the work is cited, as the reader likes it."""
    style = chosen_style(request)
    return CitePanel(work.number, reference_to(work, style), style, downloads(f"ids={work.number}"))


def reference_to_tombstone(record: Record, request: HttpRequest) -> Citation | None:
    """Return the reference to a withdrawn record without an address, as the reader likes it.

    None where they may not see it.
    """
    work = outgoing.of_record(record, to=request.user)
    if work is None:
        return None
    said = {name: value for name, value in _item(work).items() if name != "URL"}
    return cite([said], chosen_style(request))[0]


def reference_to(work: Outgoing, style: str) -> Citation:
    """Return the reference to one work in a style of STYLES."""
    return cite([_item(work)], style, accessed=timezone.localdate())[0]


def list_of(works: Iterable[Outgoing], style: str) -> list[Citation]:
    """Return the list of references to the works, in the order that the style asks for."""
    return reference_list(map(_item, works), style, accessed=timezone.localdate())


def _item(work: Outgoing) -> dict[str, Any]:
    """Return the work as CSL has it, with a mark behind the title of what was retracted.

    Whoever cites a retracted work must say so (ICMJE Recommendations, IV.A.3.g, "References").
    """
    said = item(work)
    if any(notice.kind == "retraction" for notice in work.entry.notices):
        said["title"] = f"{said['title']} [retracted]"
    return said
