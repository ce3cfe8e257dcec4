"""Harvesting another repository, which is a real server here: the good, the slow, the broken and the endless."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from kmportal.lifecycle.transitions import NotAllowed
from repository import tasks
from repository.intake import harvesting, oai_client
from repository.intake.oai_client import Client, HarvestFailed, Limits
from repository.models import HarvestSource, ImportBatch, ImportedFrom, Record
from tests.builders import make_collection
from tests.repository.intake.oai_server import HEAD, NOW, Answer, Repository, error, identify, item, listing, running

pytestmark = pytest.mark.django_db

DESK = "/repository/desk/harvests/"
QUICK = Limits(connect_seconds=2.0, answer_seconds=0.5, longest_wait=5.0, largest_answer=100_000, most_answers=50)


@pytest.fixture
def serve():
    """Give a function that serves a repository until the test is over."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda lists, **said: stack.enter_context(running(Repository(lists, **said)))


def make_source(there, **fields):
    return HarvestSource.objects.create(name="Northmoor", base_url=there.address, **fields)


def harvest(source, *, limits=QUICK):
    """Harvest with a client that does not wait; return the batch, and how long it would have waited each time."""
    waited = []
    batch = harvesting.harvest(source, client=Client(source.base_url, limits, waited.append))
    source.refresh_from_db()
    return batch, waited


def counts(batch):
    names = ("added", "updated", "unchanged", "duplicates", "rejected")
    return {name: getattr(batch, name) for name in names if getattr(batch, name)}


def test_all_pages_of_a_list_come_and_the_next_harvest_asks_for_what_changed_since(serve):
    pages = {"": listing(item(1), item(2), token="two"), "two": listing(item(3), item(4, status="deleted"))}
    there = serve(lambda asked: pages[asked.get("resumptionToken", "")])
    papers = make_collection("Papers")
    source = make_source(there, collection=papers, set_spec="col_1")

    batch, _ = harvest(source)
    assert (batch.origin, batch.harvest, batch.state, counts(batch)) == (
        "harvest", source, "done", {"added": 3, "rejected": 1},
    )  # fmt: skip
    assert [(r.title, r.status, r.collection) for r in Record.objects.order_by("pk")] == [
        (f"Paper {number}", "submitted", papers) for number in (1, 2, 3)
    ]
    assert set(ImportedFrom.objects.values_list("source", "key")) == {
        (f"oai-{source.pk}", f"oai:there.example:{number}") for number in (1, 2, 3)
    }
    (gone,) = batch.rows.filter(kind="rejected")
    assert (gone.label, gone.reason) == (
        "oai:there.example:4",
        "The repository has deleted this record. We never had it.",
    )
    assert there.lists_asked == [{"metadataPrefix": "oai_dc", "set": "col_1"}, {"resumptionToken": "two"}]
    assert (source.harvested_until, source.failure) == (NOW, "")

    pages[""] = listing(item(1, "Paper 1, corrected"), item(2, status="deleted"), item(3), now="2026-03-02T09:30:00Z")
    batch, _ = harvest(source)
    assert counts(batch) == {"updated": 1, "unchanged": 1, "rejected": 1}
    assert there.lists_asked[-1] == {"metadataPrefix": "oai_dc", "set": "col_1", "from": NOW}
    kept = Record.objects.get(title="Paper 2")
    assert batch.rows.get(kind="rejected").reason == (
        f"The repository has deleted this record. We still have it, as record {kept.pk}, “Paper 2”: withdraw it if "
        "nobody should use it any more."
    )
    assert (Record.objects.filter(title="Paper 1, corrected").count(), source.harvested_until) == (
        1,
        "2026-03-02T09:30:00Z",
    )


def test_where_nothing_has_changed_no_batch_is_made(serve):
    there = serve(lambda asked: error("noRecordsMatch", "None"))
    source = make_source(there, harvested_until="2026-01-01T00:00:00Z")
    assert harvest(source)[0] is None
    assert (ImportBatch.objects.count(), source.failure, source.harvested_at is None) == (0, "", False)


