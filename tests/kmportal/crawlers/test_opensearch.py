"""How browsers learn to search the portal."""

import pytest
from lxml import etree

from tests.builders import make_record

pytestmark = pytest.mark.django_db

SPACE = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_the_description_gives_the_page_and_the_feed_of_a_search(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    root = etree.fromstring(answer.content)
    assert root.tag == f"{SPACE}OpenSearchDescription"
    assert [(url.get("type"), url.get("rel"), url.get("template")) for url in root.iter(f"{SPACE}Url")] == [
        ("text/html", "results", "https://portal.example/search/?q={searchTerms}"),
        ("application/atom+xml", "results", "https://portal.example/feeds/search/atom/?q={searchTerms}"),
        ("application/opensearchdescription+xml", "self", "https://portal.example/opensearch.xml"),
    ]


def test_its_addresses_answer(client):
    make_record("Falls")
    root = etree.fromstring(client.get("/opensearch.xml").content)
    for url in root.iter(f"{SPACE}Url"):
        path = url.get("template").partition("8000")[2].replace("{searchTerms}", "falls")
        assert client.get(path)["Content-Type"].split(";")[0] == url.get("type")


def test_names_fit_where_browsers_put_them(client, settings):
    settings.PORTAL_NAME = "The knowledge & evidence portal of all hospitals"
    root = etree.fromstring(client.get("/opensearch.xml").content)
    assert root.findtext(f"{SPACE}ShortName") == "The knowledge &"
    assert len(root.findtext(f"{SPACE}LongName")) <= 48


def test_every_page_leads_there(client):
    assert '<link rel="search" type="application/opensearchdescription+xml"' in client.get("/").text
