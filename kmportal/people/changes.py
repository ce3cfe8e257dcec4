"""The door through which the parts above hear that people have changed: they listen, and people imports none of them.

Whoever writes profiles (the profile page, the desk, an import) announces them; the search listens and refreshes.
"""

from collections.abc import Callable, Collection

from kmportal.people.models import Profile

Listener = Callable[[Collection[Profile]], object]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have the function called with the profiles of every announcement, in the transaction that wrote them."""
    if listener not in _listeners:
        _listeners.append(listener)


def announce(profiles: Collection[Profile]) -> None:
    """Tell the listeners that these profiles, or the accounts behind them, are no longer as they were."""
    for listener in _listeners:
        listener(profiles)
