"""Facets as plain data."""

from kmportal.design.facets import Choice, Facet, facet


def letters(number: int) -> list[tuple[str, str, int]]:
    return [(letter, letter.upper(), 10) for letter in "abcdefghij"[:number]]


def values(choices: tuple[Choice, ...]) -> str:
    return "".join(choice.value for choice in choices)


def test_a_facet_marks_what_is_ticked() -> None:
    made = facet("type", "Type", [("article", "Article", 12), ("policy", "Policy", 3)], selected=["policy"])

    assert made == Facet("type", "Type", (Choice("article", "Article", 12, False), Choice("policy", "Policy", 3, True)))
    assert made.selected == (Choice("policy", "Policy", 3, True),)


def test_what_is_ticked_stands_first_and_open() -> None:
    made = facet("letter", "Letter", letters(10), selected=["i", "j"])

    assert (values(made.open_choices), values(made.more_choices)) == ("ijabcd", "efgh")


def test_show_more_never_hides_a_single_choice() -> None:
    seven = facet("letter", "Letter", letters(7))
    eight = facet("letter", "Letter", letters(8))

    assert (values(seven.open_choices), values(seven.more_choices)) == ("abcdefg", "")
    assert (values(eight.open_choices), values(eight.more_choices)) == ("abcdef", "gh")


def test_everything_that_is_ticked_stays_open() -> None:
    made = facet("letter", "Letter", letters(10), selected="abcdefgh")

    assert (values(made.open_choices), values(made.more_choices)) == ("abcdefgh", "ij")


def test_a_tick_of_which_nothing_is_left_can_still_be_taken_off() -> None:
    made = facet("year", "Year", [(2024, 2024, 3)], selected=["1066", "1066"])

    assert made.choices == (Choice("2024", "2024", 3, False), Choice("1066", "1066", 0, True))
