"""Importing: every record of a file is accounted for, and what a librarian has edited stays."""

import io
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.lifecycle.edits import changes_of
from kmportal.lifecycle.models import Edit, StatusChange
from kmportal.lifecycle.transitions import NotAllowed
from kmportal.search.models import SearchDocument
from repository import deposits, exchange
from repository.intake import importing, taking_over
from repository.intake.importing import import_entries
from repository.models import Contributor, Identifier, ImportedFrom, Record
from tests.builders import make_collection, make_department, make_record

pytestmark = pytest.mark.django_db


def nbib(pmid, title="Handover at the bedside", authors=("Okafor, Ngozi",), lines=()):
    names = [f"FAU - {name}\nAU  - {name.split(',')[0]} {name.split(', ')[1][0]}" for name in authors]
    return "\n".join(
        [f"PMID- {pmid}", "DP  - 2021 Mar", f"TI  - {title}.", *names, *lines, "PT  - Journal Article",
         "JT  - Journal of ward work", "SO  - J Ward Work. 2021 Mar;4(1):1-9.", "", ""]
    )  # fmt: skip


def load(*texts, **options):
    return import_entries(exchange.read(io.BytesIO("".join(texts).encode())), source="nbib", **options)


def outcome(summary):
    return {
        name: getattr(summary, name) for name in ("added", "updated", "unchanged", "duplicates", "rejected") if
        getattr(summary, name)
    }  # fmt: skip


def test_a_record_comes_in_whole():
    load(
        nbib(
            101,
            authors=("Okafor, Ngozi", "Smith, Jane A"),
            lines=[
                "AUID- ORCID: 0000-0002-1825-0097", "AD  - Riverside Hospital.", "CN  - Ward Study Group",
                "AB  - BACKGROUND: Handover is short.", "MH  - *Patient Handoff", "MH  - Stroke/*therapy/nursing",
                "OT  - bedside", "LA  - eng", "LID - 10.5555/ward.1 [doi]", "IS  - 0378-5955 (Print)",
            ],
        )
    )  # fmt: skip
    record = Record.objects.get()
    assert (record.type, record.title, record.issued, record.year, record.status) == (
        "article", "Handover at the bedside", "2021-03", 2021, "submitted",
    )  # fmt: skip
    assert [(row.credited_as, row.contributor.kind, row.contributor.orcid) for row in record.contributions.all()] == [
        ("Okafor, Ngozi", "person", ""),
        ("Smith, Jane A", "person", "0000-0002-1825-0097"),
        ("Ward Study Group", "group", ""),
    ]
    assert record.contributions.all()[1].affiliation == "Riverside Hospital."
    assert [(row.term.label, row.major, row.qualifiers) for row in record.subjects.all()] == [
        ("Patient Handoff", True, []),
        ("Stroke", False, [["therapy", True], ["nursing", False]]),
    ]
    assert set(record.identifiers.values_list("scheme", "value")) == {
        ("pmid", "101"), ("doi", "10.5555/ward.1"), ("issn", "0378-5955"),
    }  # fmt: skip
    assert [tag.name for tag in record.tags.all()] == ["bedside"]
    assert (record.container_title, record.languages) == ("Journal of ward work", ["eng"])


def test_the_same_file_again_changes_nothing():
    file = nbib(101) + nbib(102, "Falls at night")
    assert outcome(load(file)) == {"added": 2}
    before = list(Record.objects.order_by("pk").values())
    assert outcome(load(file)) == {"unchanged": 2}
    assert list(Record.objects.order_by("pk").values()) == before
    assert StatusChange.objects.count() == 2


@pytest.mark.parametrize(
    ("source", "first", "second"),
    [
        (
            "bibtex",
            "@article{smith2020, title={Handover at night}, author={Smith, John}, year={2020}}",
            "@article{smith2020, title={Footwear on wards}, author={Smithers, Ann}, year={2020}}",
        ),
        (
            "csl_json",
            '[{"id": "smith2020", "type": "article-journal", "title": "Handover at night"}]',
            '[{"id": "smith2020", "type": "article-journal", "title": "Footwear on wards"}]',
        ),
    ],
)
def test_what_two_authors_call_by_the_same_name_is_not_taken_for_one_work(source, first, second):
    summaries = [import_entries(exchange.read(io.BytesIO(text.encode())), source=source) for text in (first, second)]
    assert [outcome(summary) for summary in summaries] == [{"added": 1}, {"added": 1}]
    assert list(Record.objects.order_by("pk").values_list("title", flat=True)) == [
        "Handover at night", "Footwear on wards",
    ]  # fmt: skip


