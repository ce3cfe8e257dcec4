"""Harvests as a whole: nothing is lost and nothing comes twice, whatever happens in between."""

import datetime

import pytest
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from repository import deposits, embargoes, erasure, merging, restricting, withdrawing
from repository.audience import Audience
from repository.models import Record
from repository.oai import answers, records
from repository.withdrawal import WithdrawalReason
from tests.builders import make_collection, make_record
from tests.repository.oai.asking import NS, ask, codes, headers, pages, texts, token

pytestmark = pytest.mark.django_db

NOON = datetime.datetime(2024, 3, 5, 12, 0, 0, 654_321, tzinfo=datetime.UTC)
LIST = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}


@pytest.fixture(autouse=True)
def pages_of_three(monkeypatch):
    monkeypatch.setattr(answers, "PAGE", 3)


def make_records(number, **fields):
    return [make_record(f"Record {each}", **{"changed_at": NOON, **fields}).pk for each in range(number)]


def harvest(client, **arguments):
    return [row for page in pages(client, **{**LIST, **arguments}) for row in headers(page)]


def test_a_list_in_pages_counts_and_ends_with_an_empty_token(client):
    keys = make_records(7)
    read = list(pages(client, **LIST))
    assert [[number for number, _ in headers(page)] for page in read] == [keys[:3], keys[3:6], keys[6:]]
    ends = [page.find(".//oai:resumptionToken", NS) for page in read]
    assert [(end.get("completeListSize"), end.get("cursor"), bool(end.text)) for end in ends] == [
        ("7", "0", True),
        ("7", "3", True),
        ("7", "6", False),
    ]
    expires = [end.get("expirationDate") for end in ends]
    assert expires[2] is None
    for date, page in zip(expires[:2], read, strict=False):
        (given,) = texts(page, "//oai:responseDate")
        assert datetime.datetime.fromisoformat(date) - datetime.datetime.fromisoformat(given) == datetime.timedelta(1)


@pytest.mark.parametrize(("number", "tokens"), [(1, [None]), (3, [None]), (4, [True, ""]), (6, [True, ""])])
def test_a_list_of_one_page_has_no_token(client, number, tokens):
    make_records(number)
    assert [(token(page) and True) or token(page) for page in pages(client, **LIST)] == tokens


def test_the_same_token_gives_the_same_page(client):
    keys = make_records(8)
    follows = token(ask(client, **LIST))
    once, again = (headers(ask(client, verb="ListIdentifiers", resumptionToken=follows)) for _ in range(2))
    assert once == again == [(key, "") for key in keys[3:6]]


def test_records_of_one_moment_and_of_many_come_in_order(client):
    later = make_records(2, changed_at=NOON + datetime.timedelta(microseconds=5))
    same = make_records(5)
    earlier = make_records(2, changed_at=NOON - datetime.timedelta(days=400))
    assert [number for number, _ in harvest(client)] == [*earlier, *same, *later]


def test_a_datestamp_as_both_bounds_gives_its_record(client):
    """The database counts microseconds; a datestamp has none."""
    before, record, _ = (make_record(changed_at=NOON + datetime.timedelta(seconds=seconds)) for seconds in (-1, 0, 1))
    stamp = "2024-03-05T12:00:00Z"
    assert headers(ask(client, **LIST, since=stamp, until=stamp)) == [(record.pk, "")]
    assert headers(ask(client, **LIST, until=stamp)) == [(before.pk, ""), (record.pk, "")]


def test_the_datestamp_of_what_has_just_changed_finds_it_too(client):
    record = make_record()
    (stamp,) = texts(ask(client, **LIST), "//oai:datestamp")
    assert headers(ask(client, **LIST, since=stamp, until=stamp)) == [(record.pk, "")]


def test_days_reach_from_their_first_moment_to_their_last(client):
    day = datetime.datetime(2024, 3, 5, tzinfo=datetime.UTC)
    moments = [day - datetime.timedelta(microseconds=1), day, day.replace(hour=23, minute=59, second=59)]
    moments += [moments[-1].replace(microsecond=999_999), day + datetime.timedelta(days=1)]
    keys = [make_record(changed_at=moment).pk for moment in moments]
    assert [number for number, _ in harvest(client, since="2024-03-05", until="2024-03-05")] == keys[1:4]
    assert [number for number, _ in harvest(client, since="2024-03-06")] == keys[4:]
    assert [number for number, _ in harvest(client, until="2024-03-04")] == keys[:1]


def test_bounds_and_sets_hold_on_every_page(client):
    research = make_collection("Research")
    inside = make_records(7, collection=research)
    make_records(5)
    make_records(5, collection=research, changed_at=NOON.replace(year=2025))
    found = harvest(client, set="collection:research", since="2024-01-01", until="2024-12-31")
    assert [number for number, _ in found] == inside


