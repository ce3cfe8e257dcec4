"""Tags as people type them."""

import pytest

from kmportal.people import tags
from kmportal.people.models import Expertise


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", []),
        ("quality improvement", ["quality improvement"]),
        ("frailty, quality improvement", ["frailty", "quality improvement"]),
        ("frailty,,  ,frailty ,Frailty", ["frailty"]),
        ("one\ntwo\r\nthree", ["one", "three", "two"]),
        ("  spaced   out ", ["spaced out"]),
        ('"falls, and after", wards', ["falls, and after", "wards"]),
        ('5" needles, "never closed', ['5" needles', "never closed"]),
        ("🦴, !!!, ✨bones✨", ["✨bones✨"]),
        ("Zoë, أشعة, 病理", ["Zoë", "أشعة", "病理"]),
        ("x" * 100, ["x" * 100]),
    ],
)
def test_commas_part_tags_and_spaces_do_not(text, names):
    assert tags.split(text) == names


@pytest.mark.parametrize("text", ["x" * 101, "fine, " + "y" * 500, "z" * 300_000])
def test_a_tag_longer_than_its_column_is_refused_in_words(text):
    with pytest.raises(ValueError, match="Put commas between the subjects"):
        tags.split(text)


@pytest.mark.parametrize("names", [[], ["frailty"], ["b c", "a"], ["falls, and after", "wards"]])
def test_what_is_joined_is_read_again_as_it_was(names):
    text = tags.join(Expertise(name=name) for name in names)
    assert tags.split(text) == sorted(names)
