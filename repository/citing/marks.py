"""What stands for italic and bold type in a reference until it is made HTML or plain text.

They are characters that Unicode keeps for a program's own use (23.7, noncharacters), so no text can hold them: what
comes from a record is taken for text, and never for a tag.
"""

import re
import unicodedata
from html import escape

ITALIC, BOLD = ("\ufdd0", "\ufdd1"), ("\ufdd2", "\ufdd3")

_TAGS = dict(zip((*ITALIC, *BOLD), ("<i>", "</i>", "<b>", "</b>"), strict=True))
_MARKS = re.compile(f"[{''.join(_TAGS)}]")
_END = f"[{ITALIC[1]}{BOLD[1]}]"
# A text that ends with a mark of its own needs no full stop or comma after it.
_AFTER_QUESTION = re.compile(rf"([?!…][’”]?{_END}?)[.,](?=[\s”’]|$)")
_TWICE = re.compile(rf"([.,;:])({_END})\1")
_STOP_AFTER_QUOTES = re.compile(r"(?:([.?!])|,)([’”])\.(?=\s|$)")


def without(text: str) -> str:
    """Return the text in one line, without the marks and characters that no page can show."""
    return " ".join("".join(" " if _is_hidden(letter) else letter for letter in text).split())


def _is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs") or "\ufdd0" <= letter <= "\ufdef"


def tidied(line: str) -> str:
    """Return the line without the full stops and commas that parts of it have brought twice."""
    line = _TWICE.sub(r"\1\2", _AFTER_QUESTION.sub(r"\1", line))
    return " ".join(_STOP_AFTER_QUOTES.sub(lambda found: f"{found[1] or '.'}{found[2]}", line).split())


def as_html(line: str) -> str:
    """Return the line as HTML: marks become tags, and all else is escaped."""
    return _MARKS.sub(lambda mark: _TAGS[mark[0]], escape(line))


def as_text(line: str) -> str:
    """Return the line as plain text."""
    return _MARKS.sub("", line)


def sort_key(text: str) -> str:
    """Return what puts references into the order of their first words: letters and figures, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())
