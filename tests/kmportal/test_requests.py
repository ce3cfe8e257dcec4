"""Text that Postgres cannot store never reaches a view."""

import pytest
from django.http import QueryDict

from kmportal.requests import is_readable, readable, readable_query


@pytest.mark.parametrize("text", ["falls\x00", "\ud800", "a\udfffb"])
def test_nul_and_lone_surrogates_are_unreadable_and_left_out(text):
    assert not is_readable(text)
    assert is_readable(readable(text))


def test_a_readable_query_is_passed_on_as_it_is():
    query = QueryDict("q=frailty+caf%C3%A9&type=poster&type=audit")
    assert readable_query(query) is query


def test_junk_is_left_out_of_keys_and_values():
    cleaned = readable_query(QueryDict("q%00=fal%00ls&q%00=%00"))
    assert dict(cleaned.lists()) == {"q": ["falls", ""]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/search/?q=%00", "/repository/?q=%ED%A0%80", "/repository/?type=%00&page=1%00", "/?%00=1", "/lessons/?year=%00"],
)
def test_junk_in_a_query_gives_a_page(client, address):
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/repository/%00/", "/search/?q=" + "a" * 40_000])
def test_junk_in_the_path_and_endless_queries_are_refused(client, address):
    assert client.get(address).status_code in (400, 404)
