"""How a text became another, word by word."""

import pytest

from repository.text_changes import LONGEST, Piece, pieces


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Falls in 2019", "Falls in 2020", [("same", "Falls in "), ("removed", "2019"), ("added", "2020")]),
        ("", "Riverside", [("added", "Riverside")]),
        ("Riverside", "", [("removed", "Riverside")]),
        ("the ward", "the frailty ward", [("same", "the "), ("added", "frailty "), ("same", "ward")]),
        ("Smith, Jane", "Smith, Jane\nOkafor, Ada", [("same", "Smith, Jane"), ("added", "\nOkafor, Ada")]),
        ("", "", []),
        # Words that have changed one after the other are one change.
        (
            "on two wards, and",
            "on the unit, and",
            [("same", "on "), ("removed", "two wards"), ("added", "the unit"), ("same", ", and")],
        ),
    ],
)
def test_only_the_words_that_differ_are_marked(before, after, expected):
    assert pieces(before, after) == [Piece(kind, text) for kind, text in expected]


def test_a_text_too_long_to_compare_stands_whole_before_the_other():
    before, after = "old " * LONGEST, "new " * LONGEST
    assert pieces(before, after) == [Piece("removed", before), Piece("added", after)]


def test_the_pieces_hold_both_texts_whole():
    before = "We counted falls on two wards, before (2019) and after (2021) the change."
    after = "We counted all falls on three wards before, in 2019, and after the change in 2021."
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "added") == before
    assert "".join(piece.text for piece in found if piece.kind != "removed") == after
