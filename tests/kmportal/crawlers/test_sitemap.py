"""The map for crawlers: what everybody may read, in parts, and valid."""

import datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from kmportal.crawlers import sitemap
from repository.models import Record
from tests.builders import make_lesson, make_record, make_session

pytestmark = pytest.mark.django_db

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NINE = datetime.datetime(2026, 7, 1, 9, 30, tzinfo=datetime.UTC)


def rows(answer):
    """Return path and last change of each entry."""
    root = etree.fromstring(answer.content)
    return root.tag.removeprefix(SPACE), [
        (urlsplit(one.findtext(f"{SPACE}loc")).path, one.findtext(f"{SPACE}lastmod")) for one in root
    ]


def test_the_index_names_each_part_and_a_part_each_page(client, settings):
    settings.PORTAL_URL = "https://portal.example"
    record, lesson, session = (make(changed_at=NINE) for make in (make_record, make_lesson, make_session))
    index = client.get("/sitemap.xml")
    assert (index.status_code, index["Content-Type"]) == (200, "application/xml")
    parts = [f"/sitemap-{name}-1.xml" for name in ("records", "lessons", "sessions")]
    assert rows(index) == ("sitemapindex", [(part, "2026-07-01T09:30:00+00:00") for part in parts])
    pages = [thing.get_absolute_url() for thing in (record, lesson, session)]
    for part, page in zip(parts, pages, strict=True):
        assert rows(client.get(part)) == ("urlset", [(page, "2026-07-01T09:30:00+00:00")])
        assert f"<loc>https://portal.example{page}</loc>" in client.get(part).text


def test_only_what_everybody_may_read_is_on_the_map(client, librarian, signed_in):
    shown = make_record()
    for hidden in (
        *({"audience": audience} for audience in ("staff", "groups", "library")),
        *({"status": status} for status in ("draft", "submitted", "withdrawn", "replaced")),
    ):
        make_record(**hidden)
    lesson = make_lesson()
    for status in ("draft", "submitted", "retired"):
        make_lesson(status=status)
    session = make_session()
    make_session(status="draft")
    for browser in (client, signed_in(librarian)):
        _, parts = rows(browser.get("/sitemap.xml"))
        found = [path for part, _ in parts for path, _ in rows(browser.get(part))[1]]
        assert found == [thing.get_absolute_url() for thing in (shown, lesson, session)]


def test_a_thing_stays_in_its_part_by_its_key(client, monkeypatch):
    monkeypatch.setattr(sitemap, "PART", 10)
    records = [make_record(pk=key, changed_at=NINE) for key in (9, 10, 19, 20, 101)]
    _, parts = rows(client.get("/sitemap.xml"))
    assert [part for part, _ in parts] == [f"/sitemap-records-{number}.xml" for number in (1, 2, 3, 11)]
    held = {part: [path for path, _ in rows(client.get(part))[1]] for part, _ in parts}
    addresses = [record.get_absolute_url() for record in records]
    assert list(held.values()) == [addresses[:1], addresses[1:3], addresses[3:4], addresses[4:]]
    Record.objects.filter(pk=10).update(status="withdrawn")
    assert [path for path, _ in rows(client.get("/sitemap-records-2.xml"))[1]] == ["/repository/19/"]


@pytest.mark.parametrize("part", ["records-0", "records-2", "records-1" + "0" * 30, "people-1", "lessons-1"])
def test_a_part_that_holds_nothing_is_not_there(client, part):
    make_record(pk=5)
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_an_empty_portal_has_an_empty_map(client):
    assert rows(client.get("/sitemap.xml")) == ("sitemapindex", [])


def test_a_part_takes_one_query_however_long_it_is(client):
    for rows_more in (3, 47):
        for _ in range(rows_more):
            make_record()
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitemap-records-1.xml")
        assert len(queries) == 3  # the savepoint of the request has two


def test_anybody_may_keep_it_for_a_while(client):
    assert client.get("/sitemap.xml")["Cache-Control"] == "public, max-age=3600"
    assert client.post("/sitemap.xml").status_code == 405
