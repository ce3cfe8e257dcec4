"""Copies on request: who may ask, who answers, and for whom and how long the link gives the file."""

import datetime
import re

import pytest
import time_machine

from kmportal.lifecycle.transitions import NotAllowed
from kmportal.mail.models import OutgoingMail
from repository import access, copies, file_store
from repository.models import CopyRequest, Record, RecordFile
from tests.builders import make_record, make_user
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 6, 1, 9, tzinfo=datetime.UTC)


@pytest.fixture
def closed(depositor) -> RecordFile:
    return attach(make_record("Falls on a ward", depositor=depositor), "poster.pdf", "Words", audience="library")


def page(file) -> str:
    return f"/repository/{file.record_id}/request-copy/{file.pk}/"


def post(browser, address, **data):
    return browser.post(address, data, follow=True)


def asked_of() -> dict[str, str]:
    return {mail.to.name: mail.subject for mail in OutgoingMail.objects.select_related("to")}


def test_a_colleague_asks_the_depositor_answers_and_the_link_gives_the_file(
    client, signed_in, closed, staff, depositor, librarian, monkeypatch, tmp_path
):
    (tmp_path / "stored").write_bytes(b"%PDF-1.7 whole content")
    monkeypatch.setattr(file_store, "path_of", lambda sha256: tmp_path / "stored")
    asker, owner = signed_in(staff), signed_in(depositor)
    assert "Request a copy" in asker.get(page(closed)).text

    with time_machine.travel(NOW, tick=False):
        answer = post(asker, page(closed), message="For our falls group.")
    assert "Your request is on its way." in answer.text
    asked = CopyRequest.objects.get()
    assert asked_of() == {"Dele Depositor": "Stella Staff asks for a copy: Falls on a ward"}
    assert "For our falls group." in OutgoingMail.objects.get().text
    address = re.search(r"http\S+(/repository/copy-requests/\d+/)", OutgoingMail.objects.get().text)[1]

    assert "For our falls group." in owner.get(address).text
    with time_machine.travel(NOW, tick=False):
        assert "Stella Staff gets a mail with a link" in post(owner, address, decision="grant", answer="Enjoy.").text
    asked.refresh_from_db()
    assert (asked.granted, asked.answered_by, asked.open_until) == (True, depositor, NOW + datetime.timedelta(days=7))
    mail = OutgoingMail.objects.get(to=staff)
    assert (mail.subject, "Enjoy." in mail.text) == ("Your copy: Falls on a ward", True)
    link = re.search(r"http://[^/]+(/repository/copies/\S+)", mail.text)[1]

    with time_machine.travel(NOW + datetime.timedelta(days=6), tick=False):
        sent = asker.get(link)
        assert (sent.status_code, sent.getvalue()) == (200, b"%PDF-1.7 whole content")
        assert 'filename="poster.pdf"' in sent["Content-Disposition"]
        assert sent["X-Content-Type-Options"] == "nosniff"
        assert f'href="{link}"' in asker.get(page(closed)).text
        others = (signed_in(librarian), signed_in(depositor), signed_in(make_user()))
        assert [browser.get(link).status_code for browser in others] == [404, 404, 404]
        assert (client.get(link).status_code, client.get(link)["Location"].startswith("/accounts/login")) == (302, True)
    with time_machine.travel(NOW + datetime.timedelta(days=7), tick=False):
        late = asker.get(link)
        assert (late.status_code, "This link does not work any more" in late.text) == (410, True)


