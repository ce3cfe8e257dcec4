"""Seeding fills a portal quickly with content that holds together, and the same content for the same seed."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from kmportal.demo.bulk import rows
from kmportal.demo.bulk.works import FIRST_YEAR, LAST_YEAR
from kmportal.lifecycle.models import StatusChange
from kmportal.people.models import Profile, User
from kmportal.review_cycle import due
from kmportal.search.models import SearchDocument, SearchTerm
from lessons.models import Lesson
from repository import currency
from repository.models import (
    Collection,
    Contribution,
    Contributor,
    Identifier,
    Record,
    RecordSubject,
    SubjectTerm,
    Submission,
)
from tests import builders


def seed(*arguments: str) -> str:
    output = StringIO()
    call_command("seed_portal", *arguments, stdout=output)
    return output.getvalue()


def digest() -> dict[str, list]:
    """All that was seeded, in its order, without the keys that the database gave."""
    records = Record.objects.order_by("pk")
    return {
        "records": list(
            records.values(
                *("type", "status", "title", "abstract", "issued", "languages", "licence", "publication_types"),
                *("container_title", "volume", "issue", "pages", "event_name", "event_place", "publisher", "place"),
                *("institution", "degree", "report_number", "created_at", "changed_at", "published_at"),
                *("collection__slug", "department__slug", "depositor__email", "identifiers__value"),
            )
        ),
        "contributions": list(
            Contribution.objects.order_by("pk").values(
                *("record__identifiers__value", "position", "credited_as", "contributor__name_key", "department__slug")
            )
        ),
        "subjects": list(
            RecordSubject.objects.order_by("pk").values(
                "record__identifiers__value", "term__label", "major", "position"
            )
        ),
        "tags": [sorted(record.tags.names()) for record in records],
        "lessons": list(
            Lesson.objects.order_by("pk").values(
                *("status", "sentence", "expected", "happened", "why", "priority", "happened_on", "created_at"),
                *("changed_at", "published_at", "department__slug", "site__slug", "captured_by__email"),
            )
        ),
        "people": list(
            Profile.objects.order_by("pk").values(
                *("user__email", "user__name", "user__groups__name", "user__date_joined", "job_title", "staff_group"),
                *("department__slug", "site__slug", "about"),
            )
        ),
        "expertise": [sorted(profile.expertise.names()) for profile in Profile.objects.order_by("pk")],
        "history": list(
            StatusChange.objects.order_by("pk").values("content_type__model", "move", "source", "target", "at", "note")
        ),
        "search": list(SearchDocument.objects.order_by("kind", "pk").values("kind", "title", "body", "people", "year")),
    }


def seeded_alone(*arguments: str) -> dict[str, list]:
    """Seed an empty portal, and empty it again."""
    with transaction.atomic():
        seed(*arguments)
        found = digest()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_gives_the_same_content_and_another_does_not(db):
    counts = ("--records", "30", "--lessons", "8", "--people", "5")
    first = seeded_alone(*counts, "--seed", "7")
    assert {kind: len(first[kind]) for kind in ("records", "lessons", "people")} == {
        "records": 30, "lessons": 8, "people": 5,
    }  # fmt: skip
    assert seeded_alone(*counts, "--seed", "7") == first
    other = seeded_alone(*counts, "--seed", "8")
    assert {kind for kind in first if other[kind] == first[kind]} == set()


@pytest.mark.django_db(transaction=True)
def test_writing_side_by_side_gives_the_same_content_as_writing_in_turn(monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 7)
    counts = ("--records", "40", "--people", "3")
    in_turn = seeded_alone(*counts)
    seed(*counts)
    side_by_side = digest()
    # Rows of several batches mingle, so that only their order may differ.
    for kind in in_turn:
        assert sorted(map(repr, side_by_side[kind])) == sorted(map(repr, in_turn[kind]))
    assert side_by_side["records"] == in_turn["records"]


@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_in_a_writer_is_not_swallowed(monkeypatch):
    from kmportal.search import indexing

    def fail(things: object) -> None:
        raise RuntimeError("the index is broken")

    monkeypatch.setattr(indexing, "refresh", fail)
    with pytest.raises(RuntimeError, match="the index is broken"):
        seed("--records", "3")
    assert not Record.objects.exists()


def test_a_second_run_adds_more_with_numbers_and_names_of_its_own(db):
    counts = ("--records", "12", "--lessons", "4", "--people", "4")
    seed(*counts)
    seed(*counts)
    assert [model.objects.count() for model in (Record, Lesson, User)] == [24, 8, 8]
    for model, column in ((Identifier, "value"), (User, "email"), (Contributor, "name_key"), (Record, "abstract")):
        values = list(model.objects.values_list(column, flat=True))
        assert len(set(values)) == len(values) > 0


def test_it_adds_to_the_content_that_is_there(db):
    record = builders.make_record("Our own paper", tags=("FALLS",), subjects=("Accidental Falls",))
    seed("--records", "40")
    assert Record.objects.count() == 41
    assert SubjectTerm.objects.filter(label="Accidental Falls").count() == 1
    assert [tag.name for tag in record.tags.all()] == ["FALLS"]
    assert RecordSubject.objects.filter(term__label="Accidental Falls").count() > 1


def test_all_that_is_seeded_holds_together(db):
    seed("--records", "60", "--lessons", "20", "--people", "10")
    connection.check_constraints()
    for thing in [*Record.objects.all(), *Lesson.objects.all(), *Profile.objects.all(), *Identifier.objects.all()]:
        thing.clean_fields()
    for identifier in Identifier.objects.all():
        before = identifier.value
        identifier.clean()
        assert identifier.value == before
    for thing in [*Record.objects.all(), *Lesson.objects.all()]:
        states = ["draft", *(change.target for change in StatusChange.objects.of(thing))]
        assert states[-1] == thing.status
        assert bool(thing.published_at) == ("published" in states)
    assert {user.has_usable_password() for user in User.objects.all()} == {False}
    assert {group.name for user in User.objects.all() for group in user.groups.all()} == {"Staff"}


def test_what_is_seeded_as_submitted_waits_in_the_queue(db):
    seed("--records", "60", "--people", "10")
    submitted = set(Record.objects.filter(status="submitted").values_list("pk", flat=True))
    assert submitted != set()
    assert set(Submission.objects.waiting().values_list("record", flat=True)) == submitted


def test_a_queue_as_long_as_one_asks_for(db):
    assert "7 waiting for review" in seed("--waiting", "7", "--people", "3")
    waiting = Submission.objects.waiting()
    assert set(waiting.values_list("record", flat=True)) == set(Record.objects.values_list("pk", flat=True))
    assert waiting.count() == 7


def test_somebody_answers_for_each_published_record_that_can_go_stale(db):
    seed("--records", "200", "--people", "10")
    under_review = Record.objects.filter(currency.UNDER_REVIEW)
    assert under_review.count() > 10
    for record in under_review:
        assert record.owner is not None
        assert record.published_at.date() <= record.last_reviewed
        assert record.next_review == due.next_review(record.last_reviewed, record.review_months)
    assert not Record.objects.exclude(currency.UNDER_REVIEW).filter(next_review__isnull=False).exists()


def test_records_are_as_full_as_real_ones(db):
    seed("--records", "200")
    records = list(Record.objects.prefetch_related("contributions", "subjects", "tags"))
    assert 800 <= sum(len(record.abstract) for record in records) / len(records) <= 1_300
    assert 2 <= sum(record.contributions.count() for record in records) / len(records) <= 5
    assert 3 <= sum(record.subjects.count() for record in records) / len(records) <= 5
    assert all(1 <= record.tags.count() <= 3 for record in records)
    assert {record.year for record in records} <= set(range(FIRST_YEAR, LAST_YEAR + 1))
    assert len({record.year for record in records}) > 20
    assert {record.issued_date.precision for record in records} == {"year", "season", "month", "day"}
    statuses = Counter(record.status for record in records)
    assert statuses["published"] > 180
    assert Collection.objects.filter(records__in=records).distinct().count() > 5


def test_words_are_spread_as_in_texts_some_common_and_very_many_rare(db):
    seed("--records", "300")
    found = sorted(SearchTerm.objects.values_list("documents", flat=True), reverse=True)
    assert len(found) > 2_000
    # Zipf: the tenth word is common, half of all words stand in one or two documents.
    assert found[10] > 100
    assert sum(count <= 2 for count in found) > len(found) / 2


def test_what_is_published_is_found_at_once(db):
    seed("--records", "20", "--lessons", "10", "--people", "4")
    assert Counter(SearchDocument.objects.values_list("kind", flat=True)) == {
        "record": Record.objects.published().count(),
        "lesson": Lesson.objects.published().count(),
        "person": 4,
    }


def test_it_says_what_it_did_and_nothing_is_fine_too(db):
    assert seed("--records", "3", "--people", "2").startswith("Added 2 people, 0 lessons, 3 records in ")
    assert seed("--records", "0").startswith("Added 0 people, 0 lessons, 0 records in ")
    assert Record.objects.count() == 3


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("-1", "argument --records: -1 is not between 0 and 2,000,000."),
        ("9" * 30, f"argument --records: {'9' * 30} is not between 0 and 2,000,000."),
        ("many", "argument --records: 'many' is not a whole number."),
        ("1.5", "argument --records: '1.5' is not a whole number."),
    ],
)
def test_a_silly_number_is_refused_with_a_sentence(db, number, message):
    with pytest.raises(CommandError) as refused:
        seed(f"--records={number}")
    assert str(refused.value) == f"Error: {message}"
    assert not Record.objects.exists()
