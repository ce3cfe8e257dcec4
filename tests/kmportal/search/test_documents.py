"""The documents of an entry: how texts are cut, and who may find each of them (pure)."""

import pytest

from kmportal.search.documents import MAX_PIECE, MAX_PIECES, documents_of, narrower
from kmportal.search.sources import Audience, Entry, Part

OPEN, SIGNED_IN, KEEPERS = ((level, frozenset()) for level in (Audience.OPEN, Audience.SIGNED_IN, Audience.KEEPERS))


def groups(*keys):
    return Audience.GROUPS, frozenset(keys)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (OPEN, OPEN, OPEN),
        (OPEN, SIGNED_IN, SIGNED_IN),
        (OPEN, groups(1), groups(1)),
        (SIGNED_IN, groups(1, 2), groups(1, 2)),
        (groups(1), KEEPERS, KEEPERS),
        (groups(1, 2), groups(2, 3), groups(2)),
        (groups(1), groups(2), KEEPERS),
        (KEEPERS, OPEN, KEEPERS),
    ],
)
def test_what_two_things_allow_is_the_stricter_of_both(one, other, both):
    assert (narrower(one, other), narrower(other, one)) == (both, both)


def test_a_thing_comes_first_and_each_of_its_texts_repeats_what_it_is_called():
    entry = Entry(
        7,
        "Falls",
        "/7/",
        "Poster",
        "An abstract",
        people=("Smith, Jane",),
        keywords=("Frailty",),
        audience=Audience.SIGNED_IN,
        parts=(Part("Words of a file", "falls.pdf"), Part("Secret", "b.pdf", *groups(3)), Part("  ", "empty.pdf")),
    )
    documents = documents_of(entry)
    assert [
        (row["part"], row["body"], row["found_in"], row["audience"], row["groups"], row["title"], row["plain_people"])
        for row in documents
    ] == [
        (0, "An abstract", "", Audience.SIGNED_IN, [], "Falls", "smith  jane"),
        (1, "Words of a file", "falls.pdf", Audience.SIGNED_IN, [], "Falls", "smith  jane"),
        (2, "Secret", "b.pdf", Audience.GROUPS, [3], "Falls", "smith  jane"),
    ]


def test_a_long_text_is_cut_between_words_and_a_word_without_end_where_it_must():
    text = "word " * 10_000
    pieces = [row["body"] for row in documents_of(Entry(1, "", "", "", parts=(Part(text, ""),)))][1:]
    assert [len(piece) <= MAX_PIECE for piece in pieces] == [True] * 3
    assert "".join(pieces).replace(" ", "") == "word" * 10_000
    assert [piece.split()[0] for piece in pieces] == ["word"] * 3

    endless = documents_of(Entry(1, "", "", "", parts=(Part("x" * (MAX_PIECE * 2 + 5), ""),)))[1:]
    assert [len(row["body"]) for row in endless] == [MAX_PIECE, MAX_PIECE, 5]


def test_of_a_text_longer_than_any_book_the_beginning_is_kept():
    documents = documents_of(Entry(1, "", "", "", parts=(Part("word " * (MAX_PIECE // 5) * (MAX_PIECES + 3), ""),)))
    assert len(documents) == 1 + MAX_PIECES
