"""The API as a whole: its start, its search, its errors, and the page that explains it."""

import json
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.search import indexing
from tests.builders import make_lesson, make_record, make_session, make_user

pytestmark = pytest.mark.django_db


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_the_start_names_all_lists(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    assert client.get("/api/v1/").json() == {
        "records": "https://portal.example/api/v1/records/",
        "lessons": "https://portal.example/api/v1/lessons/",
        "events": "https://portal.example/api/v1/events/",
        "search": "https://portal.example/api/v1/search/",
        "documentation": "https://portal.example/api/",
    }


def test_the_search_gives_what_the_page_gives_and_where_it_is_here(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    record = make_record("Frailty & falls", abstract="Is p<0.05 of frailty?", container_title="BMJ Open")
    assert client.get("/api/v1/search/?q=frailty").json() == {
        "items": [
            {
                "kind": "record",
                "id": record.pk,
                "url": f"https://portal.example/repository/{record.pk}/",
                "api_url": f"https://portal.example/api/v1/records/{record.pk}/",
                "title": "Frailty & falls",
                "label": "Journal article",
                "people": ["Smith, Jane"],
                "detail": "BMJ Open",
                "year": 2020,
                "date": None,
                "snippet": "Is p<0.05 of frailty?",
                "found_in": "",
            }
        ],
        "next": None,
    }


def test_the_search_knows_who_asks(client, staff, signed_in):
    make_record("Frailty for all")
    make_record("Frailty for staff", audience="staff")
    make_lesson("Ask about frailty")
    make_session("Frailty cafe")
    indexing.refresh([make_user("Frailty Jones").profile])
    address = "/api/v1/search/?q=frailty"
    found = [
        {(one["kind"], one["title"], one["api_url"] is None) for one in browser.get(address).json()["items"]}
        for browser in (client, signed_in(staff))
    ]
    for_all = {
        ("record", "Frailty for all", False),
        ("lesson", "Ask about frailty", False),
        ("session", "Frailty cafe", False),
    }
    assert found[0] == for_all
    assert found[1] == for_all | {("record", "Frailty for staff", False), ("person", "Frailty Jones", True)}
    narrowed = client.get(f"{address}&kind=lesson&kind=session&year=2024").json()["items"]
    assert [one["kind"] for one in narrowed] == ["lesson"]


def test_the_search_goes_on_at_next(client):
    for number in range(45):
        make_lesson(f"Frailty {number:02}")
    address, pages = "/api/v1/search/?q=frailty&kind=lesson", []
    while address:
        answer = client.get(address).json()
        pages.append([one["id"] for one in answer["items"]])
        address = path_of(answer["next"]) if answer["next"] else ""
    assert [len(page) for page in pages] == [20, 20, 5]
    assert len({key for page in pages for key in page}) == 45
    assert client.get("/api/v1/search/?q=frailty&after=900").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("", 404, None),
        ("records/999999/", 404, None),
        ("records/1" + "0" * 40 + "/", 404, None),
        ("cats/", 404, None),
        ("cats/1/", 404, None),
        ("records/1/files/", 404, None),
        ("records/?titel=x", 400, "There is no parameter “titel”. You can use:"),
        ("records/?limit=0", 400, "“limit” must be a number from 1 to 100."),
        ("records/?limit=101", 400, "“limit” must be a number from 1 to 100."),
        ("records/?limit=x", 400, "“limit” must be a number from 1 to 100."),
        ("records/?after=x", 400, "“after” must be taken from the address in “next”."),
        ("records/?type=cat", 400, "There is no type “cat”"),
        ("lessons/?tag=gone", 400, "There is no tag “gone”"),
        ("events/?when=never", 400, "“when” can only be past."),
        ("events/?after=5", 400, "“after” must be taken"),
        ("search/?q=x&kind=cat", 400, "There is no kind “cat”. The kinds are:"),
        ("search/?q=x&year=0", 400, "“0” is not a year."),
        ("search/?q=x&after=-1", 400, "“after” must be taken"),
        ("search/?q=x&limit=3", 400, "There is no parameter “limit”."),
    ],
)
def test_what_is_wrong_is_said_in_a_problem(client, address, status, detail):
    answer = client.get(f"/api/v1/{address or 'records/0/'}")
    said = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (said["status"], said["type"], set(said)) == (status, "about:blank", {"type", "title", "status", "detail"})
    assert said["detail"].startswith(detail or "There is nothing at this address, or it is not for you.")


@pytest.mark.parametrize("query", ["q=%00", "q=%ED%A0%80", "q=", "", "q=" + "x" * 5000, "q=%22-%22"])
def test_junk_that_is_looked_for_finds_nothing(client, query):
    make_record()
    assert client.get(f"/api/v1/search/?{query}").json() == {"items": [], "next": None}


@pytest.mark.parametrize("address", ["records/", "records/1/", "search/?q=x", "", "nowhere/"])
def test_nothing_can_be_sent_there(client, administrator, address):
    client.force_login(administrator)
    for method in (client.post, client.put, client.patch, client.delete):
        answer = method(f"/api/v1/{address}")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
        assert answer["Content-Type"] == "application/problem+json"


def test_other_sites_cannot_read_it_in_a_visitors_browser_and_nobody_keeps_it(client):
    make_record()
    answer = client.get("/api/v1/records/", headers={"Origin": "https://elsewhere.example"})
    assert [name for name in answer.headers if name.lower().startswith("access-control")] == []
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_page_shows_real_answers(client, settings):
    record, lesson, session = make_record("Is p<0.05?"), make_lesson("Ring"), make_session("Cafe")
    make_record("For staff", audience="staff")
    page = client.get("/api/")
    examples = [json.loads(chapter["example"]) for chapter in page.context["chapters"]]
    for name, thing, example in zip(("records", "lessons", "events"), (record, lesson, session), examples, strict=True):
        assert example == client.get(f"/api/v1/{name}/?limit=1").json()
        assert [one["id"] for one in example["items"]] == [thing.pk]
    assert "&quot;Is p&lt;0.05?&quot;" in page.text
    for chapter in page.context["chapters"]:
        assert client.get(path_of(chapter["list"])).status_code == 200
        assert client.get(path_of(chapter["one"])).status_code == 200


def test_the_page_shows_strangers_answers_even_to_the_library(client, librarian):
    make_record("For staff", audience="staff")
    client.force_login(librarian)
    page = client.get("/api/")
    assert "For staff" not in page.text
    assert page.text.count("There are none yet, so the list is empty.") == 3


def test_every_parameter_that_a_list_takes_is_explained(client):
    make_record(tags=("x",))
    for chapter in client.get("/api/").context["chapters"]:
        assert all(parameter.about.endswith(".") for parameter in chapter["resource"].parameters)
        for parameter in chapter["resource"].parameters:
            answer = client.get(f"{path_of(chapter['list'])}?{parameter.name}=past-nothing")
            assert (answer.status_code, "There is no parameter" in answer.text) == (400, False)


def test_the_page_is_in_the_footer_and_works_on_an_empty_portal(client):
    assert '<a href="/api/">Data for other systems</a>' in client.get("/").text
    assert client.get("/api/").status_code == 200


def test_the_page_asks_the_same_number_of_questions_for_3_rows_and_for_50(client):
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_record(tags=(f"tag {rows} {number}",))
            make_lesson(tags=(f"tag {rows} {number}",))
            make_session()
        client.get("/api/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