def test_a_repository_that_counts_in_days_is_asked_in_days(serve):
    there = serve(lambda asked: listing(item(1)), says=identify("YYYY-MM-DD"))
    source = make_source(there)
    harvest(source)
    harvest(source)
    assert [asked.get("from") for asked in there.lists_asked] == [None, "2026-03-01"]


def test_a_busy_repository_is_asked_again_after_the_time_it_names(serve):
    answers = [Answer(status=503, headers={"Retry-After": "3"}), listing(item(1))]
    source = make_source(serve(lambda asked: answers.pop(0)))
    batch, waited = harvest(source)
    assert (counts(batch), waited) == ({"added": 1}, [3.0])


def test_a_repository_that_is_busy_for_long_is_left_for_the_next_night(serve):
    source = make_source(serve(lambda asked: Answer(status=503, headers={"Retry-After": "86400"})))
    assert harvest(source) == (None, [])
    assert source.failure == "The repository is busy and asks us to come back later."


CUT = listing(item(1), item(2))[:-60]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("<html><body>Welcome</body></html>", "This address does not answer as OAI-PMH does."),
        ("", "This address does not answer as OAI-PMH does."),
        (Answer(status=404), "The repository refused to answer (HTTP 404). Check the address."),
        (CUT, "The repository’s answer stops in the middle, each time we ask."),
        (Answer(CUT, announced=100_000), "The repository’s answer stops in the middle, each time we ask."),
        (Answer(listing(item(1)), trickle=0.05), "The repository takes too long to answer. Try again later."),
        (listing(item(1, "x" * 200_000)), "The repository’s answer is larger than 1 MB."),
        (error("badResumptionToken"), "The repository has forgotten where we were in its list."),
        (error("cannotDisseminateFormat", "mods"), "The repository does not give its records in this format: mods."),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "The address must begin with http"),
        (Answer(status=302, headers={"Location": "?verb=ListRecords"}), "The address leads from one place to the next"),
        (
            f'<!DOCTYPE x [<!ENTITY a "b">]>{listing(item(1))}',
            "We could not read what the repository answered. This file defines entities of its own",
        ),
    ],
)
def test_what_is_no_good_answer_is_a_sentence_and_the_next_harvest_begins_there_again(serve, answer, failure):
    source = make_source(serve(lambda asked: answer), harvested_until="2026-01-01T00:00:00Z")
    assert harvest(source)[0] is None
    assert source.failure.startswith(failure)
    assert (source.harvested_until, Record.objects.count()) == ("2026-01-01T00:00:00Z", 0)


def test_nobody_answers(serve):
    source = HarvestSource.objects.create(name="Gone", base_url="http://127.0.0.1:9/oai")
    assert harvest(source)[0] is None
    assert source.failure == "We could not reach the repository. Check the address, or try again later."


def test_what_came_before_the_failure_is_kept_and_the_batch_says_so(serve):
    pages = {"": listing(item(1), item(2), token="two"), "two": CUT}
    source = make_source(serve(lambda asked: pages[asked.get("resumptionToken", "")]))
    batch, _ = harvest(source)
    assert (batch.state, counts(batch)) == ("failed", {"added": 2})
    assert batch.failure == source.failure == "The repository’s answer stops in the middle, each time we ask."
    pages["two"] = listing(item(3))
    batch, _ = harvest(source)
    assert (batch.state, counts(batch), source.failure) == ("done", {"added": 1, "unchanged": 2}, "")


def test_a_record_that_is_damaged_is_lost_alone(serve):
    broken = (
        "<record><header><identifier>oai:there.example:2</identifier></header><metadata><a></b></metadata></record>"
    )
    source = make_source(serve(lambda asked: listing(item(1), broken, item(3))))
    batch, _ = harvest(source)
    assert counts(batch) == {"added": 2, "rejected": 1}
    assert "not well-formed XML" in batch.rows.get(kind="rejected").reason


