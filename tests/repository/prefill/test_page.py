"""The page on which people paste a reference and start a deposit with it."""

import pytest
from django.urls import reverse

from repository.models import Record
from repository.prefill import lookups
from repository.views import prefill
from tests.builders import make_record

pytestmark = pytest.mark.django_db

REFERENCE = (
    "Smith JA, Okafor A. Falls on a frailty ward: a cohort study. Ward Stud. 2020 Feb;12(3):45-50. doi:10.1000/falls.1."
)


@pytest.fixture
def address():
    return reverse("repository:prefill")


def test_what_was_understood_is_shown_with_the_duplicates(signed_in, staff, address):
    record = make_record("Falls on a frailty ward", identifiers=(("doi", "10.1000/falls.1"),))
    page = signed_in(staff).post(address, {"reference": REFERENCE})
    assert page.context["rows"] == [
        ("Type", "Journal article", False),
        ("Title", "Falls on a frailty ward: a cohort study", False),
        ("Authors", "Smith, J A; Okafor, A", False),
        ("Date", "February 2020", False),
        ("Journal or book", "Ward Stud", False),
        ("Volume", "12", False),
        ("Issue", "3", False),
        ("Pages", "45-50", False),
        ("Identifiers", "DOI 10.1000/falls.1", False),
    ]
    assert [c.candidate.record for c in page.context["comparisons"]] == [record]
    assert Record.objects.filter(status="draft").count() == 0


def test_a_draft_begins_with_all_that_was_understood(signed_in, staff, address):
    sent = {"reference": REFERENCE, "start": "yes", "title": "Falls, with my own title", "type": "report"}
    answer = signed_in(staff).post(address, sent)
    record = Record.objects.get()
    assert answer["Location"] == reverse("repository:edit", args=[record.pk])
    assert (record.status, record.depositor, record.title, record.type) == (
        "draft", staff, "Falls, with my own title", "report",
    )  # fmt: skip
    assert (record.issued, record.container_title, record.volume, record.pages) == (
        "2020-02",
        "Ward Stud",
        "12",
        "45-50",
    )
    assert [str(row) for row in record.contributions.all()] == ["Smith, J A", "Okafor, A"]
    assert [str(row) for row in record.identifiers.all()] == ["DOI 10.1000/falls.1"]


def test_a_bare_number_asks_for_the_title(signed_in, staff, address):
    browser = signed_in(staff)
    asked = browser.post(address, {"reference": "10.1000/x"})
    assert (asked.context["form"].initial["title"], asked.context["failure"]) == ("", prefill.ONLY_A_NUMBER)
    page = browser.post(address, {"reference": "10.1000/x", "start": "yes", "title": "", "type": "article"})
    assert page.context["form"].errors == {"title": ["Give the work’s title."]}
    assert Record.objects.count() == 0


def test_when_nobody_outside_answers_the_page_still_works(signed_in, staff, address, settings, monkeypatch):
    def refuse(host):
        raise TimeoutError

    settings.PREFILL_LOOKUPS = ["crossref"]
    monkeypatch.setattr(lookups, "_connect", refuse)
    page = signed_in(staff).post(address, {"reference": REFERENCE})
    assert "We could not reach Crossref in time." in page.text
    assert page.context["form"].initial["title"] == "Falls on a frailty ward: a cohort study"


@pytest.mark.parametrize("text", ["", "hello there", "\x00", "x" * 60_000])
def test_what_cannot_be_read_is_told_beside_the_field(signed_in, staff, address, text):
    page = signed_in(staff).post(address, {"reference": text})
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["reference"])


def test_strangers_are_sent_to_sign_in(client, address):
    assert client.post(address, {"reference": REFERENCE, "start": "yes"}).status_code == 302
    assert Record.objects.count() == 0


def test_the_page_asks_a_fixed_number_of_queries(signed_in, staff, address, django_assert_num_queries):
    browser = signed_in(staff)
    for number in range(50):
        make_record(f"Falls on a frailty ward: a cohort study {number}")
        if number in (2, 49):
            with django_assert_num_queries(8):
                page = browser.post(address, {"reference": REFERENCE})
            assert len(page.context["comparisons"]) == min(number + 1, 5)
