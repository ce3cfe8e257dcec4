"""A poster from deposit to its second version, and a guideline that falls due: who does what, and who sees it."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from kmportal.demo.pdf import pdf
from kmportal.mail.models import OutgoingMail
from kmportal.people import roles
from kmportal.review_cycle import reminders
from repository import tasks
from repository.models import Record
from tests.builders import make_collection, make_record, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-phrase-7"
TITLE = "Bedside handover on a frailty ward"
# A word that stands in the PDF and nowhere else.
IN_THE_PDF = "quincunx"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def cast():
    """Give the people of the story by their first names."""
    return {
        "Dele": make_user("Dele Depositor", role=roles.STAFF, email="dele@trust.example", password=PASSWORD),
        "Libby": make_user("Libby Librarian", role=roles.LIBRARIAN, email="libby@trust.example", password=PASSWORD),
        "Cass": make_user("Cass Colleague", role=roles.STAFF, email="cass@trust.example", password=PASSWORD),
        "Olu": make_user("Olu Owner", role=roles.STAFF, email="olu@trust.example", password=PASSWORD),
    }


def poster(*, version: str) -> dict:
    content = pdf(TITLE, [f"Version {version}. Falls were halved. The {IN_THE_PDF} of five beds is the key."])
    return {"name": "Falls poster.pdf", "mimeType": "application/pdf", "buffer": content}


@pytest.fixture
def sign_in(page, cast):
    """Give a function that signs the person in, in place of whoever was."""

    def sign_in(name: str) -> None:
        page.context.clear_cookies()
        page.goto("/accounts/login/")
        page.get_by_label("E-mail address").fill(cast[name].email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    return sign_in


def find(page, words: str) -> None:
    page.goto(f"/search/?q={words}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search results")


def test_from_deposit_to_currency(page, look, run_waiting_jobs, sign_in, cast, settings, live_server):
    settings.PORTAL_URL = live_server.url
    make_collection("Posters")
    guideline = make_record(
        "Handover guideline",
        type="guideline",
        owner=cast["Olu"],
        review_months=12,
        last_reviewed=timezone.localdate(),
        next_review=timezone.localdate() + datetime.timedelta(days=365),
    )

    # The depositor deposits a poster with a PDF.
    sign_in("Dele")
    page.goto("/repository/")
    page.get_by_role("link", name="Deposit", exact=True).click()
    look("deposit-start")
    page.get_by_label("What is it?").select_option(label="Poster")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your deposit")
    page.get_by_label("Name", exact=True).first.fill("Depositor, Dele")
    page.get_by_label("Date issued").fill("2025")
    page.get_by_label("Conference or event").fill("Frailty week")
    look("deposit-form")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved")).to_be_visible()
    record = Record.objects.get(title=TITLE)
    page.goto(f"/repository/{record.pk}/files/")
    page.locator("input[type=file]").set_input_files(poster(version="one"))
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Falls poster.pdf")).to_be_visible()
    look("deposit-files")
    run_waiting_jobs()
    page.goto(f"/repository/{record.pk}/edit/")
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_text("Sent for review.")).to_be_visible()
    page.goto("/repository/deposits/")
    expect(page.get_by_text("Waiting for review").first).to_be_visible()
    look("my-deposits")

    # The librarian returns it with a note on the date.
    sign_in("Libby")
    page.goto("/repository/review/")
    look("queue")
    page.get_by_role("button", name=re.compile("Claim")).click()
    page.goto(f"/repository/review/{record.pk}/")
    look("review")
    page.get_by_text("Note on this: Date issued").click()
    page.get_by_label("Note on: date issued").fill("The conference was in 2024.")
    page.get_by_label("Return it, with what to change").check()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("went back to its depositor with your notes")).to_be_visible()

    # It is fixed and resubmitted.
    sign_in("Dele")
    page.goto("/repository/deposits/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("The conference was in 2024.").first).to_be_visible()
    look("returned")
    page.get_by_label("Date issued").fill("2024")
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_text("Sent for review.")).to_be_visible()

    # The librarian sees the difference and publishes it under an embargo of a month.
    sign_in("Libby")
    page.goto(f"/repository/review/{record.pk}/")
    changed = page.locator(".app-panel, section, div").filter(has_text="What changed since it was returned").last
    expect(page.locator("del").first).to_contain_text("2025")
    expect(page.locator("ins").first).to_contain_text("2024")
    expect(changed).to_be_visible()
    look("what-changed")
    opens = timezone.localdate() + datetime.timedelta(days=30)
    page.get_by_label("Publish", exact=True).check()
    page.get_by_text("Embargo: publish it, and let readers wait").click()
    page.get_by_label("The files. Everybody can read the page").check()
    for part, number in (("day", opens.day), ("month", opens.month), ("year", opens.year)):
        page.locator(f"#id_embargo_until_{part}").fill(str(number))
    page.get_by_label("Why readers wait").fill("The conference publishes it first.")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("is published.")).to_be_visible()

    # A colleague finds the record, but neither its file nor by a word that stands only in the PDF.
    sign_in("Cass")
    find(page, IN_THE_PDF)
    expect(page.get_by_role("link", name=TITLE)).to_have_count(0)
    find(page, "bedside")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text(f"Available from {opens.day} {opens:%B %Y}", exact=False)).to_be_visible()
    expect(page.get_by_role("link", name="Request a copy")).to_be_visible()
    look("embargoed")
    address = f"/repository/{record.pk}/Falls%20poster.pdf"
    assert page.request.get(address).status == 404

    # Once the embargo has lifted, they do.
    day = datetime.datetime.combine(opens, datetime.time(0, 5), LONDON)
    with time_machine.travel(day):
        tasks.lift_embargoes(int(day.timestamp()))
        run_waiting_jobs()
        sign_in("Cass")
        find(page, IN_THE_PDF)
        look("found-in-the-file")
        page.get_by_role("link", name=TITLE).click()
        assert page.request.get(address).status == 200

        # The depositor uploads version 2.
        sign_in("Dele")
        page.goto(f"/repository/{record.pk}/")
        page.get_by_role("button", name="Make a new version").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your deposit")
        second = Record.objects.get(first_version=record)
        page.get_by_label("What has changed").fill("Figures of the second year.")
        page.get_by_role("button", name="Save draft").click()
        expect(page.get_by_text("The draft is saved")).to_be_visible()
        page.goto(f"/repository/{second.pk}/files/")
        page.get_by_role("button", name="Remove").first.click()
        page.get_by_role("button", name="Remove it").click()
        page.locator("input[type=file]").set_input_files(poster(version="two"))
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("heading", name="Falls poster.pdf")).to_be_visible()
        run_waiting_jobs()
        page.goto(f"/repository/{second.pk}/edit/")
        page.get_by_role("button", name="Send for review").click()
        expect(page.get_by_text("Sent for review.")).to_be_visible()
        sign_in("Libby")
        page.goto(f"/repository/review/{second.pk}/")
        page.get_by_label("Publish", exact=True).check()
        page.get_by_role("button", name="Confirm").click()
        expect(page.get_by_text("is published.")).to_be_visible()
        sign_in("Cass")
        page.goto(f"/repository/{record.pk}/")
        expect(page.get_by_text("A newer version exists")).to_be_visible()
        look("earlier-version")
        page.goto(f"/repository/work/{record.pk}/")
        expect(page).to_have_url(re.compile(rf"/repository/{second.pk}/$"))
        look("second-version")

    # A year later the guideline beside it is overdue, and its owner confirms it by one click from the mail.
    due = datetime.datetime.combine(guideline.next_review, datetime.time(6, 0), LONDON) + datetime.timedelta(days=1)
    with time_machine.travel(due):
        sign_in("Olu")
        page.goto(guideline.get_absolute_url())
        expect(page.get_by_text("was due for review on")).to_be_visible()
        look("overdue")
        reminders.remind(timezone.localdate() - datetime.timedelta(days=1))
        run_waiting_jobs()
        mail = OutgoingMail.objects.get(to=cast["Olu"])
        assert mail.sent_at is not None
        page.goto(re.search(r"still true: (\S+)", mail.text, re.IGNORECASE)[1])
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. This is answered")
        look("confirmed")
        page.goto(guideline.get_absolute_url())
        expect(page.get_by_text("was due for review on")).to_have_count(0)
    guideline.refresh_from_db()
    assert guideline.last_reviewed == due.date()