def test_what_changes_in_the_middle_comes_next_time_and_nothing_is_lost_or_doubled(client, librarian):
    keys = make_records(7)
    reading = pages(client, **LIST)
    first = next(reading)
    (began,) = texts(first, "//oai:responseDate")
    # One that was given already, one that was still to come, and a new one.
    tomorrow = timezone.now() + datetime.timedelta(seconds=2)
    Record.objects.filter(pk__in=[keys[0], keys[5]]).update(changed_at=tomorrow)
    new = make_record("New", changed_at=tomorrow).pk
    rest = [number for page in reading for number, _ in headers(page)]
    assert [number for number, _ in headers(first)] + rest == [key for key in keys if key != keys[5]]
    Record.objects.filter(changed_at=tomorrow).update(changed_at=timezone.now())
    assert [number for number, _ in harvest(client, since=began)] == [keys[0], keys[5], new]


def test_the_next_harvest_hears_of_every_end(client, library_manager, administrator):
    """Withdrawn, merged, erased, restricted, under an embargo, replaced: what is no longer open is deleted."""
    ends = {
        "withdraw": lambda record: withdrawing.withdraw(
            record, by=library_manager, reason=WithdrawalReason.DUPLICATE, note="Twice."
        ),
        "merge": lambda record: merging.merge(kept, record, by=library_manager),
        "erase": lambda record: erasure.erase(record, by=administrator, ground="A court’s order"),
        "restrict": lambda record: restricting.restrict(record, audience=Audience.STAFF, by=library_manager),
        "embargo": lambda record: embargoes.set(
            record, until=timezone.localdate() + datetime.timedelta(days=3), by=library_manager
        ),
        "replace": lambda record: deposits.move_together([_next_version(record)], ["submit", "publish"], by=None),
    }
    kept = make_record("Kept", changed_at=NOON)
    numbers = {"merge": (("doi", "10.5555/merged"),)}  # which comes to the one that stays
    ended = {name: make_record(f"To {name}", changed_at=NOON, identifiers=numbers.get(name, ())) for name in ends}
    assert dict(harvest(client)) == {record.pk: "" for record in (kept, *ended.values())}
    for name, end in ends.items():
        end(ended[name])
    told = dict(harvest(client, since="2026-01-01"))
    new = Record.objects.get(version=2)
    assert told == {**{record.pk: "deleted" for record in ended.values()}, kept.pk: "", new.pk: ""}


def _next_version(record):
    copy = make_record("The next version", status="draft", first_version=record, version=2)
    return Record.objects.get(pk=copy.pk)


def test_what_comes_back_is_given_again(client, library_manager):
    record = make_record(changed_at=NOON)
    day = timezone.localdate() + datetime.timedelta(days=3)
    embargoes.set(record, until=day, by=library_manager)
    assert harvest(client) == [(record.pk, "deleted")]
    assert embargoes.lift_due(timezone.now() + datetime.timedelta(days=4)) == 1
    assert harvest(client, since="2026-01-01") == [(record.pk, "")]
    withdrawing.withdraw(record, by=library_manager, reason=WithdrawalReason.DUPLICATE, note="Twice.")
    assert harvest(client) == [(record.pk, "deleted")]
    deposits.move(record, "reinstate", by=library_manager, note="Once.")
    assert harvest(client) == [(record.pk, "")]


def test_the_erased_end_is_told_to_those_who_harvest_one_collection(client, administrator):
    record = make_record(collection=make_collection("Research"))
    erasure.erase(record, by=administrator, ground="A court’s order")
    assert harvest(client, set="collection:research") == [(record.pk, "deleted")]
    assert harvest(client, set="type:article") == [(record.pk, "deleted")]


def test_a_page_far_down_reads_the_index_and_only_what_it_gives(client):
    """Thousands of records changed at one moment are passed over by the index, not read one by one."""
    keys = make_records(40)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    found = records.after(records.changed(NOON, timezone.now(), Q()), (NOON, keys[20]))
    plan = found.values_list("pk")[:4].explain()
    # With so few rows the planner may as well take the desk's index, which has the same order.
    assert "record_harvest" in plan or "record_changed_last" in plan
    assert "ROW(changed_at, id) > ROW(" in plan.split("Index Cond:")[1]
    assert [pk for (pk,) in found.values_list("pk")[:4]] == keys[21:25]


def test_the_first_question_is_counted_and_the_others_are_not(client, django_assert_num_queries):
    make_records(7)
    follows = token(ask(client, **LIST))
    with django_assert_num_queries(5):  # two of them are the request's transaction
        assert codes(ask(client, verb="ListIdentifiers", resumptionToken=follows)) == []
