"""The page of an import: every number opens what it counts, and what was set aside is decided beside our records."""

import html
import re

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from repository.intake import batches, deciding, undoing
from repository.models import ImportBatch, Record
from repository.models.batch import BatchState, Decision
from repository.views import batches as views
from tests.builders import make_record
from tests.repository.intake.loads import counts, load_batch, rows_of
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in, librarian):
    return signed_in(librarian)


@pytest.fixture
def mixed():
    """Give an import that has one of everything: two set aside, one added, updated, unchanged and rejected."""
    make_record(
        "Handover at the bedside", issued="2020-11", authors=("Okafor, Ngozi",),
        identifiers=(("doi", "10.5555/ward.1"),), container_title="Journal of wards", volume="4",
    )  # fmt: skip
    make_record("Falls at nights", issued="2021", authors=("Okafor, Ngozi",))
    load_batch(nbib(3, "Sleep") + nbib(4, "Pain"))
    return load_batch(
        nbib(1, lines=["LID - 10.5555/ward.1 [doi]"]), nbib(2, "Falls at night"), nbib(3, "Sleep"),
        nbib(4, "Pain in hospital"), nbib(5, "Delirium, newly seen"), nbib("x", "Broken"),
    )  # fmt: skip


def text_of(answer):
    body = re.sub(r"(?s)<head>.*?</head>|<script.*?</script>|<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(body).split())


def test_every_number_leads_to_what_it_counts(desk, mixed):
    page = desk.get(mixed.get_absolute_url())
    stats = [(number, label, section.key) for number, label, _, section in page.context["stats"]]
    assert stats == [
        (1, "added", "added"), (1, "updated", "updated"), (1, "unchanged", "unchanged"), (2, "set aside", "similar"),
        (1, "rejected", "rejected"),
    ]  # fmt: skip
    found = {}
    for section in page.context["sections"]:
        assert f'href="{section.url}"' in page.text
        found[section.key] = len(desk.get(mixed.get_absolute_url(), {"show": section.key}).context["rows"].object_list)
    assert found == {"similar": 1, "duplicate": 1, "rejected": 1, "added": 1, "updated": 1, "unchanged": 1}
    rejected = text_of(desk.get(f"{mixed.get_absolute_url()}?show=rejected"))
    assert "Line 47. The PMID" in rejected
    added = desk.get(f"{mixed.get_absolute_url()}?show=added")
    assert Record.objects.get(title="Delirium, newly seen").get_absolute_url() in added.text


def test_a_duplicate_stands_beside_our_record(desk, mixed):
    (comparison,) = desk.get(f"{mixed.get_absolute_url()}?show=duplicate").context["rows"].object_list
    assert comparison.parts == (
        ("Title", "Handover at the bedside", "Handover at the bedside"),
        ("Authors", "Okafor, Ngozi", "Okafor, Ngozi"),
        ("Date", "March 2021", "November 2020"),
        ("Type", "Journal article", "Journal article"),
        ("Source", "Journal of ward work", "Journal of wards, 4"),
        ("Identifiers", "PubMed ID 1, DOI 10.5555/ward.1", "DOI 10.5555/ward.1"),
    )
    page = text_of(desk.get(f"{mixed.get_absolute_url()}?show=duplicate"))
    assert "Here already, with the same DOI." in page
    for button in ("Leave it out", "Add it as a new record", "Complete our record"):
        assert f"{button} : line 1" in page


@pytest.mark.parametrize(
    ("decision", "outcome", "message"),
    [
        ("leave", {"added": 1, "duplicates": 2}, "1 record: left out."),
        ("add", {"added": 2, "duplicates": 1}, "1 record: added as a new record."),
        ("complete", {"added": 1, "duplicates": 2}, "1 record: used to complete our record."),
    ],
)
def test_a_button_decides_about_its_row_and_comes_back_to_its_place(desk, mixed, decision, outcome, message):
    row = mixed.rows.get(kind="duplicate")
    address = f"{mixed.get_absolute_url()}decide/"
    answer = desk.post(address, {"kind": "duplicate", "row": row.pk, "decision": decision, "page": "1"})
    assert answer["Location"] == f"{mixed.get_absolute_url()}?show=duplicate&page=1#rows"
    assert message in text_of(desk.get(answer["Location"]))
    mixed.refresh_from_db()
    assert counts(mixed) == {"updated": 1, "unchanged": 1, "rejected": 1, **outcome}
    again = desk.post(address, {"kind": "duplicate", "row": row.pk, "decision": "leave"}, follow=True)
    assert "Somebody has decided about this already." in text_of(again)


def test_what_was_added_by_decision_stands_among_what_was_added(desk, librarian, mixed):
    deciding.decide([mixed.rows.get(kind="similar")], Decision.ADD, by=librarian)
    page = desk.get(f"{mixed.get_absolute_url()}?show=added")
    assert [record.title for _, record in page.context["rows"].object_list] == [
        "Falls at night",
        "Delirium, newly seen",
    ]
    assert "Libby Librarian added it" in text_of(page)
    assert page.context["stats"][0][0] == 2


def test_all_of_a_kind_are_decided_with_one_button(desk):
    for number in range(3):
        make_record(f"Ward study {number}", identifiers=(("pmid", str(number + 1)),))
    batch = load_batch(*(nbib(number + 1, f"Ward study {number}") for number in range(3)))
    Record.objects.get(title="Ward study 1").delete()
    page = text_of(desk.get(batch.get_absolute_url()))
    assert "Complete our records from all 3" in page
    assert "That record is no longer here." in page
    answer = desk.post(f"{batch.get_absolute_url()}decide/", {"kind": "duplicate", "decision": "complete"}, follow=True)
    said = text_of(answer)
    assert "2 records: used to complete our record." in said
    assert "1 record could not be completed: look at them one by one." in said
    desk.post(f"{batch.get_absolute_url()}decide/", {"kind": "duplicate", "decision": "add"})
    assert [decision for *_, decision in rows_of(batch)] == ["complete", "add", "complete"]


def test_very_many_are_decided_published_and_undone_in_the_background(desk, librarian, monkeypatch, run_waiting):
    monkeypatch.setattr(views, "IN_REQUEST", 1)
    for number in (1, 2):
        make_record(f"Ward study {number}", identifiers=(("pmid", str(number)),))
    batch = load_batch(*(nbib(number, f"Ward study {number}") for number in (1, 2, 3, 4)))
    address = batch.get_absolute_url()

    desk.post(f"{address}decide/", {"kind": "duplicate", "decision": "add"})
    page = desk.get(address)
    assert page.context["progress"] == (0, 2, "Deciding about what was set aside")
    assert ("data-poll" in page.text, "Undo this import" in page.text, "Add it as a new" in page.text) == (
        True, False, False,
    )  # fmt: skip
    run_waiting()
    assert [decision for *_, decision in rows_of(batch)] == ["add", "add", "", ""]

    desk.post(f"{address}publish/")
    assert desk.get(address).context["progress"] == (0, 4, "Publishing records")
    run_waiting()
    assert Record.objects.filter(imported_from__batch=batch, status="published").count() == 4

    desk.post(f"{address}undo/")
    assert desk.get(address).context["progress"] == (0, 4, "Undoing the import")
    desk.post(f"{address}undo/")
    assert ProcrastinateJob.objects.filter(task_name="repository.tasks.undo_batch").count() == 1
    run_waiting()
    assert "Undone by Libby Librarian" in text_of(desk.get(address))


@pytest.fixture
def run_waiting():
    """Give a function that does the waiting jobs here, in the test's own transaction."""
    from repository import tasks

    def run():
        for waiting in ProcrastinateJob.objects.filter(status="todo").order_by("pk"):
            getattr(tasks, waiting.task_name.rpartition(".")[2])(**waiting.args)
            ProcrastinateJob.objects.filter(pk=waiting.pk).update(status="succeeded")

    return run


def test_what_waits_is_published_from_the_page(desk, mixed):
    assert "Publish the one that waits" in text_of(desk.get(mixed.get_absolute_url()))
    answer = desk.post(f"{mixed.get_absolute_url()}publish/", follow=True)
    assert "1 record published." in text_of(answer)
    assert Record.objects.get(title="Delirium, newly seen").status == "published"
    assert "Publish the" not in text_of(answer)


def test_before_it_is_undone_the_page_says_what_will_happen_and_afterwards_what_stayed(desk, librarian):
    load_batch(nbib(1))
    batch = load_batch(nbib(1, "Changed") + "".join(nbib(n, f"Ward study {n}") for n in (2, 3, 4)))
    batches.publish(batch, by=librarian)
    Record.objects.filter(title="Ward study 3").update(status="submitted", published_at=None)
    worked_on = Record.objects.get(title="Ward study 4")
    make_record("Newer", first_version=worked_on, version=2, status="draft")
    asked = desk.get(f"{batch.get_absolute_url()}undo/")
    assert asked.context["foresight"] == undoing.Foresight(deleted=1, withdrawn=1, put_back=1, stay=1)
    said = text_of(asked)
    assert "1 deleted nobody has read them" in said
    assert "Left as they are Ward study 4" in said
    page = desk.post(f"{batch.get_absolute_url()}undo/", follow=True)
    assert "Undone by Libby Librarian" in text_of(page)
    assert (page.context["shown"].key, [record.title for _, record in page.context["rows"].object_list]) == (
        "stayed", ["Ward study 4"],
    )  # fmt: skip
    assert "Undo this import" not in text_of(page)
    refused = desk.get(f"{batch.get_absolute_url()}undo/", follow=True)
    assert "there is nothing to undo now" in text_of(refused)


def test_an_undoing_that_was_broken_off_can_be_gone_on_with(desk):
    batch = load_batch(nbib(1))
    ImportBatch.objects.update(state=BatchState.UNDOING)
    assert "The undoing was broken off" in text_of(desk.get(batch.get_absolute_url()))
    desk.post(f"{batch.get_absolute_url()}undo/")
    assert (ImportBatch.objects.get().state, Record.objects.count()) == ("undone", 0)


def test_an_empty_section_and_odd_addresses_are_no_error(desk, mixed):
    for query in ("show=warning", "show=nonsense", "show=%00", "page=" + "9" * 30, "page=-1", "show=added&page=x"):
        assert desk.get(f"{mixed.get_absolute_url()}?{query}").status_code == 200
    decide = f"{mixed.get_absolute_url()}decide/"
    row = mixed.rows.get(kind="duplicate")
    for sent in (
        {},
        {"kind": "duplicate"},
        {"kind": "rejected", "decision": "add"},
        {"kind": "duplicate", "decision": "burn", "row": row.pk},
    ):
        assert desk.post(decide, sent).status_code == 404
    for key in ("x", "9" * 30, mixed.rows.get(kind="rejected").pk):
        assert desk.post(decide, {"kind": "duplicate", "decision": "add", "row": key}).status_code == 302
    assert mixed.rows.undecided().count() == 2


@pytest.mark.parametrize("role", ["staff", "facilitator", "km_lead"])
def test_who_may_not_import_finds_none_of_its_pages(request, signed_in, role, mixed):
    client = signed_in(request.getfixturevalue(role))
    row = mixed.rows.get(kind="duplicate")
    address = mixed.get_absolute_url()
    answers = [client.get(address), client.get(f"{address}undo/"), client.post(f"{address}publish/")]
    answers += [client.post(f"{address}undo/")]
    answers += [client.post(f"{address}decide/", {"kind": "duplicate", "row": row.pk, "decision": "add"})]
    assert [answer.status_code for answer in answers] == [404] * 5
    mixed.refresh_from_db()
    assert (mixed.state, mixed.rows.undecided().count(), batches.waiting(mixed).count()) == ("done", 2, 1)


@pytest.mark.parametrize("show", ["similar", "duplicate", "added", "updated", "unchanged", "rejected", "warning"])
def test_each_section_asks_the_same_for_3_rows_and_for_50(desk, show, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(views, "COMPARISONS", 50)
    sizes = []
    for number in (3, 50):
        first = number * 1_000
        for n in range(number):
            make_record(f"Study {first + n} of hands", identifiers=(("pmid", str(first + n)),), issued="2021")
            make_record(f"Ward number {first + n} and its beds", authors=("Okafor, Ngozi",), issued="2021")
        keys = range(first, first + number)
        load_batch(*(nbib(key + 200, f"Old {key}") + nbib(key + 300, f"Same {key}") for key in keys))
        batch = load_batch(
            *(nbib(key, f"Study {key} of hands", ("Lee, Min",)) for key in keys),
            *(nbib(key + 100, f"Ward number {key} and its bed") for key in keys),
            *(nbib(key + 200, f"New {key}") + nbib(key + 300, f"Same {key}") for key in keys),
            *(nbib(key + 400, f"Text {key}", (f"A{key}, Ann",), lines=["OT  - " + "k" * 120]) for key in keys),
            *(nbib(f"x{key}", f"Broken {key}") for key in keys),
        )
        desk.get(batch.get_absolute_url())
        with django_assert_num_queries(QUERIES[show]):
            page = desk.get(batch.get_absolute_url(), {"show": show})
        sizes.append(len(page.context["rows"].object_list))
    assert sizes == [3, 50]


QUERIES = dict.fromkeys(("similar", "duplicate"), 15) | dict.fromkeys(("added", "updated", "unchanged"), 13)
QUERIES |= dict.fromkeys(("rejected", "warning"), 12)
