"""Put prepared works into a style with citeproc-py."""

import threading
from pathlib import Path
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc.source.json import CiteProcJSON

from repository.citing.marks import BOLD, ITALIC, tidied

STYLES = Path(__file__).parent / "styles"
LOCALE = "en-GB"

# citeproc-py keeps what it is doing in the style itself, so two threads must not share one.
_loaded = threading.local()


class _Marking:
    """How citeproc-py writes types and letters: marks for italic and bold, and every letter as it is."""

    @staticmethod
    def preformat(text: str) -> str:
        return text

    @staticmethod
    def Italic(text: Any) -> str:  # noqa: N802 - citeproc-py asks for this name
        return f"{ITALIC[0]}{text}{ITALIC[1]}"

    @staticmethod
    def Bold(text: Any) -> str:  # noqa: N802 - see Italic
        return f"{BOLD[0]}{text}{BOLD[1]}"

    Oblique = Italic
    Light = Underline = Superscript = Subscript = SmallCaps = str


def lines(works: list[dict[str, Any]], style: str) -> list[str]:
    """Return a line with marks (see marks.py) for each work, which is an item as `works.prepared` makes it."""
    loaded = _style(style)
    source = CiteProcJSON([{**work, "id": str(place)} for place, work in enumerate(works)])
    items = [CitationItem(str(place)) for place in range(len(works))]
    bibliography = CitationStylesBibliography(loaded, source, _Marking)
    bibliography.register(Citation(items))
    return [tidied("".join(map(str, loaded.render_bibliography([item])))) for item in items]


def _style(key: str) -> CitationStylesStyle:
    """Return a style that this thread alone uses. Raises FileNotFoundError for a key that has no file."""
    styles: dict[str, CitationStylesStyle] = _loaded.__dict__
    if key not in styles:
        with (STYLES / f"{key}.csl").open("rb") as file:
            styles[key] = CitationStylesStyle(file, locale=LOCALE, validate=False)
    return styles[key]
