"""Feeds of records: of any list, of a contributor, and for the right eyes."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from repository.models import Contributor
from tests.builders import make_collection, make_department, make_record
from tests.kmportal.feeds.reading import ATOM, entries, titles

pytestmark = pytest.mark.django_db

MAY = datetime.datetime(2026, 5, 4, 9, 30, tzinfo=datetime.UTC)


def day(number):
    return MAY + datetime.timedelta(days=number)


@pytest.fixture
def records(db):
    papers = make_collection("Papers")
    nursing = make_collection("Nursing papers", parent=papers)
    return [
        make_record("Beds", published_at=day(1), collection=nursing, tags=("bed rails",), subjects=("Beds",)),
        make_record("Falls", published_at=day(3), collection=papers, department=make_department(), tags=("bed rails",)),
        make_record("Poster", published_at=day(2), type="poster", issued="2024", authors=("Doe, John",)),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Falls", "Poster", "Beds"]),
        ("?sort=title&page=7", ["Falls", "Poster", "Beds"]),
        ("?collection=papers", ["Falls", "Beds"]),
        ("?collection=nursing-papers", ["Beds"]),
        ("?tag=bed-rails", ["Falls", "Beds"]),
        ("?type=poster&type=article&year=2024", ["Poster"]),
        ("?department=emergency-medicine", ["Falls"]),
        ("?tag=bed-rails&type=poster", []),
        ("?tag=", ["Falls", "Poster", "Beds"]),
    ],
)
@pytest.mark.parametrize("dialect", ["atom", "rss"])
def test_a_list_has_a_feed_of_its_newest(client, records, query, found, dialect):
    assert titles(client.get(f"/repository/feed/{dialect}/{query}")) == found


def test_a_subject_has_a_feed(client, records):
    term = records[0].subjects.get().term
    assert titles(client.get(f"/repository/feed/atom/?subject={term.pk}")) == ["Beds"]


@pytest.mark.parametrize("query", ["?tag=gone", "?type=cat", "?year=0", "?collection=x&type=poster"])
def test_a_feed_of_what_does_not_exist_is_not_one_of_everything(client, records, query):
    assert client.get(f"/repository/feed/atom/{query}").status_code == 404


def test_the_feed_names_what_narrows_it(client, records, settings):
    page = client.get("/repository/feed/atom/?tag=bed-rails&collection=nursing-papers").text
    assert f"<title>Research repository – Papers › Nursing papers – bed rails – {settings.PORTAL_NAME}</title>" in page


def test_a_contributor_has_a_feed(client, records):
    john = Contributor.objects.get(family_name="Doe")
    feed = client.get(f"/repository/contributors/{john.pk}/feed/atom/")
    assert titles(feed) == ["Poster"]
    assert "Works by John Doe" in feed.text


def test_who_has_nothing_that_the_reader_may_see_has_no_feed(client, staff, signed_in):
    make_record("For staff", audience="staff", authors=("Roe, Ann",))
    feed = f"/repository/contributors/{Contributor.objects.get().pk}/feed/atom/"
    assert client.get(feed).status_code == 404
    assert titles(signed_in(staff).get(feed)) == ["For staff"]
    assert client.get("/repository/contributors/999999/feed/atom/").status_code == 404


def test_a_contributor_who_was_merged_leads_to_the_other(client, records):
    john = Contributor.objects.get(family_name="Doe")
    other = Contributor.objects.create(family_name="Doe", given_names="J", merged_into=john)
    answer = client.get(f"/repository/contributors/{other.pk}/feed/rss/")
    assert (answer.status_code, answer["Location"]) == (302, f"/repository/contributors/{john.pk}/feed/rss/")


def test_a_change_moves_updated_and_not_published(client, records):
    records[0].changed_at = day(9)
    records[0].save(update_fields=["changed_at"])
    first = next(
        entry for entry in entries(client.get("/repository/feed/atom/")) if "Beds" in entry.findtext(f"{ATOM}title")
    )
    assert [first.findtext(f"{ATOM}{name}") for name in ("published", "updated")] == [
        "2026-05-05T09:30:00+00:00", "2026-05-13T09:30:00+00:00",
    ]  # fmt: skip


def test_the_feed_asks_the_same_number_of_questions_for_3_rows_and_for_50(client, staff):
    client.force_login(staff)
    counts = []
    for rows in (3, 47):
        for number in range(rows):
            make_record(tags=("all", f"tag {rows} {number}"), subjects=(f"Subject {rows} {number}",))
        client.get("/repository/feed/atom/?tag=all")
        with CaptureQueriesContext(connection) as queries:
            client.get("/repository/feed/atom/?tag=all")
        counts.append(len(queries))
    assert counts == [10, 10]
