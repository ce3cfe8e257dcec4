"""The address of a button tells a reader who comes to it what to do, and is refused to all others as before."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_reader_at_the_address_of_a_button_is_told_what_to_do(client):
    answer = client.get("/repository/1/move/submit/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "Nothing was changed" in answer.text
    assert 'href="/">home page</a>' in answer.text


def test_programs_are_refused_in_as_few_words_as_ever(client):
    answer = client.put("/repository/")
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "GET, HEAD", b"")
