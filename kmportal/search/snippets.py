"""Show where a text holds the words that were looked for: Postgres finds the places, the original text is shown."""

import re
from collections.abc import Sequence

from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from kmportal.search.plain_text import plain

# Characters of a text that are looked through: 5 ms; a text of 100,000 would take 25.
MAX_CHARACTERS = 20_000

# The plain form of a text has none of these three signs (see plain_text.py), so they can stand for what was found.
START, STOP, GAP = "<", ">", "|"
OPTIONS = f"StartSel={START}, StopSel={STOP}, FragmentDelimiter={GAP}, MaxFragments=2, MinWords=12, MaxWords=28"

# The beginning of a text that holds none of the words: its first thirty.
_OPENING = re.compile(r"\s*(?:\S+\s+){0,29}\S*")
# A gap up to this length is shown: it takes no more room than the dots do, and does not break the sentence.
SHORT_GAP = 30
# What clings to a word without being of it, which the plain form does not have: brackets, quotation marks, a full stop.
_GAP = re.compile(r"^([^\w\s]*).*?([^\w\s]*)$", re.DOTALL)

HEADLINES = """
SELECT ts_headline('portal', text, %s::tsquery, %s)
FROM unnest(%s::text[]) WITH ORDINALITY AS given (text, number) ORDER BY number
"""


def snippets(texts: Sequence[str], any_word: str) -> list[SafeString]:
    """Return for each text its best places as HTML, with the words of the tsquery in <mark>, in one query.

    A text that holds none of the words gives its beginning.
    """
    with connection.cursor() as cursor:
        cursor.execute(HEADLINES, [any_word, OPTIONS, [plain(text) for text in texts]])
        return [_marked(text, headline) for text, (headline,) in zip(texts, cursor.fetchall(), strict=True)]


def _marked(text: str, headline: str) -> SafeString:
    """Carry the marks of a headline, which is of the text's plain form, over to the text itself.

    Both forms have the same length, so a place in one is the same place in the other.
    """
    if START not in headline:
        return _opening(text)
    words, shown, end = plain(text), "", 0
    for fragment in headline.split(GAP):
        start = words.find(fragment.replace(START, "").replace(STOP, ""), end)
        shown += _between(text[end:start])
        end = start
        for number, piece in enumerate(fragment.replace(STOP, START).split(START)):
            part = escape(text[end : end + len(piece)])
            # Every second piece stood between the signs.
            shown += f"<mark>{part}</mark>" if number % 2 else part
            end += len(piece)
    rest = text[end:]
    return mark_safe((shown + (escape(rest) if len(rest) <= SHORT_GAP else " …")).strip())


def _opening(text: str) -> SafeString:
    opening = _OPENING.match(text)[0].rstrip()  # type: ignore[index] # it matches any text
    return mark_safe(escape(opening.lstrip()) + (" …" if len(opening) < len(text.rstrip()) else ""))


def _between(text: str) -> str:
    """Return what is shown of the text between two fragments: all of it where it is short, else what clings to them."""
    if len(text) <= SHORT_GAP:
        return escape(text)
    return escape(_GAP.sub(r"\1 … \2", text[:10] + text[-10:]))
