"""ORCID iDs are read in every form that people paste, and mistyped ones are found."""

import pytest
from django.core.exceptions import ValidationError

from kmportal.people.orcid import InvalidOrcid, check_character, normalise_orcid
from kmportal.people.validators import validate_orcid


@pytest.mark.parametrize(
    "text",
    [
        "0000-0002-1694-233X",
        "0000-0002-1694-233x",
        "https://orcid.org/0000-0002-1694-233X",
        "http://www.orcid.org/0000-0002-1694-233X/",
        "orcid.org/0000-0002-1694-233X",
        "ORCID: 0000-0002-1694-233X",
        " 0000 0002 1694 233X ",
        "000000021694233X",
        "0000‐0002‐1694‐233X",
    ],
)
def test_every_usual_form_becomes_the_one_we_store(text):
    assert normalise_orcid(text) == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "text", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0001-5000-0007", "0000-0003-5000-0001"]
)
def test_the_documented_examples_are_good(text):
    assert normalise_orcid(text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0000-0002-1825-0098", "would have to be 7"),
        ("0000-0002-1825-009", "16 digits"),
        ("0000-0002-1825-00X7", "16 digits"),
        ("", "16 digits"),
        ("0000-0002-1825-0097-1", "16 digits"),
        ("0000-0000-0000-0001", "range"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(text, reason):
    with pytest.raises(InvalidOrcid, match=reason):
        normalise_orcid(text)


def test_the_check_character_is_iso_7064s():
    assert [check_character(digits) for digits in ("000000021825009", "000000015109370", "000000021694233")] == [
        "7", "0", "X",
    ]  # fmt: skip


def test_a_form_asks_for_the_form_that_we_store():
    with pytest.raises(ValidationError, match="Write it as 0000-0002-1694-233X"):
        validate_orcid("000000021694233X")
    assert validate_orcid("0000-0002-1694-233X") is None
