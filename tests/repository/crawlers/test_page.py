"""What the page of a record tells machines: to whom, of what, and so that nothing breaks out of it."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest

from repository import file_store
from repository.exchange import WRITERS
from tests.builders import make_record
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db


class Head(HTMLParser):
    """The meta tags, links and data blocks of a page."""

    def __init__(self, page):
        super().__init__()
        self.metas, self.links, self.blocks, self._in = [], [], [], None
        self.feed(page.text)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "meta":
            self.metas.append((said.get("name") or said.get("property"), said.get("content")))
        if tag == "link":
            self.links.append((said.get("rel"), said.get("href")))
        self._in = said.get("type") if tag == "script" else None

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        if self._in == "application/ld+json":
            self.blocks.append(json.loads(data))


@pytest.fixture
def paper(db):
    record = make_record(
        "Falls on a frailty ward", container_title="Journal of Falls", issued="2010-05-12", licence="CC-BY-4.0",
        identifiers=(("doi", "10.5555/falls.1"), ("pmid", "31452104")), abstract="People fall. " * 40,
    )  # fmt: skip
    attach(record, "open paper.pdf", "Words")
    attach(record, "staff.pdf", "Words", audience="staff", position=1)
    return record


def of(head, name):
    return [content for one, content in head.metas if one == name]


def test_the_page_has_the_tags_the_pdf_in_its_own_folder_and_the_json(client, paper, settings):
    settings.PORTAL_URL = "https://portal.example"
    page = client.get(paper.get_absolute_url())
    head, address = Head(page), f"https://portal.example/repository/{paper.pk}/"
    assert of(head, "citation_title") == ["Falls on a frailty ward"]
    assert of(head, "citation_author") == ["Smith, Jane"]
    assert of(head, "citation_publication_date") == ["2010/5/12"]
    assert of(head, "citation_pmid") == ["31452104"]
    assert of(head, "citation_pdf_url") == [f"{address}open%20paper.pdf"]
    assert of(head, "citation_abstract_html_url") == [address]
    assert ("canonical", address) in head.links
    assert [content for name, content in head.metas if name and name.startswith("og:")] == [
        "Falls on a frailty ward", "article", address, ("People fall. " * 40)[:299].rstrip() + "…",
    ]  # fmt: skip
    assert [(block["@id"], block["@type"]) for block in head.blocks] == [(address, "ScholarlyArticle")]
    assert page["Link"].split(", ") == [
        f'<{address}linkset/json/>; rel="linkset"; type="application/linkset+json"',
        f'<{address}linkset/text/>; rel="linkset"; type="application/linkset"',
        '<https://doi.org/10.5555/falls.1>; rel="cite-as"',
        '<https://schema.org/ScholarlyArticle>; rel="type"',
        '<https://schema.org/AboutPage>; rel="type"',
        '<https://creativecommons.org/licenses/by/4.0/>; rel="license"',
        f'<https://portal.example/api/v1/records/{paper.pk}/>; rel="describedby"; type="application/json"',
        f'<{address}open%20paper.pdf>; rel="item"; type="application/pdf"',
    ]


def test_files_are_told_of_only_to_whom_reads_them(client, paper, staff, signed_in):
    for browser, seen in ((client, False), (signed_in(staff), True)):
        page = browser.get(paper.get_absolute_url())
        links = browser.get(f"/repository/{paper.pk}/linkset/json/")
        told = [any("staff.pdf" in content for content in of(Head(page), "citation_pdf_url"))]
        told += ["staff.pdf" in page["Link"], "staff.pdf" in links.text]
        told += ["staff.pdf" in json.dumps(Head(page).blocks)]
        assert told == [seen] * 4


def test_every_pdf_that_is_named_is_there(client, paper, tmp_path, monkeypatch):
    monkeypatch.setattr(file_store, "path_of", lambda sha256: tmp_path / sha256)
    for file in paper.files.all():
        (tmp_path / file.content_id).write_bytes(b"%PDF-1.4")
    (address,) = of(Head(client.get(paper.get_absolute_url())), "citation_pdf_url")
    sent = client.get(address.partition("8000")[2])
    assert (sent.status_code, sent["Content-Type"], sent.getvalue()) == (200, "application/pdf", b"%PDF-1.4")
    assert sent["Link"].endswith(f'/repository/{paper.pk}/>; rel="collection"; type="text/html"')


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "accepted", "rejected", "withdrawn"])
def test_machines_are_told_nothing_of_what_readers_do_not_have(status, librarian, signed_in):
    record = make_record(status=status)
    browser = signed_in(librarian)
    page = browser.get(record.get_absolute_url())
    head = Head(page)
    assert [name for name, _ in head.metas if name and re.match("citation_|og:|DC", name)] == []
    assert (head.blocks, "Link" in page) == ([], False)
    assert "canonical" not in dict(head.links)
    assert browser.get(f"/repository/{record.pk}/linkset/json/").status_code == 404


def test_an_earlier_version_is_told_of_still(client):
    assert of(Head(client.get(make_record(status="replaced").get_absolute_url())), "citation_title")


def test_a_title_cannot_end_the_data_block_or_a_tag(client):
    title = 'Is p<0.05 & "enough"?</script><script>alert(1)</script><!-- \u2028 -->'
    record = make_record(title, abstract='"><script src=x></script>')
    page = client.get(record.get_absolute_url())
    head = Head(page)
    assert [block["name"] for block in head.blocks] == [title]
    assert of(head, "citation_title") == [title]
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert [json.loads(block)["abstract"] for block in blocks] == ['"><script src=x></script>']
    assert not re.search("[<>&]", blocks[0])
    assert "<script>alert" not in page.text


def test_the_policy_for_scripts_is_as_strict_as_on_other_pages(client, paper):
    policy = client.get(paper.get_absolute_url())["Content-Security-Policy"]
    assert policy == client.get("/")["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"


@pytest.mark.parametrize(("form", "kind"), [("json", "application/linkset+json"), ("text", "application/linkset")])
def test_the_link_set_comes_in_two_forms(client, paper, form, kind):
    sent = client.get(f"/repository/{paper.pk}/linkset/{form}/")
    assert (sent.status_code, sent["Content-Type"]) == (200, kind)
    assert "https://doi.org/10.5555/falls.1" in sent.text
    for key, writer in WRITERS.items():
        assert f"/repository/export/{key}/?ids={paper.pk}" in sent.text
        assert client.get(f"/repository/export/{key}/?ids={paper.pk}")["Content-Type"] == writer.MEDIA_TYPE
    assert client.get(f"/repository/{paper.pk}/linkset/xml/").status_code == 404


def test_a_hidden_record_and_a_missing_one_have_the_same_link_set(client):
    hidden = make_record(audience="staff")
    answers = [client.get(f"/repository/{key}/linkset/json/") for key in (hidden.pk, hidden.pk + 1000)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_names_of_files_stand_encoded_in_the_header(client):
    record = make_record()
    attach(record, 'Ward "9", <notes>\N{EURO SIGN}.pdf', "Words")
    page = client.get(record.get_absolute_url())
    assert page["Link"].isascii()
    assert page["Link"].count("<") == page["Link"].count(">") == len(page["Link"].split(", <"))
    (named,) = re.findall(r'<([^<>]+)>; rel="item"', page["Link"])
    assert unquote(named).endswith('Ward "9", <notes>\N{EURO SIGN}.pdf')
