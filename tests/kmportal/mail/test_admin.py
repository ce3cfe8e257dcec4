"""The desk's list of outgoing mail: for administrators, to be read only."""

import pytest

from kmportal.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

LIST = "/admin/mail/outgoingmail/"


@pytest.fixture
def mails(staff):
    mails = {
        key: OutgoingMail.objects.create(key=key, to=staff, address=staff.email, subject=f"It is {key}", text="A <b>")
        for key in ("sent", "waiting", "refused")
    }
    OutgoingMail.objects.filter(key="sent").update(sent_at=mails["sent"].created_at, next_try=None)
    OutgoingMail.objects.filter(key="refused").update(next_try=None, failure="550 No such person")
    return mails


@pytest.fixture(autouse=True)
def texts():
    """The pages of the desk come from the portal's own folder of templates."""


def test_an_administrator_reads_what_became_of_each_message(signed_in, administrator, mails):
    desk = signed_in(administrator)
    for chosen, shown in (("", set(mails)), *((f"?state={key}", {key}) for key in mails)):
        page = desk.get(LIST + chosen).text
        assert {key for key in mails if f"It is {key}" in page} == shown
    page = desk.get(f"{LIST}{mails['refused'].pk}/change/")
    assert "550 No such person" in page.text
    assert "<pre>A &lt;b&gt;</pre>" in page.text


def test_an_administrator_cannot_change_it(signed_in, administrator, mails):
    desk = signed_in(administrator)
    address = f"{LIST}{mails['sent'].pk}/"
    assert desk.post(f"{address}change/", {"subject": "Other"}).status_code == 403
    assert desk.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{LIST}add/").status_code == 403
    assert OutgoingMail.objects.get(key="sent").subject == "It is sent"


def test_nobody_else_sees_addresses(signed_in, librarian, km_lead, staff, mails):
    for user, status in ((librarian, 403), (km_lead, 403), (staff, 302)):
        assert signed_in(user).get(LIST).status_code == status
