"""The form in which names and titles are compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.models.contributor import LONGEST_KEY, name_key


@pytest.mark.parametrize(
    ("family", "given_names", "key"),
    [
        ("O'Brien-Núñez", "Zoë K.", "obriennunez, zoe k"),
        ("  van  der\tBerg ", "", "van der berg"),
        ("STRASSE", "", "strasse"),
        ("Straße", "", "strasse"),
        ("Ng", "!", "ng"),
        ("", "", ""),
    ],
)
def test_a_name_is_folded(family, given_names, key):
    assert name_key(family, given_names) == key


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_folded_as_any_text_is(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    assert name_key(text) == " ".join("".join(c for c in decomposed if c.isalnum() or c.isspace()).split())


def test_a_key_is_no_longer_than_the_database_holds():
    assert len(name_key("한" * 300, "글" * 200)) == LONGEST_KEY
