"""Language codes as catalogues write them, and what a page needs of them."""

import pytest

from repository.languages import LANGUAGES, language_code, language_tag


def test_every_code_has_three_letters_and_a_name_of_its_own():
    assert all(len(code) == 3 and code.isalpha() and code.islower() for code in LANGUAGES)
    assert len(set(LANGUAGES.values())) == len(LANGUAGES) > 100


@pytest.mark.parametrize(
    ("text", "code"), [("eng", "eng"), (" ENG", "eng"), ("en", "eng"), ("fra", "fre"), ("cym", "wel"), ("scr", "hrv")]
)
def test_the_forms_of_a_code(text: str, code: str):
    assert language_code(text) == code


@pytest.mark.parametrize("text", ["", "xyz", "English language"])
def test_what_is_no_code_is_refused_with_a_sentence(text: str):
    with pytest.raises(ValueError, match="is not a language code that we know"):
        language_code(text)


def test_tags_for_pages():
    assert [language_tag(code) for code in ("fre", "wel", "und")] == ["fr", "cy", "und"]
