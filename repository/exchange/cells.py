"""Keep spreadsheets from taking the text in a cell for a formula, and take it back.

Excel and its like carry out what begins with = + - @, a tab or a carriage return, which may send away what stands in
other cells (OWASP, CSV Injection). An apostrophe before it makes it text.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Return the text as it may stand in a cell, with an apostrophe before what would be a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return what guarded() was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
