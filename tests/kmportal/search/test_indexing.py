"""The index follows what is written: in the same transaction, and without anything left behind."""

import hashlib
import struct

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from kmportal.people import changes
from kmportal.people.models import Department
from kmportal.search import indexing
from kmportal.search.documents import MAX_BODY
from kmportal.search.models import SearchDocument
from kmportal.search.results import search
from kmportal.search.sources import Audience, source_of
from lessons.models import Lesson
from repository import deposits
from repository.models import Record
from tests import builders

pytestmark = pytest.mark.django_db


def indexed() -> list[tuple[str, str]]:
    return list(SearchDocument.objects.order_by("kind", "title").values_list("kind", "title"))


def test_a_document_is_what_its_source_says_of_the_thing():
    authors = ("Smith, Jane", "Núñez, Zoë")
    record = builders.make_record("Falls on a ward", abstract="Nurses count falls.", authors=authors, issued="2021-03")

    document = SearchDocument.objects.get(kind="record", object_id=record.pk)

    shown = ("title", "body", "people", "label", "url", "year", "date")
    assert {field: getattr(document, field) for field in shown} == {
        "title": "Falls on a ward",
        "body": "Nurses count falls.",
        "people": ["Smith, Jane", "Núñez, Zoë"],
        "label": "Journal article",
        "url": f"/repository/{record.pk}/",
        "year": 2021,
        "date": None,
    }
    assert document.audience == Audience.OPEN


def test_each_word_is_counted_in_the_title_and_elsewhere():
    record = builders.make_record("Falls and falls", abstract="A fall on the ward", authors=("Ward, Jo",))

    document = SearchDocument.objects.get(object_id=record.pk)

    counts = {bytes(four): (title, rest) for four, title, rest in struct.iter_unpack("4sBB", bytes(document.counts))}
    assert counts == {
        hashlib.sha256(word.encode()).digest()[:4]: numbers
        for word, numbers in {"fall": (2, 1), "ward": (0, 2), "jo": (0, 1)}.items()
    }
    assert (document.title_length, document.body_length) == (2, 4)


def test_a_count_stops_at_255():
    record = builders.make_record("Falls", abstract="falls " * 400, authors=())

    document = SearchDocument.objects.get(object_id=record.pk)

    assert struct.unpack("4sBB", bytes(document.counts))[1:] == (1, 255)


def test_refreshing_writes_the_new_state_over_the_old():
    record = builders.make_record("Old title")
    record.title = "New title"
    record.save()

    indexing.refresh([record])

    assert indexed() == [("record", "New title")]


def test_what_nobody_may_find_is_taken_out(librarian):
    record = builders.make_record("Falls")
    builders.make_record("A draft", status="draft")
    builders.make_lesson("A lesson that waits", status="submitted")
    assert indexed() == [("record", "Falls")]

    deposits.move(record, "withdraw", by=librarian, note="Retracted")

    assert indexed() == []


def test_a_profile_leaves_with_its_account(staff):
    indexing.refresh([staff.profile])
    assert indexed() == [("person", "Stella Staff")]

    staff.is_active = False
    staff.save()
    indexing.refresh([staff.profile])

    assert indexed() == []


def test_a_profile_that_changed_is_announced_to_the_search(staff):
    staff.profile.job_title = "Porter"
    staff.profile.save()

    changes.announce([staff.profile])

    assert SearchDocument.objects.get(kind="person").detail == "Porter"


def test_the_index_goes_back_with_its_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        builders.make_record("Never was")
        assert indexed() == [("record", "Never was")]
        raise RuntimeError

    assert indexed() == []


@pytest.mark.parametrize("number", [1, 3, 50])
def test_refreshing_takes_the_same_number_of_queries_for_one_and_for_many(number):
    records = [builders.make_record(f"Record {n}", subjects=("Frailty",), tags=("falls",)) for n in range(number)]

    with CaptureQueriesContext(connection) as queries:
        indexing.refresh(records)

    # The savepoint, the entries, the upsert, and the end of the savepoint.
    assert len(queries) == 4


def test_nothing_to_refresh_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        indexing.refresh([])


def test_a_model_that_nobody_registered_cannot_be_refreshed():
    with pytest.raises(LookupError, match="Department"):
        indexing.refresh([Department(pk=1, name="Cardiology")])


def test_text_of_every_sort_can_be_indexed():
    hostile = '\'; DROP TABLE x; -- \\ " {"a": 1} %s \' \u0000 \ud800 𝔘nicode \u202e 漢字 <b>&amp;'
    lesson = Lesson.objects.create(sentence="plain", status="published")
    source = source_of(Lesson)
    entry = next(iter(source.entries(Lesson.objects.all())))

    class Hostile:
        kind, plural, model = source.kind, source.plural, source.model

        def findable(self) -> models.QuerySet:
            return Lesson.objects.all()

        def entries(self, things):
            yield type(entry)(entry.object_id, hostile, "/", hostile, hostile, (hostile,), (hostile,), hostile)

    assert indexing._write(Hostile(), Lesson.objects.all()) == [lesson.pk]
    document = SearchDocument.objects.get()
    assert document.title.endswith("漢字 <b>&amp;")


def test_a_text_longer_than_postgres_can_index_is_cut():
    words = "".join(chr(0x4E00 + number % 5_000) + chr(0x4E00 + number // 7) + " " for number in range(40_000))
    builders.make_record("Very long", abstract=words)

    assert len(SearchDocument.objects.get().body) == MAX_BODY


def test_a_rebuild_writes_everything_anew_and_takes_out_what_is_gone(staff, capsys):
    record = builders.make_record("Falls")
    builders.make_lesson("When in doubt, ask.")
    builders.make_session("Cafe")
    SearchDocument.objects.filter(kind="record").update(title="Wrong")
    SearchDocument.objects.filter(kind="lesson").delete()
    SearchDocument.objects.filter(kind="session").update(object_id=999_999)

    call_command("rebuild_search")

    assert indexed() == [
        ("lesson", "When in doubt, ask."),
        ("person", "Stella Staff"),
        ("record", "Falls"),
        ("session", "Cafe"),
    ]
    assert SearchDocument.objects.get(kind="record").object_id == record.pk
    assert capsys.readouterr().out == "Indexed 4 documents.\n"


def test_a_rebuild_of_one_kind_leaves_the_others_alone():
    builders.make_record("Falls")
    builders.make_lesson("When in doubt, ask.")
    SearchDocument.objects.update(title="Wrong")

    call_command("rebuild_search", kind="lesson")

    assert indexed() == [("lesson", "When in doubt, ask."), ("record", "Wrong")]


def test_a_rebuild_of_an_unknown_kind_is_refused():
    with pytest.raises(CommandError, match="There is no kind of thing called unicorn"):
        call_command("rebuild_search", kind="unicorn")


def test_a_search_finds_as_much_during_a_rebuild_as_before(monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    for number in range(5):
        builders.make_record(f"Falls {number}")
    found: list[int] = []

    def ask(written):
        found.append(search("falls", user=AnonymousUser()).total)

    indexing.refresh_all(after_batch=ask)

    assert found == [5, 5, 5]


def test_many_records_are_rebuilt_in_batches(monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 3)
    Record.objects.bulk_create(Record(type="article", status="published", title=f"Record {n}") for n in range(8))
    batches: list[int] = []

    indexing.refresh_all("record", after_batch=batches.append)

    assert batches == [3, 3, 2]
    assert SearchDocument.objects.count() == 8
