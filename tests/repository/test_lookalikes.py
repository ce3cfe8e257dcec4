"""Pairs of records that may be one work: how they are found, and the pages on which librarians decide."""

import pytest
from django.urls import reverse

from repository import lookalikes
from repository.models import Lookalike, Operation, Record
from tests.builders import make_record

pytestmark = pytest.mark.django_db

TITLE = "Falls on a frailty ward: a cohort study of risk"
DOI = ("doi", "10.1136/bmj.n71")


def pairs():
    titles = dict(Record.objects.values_list("pk", "title"))
    found = Lookalike.objects.order_by("pk").values_list("first_id", "second_id", "reason", "decision")
    return sorted((titles[first], titles[second], reason, decision) for first, second, reason, decision in found)


def test_what_makes_a_pair():
    make_record("Handbook", type="book", identifiers=(DOI,), issued="1990")
    make_record("Sarcopenia, a chapter of its own", type="chapter", identifiers=(DOI,), issued="1990")
    make_record(TITLE, identifiers=(("pmid", "1"),))
    make_record(TITLE + "s", issued="2021")
    make_record("Une étude de cohorte", identifiers=(("pmid", "1"),), issued="1999")
    make_record(TITLE, issued="2009")
    make_record("Annual report of the library 2019", issued="2019")
    make_record("Annual report of the library 2020", issued="2020")
    make_record("Undated policy on visiting", issued="")
    make_record("Undated policy on visiting", issued="", status="submitted")
    make_record("Undated policy on visiting", issued="", status="draft")
    assert lookalikes.look() == 3
    assert pairs() == [
        (TITLE, "Falls on a frailty ward: a cohort study of risks", "Titles are 93% alike", ""),
        (TITLE, "Une étude de cohorte", "Same PubMed ID", ""),
        ("Undated policy on visiting", "Undated policy on visiting", "Same title", ""),
    ]


def test_versions_of_one_work_are_no_pair():
    first = make_record(TITLE, identifiers=(DOI,))
    make_record(TITLE, first_version=first, version=2, status="submitted", identifiers=(DOI,))
    assert (lookalikes.look(), pairs()) == (0, [])


def test_looking_again_keeps_decisions_and_drops_what_is_no_pair_any_more(librarian):
    for number in range(3):
        make_record(TITLE, identifiers=(("pmid", str(number + 1)),))
    assert lookalikes.look() == 3
    one, two, _ = Lookalike.objects.order_by("first_id", "second_id")
    lookalikes.part(one, by=librarian)
    Record.objects.filter(pk=two.second_id).update(title="Renamed since then")
    assert lookalikes.look() == 0
    assert pairs() == [(TITLE, TITLE, "Same title", "different")]
    assert Lookalike.objects.get().decided_by == librarian


def test_librarians_see_the_pairs_and_nobody_else_does(signed_in, client, staff, librarian, km_lead):
    first, second = make_record(TITLE), make_record(TITLE)
    lookalikes.look()
    pair = Lookalike.objects.get()
    addresses = [reverse("repository:duplicates"), reverse("repository:duplicate", args=[pair.pk])]
    browsers = {"librarian": signed_in(librarian), "staff": signed_in(staff), "lead": signed_in(km_lead), "": client}
    answers = {
        who: [
            browser.request(REQUEST_METHOD=method, PATH_INFO=address).status_code
            for address in addresses
            for method in ("GET", "POST")
        ]
        for who, browser in browsers.items()
        if who != "librarian"
    }
    assert answers == {"staff": [404] * 4, "lead": [404] * 4, "": [302] * 4}
    pages = [browsers["librarian"].get(address) for address in addresses]
    assert [page.status_code for page in pages] == [200, 200]
    assert all(f'href="{first.get_absolute_url()}"' in pages[1].text for record in (first, second))
    assert Record.objects.filter(status="published").count() == 2


def test_a_librarian_merges_and_chooses_whose_text_stays(signed_in, librarian):
    older = make_record(TITLE, abstract="", volume="1")
    newer = make_record(TITLE + ".", abstract="We counted.", volume="2")
    lookalikes.look()
    address = reverse("repository:duplicate", args=[Lookalike.objects.get().pk])
    browser = signed_in(librarian)
    choices = {part.name: part.chosen for part in browser.get(address).context["parts"] if part.is_choice}
    assert choices == {"title": "first", "abstract": "second", "volume": "first"}
    sent = {"decision": "merge", "keep": "second", "part-title": "first", "part-volume": "nonsense", "part-pk": "first"}
    answer = browser.post(address, sent)
    assert answer["Location"] == newer.get_absolute_url()
    newer.refresh_from_db()
    older.refresh_from_db()
    assert (newer.title, newer.abstract, newer.volume) == (TITLE, "We counted.", "1")
    assert (older.status, older.replacement) == ("withdrawn", newer)
    assert Operation.objects.get().by == librarian
    assert browser.get(address).status_code == 404


def test_two_that_are_not_the_same_are_not_shown_again(signed_in, librarian):
    make_record(TITLE), make_record(TITLE)
    lookalikes.look()
    browser = signed_in(librarian)
    page = browser.post(
        reverse("repository:duplicate", args=[Lookalike.objects.get().pk]), {"decision": "different"}, follow=True
    )
    assert "No pairs wait for you" in page.text
    lookalikes.look()
    assert pairs() == [(TITLE, TITLE, "Same title", "different")]


def test_a_merge_that_is_not_possible_says_why(signed_in, librarian):
    make_record(TITLE)
    waiting = make_record(TITLE, status="submitted")
    lookalikes.look()
    address = reverse("repository:duplicate", args=[Lookalike.objects.get().pk])
    sentence = f"Only published records can be merged, and record {waiting.pk} is “waiting for review”."
    browser = signed_in(librarian)
    assert sentence in browser.get(address).text
    answer = browser.post(address, {"decision": "merge"})
    assert (answer.status_code, answer.context["refusal"]) == (409, sentence)


@pytest.mark.django_db(transaction=True)
def test_the_button_looks_again(signed_in, librarian, run_waiting_jobs):
    make_record(TITLE), make_record(TITLE)
    browser = signed_in(librarian)
    page = browser.post(reverse("repository:duplicates"), follow=True)
    assert "looking for duplicates" in page.text
    run_waiting_jobs()
    assert pairs() == [(TITLE, TITLE, "Same title", "")]


@pytest.mark.parametrize("page", ["\x00", "10**30", "0", "9" * 40])
def test_strange_page_numbers(signed_in, librarian, page):
    assert signed_in(librarian).get(reverse("repository:duplicates"), {"page": page}).status_code == 200


def test_the_list_asks_the_same_queries_for_3_and_50_pairs(signed_in, librarian, django_assert_num_queries):
    browser = signed_in(librarian)
    address = reverse("repository:duplicates")
    for number in range(50):
        for _ in range(2):
            make_record(f"{TITLE} {number:02}", identifiers=(("pmid", str(number + 1)),), authors=("Smith, Jane",))
        if number in (2, 49):
            lookalikes.look()
            browser.get(address)
            with django_assert_num_queries(10):
                page = browser.get(address)
            assert len(page.context["pairs"]) == min(number + 1, 20)
