"""A librarian imports a file and publishes it; a colleague searches, opens the paper, and signs out."""

import pytest
from playwright.sync_api import expect

from kmportal.people import roles
from repository.models import Record
from tests.builders import make_collection, make_user

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASSWORD = "a-long-enough-phrase-7"
FILE = """PMID- 90000001
OWN - NLM
DP  - 2023 Winter
TI  - Bedside handover and falls on a frailty ward.
AB  - BACKGROUND: Falls rise at shift change. RESULTS: Handover at the bedside halved them.
FAU - Okafor, Ngozi
AU  - Okafor N
AUID- ORCID: 0000-0002-1825-0097
AD  - Riverside Hospital.
FAU - Lee, Min
AU  - Lee M
LA  - eng
PT  - Journal Article
TA  - J Ward Work
JT  - Journal of ward work
MH  - *Accidental Falls
MH  - Patient Handoff/*methods
OT  - frailty
AID - 10.5555/ward.77 [doi]
SO  - J Ward Work. 2023 Winter;4(1):1-9.

PMID- 90000002
OWN - NLM
DP  - 2021 Mar
TI  - Sleep on a surgical ward.
FAU - Lee, Min
AU  - Lee M
PT  - Journal Article
JT  - Journal of ward work
SO  - J Ward Work. 2021 Mar;2(1):1-9.

PMID- not a number
TI  - A record that is broken.
SO  - J Ward Work. 2021 Mar;2(1):10.
"""


def sign_in(page, user):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_from_import_to_reader(page, look, run_waiting_jobs):
    librarian = make_user("Libby Librarian", role=roles.LIBRARIAN, email="libby@trust.example", password=PASSWORD)
    colleague = make_user("Cass Colleague", role=roles.STAFF, email="cass@trust.example", password=PASSWORD)
    make_collection("Research papers")

    page.goto("/")
    look("home-empty")
    page.goto("/accounts/login/")
    look("sign-in")
    sign_in(page, librarian)

    page.get_by_role("navigation").get_by_role("link", name="Research repository").click()
    page.get_by_role("link", name="Import records").click()
    page.get_by_role("button", name="Import").click()
    expect(
        page.get_by_role("link", name="Choose the file that you want to import, or paste the records below.")
    ).to_be_visible()
    look("import-error")
    page.locator("input[type=file]").set_input_files(
        {"name": "alert.nbib", "mimeType": "text/plain", "buffer": FILE.encode()}
    )
    page.get_by_label("Collection for new records").select_option(label="Research papers")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import of alert.nbib")
    look("import-waiting")
    run_waiting_jobs()
    expect(page.get_by_text("All 3 records of the file are accounted for.")).to_be_visible()
    expect(page.get_by_text("Line 32. The PMID", exact=False)).to_be_visible()
    look("import-done")

    page.get_by_role("link", name="Open its records at the desk").click()
    expect(page.get_by_text("2 records")).to_be_visible()
    look("desk-records")
    page.get_by_role("checkbox", name="Select all objects on this page for an action").check()
    page.locator("select[name=action]").select_option(value="publish")
    page.locator("button[name=index]").click()
    expect(page.locator(".messagelist")).to_have_text("Publish: done for 2 records.")
    assert set(Record.objects.values_list("status", flat=True)) == {"published"}

    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, colleague)
    expect(page.get_by_role("link", name="Cass Colleague")).to_be_visible()
    look("home")
    page.get_by_role("searchbox", name="Search").first.fill("handover frailty")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search results")
    look("search")
    page.get_by_role("link", name="Bedside handover and falls on a frailty ward").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bedside handover and falls on a frailty ward")
    expect(page.get_by_text("Winter 2023", exact=True)).to_be_visible()
    look("record")
    page.get_by_role("link", name="Okafor", exact=False).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Okafor")
    look("contributor")
    page.goto("/repository/?subject=&sort=newest")
    look("list")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
