"""The door through which the parts above hear that people have changed: they listen, and people imports none of them.

Whoever writes profiles, accounts, departments, sites or expertise (the profile page, the desk) announces them; the
search listens and renews what it holds.
"""

from collections.abc import Callable, Collection

from django.db.models import Model

Listener = Callable[[Collection[Model]], object]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have the function called with the things of every announcement, in the transaction that wrote them."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(things: Collection[Model]) -> None:
    """Tell the listeners that these things, all of one model, are no longer as they were."""
    for listener in _listeners:
        listener(things)
