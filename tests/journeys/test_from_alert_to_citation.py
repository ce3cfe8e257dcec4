"""A librarian imports a mixed RIS file, settles two duplicates, publishes, cites a selection, and takes it away."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from kmportal.people import roles
from repository.models import Record
from tests.builders import make_record, make_user
from tests.journeys.test_from_import_to_reader import PASSWORD, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# Three reference managers had a hand in it: spacing, order of names and the tags for one thing differ.
MIXED = """Provider: a database

TY  - JOUR
TI  - Handover at the bedside: a trial
AU  - Okafor, Ngozi
AU  - Lee, Min
T2  - Journal of ward work
PY  - 2023
VL  - 4
IS  - 1
SP  - 1
EP  - 9
DO  - https://doi.org/10.5555/ward.77
AB  - Handover at the bedside halved falls.
KW  - frailty
ER  -\u0020

TY - JOUR
A1 - Lee, Min
T1 - Sleep on surgical wards
JF - Journal of ward work
Y1 - 2021/03//
SP - 20-28
ER -\u0020
TY  - RPRT
TI  - Falls audit 2022
AU  - Riverside Hospital Trust,
PY  - 2022///
PB  - Riverside Hospital Trust
ER  -\u0020
"""


def test_from_alert_to_citation(page, look, run_waiting_jobs, tmp_path):
    librarian = make_user("Libby Librarian", role=roles.LIBRARIAN, email="libby@trust.example", password=PASSWORD)
    held = make_record(
        "Handover at the bedside: a trial",
        authors=("Okafor, Ngozi",),
        identifiers=(("doi", "10.5555/ward.77"),),
        issued="2023",
    )
    make_record("Sleep on surgical ward", authors=("Lee, Min",), issued="2021")

    sign_in(page, librarian)
    page.goto("/repository/import/")
    look("import")
    page.locator("input[type=file]").set_input_files(
        {"name": "mixed.ris", "mimeType": "text/plain", "buffer": MIXED.encode()}
    )
    page.get_by_role("button", name="Import", exact=True).click()
    run_waiting_jobs()
    page.reload()
    expect(page.get_by_text("All 3 records of the file are accounted for.")).to_be_visible()
    look("batch")

    page.get_by_role("link", name="Possible duplicates").first.click()
    expect(page.get_by_role("heading", name="Sleep on surgical wards")).to_be_visible()
    look("similar")
    page.get_by_role("button", name="Add it as a new record").click()
    page.get_by_role("navigation", name="What became").get_by_role("link", name="Duplicates").click()
    look("duplicates")
    page.get_by_role("button", name="Complete our record").click()
    held.refresh_from_db()
    assert (held.container_title, held.volume, held.pages) == ("Journal of ward work", "4", "1-9")
    assert [tag.name for tag in held.tags.all()] == ["frailty"]

    page.get_by_role("button", name="Publish the 2 that wait").click()
    run_waiting_jobs()
    assert Record.objects.published().count() == 4

    page.goto("/repository/?sort=title")
    page.get_by_role("checkbox", name="Falls audit 2022").check()
    page.get_by_role("checkbox", name="Handover at the bedside: a trial").check()
    page.get_by_role("button", name="Cite or export the chosen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cite or export 2 records")
    page.get_by_label("Style").select_option(label="Vancouver")
    page.get_by_role("button", name="Show in this style").click()
    expect(page.get_by_role("listitem").filter(has_text="Okafor N")).to_contain_text(
        "Handover at the bedside: a trial. Journal of ward work"
    )
    look("references")
    with page.expect_download() as started:
        page.get_by_role("link", name="RIS").first.click()
    saved = Path(tmp_path / started.value.suggested_filename)
    started.value.save_as(saved)
    text = saved.read_text()
    assert (text.count("TY  - "), text.count("ER  - "), "DO  - 10.5555/ward.77" in text) == (2, 2, True)