def test_an_item_that_its_library_knows_by_an_address_is_known_again():
    text = '[{{"id": "http://zotero.org/users/1/items/ABC", "type": "article-journal", "title": "{}"}}]'
    for title, became in (("Falls", {"added": 1}), ("Falls at night", {"updated": 1})):
        found = exchange.read(io.BytesIO(text.format(title).encode()))
        assert outcome(import_entries(found, source="csl_json")) == became


def test_what_the_source_changed_is_taken_over_and_what_a_librarian_changed_stays():
    load(nbib(101, lines=["AB  - Short.", "OT  - bedside"]))
    record = Record.objects.get()
    record.title = "Handover at the bedside: a trial"
    record.save()
    summary = load(
        nbib(101, "Handover at bedsides", ("Okafor, Ngozi", "Lee, Min"), lines=["AB  - Longer now.", "OT  - ward"])
    )
    assert outcome(summary) == {"updated": 1}
    record.refresh_from_db()
    assert (record.title, record.abstract) == ("Handover at the bedside: a trial", "Longer now.")
    assert [row.credited_as for row in record.contributions.all()] == ["Okafor, Ngozi", "Lee, Min"]
    assert [tag.name for tag in record.tags.all()] == ["ward"]
    assert SearchDocument.objects.filter(kind="record").count() == 0  # not published yet


def test_edited_contributors_stay_when_the_source_changes_something_else():
    load(nbib(101))
    record = Record.objects.get()
    record.contributions.update(credited_as="Okafor, Ngozi Ada")
    load(nbib(101, authors=("Okafor, N",), lines=["AB  - New."]))
    record.refresh_from_db()
    assert record.abstract == "New."
    assert [row.credited_as for row in record.contributions.all()] == ["Okafor, Ngozi Ada"]


def test_a_department_or_a_corrected_contributor_is_not_lost_to_an_update():
    load(nbib(101) + nbib(102, "Falls at night"))
    first, second = Record.objects.order_by("pk")
    first.contributions.update(department=make_department())
    right_one = Contributor.objects.create(family_name="Okafor", given_names="Nkechi")
    second.contributions.update(contributor=right_one)
    address = ["AD  - Riverside Hospital."]
    load(nbib(101, lines=[*address, "AB  - New."]) + nbib(102, "Falls at night", lines=address))
    first.refresh_from_db()
    assert (first.abstract, first.contributions.get().department.name) == ("New.", "Emergency medicine")
    assert second.contributions.get().contributor == right_one


def test_a_withdrawal_in_the_middle_of_an_update_stays(monkeypatch):
    load(nbib(101), publish=True)
    record = Record.objects.get()
    compare = taking_over.said_alike

    def withdraw_meanwhile(*arguments):
        if Record.objects.filter(status="published").exists():
            deposits.move(Record.objects.get(), "withdraw", by=None, note="Wrong paper")
        return compare(*arguments)

    monkeypatch.setattr(taking_over, "said_alike", withdraw_meanwhile)
    assert outcome(load(nbib(101, lines=["AB  - New."]))) == {"updated": 1}
    record.refresh_from_db()
    assert (record.status, record.abstract) == ("withdrawn", "New.")
    assert not SearchDocument.objects.filter(kind="record").exists()


def test_rejections_are_kept_whatever_else_there_is_to_say(monkeypatch):
    monkeypatch.setattr(importing, "MAX_PROBLEMS", 3)
    warned = [nbib(n, f"Study {n} {'long ' * 300}") for n in range(1, 6)]
    summary = load(*warned, nbib("x"), nbib("y"))
    assert [problem.kind for problem in summary.problems] == ["warning"] * 3 + ["rejected"] * 2
    assert summary.problems_left_out == 2


def test_a_keyword_without_a_letter_or_digit_makes_no_tag():
    load(nbib(101, lines=["OT  - +", "OT  - C++", "OT  - ++"]))
    assert [tag.name for tag in Record.objects.get().tags.all()] == ["C++"]


