"""What a search finds, for whom, and in which order."""

import datetime
import tracemalloc

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from kmportal.search import indexing, statistics
from kmportal.search.results import Hit, search
from kmportal.search.sources import register
from repository import deposits
from tests import builders

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()

# Copies of the one document there is, each with a thousand words more, which nobody looks for.
TEN_THOUSAND_MORE_WITH_THEIR_60_MEGABYTES_OF_COUNTS = """
INSERT INTO search_searchdocument (
    kind, object_id, part, title, body, people, label, detail, url, found_in, audience, groups, vector, counts,
    title_length, body_length
)
SELECT
    kind, object_id + number, part, title, body, people, label, detail, url, found_in, audience, groups, vector,
    counts || decode(repeat('00', 6000), 'hex'), title_length, body_length
FROM search_searchdocument, generate_series(1, 10000) AS number
"""


def titles(text: str, user=ANYBODY, **narrowed) -> list[str]:
    return [hit.title for hit in search(text, user=user, **narrowed).page]


def test_a_hit_is_whole():
    record = builders.make_record(
        "Falls on a frailty ward",
        abstract="Nurses counted every fall & near miss.",
        container_title="BMJ Open Quality",
        authors=("Smith, Jane", "Okafor, Ada", "Lee, Min", "Núñez, Zoë"),
        issued="2021-03",
    )

    found = search("falls", user=ANYBODY)

    assert list(found.page) == [
        Hit(
            kind="record",
            object_id=record.pk,
            title="Falls on a frailty ward",
            url=f"/repository/{record.pk}/",
            label="Journal article",
            people=("Smith, Jane", "Okafor, Ada", "Lee, Min", "Núñez, Zoë"),
            detail="BMJ Open Quality",
            year=2021,
            date=None,
            snippet="Nurses counted every <mark>fall</mark> &amp; near miss.",
        )
    ]
    assert found.page[0].byline == "Smith, Jane; Okafor, Ada; Lee, Min; et al."
    assert (found.total, found.kinds, found.years, found.has_words) == (1, {"record": 1}, {2021: 1}, True)


def test_a_lesson_and_a_session_are_found_with_their_day(facilitator):
    builders.make_lesson("When a ward moves, phone ahead.", happened_on=datetime.date(2024, 5, 14))
    start = datetime.datetime(2026, 7, 1, 23, 30, tzinfo=datetime.UTC)
    builders.make_session("Ward moves", starts_at=start, facilitator=facilitator)

    found = search("ward moves", user=ANYBODY)

    # 23:30 in UTC is half past midnight of the next day in London.
    assert [(hit.label, hit.date, hit.people) for hit in found.page] == [
        ("Knowledge cafe", datetime.date(2026, 7, 2), ("Farid Facilitator",)),
        ("Lesson", datetime.date(2024, 5, 14), ()),
    ]
    assert found.kinds == {"lesson": 1, "session": 1}


def test_the_title_that_somebody_types_comes_first():
    builders.make_record("Sepsis", abstract="Falls on wards, falls on a ward: sepsis and falls. " * 5)
    builders.make_record("Falls on the ward")
    builders.make_record("A review of falls, wards, nurses and their handover on the ward")

    assert titles("falls on the ward")[0] == "Falls on the ward"


def test_any_of_the_words_is_enough_and_more_of_them_come_first():
    builders.make_record("Delirium after surgery")
    builders.make_record("Delirium in hip fracture")
    builders.make_record("Asthma at school")

    assert titles("delirium hip pneumonia") == ["Delirium in hip fracture", "Delirium after surgery"]


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Naïve T-cells: a café report by Zoë", "naive cafe zoe"),
        ("Naive cafe", "naïve café"),
        ("The patient’s “own” words", "patient's own"),
        ("Nurse–led follow‑up", "nurse led follow-up"),
        ("Nurse led follow up", "nurse-led follow‐up"),
        ("COVID-19 on 2019–2020", "covid 2020"),
        ("Consultation and/or referral", "referral"),
        ("Low dose (p<0.05 and n>40) trial", "dose trial"),
        ("Hyper\u00adtension", "hypertension"),
        ("β-blockers", "Β-blocker"),
        ("5 µg of vitamin B₁₂", "5 μg B12"),
    ],
)
def test_how_a_word_is_written_does_not_matter(title, query):
    builders.make_record(title)

    assert titles(query) == [title.replace("\u00ad", "")]


