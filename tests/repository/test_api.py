"""Records in JSON: what one says, who gets it, and the list with its filters and pages."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.models import Contributor, Record
from tests.builders import make_collection, make_department, make_record
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

MAY = datetime.datetime(2026, 5, 4, 9, 30, 15, 999, tzinfo=datetime.UTC)


def listed(answer):
    return [one["title"] for one in answer.json()["items"]]


def test_a_record_says_all_that_is_known_of_it(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    record = make_record(
        "Falls on a frailty ward", abstract="People fall.", authors=("Smith, Jane",), issued="2019-24",
        identifiers=(("doi", "10.5555/falls.1"), ("isbn", "9780306406157")), subjects=("Accidental Falls",),
        tags=("bed rails",), container_title="Journal of Falls", volume="7", licence="CC-BY-4.0", languages=["eng"],
        department=make_department(), collection=make_collection("Nursing", parent=make_collection("Papers")),
        published_at=MAY, changed_at=MAY, notices=[{"kind": "retraction", "text": "J Falls 8:1", "pmid": "7654321"}],
    )  # fmt: skip
    Contributor.objects.update(orcid="0000-0002-1825-0097")
    record.contributions.update(affiliation="Riverside Hospital")
    attach(record, "open paper.pdf", "Words")
    attach(record, "staff.pdf", "Words", audience="staff")
    page = f"https://portal.example/repository/{record.pk}/"
    said = client.get(f"/api/v1/records/{record.pk}/").json()
    assert said == {
        "id": record.pk,
        "url": page,
        "api_url": f"https://portal.example/api/v1/records/{record.pk}/",
        "type": "article",
        "title": "Falls on a frailty ward",
        "vernacular_title": "",
        "abstract": "People fall.",
        "contributors": [
            {
                "kind": "person",
                "role": "author",
                "name": "Smith, Jane",
                "family_name": "Smith",
                "given_names": "Jane",
                "suffix": "",
                "orcid": "0000-0002-1825-0097",
                "affiliations": ["Riverside Hospital"],
            }
        ],
        "issued": "2019-24",
        "available_online": None,
        "event_date": None,
        "container_title": "Journal of Falls",
        "container_abbreviation": "",
        "volume": "7",
        "issue": "",
        "pages": "",
        "article_number": "",
        "series": "",
        "edition": "",
        "publisher": "",
        "place": "",
        "institution": "",
        "report_number": "",
        "degree": "",
        "event_name": "",
        "event_place": "",
        "identifiers": [
            {"scheme": "doi", "value": "10.5555/falls.1", "url": "https://doi.org/10.5555/falls.1"},
            {"scheme": "isbn", "value": "9780306406157", "url": None},
        ],
        "subjects": [{"scheme": "mesh", "label": "Accidental Falls", "major": False, "qualifiers": []}],
        "tags": ["bed rails"],
        "languages": ["en"],
        "publication_types": [],
        "notices": [{"kind": "retraction", "text": "J Falls 8:1", "pmid": "7654321"}],
        "web_address": "",
        "licence": {"id": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
        "collections": ["Papers", "Nursing"],
        "department": "Emergency medicine",
        "files": [
            {"name": "open paper.pdf", "media_type": "application/pdf", "size": 1, "url": f"{page}open%20paper.pdf"}
        ],
        "published_at": "2026-05-04T09:30:15Z",
        "changed_at": "2026-05-04T09:30:15Z",
    }
    assert client.get("/api/v1/records/").json() == {"items": [said], "next": None}


def test_who_gets_which(client, staff, librarian, signed_in):
    make_record("For all")
    make_record("For staff", audience="staff")
    make_record("For the library", audience="library")
    browsers = (client, signed_in(staff), signed_in(librarian))
    assert [listed(browser.get("/api/v1/records/")) for browser in browsers] == [
        ["For all"],
        ["For staff", "For all"],
        ["For the library", "For staff", "For all"],
    ]


@pytest.mark.parametrize(
    ("status", "answer"),
    [("published", 200), ("replaced", 200), ("withdrawn", 410), ("draft", 404), ("submitted", 404), ("rejected", 404)],
)
def test_only_what_readers_have_comes_one_by_one_even_to_the_library(client, librarian, signed_in, status, answer):
    record = make_record("Secret title", status=status)
    for browser in (client, signed_in(librarian)):
        sent = browser.get(f"/api/v1/records/{record.pk}/")
        assert sent.status_code == answer
        assert ("Secret title" in sent.text) == (answer == 200)
    assert listed(client.get("/api/v1/records/")) == (["Secret title"] if status == "published" else [])


def test_hidden_and_missing_are_the_same(client):
    hidden = make_record(audience="staff")
    withdrawn = make_record(audience="staff", status="withdrawn")
    answers = [client.get(f"/api/v1/records/{key}/") for key in (hidden.pk, withdrawn.pk, withdrawn.pk + 1000)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


def test_the_filters_are_those_of_the_list(client):
    papers = make_collection("Papers")
    make_record("Beds", collection=make_collection("Nursing", parent=papers), tags=("bed rails",), subjects=("Beds",))
    make_record("Falls", collection=papers, department=make_department(), tags=("bed rails",))
    poster = make_record("Poster", type="poster", issued="2024")
    term = Record.objects.get(title="Beds").subjects.get().term_id
    for query in (
        "", "collection=papers", "collection=nursing", "tag=bed-rails", "type=poster&type=article&year=2024",
        "department=emergency-medicine", "tag=bed-rails&type=poster", f"subject={term}", "year=2020",
    ):  # fmt: skip
        shown = [record.title for record in client.get(f"/repository/?{query}").context["page"]]
        assert sorted(listed(client.get(f"/api/v1/records/?{query}"))) == sorted(shown), query
    assert poster.title in listed(client.get("/api/v1/records/?year=2024"))


def test_pages_lead_on_with_their_filters(client):
    for number in range(7):
        make_record(f"{number}", tags=("falls",) if number != 3 else ())
    address, pages = "/api/v1/records/?tag=falls&limit=2", []
    while address:
        answer = client.get(address).json()
        pages.append([one["title"] for one in answer["items"]])
        parts = urlsplit(answer["next"] or "")
        address = f"{parts.path}?{parts.query}" if answer["next"] else ""
        if len(pages) == 1:
            make_record("Came meanwhile", tags=("falls",))
    assert pages == [["6", "5"], ["4", "2"], ["1", "0"]]


def test_the_list_asks_the_same_number_of_questions_for_3_rows_and_for_50(client, staff):
    client.force_login(staff)
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_record(
                authors=(f"Smith, J{number}", "Doe, John"), tags=("all", f"tag {rows} {number}"),
                subjects=(f"Subject {rows} {number}",), department=make_department(f"Ward {number}"),
            )  # fmt: skip
        client.get("/api/v1/records/?tag=all&limit=100")
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/records/?tag=all&limit=100")
        counts.append(len(queries))
    assert counts == [10, 10]
