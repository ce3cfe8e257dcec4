"""Draw words as texts use them: a few very often, most of them seldom (no Django)."""

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")

# Zipf's law with Mandelbrot's correction: the item at rank k is drawn in proportion to 1/(k + SHIFT).
SHIFT = 3


def rank(rng: random.Random, count: int, shift: float = SHIFT) -> int:
    """Return a rank from 0 to count - 1, low ones much more often than high ones."""
    drawn = shift * ((count + shift) / shift) ** rng.random() - shift
    return min(int(drawn), count - 1)


def pick(rng: random.Random, items: Sequence[Item], shift: float = SHIFT) -> Item:
    """Return one of the items, which stand in the order of how often they are wanted."""
    return items[rank(rng, len(items), shift)]


def pick_several(rng: random.Random, items: Sequence[Item], count: int, shift: float = SHIFT) -> list[Item]:
    """Return `count` different items, of which there must be as many."""
    found: dict[int, Item] = {}
    while len(found) < count:
        drawn = rank(rng, len(items), shift)
        found[drawn] = items[drawn]
    return list(found.values())
