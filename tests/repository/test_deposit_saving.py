"""A draft that is saved while somebody types, and two who save the same one."""

import pytest

from kmportal.lifecycle.models import Edit
from kmportal.mail.models import OutgoingMail
from repository import deposits, drafts
from repository.models import Contributor, Record
from tests.builders import make_record
from tests.repository.test_deposit import COMPLETE, filled, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(signed_in, depositor):
    return signed_in(depositor)


@pytest.fixture
def draft(depositor) -> Record:
    return drafts.start(by=depositor, type="poster", title="Falls on a frailty ward")


def autosave(client, record, data):
    return client.post(f"/repository/{record.pk}/edit/", {**data, "do": "autosave"})


def test_what_is_valid_is_saved_and_what_is_not_is_told(browser, draft):
    data = filled(browser, draft, abstract="Many fell.\r\nSome twice.", doi="10.12", title="")
    answer = autosave(browser, draft, data)
    body = answer.json()
    assert (answer.status_code, body["errors"]) == (
        200,
        {
            "title": "Enter the title",
            "doi": "A DOI begins with 10., 4 to 9 digits and a slash, such as 10.1136/bmj.n71.",
        },
    )
    assert body.keys() == {"saved_at", "text", "seen", "errors"}
    assert body["text"].startswith("Saved at ")
    assert {part: text for part, text in said(draft).items() if part in ("title", "abstract", "identifiers")} == {
        "title": "Falls on a frailty ward",
        "abstract": "Many fell.\nSome twice.",
    }


def test_one_goes_on_from_what_was_saved(browser, draft):
    data = filled(browser, draft)
    for abstract in ("Many", "Many fell", "Many fell at night"):
        answer = autosave(browser, draft, {**data, "abstract": abstract})
        data["seen"] = answer.json()["seen"]
    assert (answer.status_code, said(draft)["abstract"]) == (200, "Many fell at night")


def test_saving_the_same_again_changes_nothing(browser, draft):
    draft.refresh_from_db()
    autosave(browser, draft, filled(browser, draft))
    assert Record.objects.get().changed_at == draft.changed_at


def test_ones_own_draft_leaves_no_history_and_half_typed_names_go(browser, draft):
    data = filled(browser, draft)
    for name, tags in (("Smi", "fa"), ("Smith, J", "fall"), ("Smith, Jane", "falls, night")):
        data |= {"authors": [name], "authors_part": ["author"], "tags": tags}
        data["seen"] = autosave(browser, draft, data).json()["seen"]
    assert [str(person) for person in Contributor.objects.all()] == ["Jane Smith"]
    assert sorted(Record.tags.values_list("name", flat=True)) == ["falls", "night"]
    assert Edit.objects.count() == 0


def test_a_colleague_is_named_by_a_button_only(browser, draft, staff, depositor):
    answer = autosave(browser, draft, filled(browser, draft, depositor="Stella Staff"))
    draft.refresh_from_db()
    assert (answer.json()["errors"], draft.depositor, OutgoingMail.objects.count()) == ({}, depositor, 0)


def test_two_tabs_and_the_later_one_sees_both_texts(browser, draft):
    first, second = filled(browser, draft), filled(browser, draft)
    autosave(browser, draft, {**first, "title": "Falls at night", "publisher": "The trust"})
    second |= {"title": "Falls by day", "abstract": "Many fell."}
    answer = autosave(browser, draft, second)
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    assert said(draft)["title"] == "Falls at night"

    answer = browser.post(f"/repository/{draft.pk}/edit/", {**second, "do": "save"})
    clash = answer.context["clash"]
    assert answer.status_code == 409
    assert [(change.label, change.before, change.after) for change in clash.changes] == [
        ("Title", "Falls at night", "Falls by day"),
        ("Publisher", "The trust", ""),
    ]
    assert "abstract" not in said(draft)

    second["seen"] = answer.context["form"]["seen"].value()
    answer = browser.post(f"/repository/{draft.pk}/edit/", {**second, "do": "save", "leave": ["publisher"]})
    assert answer.status_code == 302
    assert {part: said(draft)[part] for part in ("title", "publisher", "abstract")} == {
        "title": "Falls by day",
        "publisher": "The trust",
        "abstract": "Many fell.",
    }


def test_two_who_change_different_things_do_not_meet_if_what_they_send_is_the_same(browser, draft):
    data = filled(browser, draft, abstract="Many fell.")
    autosave(browser, draft, data)
    answer = browser.post(f"/repository/{draft.pk}/edit/", {**data, "do": "save"})
    assert answer.status_code == 302


def test_a_form_that_does_not_say_what_it_saw_overwrites_nothing(browser, draft):
    answer = browser.post(f"/repository/{draft.pk}/edit/", {**filled(browser, draft), "seen": "x=y z", "title": "New"})
    assert (answer.status_code, said(draft)["title"]) == (409, "Falls on a frailty ward")


def test_a_draft_that_was_sent_in_meanwhile_is_not_saved(browser, draft, depositor):
    data = filled(browser, draft, title="Too late")
    browser.post(f"/repository/{draft.pk}/edit/", {**filled(browser, draft, **COMPLETE), "do": "send"})
    answer = autosave(browser, draft, data)
    assert (answer.status_code, answer.json()) == (
        409,
        {"conflict": True, "text": "This can no longer be changed here."},
    )
    assert said(draft)["title"] == "Falls on a frailty ward"


def test_a_withdrawn_record_is_not_sent_in_again(browser, librarian, depositor):
    record = make_record(status="withdrawn", depositor=depositor)
    answer = browser.post(f"/repository/{record.pk}/edit/", {"do": "send", "title": "Again"})
    record.refresh_from_db()
    assert (answer.status_code, record.status, "It was withdrawn" in answer.text) == (409, "withdrawn", True)


def test_who_may_not_gets_no_word_of_it(signed_in, staff, librarian, draft):
    for person in (staff, librarian):
        answer = autosave(signed_in(person), draft, {"title": "Mine"})
        assert (answer.status_code, said(draft)["title"]) == (404, "Falls on a frailty ward")


def test_a_librarian_and_a_depositor_meet_after_the_return(signed_in, librarian, depositor, draft):
    browser = signed_in(depositor)
    browser.post(f"/repository/{draft.pk}/edit/", {**filled(browser, draft, **COMPLETE), "do": "send"})
    data = filled(signed_in(librarian), draft, title="Falls, edited")
    deposits.move(Record.objects.get(), "return", by=librarian, note="The date?")
    answer = signed_in(librarian).post(f"/repository/{draft.pk}/edit/", data)
    assert (answer.status_code, said(draft)["title"]) == (409, "Falls on a frailty ward")
