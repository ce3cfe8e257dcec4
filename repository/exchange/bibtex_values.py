"""Cut the fields, lists and names of BibTeX at the marks that stand in no braces."""

import re
from collections.abc import Iterator, Mapping

MONTHS: dict[str, str] = {
    name[:3].lower(): name
    for name in (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )
}

LONGEST_VALUE = 200_000  # characters to which strings can make a value; the longest real ones are below 100,000


def evaluate(value: str, strings: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the LaTeX that a field's value stands for, and the names in it that nothing defines.

    A value is made of texts in braces or quotes, numbers and names of strings, joined by "#". `strings` are those
    defined so far, by their names in lower case; the months are defined always. Beyond LONGEST_VALUE characters
    nothing is put in for a name, and it counts as unknown: strings made of strings would swell without end.
    """
    pieces, unknown = [], []
    room = LONGEST_VALUE - len(value)
    for part in split(value, "#", also_quoted=True):
        if len(part) > 1 and part[0] + part[-1] in ("{}", '""'):
            pieces.append(part[1:-1])
        elif part.isdigit():
            pieces.append(part)
        elif part.lower() in strings and len(strings[part.lower()]) <= room:
            pieces.append(strings[part.lower()])
            room -= len(pieces[-1])
        elif part.lower() in MONTHS:
            pieces.append(MONTHS[part.lower()])
        else:
            pieces.append(part)
            if part:
                unknown.append(part)
    return "".join(pieces), unknown


def split(text: str, mark: str, *, also_quoted: bool = False) -> list[str]:
    """Return the parts of a text between the marks, a pattern, that stand in no braces (and no quotes)."""
    quote = '|"' if also_quoted else ""
    return list(_parts(text, re.compile(rf"\\.|[{{}}]{quote}|(?P<mark>{mark})", re.DOTALL)))


def _parts(text: str, tokens: re.Pattern[str]) -> Iterator[str]:
    start = depth = 0
    in_quotes = False
    for match in tokens.finditer(text):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
        elif match[0] == '"':
            in_quotes ^= depth == 0
        elif match["mark"] is not None and depth <= 0 and not in_quotes:
            yield text[start : match.start()].strip()
            start = match.end()
    yield text[start:].strip()


_RUN_IN = re.compile(
    r'\\.|[{}"]|(?<=[}"\w])\s++(?P<name>[A-Za-z][\w+:-]*+)\s*+=\s*+(?=[{"\w])',
    re.DOTALL,
)


def with_missing_commas(name: str, value: str) -> list[tuple[str, str]]:
    """Return the fields that a value holds: one, or more where the commas between them were forgotten."""
    if is_braced(value):
        return [(name, value)]
    fields = []
    start = depth = 0
    in_quotes = False
    for match in _RUN_IN.finditer(value):
        depth += (match[0] == "{") - (match[0] == "}")
        in_quotes ^= match[0] == '"' and depth == 0
        if match["name"] and depth == 0 and not in_quotes:
            fields.append((name, value[start : match.start()]))
            name, start = match["name"].lower(), match.end()
    return [*fields, (name, value[start:])]


def is_braced(text: str) -> bool:
    """Tell whether one pair of braces holds the whole text: "{a} b", or "{a} and {b}", are not."""
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        depth += (match[0] == "{") - (match[0] == "}")
        if depth == 0 and match.end() < len(text):
            return False
    return True


def list_of(text: str) -> list[str]:
    """Return the items of a list such as keywords, between semicolons or, where it has none, between commas."""
    items = split(text, ";")
    if len(items) == 1:
        items = split(text, ",")
    return [item for item in items if item]
