"""Give each seeded person a name of their own: one name for each number, without looking any up (no Django)."""

import string

from kmportal.demo.bulk.vocabulary import vocabulary

# A prime larger than any list, so that neighbouring numbers get names that do not look alike.
_STRIDE = 7_368_787


def name(number: int) -> tuple[str, str]:
    """Return family name and given names of the person with the number, such as ("Hughes", "Nadia R").

    Different for every number below some two and a half million; then they come round again.
    """
    words = vocabulary()
    families, given, initials = words.families, words.given, string.ascii_uppercase
    mixed = number * _STRIDE % (len(families) * len(given) * len(initials))
    mixed, family = divmod(mixed, len(families))
    initial, first = divmod(mixed, len(given))
    return families[family], f"{given[first]} {initials[initial]}"
