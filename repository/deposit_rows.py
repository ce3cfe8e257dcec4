"""Add, remove and move rows of the deposit form on the server, for browsers without scripts."""

from django.http import QueryDict

# The rows of the form, and the names under which each row sends its values.
COLUMNS = {
    "authors": ("authors", "authors_affiliation", "authors_key", "authors_part"),
    "subjects": ("subjects",),
}
# What a new row sends where it is not empty.
_NEW = {"authors_part": "author"}


def changed(data: QueryDict, press: str) -> QueryDict | None:
    """Return what was sent with its rows changed as a button says, or None where the button means something else.

    `press` is "authors:add", or "authors:remove:0", "authors:up:1", "authors:down:0" with the number of the row. A
    number that no row has changes nothing.
    """
    name, _, rest = press.partition(":")
    what, _, number = rest.partition(":")
    if name not in COLUMNS or what not in ("add", "remove", "up", "down"):
        return None
    data = data.copy()
    length = len(data.getlist(name))
    for column in COLUMNS[name]:
        values = (data.getlist(column) + [""] * length)[:length]
        if what == "add":
            values.append(_NEW.get(column, ""))
        elif number.isascii() and number.isdigit() and len(number) < 6 and int(number) < length:
            value = values.pop(int(number))
            if what != "remove":
                values.insert(max(int(number) + (1 if what == "down" else -1), 0), value)
        data.setlist(column, values)
    return data
