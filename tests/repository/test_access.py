"""Who may see a record: each state and each role, on its page, in the list, on its contributor's page."""

import pytest

from repository.models import Contributor, Record, RecordFile
from tests.builders import make_record
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

EVERYBODY = ("anonymous", "staff", "owner", "facilitator", "km_lead", "librarian", "administrator")
INSIDERS = {"owner", "librarian", "administrator"}
# A draft is private: the library reads it only once it is sent in.
SEE = {"draft": {"owner"}, "submitted": INSIDERS, "returned": INSIDERS, "accepted": INSIDERS, "rejected": INSIDERS}


@pytest.fixture
def browsers(request, client, signed_in):
    people = {role: request.getfixturevalue("depositor" if role == "owner" else role) for role in EVERYBODY[1:]}
    return {"anonymous": client, **{role: signed_in(user) for role, user in people.items()}}


@pytest.mark.parametrize(
    ("status", "answers"),
    [
        *((status, {role: 200 if role in insiders else 404 for role in EVERYBODY}) for status, insiders in SEE.items()),
        ("published", dict.fromkeys(EVERYBODY, 200)),
        ("replaced", dict.fromkeys(EVERYBODY, 200)),
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
    # The links to sign in lead back to the address that was asked for.
    as_if = [
        answer.text.replace(f"%2F{number}%2F", "/N/").replace(f"/{number}/", "/N/")
        for answer, number in ((hidden, record.pk), (missing, record.pk + 1))
    ]
    assert as_if[0] == as_if[1]
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
        **{role: ["published"] for role in EVERYBODY},
        "owner": ["draft", "published", "submitted"],
        **{role: ["published", "submitted"] for role in ("librarian", "administrator")},
    }
    assert "Waiting for review" in browsers["owner"].get(url).text
    assert "Waiting for review" not in browsers["staff"].get(url).text


@pytest.mark.parametrize("role", ["owner", "deputy"])
def test_whoever_answers_for_a_record_sees_it_and_its_files_whatever_its_audience(signed_in, staff, role):
    record = make_record("Guideline", audience="library", **{role: staff})
    file = attach(record, "guideline.pdf", "Words", audience="library")
    assert signed_in(staff).get(record.get_absolute_url()).status_code == 200
    assert list(RecordFile.objects.readable_by(staff)) == [file]
    assert list(Record.objects.listed_for(staff)) == []
    # Not before the library has published it, and no files once it is withdrawn.
    seen = {}
    for status in ("draft", "submitted", "returned", "accepted", "rejected", "replaced", "withdrawn"):
        Record.objects.update(status=status)
        seen[status] = (Record.objects.visible_to(staff).exists(), RecordFile.objects.readable_by(staff).exists())
    assert seen == {
        **dict.fromkeys(("draft", "submitted", "returned", "accepted", "rejected"), (False, False)),
        "replaced": (True, True),
        "withdrawn": (True, False),
    }


def test_a_draft_is_seen_by_its_depositor_and_by_whoever_entered_it_and_nobodys_by_the_library(
    depositor, staff, librarian, administrator
):
    make_record("Mine", status="draft", depositor=depositor)
    make_record("Entered for a colleague", status="draft", depositor=depositor, entered_by=staff)
    make_record("Nobody's", status="draft")
    seen = {
        person.name: sorted(record.title for record in Record.objects.visible_to(person))
        for person in (depositor, staff, librarian, administrator)
    }
    assert seen == {
        "Dele Depositor": ["Entered for a colleague", "Mine"],
        "Stella Staff": ["Entered for a colleague"],
        "Libby Librarian": ["Nobody's"],
        "Ada Administrator": ["Nobody's"],
    }
