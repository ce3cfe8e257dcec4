"""A token leads back to its place, for a day, and nobody else can make one or alter it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.oai.tokens import LIFETIME, BadToken, Position, seal, unseal

KEY = "a secret of the portal"
NOW = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
# From the first day of the calendar to its last.
MOMENTS = st.integers(-62_135_500_000_000_000, 253_402_200_000_000_000).map(
    lambda number: datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(microseconds=number)
)
NUMBERS = st.integers(0, 2**63 - 1)
POSITIONS = st.builds(
    Position,
    verb=st.sampled_from(["ListRecords", "ListIdentifiers"]),
    prefix=st.sampled_from(["oai_dc", "mods"]),
    since=st.none() | MOMENTS,
    until=MOMENTS,
    set=st.text(max_size=60),
    last=st.tuples(MOMENTS, NUMBERS),
    cursor=NUMBERS,
    size=NUMBERS,
)


@given(POSITIONS)
def test_a_token_leads_back_to_its_place(position):
    token = seal(position, key=KEY, expires=NOW + LIFETIME)
    assert unseal(token, key=KEY, now=NOW) == position
    assert unseal(token, key=KEY, now=NOW + LIFETIME - datetime.timedelta(seconds=1)) == position


@given(POSITIONS, st.data())
def test_one_other_character_makes_it_none_of_ours(position, data):
    token = seal(position, key=KEY, expires=NOW + LIFETIME)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    with pytest.raises(BadToken, match="was not given by this repository"):
        unseal(token[:place] + other + token[place + 1 :], key=KEY, now=NOW)


@given(st.text())
def test_whatever_somebody_makes_up_is_none(text):
    with pytest.raises(BadToken):
        unseal(text, key=KEY, now=NOW)


@given(POSITIONS)
def test_it_ends_after_a_day_and_with_the_secret(position):
    token = seal(position, key=KEY, expires=NOW + LIFETIME)
    with pytest.raises(BadToken, match="has expired"):
        unseal(token, key=KEY, now=NOW + LIFETIME)
    with pytest.raises(BadToken, match="was not given by this repository"):
        unseal(token, key="another secret", now=NOW)
