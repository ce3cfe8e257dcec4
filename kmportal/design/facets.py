"""Facets as plain data: the ways to narrow a list, each with its choices, their counts and what is ticked."""

from collections.abc import Iterable
from dataclasses import dataclass

# Choices that stand open; the rest wait behind "Show more".
OPEN_CHOICES = 6


@dataclass(frozen=True)
class Choice:
    """One value of a facet, and how many results ticking it would leave."""

    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True)
class Facet:
    """One way to narrow a list. `name` is its parameter in the address; choices come in the order to show them."""

    name: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def selected(self) -> tuple[Choice, ...]:
        return tuple(choice for choice in self.choices if choice.selected)

    @property
    def in_reading_order(self) -> tuple[Choice, ...]:
        """What is ticked comes first, so that it can never hide behind "Show more"."""
        return self.selected + tuple(choice for choice in self.choices if not choice.selected)

    @property
    def open_choices(self) -> tuple[Choice, ...]:
        return self.in_reading_order[: self._open]

    @property
    def more_choices(self) -> tuple[Choice, ...]:
        return self.in_reading_order[self._open :]

    @property
    def _open(self) -> int:
        # A "Show more" that hides a single choice costs more room than the choice.
        most = OPEN_CHOICES + 1 if len(self.choices) == OPEN_CHOICES + 1 else OPEN_CHOICES
        return max(most, len(self.selected))


def facet(name: str, label: str, counts: Iterable[tuple[str, str, int]], *, selected: Iterable[str] = ()) -> Facet:
    """Make a facet from (value, label, count) rows and the values that the reader has ticked.

    A ticked value that is not among the rows (nothing is left of it) stays as a choice with count 0, so that the
    reader can see it and take it off; its label is then the value itself.
    """
    ticked = list(dict.fromkeys(selected))
    rows = [(str(value), str(text), count) for value, text, count in counts]
    known = {value for value, _, _ in rows}
    rows += [(value, value, 0) for value in ticked if value not in known]
    return Facet(name, label, tuple(Choice(value, text, count, value in ticked) for value, text, count in rows))
