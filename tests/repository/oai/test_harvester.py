"""An independent harvester (oaipmh-scythe) takes over the whole demonstration from a real server."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from oaipmh_scythe import Scythe
from oaipmh_scythe.exceptions import BadArgument, NoRecordsMatch

from kmportal.demo.loading import load
from kmportal.people import roles
from repository import restricting, withdrawing
from repository.audience import Audience
from repository.models import Record
from repository.oai import answers
from repository.oai.formats import FORMATS
from repository.oai.identifiers import identifier_of
from repository.status import Status
from repository.withdrawal import WithdrawalReason
from tests.builders import make_record, make_user
from tests.repository.oai.asking import ask, headers, texts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def harvester(live_server, monkeypatch) -> Iterator[Scythe]:
    """Give a harvester of the server, whose pages are short, so that it has to ask for many."""
    monkeypatch.setattr(answers, "PAGE", 7)
    with Scythe(f"{live_server.url}/oai") as scythe:
        yield scythe


def identifiers(records) -> set[str]:
    return {identifier_of(pk) for pk in records.values_list("pk", flat=True)}


def test_the_whole_demonstration_is_harvested_and_then_what_changes(harvester):
    load(force=True)
    opened = Record.objects.filter(status=Status.PUBLISHED, audience=Audience.OPEN)
    gone = Record.objects.exclude(opened_at=None).exclude(pk__in=opened.values("pk"))
    withdrawn = Record.objects.filter(status__in=[Status.WITHDRAWN, Status.REPLACED], audience=Audience.OPEN)
    assert opened.count() > 2 * answers.PAGE
    assert withdrawn.exists()
    assert identifiers(withdrawn) <= identifiers(gone)
    for prefix in FORMATS:
        given = list(harvester.list_records(metadata_prefix=prefix))
        assert len(given) == len({record.header.identifier for record in given})
        assert {record.header.identifier for record in given if not record.deleted} == identifiers(opened)
        assert {record.header.identifier for record in given if record.deleted} == identifiers(gone)
        assert all(record.metadata for record in given if not record.deleted)
    listed = list(harvester.list_identifiers(metadata_prefix="oai_dc"))
    assert {header.identifier for header in listed} == identifiers(opened) | identifiers(gone)

    (since,) = texts(ask(Client(), verb="Identify"), "//oai:responseDate")
    librarian = make_user("Maya Manager", role=roles.LIBRARY_MANAGER)
    first, second, *_ = opened.order_by("pk")
    withdrawing.withdraw(first, by=librarian, reason=WithdrawalReason.DUPLICATE, note="Twice.")
    restricting.restrict(second, audience=Audience.STAFF, by=librarian)
    new = make_record("New since")
    later = {
        record.header.identifier: record.deleted
        for record in harvester.list_records(metadata_prefix="oai_dc", from_=since)
    }
    expected = {identifier_of(first.pk): True, identifier_of(second.pk): True, identifier_of(new.pk): False}
    assert {identifier: later[identifier] for identifier in expected} == expected


def test_it_reads_what_the_repository_says_of_itself(harvester, settings):
    record = make_record("Falls & frailty")
    said = harvester.identify()
    assert (said.repositoryName, said.deletedRecord, said.granularity) == (
        settings.PORTAL_NAME,
        "persistent",
        "YYYY-MM-DDThh:mm:ssZ",
    )
    assert [form.metadataPrefix for form in harvester.list_metadata_formats()] == list(FORMATS)
    assert "type:article" in {one.setSpec for one in harvester.list_sets()}
    taken = harvester.get_record(identifier=identifier_of(record.pk), metadata_prefix="oai_dc")
    assert taken.metadata["title"] == ["Falls & frailty"]
    with pytest.raises(NoRecordsMatch):
        list(harvester.list_records(metadata_prefix="oai_dc", set_="type:thesis"))
    with pytest.raises(BadArgument):
        list(harvester.list_records(metadata_prefix="oai_dc", from_="yesterday"))


def test_what_is_written_while_somebody_harvests_comes_the_next_time(client):
    """A record's date is read before its transaction ends, so an answer in between must not be dated after it."""
    early, late = make_record("Early"), make_record("Late")
    long_ago = timezone.now().replace(year=2020)
    Record.objects.update(changed_at=long_ago)
    changed, may_end = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                moment = timezone.now()
                Record.objects.filter(pk=late.pk).update(changed_at=moment)
                changed.set()
                may_end.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert changed.wait(20)
        # The clock goes on to the next second before anybody asks.
        started = timezone.now().replace(microsecond=0)
        while timezone.now().replace(microsecond=0) == started:
            threading.Event().wait(0.05)
        first = ask(Client(), verb="ListIdentifiers", metadataPrefix="oai_dc")
    finally:
        may_end.set()
        writer.join()
    (date,) = texts(first, "//oai:responseDate")
    assert headers(first) == [(early.pk, ""), (late.pk, "")]
    assert headers(ask(Client(), verb="ListIdentifiers", metadataPrefix="oai_dc", since=date)) == [(late.pk, "")]