def test_a_list_that_sends_round_in_a_circle_ends(serve):
    source = make_source(serve(lambda asked: listing(item(1), token="again")))
    batch, _ = harvest(source)
    assert batch.failure == "The repository sends us round in a circle: it gave the same place in its list twice."


def test_a_list_of_the_same_records_under_ever_new_tokens_ends(serve):
    there = serve(lambda asked: listing(*map(item, range(40)), token=f"t{len(there.asked)}"))
    batch, _ = harvest(make_source(there))
    assert batch.failure == "The repository’s list goes round: it gives the same records again and again."
    assert Record.objects.count() == 40


def test_a_list_of_empty_answers_ends(serve):
    there = serve(lambda asked: listing(token=f"t{len(there.asked)}"))
    source = make_source(there)
    assert harvest(source)[0] is None
    assert source.failure.startswith("The repository’s list does not come to an end.")


def test_a_list_without_end_ends(serve):
    there = serve(lambda asked: listing(item(len(there.asked)), token=f"t{len(there.asked)}"))
    batch, _ = harvest(make_source(there), limits=replace(QUICK, most_answers=5))
    assert (batch.failure.startswith("The repository’s list does not come to an end."), batch.added) == (True, 5)


def test_a_redirect_to_another_place_is_followed(serve):
    there = serve(lambda asked: listing(item(1)))
    onward = {"Location": f"{there.address}?verb=Identify"}
    moved = serve(lambda asked: Answer(status=301, headers=onward), says=Answer(status=301, headers=onward))
    assert Client(moved.address, QUICK).identify().name == "Northmoor Repository"


def test_two_harvests_of_one_source_do_not_run_at_once(serve, monkeypatch):
    source = make_source(serve(lambda asked: listing(item(1))))
    from contextlib import contextmanager

    @contextmanager
    def taken(source):
        yield False

    with monkeypatch.context() as patched:
        patched.setattr(harvesting, "_alone", taken)
        assert harvesting.harvest(source) is None
    assert (ImportBatch.objects.count(), harvest(source)[0].added) == (0, 1)


def test_a_harvest_whose_worker_died_is_said_to_be_broken_off_at_the_next(serve):
    source = make_source(serve(lambda asked: listing(item(1))))
    dead = ImportBatch.objects.create(file_name="x", origin="harvest", harvest=source, state="running")
    harvest(source)
    dead.refresh_from_db()
    assert (dead.state, dead.failure) == ("failed", "This harvest was broken off. The next one begins where it began.")


def test_other_records_are_asked_for_from_the_beginning(librarian):
    source = HarvestSource.objects.create(name="A", base_url="https://a.example/oai", harvested_until="2026-01-01")
    source.name = "B"
    assert harvesting.keep(source, by=librarian).harvested_until == "2026-01-01"
    source.set_spec = "other"
    assert harvesting.keep(source, by=librarian).harvested_until == ""


def test_every_night_each_active_source_is_queued():
    for name, is_active in (("a", True), ("b", False), ("c", True)):
        HarvestSource.objects.create(name=name, base_url=f"https://{name}.example/oai", is_active=is_active)
    tasks.harvest_active_sources(0)
    queued = ProcrastinateJob.objects.order_by("pk").values_list("task_name", "args")
    active = HarvestSource.objects.filter(is_active=True)
    assert list(queued) == [("repository.tasks.harvest_source", {"source_pk": source.pk}) for source in active]


# --- The pages ---------------------------------------------------------------------------------------------------


def form(there, **fields):
    return {"name": "Northmoor", "base_url": there.address, "metadata_prefix": "oai_dc", "is_active": "on", **fields}


