"""What a typed text means, and that every text means something that Postgres can be asked."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmportal.search.query import MAX_CHARACTERS, Query, parse
from kmportal.search.results import search
from tests import builders

anything = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=())),
    # Texts that look like queries: quotes, signs and Postgres' own operators between words.
    st.lists(
        st.sampled_from(
            ['"', "“", "-", "--", "&", "|", "!", "(", ")", "<->", ":*", "*", "'", "\\", "falls", "ward", "the", "Zoë"]
        )
        | st.text(max_size=3),
        max_size=20,
    ).map(" ".join),
)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("falls on wards", Query("falls on wards")),
        ('falls "older people" -children', Query("falls", ("older people",), ("children",))),
        ("“older people”", Query("", ("older people",))),
        ('-"hip fracture" falls', Query("falls", (), ("hip fracture",))),
        ('"one" "two words" three', Query("three", ("one", "two words"))),
        ('care "unclosed quotation', Query("care unclosed quotation")),
        ("nurse-led well-being", Query("nurse-led well-being")),
        ("covid-19 -covid-19", Query("covid 19", (), ("covid 19",))),
        ("- falls --wards", Query("falls wards")),
        ("((((  * & | ! : <->", Query("")),
        ('""', Query("")),
        ("", Query("")),
        ("\x00 \ud800", Query("")),
    ],
)
def test_a_text_is_read_as_words_phrases_and_unwanted_words(text, query):
    assert parse(text) == query


def test_a_very_long_text_is_read_to_a_limit():
    query = parse("ward " * 2_000)

    assert query.is_cut
    assert len(query.words) <= MAX_CHARACTERS


def test_the_words_of_phrases_count_for_the_ranking_and_unwanted_words_do_not():
    assert parse('falls "older people" -children').scored == "falls older people"


@given(anything)
def test_no_text_is_an_error(text):
    query = parse(text)

    assert not query.is_cut or len(text) > MAX_CHARACTERS


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=anything)
def test_postgres_accepts_whatever_a_text_means(db, text):
    record = builders.make_record("Falls on the ward of Zoë") if not text else None

    found = search(text, user=AnonymousUser())

    assert found.total == len(found.ranked)
    assert record is None or not found.has_words
