"""Words that are probably one, and those that are not however alike they look."""

import pytest

from repository.curation.spelling import alike, bare, is_mixed, why_alike


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Falls", "Falls\u200b", "They look exactly the same"),
        ("Falls  prevention", "Falls prevention", "They look exactly the same"),
        ("ﬁbrosis", "fibrosis", "They look exactly the same"),
        ("Falls", "falls", "They differ in capitals only"),
        ("Ménière disease", "Meniere disease", "They differ in accents only"),
        ("Сardiac", "Cardiac", "They look the same, but have letters of another alphabet"),
        ("Follow-up", "follow up", "They differ in hyphens or spaces"),
        ("Follow-up", "followup", "They differ in hyphens or spaces"),
        ("Ward round", "Ward rounds", "They differ in a plural"),
        ("Biopsy", "Biopsies", "They differ in a plural"),
        ("Crush", "Crushes", "They differ in a plural"),
        ("Delirium", "Delirum", "They differ in one letter"),
        ("Delirium", "Delirimu", "They differ in one letter"),
        ("Delirium", "Delerium", "They differ in one letter"),
        ("Sepsis", "Septis", "They differ in one letter"),
        ("Falls", "Fells", None),
        ("Diabetes type 1", "Diabetes type 2", None),
        ("Vitamin B 6", "Vitamin B 12", None),
        ("Analysis", "Analyst", None),
        ("Frailty", "Stroke", None),
    ],
)
def test_why_two_words_are_alike(one, other, reason):
    found = why_alike(one, other)
    assert (found and found[0]) == reason
    assert why_alike(other, one) == found


@pytest.mark.parametrize(
    ("word", "mixed"),
    [
        ("Cardiac", False),
        ("Сardiac", True),
        ("β-blockers", False),
        ("αlpha", True),
        ("Кардиология", False),
        ("", False),
    ],
)
def test_a_word_of_two_alphabets_is_noticed(word, mixed):
    assert is_mixed(word) == mixed


def test_pairs_of_a_list_come_once_each():
    words = {1: "Falls", 2: "falls", 3: "Fall", 4: "Delirium", 5: "Delirum", 6: "Stroke"}
    assert sorted(alike(words)) == [
        (1, 2, "They differ in capitals only", 0.99),
        (1, 3, "They differ in a plural", 0.9),
        (2, 3, "They differ in a plural", 0.9),
        (4, 5, "They differ in one letter", 0.8),
    ]


@pytest.mark.parametrize("text", ["", "\u200b", "—", "a" * 1_000, "🙂"])
def test_odd_words_are_no_stumbling_block(text):
    assert next(alike({1: text, 2: f"{text} ", 3: "Stroke"}))[:2] == (1, 2)
    assert bare(f"{text} ") == bare(text)
