"""Who may see a record: each state and each role, on its page, in the list, on its contributor's page."""

import pytest

from repository.models import Contributor, Record
from tests.builders import make_record

pytestmark = pytest.mark.django_db

EVERYBODY = ("anonymous", "staff", "owner", "facilitator", "km_lead", "librarian", "administrator")
INSIDERS = {"owner", "librarian", "administrator"}


@pytest.fixture
def browsers(request, client, signed_in):
    people = {role: request.getfixturevalue("depositor" if role == "owner" else role) for role in EVERYBODY[1:]}
    return {"anonymous": client, **{role: signed_in(user) for role, user in people.items()}}


@pytest.mark.parametrize(
    ("status", "answers"),
    [
        ("draft", {role: 200 if role in INSIDERS else 404 for role in EVERYBODY}),
        ("submitted", {role: 200 if role in INSIDERS else 404 for role in EVERYBODY}),
        ("published", dict.fromkeys(EVERYBODY, 200)),
        ("withdrawn", dict.fromkeys(EVERYBODY, 410)),
    ],
)
def test_pages(browsers, depositor, status, answers):
    record = make_record(status=status, depositor=depositor)
    assert {role: browser.get(record.get_absolute_url()).status_code for role, browser in browsers.items()} == answers


def test_a_hidden_record_is_as_if_it_did_not_exist(client):
    record = make_record("Top secret", status="draft")
    hidden, missing = client.get(record.get_absolute_url()), client.get(f"/repository/{record.pk + 1}/")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text.replace(f"/{record.pk}/", "/N/") == missing.text.replace(f"/{record.pk + 1}/", "/N/")
    assert "Top secret" not in hidden.text


def test_lists_hold_what_is_published_for_everybody_alike(browsers, depositor):
    for status in ("draft", "submitted", "published", "withdrawn"):
        make_record(status, status=status, depositor=depositor, authors=("Smith, Jane",))
    listed = {
        role: [record.title for record in browser.get("/repository/").context["page"]]
        for role, browser in browsers.items()
    }
    assert listed == {role: ["published"] for role in EVERYBODY}


def test_a_contributors_page_adds_what_the_reader_may_see_unpublished_and_marks_it(browsers, depositor):
    for status in ("draft", "submitted", "published", "withdrawn"):
        make_record(status, status=status, depositor=depositor, authors=("Smith, Jane",))
    url = Contributor.objects.get().get_absolute_url()
    listed = {
        role: sorted(record.title for record in browser.get(url).context["page"]) for role, browser in browsers.items()
    }
    assert listed == {
        role: ["draft", "published", "submitted"] if role in INSIDERS else ["published"] for role in EVERYBODY
    }
    assert "Waiting for review" in browsers["owner"].get(url).text
    assert "Waiting for review" not in browsers["staff"].get(url).text


def test_another_persons_draft_is_not_the_owners(depositor, staff):
    make_record("Mine", status="draft", depositor=depositor)
    make_record("Nobody's", status="draft")
    assert [record.title for record in Record.objects.visible_to(depositor)] == ["Mine"]
    assert [record.title for record in Record.objects.visible_to(staff)] == []