def test_a_librarian_tries_an_address_adds_it_and_harvests_it_now(signed_in, librarian, serve):
    client = signed_in(librarian)
    there = serve(lambda asked: listing(item(1)))
    assert "Add a repository" in client.get(DESK).text
    tried = client.post(f"{DESK}add/", form(there, do="try"))
    assert "It is “Northmoor Repository”, with records since 2009-01-01T00:00:00Z." in tried.text
    assert HarvestSource.objects.count() == 0
    assert client.post(f"{DESK}add/", form(there, do="save"))["Location"] == DESK
    source = HarvestSource.objects.get()
    assert client.post(f"{DESK}{source.pk}/now/")["Location"] == f"{DESK}{source.pk}/"
    ((task, arguments),) = ProcrastinateJob.objects.values_list("task_name", "args")
    assert task == "repository.tasks.harvest_source"
    tasks.harvest_source(**arguments)
    assert "1 read: 1 added" in client.get(f"{DESK}{source.pk}/").text
    again = client.post(f"{DESK}add/", form(there, do="save"))
    assert again.context["form"].errors == {
        "base_url": ["This repository, with this format and set, is on the list already."]
    }
    client.post(f"{DESK}{source.pk}/", {**form(there, do="save"), "is_active": ""})
    source.refresh_from_db()
    assert (source.is_active, "Stopped" in client.get(DESK).text) == (False, True)


def test_an_address_that_does_not_answer_says_so_beside_the_field(signed_in, librarian, serve):
    there = serve(lambda asked: "", says="<html>Hello</html>")
    answer = signed_in(librarian).post(f"{DESK}add/", form(there, do="try"))
    assert answer.context["form"].errors == {
        "base_url": ["This address does not answer as OAI-PMH does. Check it: it often ends in /oai or /oai/request."]
    }


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a.example/oai", "nonsense", "javascript:alert(1)"])
def test_only_addresses_of_the_web_are_taken(signed_in, librarian, address):
    answer = signed_in(librarian).post(f"{DESK}add/", {"name": "x", "base_url": address, "metadata_prefix": "oai_dc"})
    assert set(answer.context["form"].errors) == {"base_url"}
    with pytest.raises(HarvestFailed):
        Client(address, QUICK).identify()


def test_a_harvest_that_goes_on_has_its_page(signed_in, librarian):
    source = HarvestSource.objects.create(name="A", base_url="https://a.example/oai")
    batch = ImportBatch.objects.create(file_name="Harvest of A", origin="harvest", harvest=source, state="running")
    client = signed_in(librarian)
    assert "data-poll" in client.get(batch.get_absolute_url()).text
    assert "Harvest of A" not in client.get(f"{DESK}{source.pk}/").text


def test_the_list_asks_as_much_of_the_database_for_50_sources_as_for_3(signed_in, librarian):
    client, papers = signed_in(librarian), make_collection("Papers")

    def queries(number):
        for index in range(HarvestSource.objects.count(), number):
            HarvestSource.objects.create(name=f"R{index}", base_url=f"https://r{index}.example/oai", collection=papers)
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(DESK).context["page"].object_list) == number
        return len(asked)

    assert queries(3) == queries(50)


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_who_may_not_import_finds_no_page_and_starts_nothing(request, signed_in, role):
    someone = request.getfixturevalue(role)
    client = signed_in(someone)
    source = HarvestSource.objects.create(name="A", base_url="https://a.example/oai")
    there = [DESK, f"{DESK}add/", f"{DESK}{source.pk}/"]
    assert [client.get(address).status_code for address in there] == [404, 404, 404]
    assert client.post(f"{DESK}{source.pk}/now/").status_code == 404
    for refused in (harvesting.harvest_later, harvesting.keep):
        with pytest.raises(NotAllowed):
            refused(source, by=someone)
    assert ProcrastinateJob.objects.count() == 0


def test_how_long_to_wait_is_read_from_a_number_or_a_date():
    assert [oai_client._seconds(text) for text in ("7", "Wed, 21 Oct 2015 07:28:00 GMT", "soon")] == [7.0, 1.0, 10.0]


def test_an_answer_needs_its_end(serve):
    there = serve(lambda asked: "", says=f"{HEAD}<Identify><repositoryName>x</repositoryName></Identify>")
    with pytest.raises(HarvestFailed, match="stops in the middle"):
        Client(there.address, QUICK, lambda seconds: None).identify()
