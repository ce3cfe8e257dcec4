"""What harvesters ask is read exactly; what the wrong questions get is in test_errors.py."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.oai.arguments import VERBS, Question, Refused, read


def moment(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


def test_a_question_is_read_with_both_bounds_as_moments():
    listed = [("verb", "ListRecords"), ("metadataPrefix", "oai_dc"), ("set", "type:poster")]
    days = [("from", "2024-02-28"), ("until", "2024-02-29")]
    seconds = [("from", "2024-02-29T11:59:59Z"), ("until", "2024-02-29T12:00:00Z")]
    asked = {"verb": "ListRecords", "prefix": "oai_dc", "set": "type:poster"}
    assert read([*listed, *days]) == Question(
        **asked, since=moment(2024, 2, 28), until=moment(2024, 2, 29, 23, 59, 59, 999_999)
    )
    assert read([*listed, *seconds]) == Question(
        **asked, since=moment(2024, 2, 29, 11, 59, 59), until=moment(2024, 2, 29, 12, 0, 0, 999_999)
    )
    assert read([("verb", "ListSets"), ("resumptionToken", "x")]) == Question("ListSets", token="x")


def test_the_last_day_that_there_is_can_be_asked_for():
    asked = read([("verb", "ListIdentifiers"), ("metadataPrefix", "mods"), ("until", "9999-12-31")])
    assert asked.until == moment(9999, 12, 31, 23, 59, 59, 999_999)


def test_every_problem_is_named_once():
    with pytest.raises(Refused) as refused:
        read([("verb", "GetRecord"), ("a", "1"), ("a", "2"), ("a", "3"), ("b", "")])
    assert [problem.text for problem in refused.value.problems] == [
        "The argument a is given more than once.",
        "GetRecord takes no argument a.",
        "GetRecord takes no argument b.",
        "GetRecord needs the argument identifier.",
        "GetRecord needs the argument metadataPrefix.",
    ]


NAMES = st.sampled_from(["verb", "from", "until", "set", "metadataPrefix", "identifier", "resumptionToken"]) | st.text()
VALUES = st.sampled_from([*VERBS, "oai_dc", "2024-02-30", "2024-02-29", "2024-02-29T12:00:00Z"]) | st.text()


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6))
def test_whatever_is_asked_is_a_question_or_is_refused_with_a_code(pairs):
    try:
        asked = read(pairs)
    except Refused as refused:
        codes = {problem.code for problem in refused.problems}
        assert codes in ({"badVerb"}, {"badArgument"})
    else:
        assert asked.verb in VERBS
