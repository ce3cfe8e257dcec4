"""Which colour a state is shown in; the word always stands beside it, because colour alone tells nothing."""

# One table for all apps, so that the same state looks the same everywhere. Values are NHS.UK tag colours.
COLOURS = {
    # What a record, a lesson or a session goes through
    "draft": "grey",
    "submitted": "blue",
    "returned": "orange",
    "rejected": "red",
    "accepted": "purple",
    "published": "green",
    "replaced": "grey",
    "withdrawn": "red",
    "retired": "grey",
    "cancelled": "red",
    # What a background job goes through
    "waiting": "grey",
    "running": "blue",
    "done": "green",
    "failed": "red",
    # How urgent a lesson is
    "urgent": "red",
    "caution": "orange",
    "information": "blue",
    "good_practice": "green",
}
TAG_COLOURS = frozenset({"white", "grey", "green", "aqua-green", "blue", "purple", "pink", "red", "orange", "yellow"})


def colour_of(state: str) -> str:
    """Return the tag colour of a state, or of a colour's own name; a state nobody has given a colour is grey."""
    return state if state in TAG_COLOURS else COLOURS.get(state, "grey")
