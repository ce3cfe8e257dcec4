"""The two forms of a text: clean to show, plain to be parted into words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmportal.search.plain_text import clean, plain

any_text = st.text(alphabet=st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("“Nurse–led” care", " nurse-led  care"),
        ("O’Brien‘s", "o'brien's"),
        ("COVID-19 in 2019-2020", "covid 19 in 2019 2020"),
        ("p<0.05 and/or x > 3", "p 0.05 and or x   3"),
        ("ward.Falls, e.g. 3.5 mg", "ward falls  e.g  3.5 mg"),
        ("care—not cure - ever", "care not cure   ever"),
        ("β-blocker 5 µg ≥65 m²", "β-blocker 5 μg  65 m2"),
        ("ＦＵＬＬ Zoë ﬁt", "full zoë ﬁt"),
        ("jane.smith@trust.nhs.uk", "jane smith trust nhs uk"),
        ("<script>alert(1)</script>", " script alert 1   script "),
    ],
)
def test_the_plain_form_holds_words_and_numbers_only(text, form):
    assert plain(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("hyper\u00adtension", "hypertension"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("Zoe\u0308", "Zoë"),
        ("a\x00b\x1fc", "a b c"),
        ("half \ud800 a pair", "half   a pair"),
        ("two\nlines\tand “quotes”", "two\nlines\tand “quotes”"),
    ],
)
def test_the_clean_form_is_what_a_reader_would_see(text, form):
    assert clean(text) == form


@given(any_text)
def test_a_place_in_the_plain_form_is_the_same_place_in_the_text(text):
    assert len(plain(text)) == len(text)


@given(any_text)
def test_cleaning_twice_changes_nothing_more_and_gives_what_postgres_can_store(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\x00" not in cleaned
    assert cleaned.encode().decode() == cleaned
