"""Text that Postgres cannot store never reaches a view."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import QueryDict
from django.test import Client

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


def multipart(length):
    """Return what Django's client sends as a form with one file of so many bytes."""
    return {"file": SimpleUploadedFile("many.nbib", b"x" * length)}


@pytest.fixture
def spooled(monkeypatch):
    """Return a list that grows with each file which an upload begins to write."""
    begun = []
    new_file = TemporaryFileUploadHandler.new_file
    monkeypatch.setattr(
        TemporaryFileUploadHandler, "new_file", lambda *args, **kw: (begun.append(args), new_file(*args, **kw))
    )
    return begun


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/repository/import/", "/review-cycle/answer/x/", "/search/"])
def test_what_strangers_send_is_not_kept_however_long_it_is(address, spooled, settings, staff, signed_in):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 50_000
    browser = Client(enforce_csrf_checks=True)
    refused = browser.post(address, multipart(60_000))
    assert (refused.status_code, refused["Connection"], "Sign in" in refused.text) == (413, "close", True)
    assert spooled == []
    assert browser.post(address, multipart(100)).status_code == 403  # without the form's token
    assert signed_in(staff).post(address, multipart(60_000)).status_code != 413


@pytest.mark.django_db
def test_a_body_that_does_not_say_how_long_it_is_is_refused(staff, signed_in):
    browser = signed_in(staff)
    answer = browser.post("/accounts/login/", {}, headers={"Transfer-Encoding": "chunked"})
    assert answer.status_code == 413
    assert browser.post("/accounts/login/", b"x", content_type="text/plain", CONTENT_LENGTH="9" * 30).status_code != 413


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/repository/%00/", "/search/?q=" + "a" * 40_000])
def test_junk_in_the_path_and_endless_queries_are_refused(client, address):
    assert client.get(address).status_code in (400, 404)
