"""The librarians' desk in a browser: Django admin in the portal's dress, under the portal's security policy."""

import pytest
from django.test import Client
from taggit.models import Tag

from kmportal.people import roles
from repository.models import Erasure, FixityFinding, RecordFile, StoredContent
from tests.builders import make_collection, make_record, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

NAMELESS = """() => [...document.querySelectorAll("#content :is(input, select, textarea)")]
    .filter((control) => !["hidden", "submit"].includes(control.type))
    .filter((control) => control.offsetParent && !control.labels?.length && !control.ariaLabel)
    .map((control) => control.outerHTML)"""


@pytest.fixture
def desk(page, live_server):
    """Give the page with a librarian signed in, and a record to look after."""
    record = make_record("Bedside handover", authors=("Okafor, Ngozi", "Lee, Min"), subjects=("Falls",))
    client = Client()
    client.force_login(make_user("Libby Librarian", role=roles.LIBRARIAN))
    cookie = next(iter(client.cookies.values()))
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.record = record
    return page


def test_the_desk_and_its_lists_have_no_barriers(desk, look):
    desk.goto("/admin/")
    look("desk")
    desk.goto("/admin/repository/record/")
    look("records")
    assert desk.get_by_role("link", name="Back to the portal").get_attribute("href") == "/"


def test_the_ways_to_a_bulk_edit_have_no_barriers(desk, look):
    make_record("Handover by telephone")
    desk.goto("/search/?q=handover")
    look("search")
    desk.get_by_role("link", name="Edit all 2 research records at once").click()
    look("bulk-edit")
    desk.goto("/repository/?type=article")
    look("list")


def test_what_a_librarian_opens_from_the_lists_has_no_barriers(desk, look):
    record = desk.record
    record.collection = make_collection("Posters")
    record.save()
    record.tags.add("falls")
    content = StoredContent.objects.create(sha256="a" * 64, size=3, content_type="application/pdf")
    RecordFile.objects.create(record=record, name="poster.pdf", content=content, size=3, content_type="application/pdf")
    finding = FixityFinding.objects.create(problem="changed", sha256="a" * 64, detail="It is 4 bytes long.")
    author = record.contributions.first().contributor
    author.variants.create(family_name="Okafor", given_names="N.")
    erasure = Erasure.objects.create(record_id=record.pk, by=make_user("Ada"), ground="A court ordered it.")
    term = record.subjects.get().term
    for name, address in {
        "record": f"repository/record/{record.pk}/change/",
        "new-record": "repository/record/add/",
        "record-history": f"repository/record/{record.pk}/history/",
        "collections": "repository/collection/",
        "collection": f"repository/collection/{record.collection.pk}/change/",
        "contributors": "repository/contributor/",
        "contributor": f"repository/contributor/{author.pk}/change/",
        "heading": f"repository/subjectterm/{term.pk}/change/",
        "tags": "taggit/tag/",
        "findings": "repository/fixityfinding/",
        "finding": f"repository/fixityfinding/{finding.pk}/change/",
        "contents": "repository/storedcontent/",
        "erasures": "repository/erasure/",
        "erasure": f"repository/erasure/{erasure.pk}/change/",
    }.items():
        desk.goto(f"/admin/{address}")
        desk.wait_for_load_state("networkidle")
        look(name)


def test_a_conflict_between_two_librarians_has_no_barriers(desk, look):
    tag = Tag.objects.create(name="falls", slug="falls")
    desk.goto(f"/admin/taggit/tag/{tag.pk}/change/")
    Tag.objects.filter(pk=tag.pk).update(name="tumbles")
    desk.get_by_label("Name:").fill("falls on stairs")
    desk.get_by_role("button", name="Save", exact=True).click()

    desk.get_by_role("heading", name="Somebody else saved this before you did").wait_for()
    look("conflict")


def test_every_control_of_a_long_form_has_a_name(desk, look):
    desk.goto(f"/admin/repository/record/{desk.record.pk}/change/")
    desk.wait_for_load_state("networkidle")
    desk.locator("#contributions-group .add-row a").click()

    assert desk.evaluate(NAMELESS) == []
    look("new-row")
    for width in (360, 1280):
        desk.set_viewport_size({"width": width, "height": 900})
        assert desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