def test_who_asks_twice_is_told_so(signed_in, closed, staff):
    asker = signed_in(staff)
    post(asker, page(closed), message="Please.")
    assert "You have asked for this file before." in post(asker, page(closed), message="Please!").text
    assert "You asked for this file on" in asker.get(page(closed)).text
    assert (CopyRequest.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_a_request_without_a_word_is_sent_back(signed_in, closed, staff):
    answer = post(signed_in(staff), page(closed), message="  ")
    assert "Say what you need the file for." in answer.text
    assert CopyRequest.objects.count() == 0


def test_a_no_reaches_the_asker_with_its_reason_and_they_may_ask_again(signed_in, closed, staff, librarian):
    asked = copies.ask(closed, by=staff, message="Please.")
    address = f"/repository/copy-requests/{asked.pk}/"
    desk = signed_in(librarian)
    assert "Choose whether to send the file." in post(desk, address, answer="?").text
    assert "gets a mail that says no" in post(desk, address, decision="refuse", answer="Not before print.").text
    assert "Not before print." in OutgoingMail.objects.get(to=staff).text
    assert "Somebody else has answered meanwhile." in post(desk, address, decision="grant").text
    asked.refresh_from_db()
    assert asked.granted is False
    assert "Not before print." in signed_in(staff).get(page(closed)).text
    assert copies.ask(closed, by=staff, message="And now?").pk != asked.pk


def test_nobody_is_sent_a_link_to_what_they_may_not_see_any_more(signed_in, closed, staff, librarian):
    asked = copies.ask(closed, by=staff, message="Please.")
    type(closed.record).objects.filter(pk=closed.record_id).update(audience="library")
    page = post(signed_in(librarian), f"/repository/copy-requests/{asked.pk}/", decision="grant")
    assert "Stella Staff may not see this record any more" in page.text
    asked.refresh_from_db()
    assert (asked.answered_at, OutgoingMail.objects.filter(to=staff).count()) == (None, 0)


def test_the_librarians_are_asked_where_the_depositor_has_left(closed, staff, depositor, librarian):
    depositor.is_active = False
    depositor.save()
    copies.ask(closed, by=staff, message="Please.")
    assert list(asked_of()) == ["Libby Librarian"]


def test_only_the_depositor_and_the_library_answer(signed_in, client, closed, staff, facilitator, km_lead):
    asked = copies.ask(closed, by=staff, message="Please.")
    address = f"/repository/copy-requests/{asked.pk}/"
    seen = [signed_in(user).get(address).status_code for user in (staff, facilitator, km_lead)]
    assert (seen, client.get(address).status_code) == ([404, 404, 404], 302)
    with pytest.raises(NotAllowed):
        copies.grant(asked, by=facilitator)
    asked.refresh_from_db()
    assert asked.answered_at is None


@pytest.mark.parametrize(
    ("status", "record_for", "file_for", "may_ask"),
    [
        ("published", "open", "library", True),
        ("replaced", "open", "groups", True),
        ("published", "open", "staff", False),  # they may read it
        ("published", "library", "library", False),
        ("withdrawn", "open", "library", False),
        ("draft", "open", "library", False),
        ("submitted", "open", "library", False),
    ],
)
def test_one_can_ask_for_what_one_sees_but_may_not_read(
    signed_in, client, staff, depositor, librarian, status, record_for, file_for, may_ask
):
    record = make_record(status=status, audience=record_for, depositor=depositor)
    file = attach(record, "a.pdf", "", audience=file_for)
    assert signed_in(staff).get(page(file)).status_code == (200 if may_ask else 404)
    assert [signed_in(user).get(page(file)).status_code for user in (depositor, librarian)] == [404, 404]
    assert client.get(page(file)).status_code == 302
    assert signed_in(staff).get(page(file).replace(f"/{record.pk}/", f"/{record.pk + 1}/")).status_code == 404


def test_a_link_ends_with_the_records_withdrawal_and_with_its_audience(signed_in, closed, staff, depositor):
    asked = copies.ask(closed, by=staff, message="Please.")
    copies.grant(asked, by=depositor)
    now = asked.answered_at
    assert access.may_open_copy(staff, asked, now=now)
    assert not access.may_open_copy(depositor, asked, now=now)
    Record.objects.update(status="withdrawn")
    assert signed_in(staff).get(copies.link(asked)).status_code == 410
    Record.objects.update(status="published", audience="library")
    assert signed_in(staff).get(copies.link(asked)).status_code == 404


@pytest.mark.parametrize("token", ["x", "MQ:abc", "%20", "a" * 3_000])
def test_a_link_that_somebody_made_up_is_not_found(signed_in, staff, token):
    assert signed_in(staff).get(f"/repository/copies/{token}/").status_code == 404


def test_what_waits_for_an_answer_stands_on_the_depositors_own_page(signed_in, closed, staff, depositor, librarian):
    asked = copies.ask(closed, by=staff, message="For our falls group.")

    def waiting(user):
        answer = signed_in(user).get("/repository/deposits/")
        return [request.pk for request in answer.context["copy_requests"]], "asks for poster.pdf" in answer.text

    assert waiting(depositor) == ([asked.pk], True)
    assert [waiting(user) for user in (staff, librarian)] == [([], False)] * 2
    copies.refuse(asked, by=depositor)
    assert waiting(depositor) == ([], False)