@pytest.mark.parametrize(
    "query", ["Smith", "jane smith", "frailty", "PMC", "10.1136/bmj.n71", "winter pressures", "BMJ Open", "Cardiology"]
)
def test_a_record_is_found_by_whom_where_and_what_it_is_about(query):
    builders.make_record(
        "Untitled",
        authors=("Smith, Jane",),
        subjects=("Frailty",),
        tags=("winter pressures",),
        identifiers=(("doi", "10.1136/bmj.n71"), ("pmcid", "PMC7971")),
        container_title="BMJ Open",
        department=builders.make_department("Cardiology"),
    )

    assert titles(query if query != "PMC" else "PMC7971") == ["Untitled"]


def test_a_phrase_must_be_there_word_for_word():
    builders.make_record("Care for older people")
    builders.make_record("Older buildings, people and care")

    assert sorted(titles("older people")) == ["Care for older people", "Older buildings, people and care"]
    assert titles('"older people"') == ["Care for older people"]
    assert titles('"older people" "buildings"') == []


def test_what_is_not_wanted_is_left_out():
    builders.make_record("Falls of children")
    builders.make_record("Falls of adults")

    assert titles("falls -children") == ["Falls of adults"]
    assert titles('falls -"of adults"') == ["Falls of children"]
    assert titles('"falls" -children -adults') == []


@pytest.mark.parametrize("text", ["", "   ", "the of and", "-falls", "(((", '"the"', "\x00", "*", "🩺"])
def test_a_text_without_words_finds_nothing_and_says_so(text):
    builders.make_record("Falls of the children")

    found = search(text, user=ANYBODY)

    assert (found.total, found.has_words, list(found.page)) == (0, False, [])


def test_kinds_and_years_narrow_and_each_is_counted_as_if_it_were_not_ticked():
    builders.make_record("Falls 1", issued="2020")
    builders.make_record("Falls 2", issued="2021")
    builders.make_record("Falls undated", issued="")
    builders.make_lesson("Falls lesson", happened_on=datetime.date(2021, 5, 1))

    everything = search("falls", user=ANYBODY)
    assert (everything.total, everything.kinds, everything.years) == (4, {"record": 3, "lesson": 1}, {2020: 1, 2021: 2})

    records = search("falls", user=ANYBODY, kinds=["record"])
    assert (records.total, records.kinds, records.years) == (3, {"record": 3, "lesson": 1}, {2020: 1, 2021: 1})

    of_2021 = search("falls", user=ANYBODY, years=[2021])
    assert (of_2021.total, of_2021.kinds, of_2021.years) == (2, {"record": 1, "lesson": 1}, {2020: 1, 2021: 2})

    neither = search("falls", user=ANYBODY, kinds=["session"], years=[1066])
    assert (neither.total, neither.kinds, neither.years) == (0, {}, {})


def test_every_hit_is_on_one_page_and_a_wrong_page_gives_the_nearest():
    for number in range(45):
        builders.make_record(f"Falls {number}")

    pages = [search("falls", user=ANYBODY, page=number).page for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert {hit.title for page in pages for hit in page} == {f"Falls {number}" for number in range(45)}

    def number(page):
        return search("falls", user=ANYBODY, page=page).page.number

    assert [number(page) for page in (10**30, "9" * 5_000, "0", "-1", "two", None, "")] == [3, 1, 3, 3, 1, 1, 1]


def test_only_colleagues_find_people(staff, librarian):
    staff.profile.about = "Knows all about delirium."
    staff.profile.save()
    indexing.refresh([staff.profile])
    builders.make_record("Delirium")

    for text in ("delirium", "stella", '"all about delirium"', "delirium -nothing"):
        found = search(text, user=ANYBODY)
        assert "person" not in found.kinds
        assert "Stella" not in repr(found.page.object_list)
        assert found.total == len(found.ranked) == found.kinds["record"]

    found = search("delirium stella", user=librarian)
    assert [(hit.kind, hit.title) for hit in found.page] == [("person", "Stella Staff"), ("record", "Delirium")]
    assert found.kinds == {"record": 1, "person": 1}


def test_a_withdrawn_record_is_gone_at_once(librarian):
    record = builders.make_record("Falls")
    assert titles("falls") == ["Falls"]

    deposits.move(record, "withdraw", by=librarian, note="Retracted")

    assert titles("falls") == []


def test_memory_does_not_grow_with_the_words_of_what_is_found():
    builders.make_record("Falls")
    statistics.refresh()
    with connection.cursor() as cursor:
        cursor.execute(TEN_THOUSAND_MORE_WITH_THEIR_60_MEGABYTES_OF_COUNTS)
    search("falls", user=ANYBODY)

    tracemalloc.start()
    try:
        found = search("falls", user=ANYBODY)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert found.total == 10_001
    assert peak < 30_000_000


def test_two_sources_cannot_share_a_kind():
    class Other:
        kind = "record"

    with pytest.raises(ValueError, match="record"):
        register(Other())