def test_the_same_item_twice_in_a_file_counts_once():
    summary = load(nbib(101), nbib(102, "Falls at night"), nbib(101))
    assert outcome(summary) == {"added": 2, "duplicates": 1}
    assert [(p.kind, p.label) for p in summary.problems] == [("duplicate", "Handover at the bedside")]
    assert summary.read == 3


def test_a_record_that_somebody_deposited_is_not_added_again():
    make_record("Handover at the bedside", identifiers=(("doi", "10.5555/ward.1"),), status="submitted")
    summary = load(nbib(101, lines=["LID - 10.5555/ward.1 [doi]"]))
    assert (outcome(summary), Record.objects.count()) == ({"duplicates": 1}, 1)


def test_the_private_draft_of_a_colleague_is_not_told_of_and_stands_in_nobodys_way(depositor):
    make_record("Secret", status="draft", depositor=depositor, identifiers=(("pmid", "101"),))
    summary = load(nbib(101))
    assert (outcome(summary), [problem.reason for problem in summary.problems]) == ({"added": 1}, [])


def test_what_the_source_changed_stands_in_the_history(librarian):
    load(nbib(101) + nbib(102, "Falls at night"))
    load(
        nbib(101, authors=("Okafor, Ngozi", "Lee, Min"), lines=["AB  - New."]) + nbib(102, "Falls at night"),
        by=librarian,
    )
    edit = Edit.objects.get()
    assert (edit.thing.title, edit.by, edit.reason, [change.sentence for change in changes_of(edit)]) == (
        "Handover at the bedside",
        librarian,
        "The source has changed it",
        ["changed the contributors", "set the abstract to “New.”"],
    )


def test_a_chapter_that_shares_the_doi_of_its_book_goes_in_with_a_warning():
    make_record("Nursing older people: the whole handbook", type="book", identifiers=(("doi", "10.5555/book"),))
    summary = load(nbib(101, "Delirium", lines=["LID - 10.5555/book [doi]"]))
    assert outcome(summary) == {"added": 1}
    assert [(p.kind, p.reason) for p in summary.problems] == [
        ("warning", "Another work has the same DOI: Nursing older people: the whole handbook")
    ]


def test_a_broken_record_is_reported_and_the_others_go_in():
    summary = load(nbib(101), nbib("none"), nbib(103, "Falls at night"))
    assert outcome(summary) == {"added": 2, "rejected": 1}
    (problem,) = summary.problems
    assert (problem.kind, problem.line) == ("rejected", 10)


def test_five_thousand_records_of_which_every_tenth_is_broken():
    file = "".join(nbib("x" if n % 10 == 0 else n, f"Ward study number {n}") for n in range(1, 5_001))
    summary = load(file, publish=True)
    assert outcome(summary) == {"added": 4_500, "rejected": 500}
    assert [problem.line for problem in summary.problems] == list(range(82, 45_000, 90))
    assert SearchDocument.objects.filter(kind="record").count() == 4_500


def test_publishing_puts_new_records_before_readers_at_once_and_into_the_collection(librarian):
    from repository.models import ImportBatch

    batch = ImportBatch.objects.create(file_name="a.nbib", collection=make_collection("Papers"), by=librarian)
    load(nbib(101), batch=batch, by=librarian, publish=True)
    record = Record.objects.get()
    assert (record.status, record.collection.name, record.depositor) == ("published", "Papers", librarian)
    assert record.published_at is not None
    assert list(StatusChange.objects.of(record).values_list("move", "by__name", "note")) == [
        ("submit", "Libby Librarian", "Imported"),
        ("publish", "Libby Librarian", "Imported"),
    ]
    assert SearchDocument.objects.filter(kind="record", object_id=record.pk).exists()


def test_whoever_may_not_publish_adds_nothing(staff):
    with pytest.raises(NotAllowed):
        load(nbib(101), by=staff, publish=True)
    assert (Record.objects.count(), ImportedFrom.objects.count()) == (0, 0)


def test_a_dry_run_says_the_same_and_changes_nothing(monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 1)
    file = nbib(101, lines=["LID - 10.5555/a [doi]"]) + nbib(102, lines=["LID - 10.5555/a [doi]"]) + nbib("x")
    assert outcome(load(file, dry_run=True)) == {"added": 1, "duplicates": 1, "rejected": 1}
    assert (Record.objects.count(), Identifier.objects.count(), Contributor.objects.count()) == (0, 0, 0)


