"""Lifecycles as tables: the states a thing can be in, and the moves that lead from one to another (no Django)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


class NotAllowed(Exception):
    """The move is not possible, and the message says why in words for the person who tried."""


class WrongState(NotAllowed):
    """The thing is not in a state from which the move leads."""


class MissingPermission(NotAllowed):
    """The person may not make the move."""


@dataclass(frozen=True)
class Transition:
    """One legal move: its name, the states it leads from, the state it leads to, and who may make it.

    `permission` is "app.codename". `label` is what a button says, such as "Publish". `owner_may` lets the thing's own
    author make the move without that permission; `needs_note` asks for a reason, and `reason_help` says who reads it.
    With `is_button=False` no page or desk offers it as it stands: it needs more than a reason, or goes with another.
    """

    name: str
    sources: tuple[str, ...]
    target: str
    permission: str
    label: str
    owner_may: bool = False
    needs_note: bool = False
    reason_help: str = "It stays in the history."
    is_button: bool = True


@dataclass(frozen=True)
class Lifecycle:
    """All moves of one kind of thing. Names of moves are unique."""

    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        names = [transition.name for transition in self.transitions]
        if len(set(names)) != len(names):
            raise ValueError(f"Two moves of one lifecycle share a name: {sorted(names)}")

    def __getitem__(self, name: str) -> Transition:
        """Return the move with that name; raise KeyError where there is none."""
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(name)

    def available(
        self, state: str, *, has_permission: Callable[[str], bool], is_owner: bool = False
    ) -> Iterable[Transition]:
        """Yield the moves that a person may make from the state, in the table's order: the buttons of a page."""
        for transition in self.transitions:
            if state in transition.sources and self._may(transition, has_permission, is_owner):
                yield transition

    def check(
        self, name: str, state: str, *, has_permission: Callable[[str], bool], is_owner: bool = False, note: str = ""
    ) -> Transition:
        """Return the move if it is legal now; raise WrongState, MissingPermission or NotAllowed where it is not."""
        transition = self[name]
        if state not in transition.sources:
            raise WrongState(f"“{transition.label}” is not possible while this is {state}.")
        if not self._may(transition, has_permission, is_owner):
            raise MissingPermission(f"You do not have permission to do this: {transition.label}.")
        if transition.needs_note and not note.strip():
            raise NotAllowed(f"Give a reason: “{transition.label}” needs one.")
        return transition

    @staticmethod
    def _may(transition: Transition, has_permission: Callable[[str], bool], is_owner: bool) -> bool:
        return (transition.owner_may and is_owner) or has_permission(transition.permission)