def test_one_name_is_one_contributor_and_two_of_one_name_on_a_paper_are_two():
    load(
        nbib(101, authors=("Wang, Y", "Wang, Y", "Lee, Min")),
        nbib(102, "Falls at night", authors=("Wang, Y", "LEE, min")),
    )
    assert sorted(Contributor.objects.values_list("family_name", "given_names")) == [
        ("Lee", "Min"), ("Wang", "Y"), ("Wang", "Y"),
    ]  # fmt: skip
    second = Record.objects.get(title="Falls at night")
    assert [row.credited_as for row in second.contributions.all()] == ["Wang, Y", "LEE, min"]


def test_an_orcid_joins_two_spellings_and_parts_two_people():
    orcid = "AUID- ORCID: 0000-0002-1825-0097"
    load(nbib(101, authors=("García, Ana",), lines=[orcid]))
    load(nbib(102, "Falls at night", authors=("Garcia Lopez, Ana",), lines=[orcid]))
    load(nbib(103, "Sleep", authors=("García, Ana",), lines=["AUID- ORCID: 0000-0001-5109-3700"]))
    assert sorted(Contributor.objects.values_list("family_name", "orcid")) == [
        ("García", "0000-0001-5109-3700"), ("García", "0000-0002-1825-0097"),
    ]  # fmt: skip


def test_very_long_values_are_cut_with_a_warning_and_not_lost():
    summary = load(nbib(101, "Long " * 400, lines=["OT  - " + "k" * 120]))
    assert outcome(summary) == {"added": 1}
    assert len(Record.objects.get().title) == 1_000
    assert [p.reason[:40] for p in summary.problems] == [
        "The title was cut to 1000 characters.",
        "“kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"[:40],
    ]


def test_problems_are_kept_up_to_a_number_and_then_counted(monkeypatch):
    monkeypatch.setattr(importing, "MAX_PROBLEMS", 2)
    summary = load(*(nbib("x", f"Study {n}") for n in range(5)))
    assert (len(summary.problems), summary.problems_left_out, summary.rejected) == (2, 3, 5)


def test_a_chunk_takes_a_fixed_number_of_queries():
    load(nbib(1, lines=["MH  - Stroke"]))  # the heading is there before
    counts = []
    for number in (3, 50):
        file = "".join(
            nbib(
                1_000 * number + n, f"Study {number} {n}", authors=(f"Author{number}x{n}, Ann",), lines=["MH  - Stroke"]
            )
            for n in range(number)
        )
        with CaptureQueriesContext(connection) as queries:
            load(file)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 40


def test_hostile_names_and_headings_do_not_break_the_chunk():
    letters = "ßẞİıŁłÆæ\u0301Ωß"
    chance = random.Random(7)
    lines = [f"OT  - {''.join(chance.sample(letters, 4))}" for _ in range(20)]
    lines += [f"MH  - {''.join(chance.sample(letters, 4))}" for _ in range(20)] + ["MH  - Straße", "MH  - STRASSE"]
    assert outcome(load(nbib(101, lines=lines), nbib(102, "Falls", lines=lines))) == {"added": 2}


def test_letters_that_are_written_as_several_break_nothing_off():
    title, letters = "Handover at the bedside", "ﷺ"
    ris = f"TY  - JOUR\nTI  - {title}\nAU  - {'한' * 290},\nAU  - {letters * 200}, {letters * 100}\n"
    keywords = f"KW  - {letters * 60}\nKW  - {'k' * 94}.\nKW  - {'k' * 94}!\nER  - \n"
    summary = import_entries(exchange.read(io.BytesIO((ris + keywords).encode())), source="ris")
    assert (outcome(summary), [problem.reason for problem in summary.problems]) == (
        {"added": 1},
        [f"“{letters * 40}…” was left out of the tags: it is over 95 characters."],
    )
    record = Record.objects.get()
    assert [row.credited_as[:3] for row in record.contributions.all()] == ["한한한", letters * 3]
    assert sorted(tag.name for tag in record.tags.all()) == ["k" * 94 + "!", "k" * 94 + "."]
