"""What goes out is what came in: records on their way to the writers of formats."""

import pytest
from django.contrib.auth.models import AnonymousUser

from repository import outgoing
from repository.exchange.entry import Credit, Entry, Notice, SubjectHeading
from repository.intake.importing import import_entries
from repository.models import Record
from repository.partial_dates import PartialDate
from tests.builders import make_collection, make_department, make_record
from tests.repository.test_search import attach

pytestmark = pytest.mark.django_db

PAPER = Entry(
    type="article",
    title="Falls on a frailty ward",
    vernacular_title="Chutes dans un service de gériatrie",
    abstract="BACKGROUND: People fall.\n\nMETHODS: We counted.",
    identifiers=(("pmid", "1234567"), ("doi", "10.5555/falls.1"), ("issn", "1471-2105")),
    contributors=(
        Credit(
            family="Smith", given="Jane A", suffix="Jr", orcid="0000-0002-1825-0097",
            affiliations=("Riverside Hospital, Northtown.", "University of Northtown."),
        ),
        Credit(kind="group", group="Falls Study Group"),
        Credit(family="O'Connor", given="R E", role="editor"),
    ),
    subjects=(
        SubjectHeading("mesh", "Accidental Falls", False, (("prevention & control", True),)),
        SubjectHeading("mesh", "Humans", True),
    ),
    substances=("Vitamin D",),
    keywords=("bed rails", "frailty"),
    container_title="Journal of Falls",
    container_abbreviation="J Falls",
    volume="7",
    issue="1",
    pages="11-19",
    article_number="e12",
    institution="University of Northtown",
    report_number="R-7",
    degree="PhD",
    event_name="Falls 2020",
    event_place="Leeds",
    event_date=PartialDate.from_edtf("2020-03-02"),
    url="https://falls.example/paper",
    licence="CC-BY-4.0",
    issued=PartialDate.from_edtf("2020-03"),
    available_online=PartialDate.from_edtf("2020-02-14"),
    languages=("eng", "fre"),
    publication_types=("Journal Article", "Retracted Publication"),
    notices=(Notice("retraction", "J Falls. 2021 Apr;8(2):1", "7654321"),),
    registrations=("ClinicalTrials.gov/NCT00000001",),
    funding=("G0400001/MRC_/Medical Research Council/United Kingdom", "Charity of Northtown"),
    conflict_of_interest="None declared.",
    copyright_statement="© 2020 The Authors",
)  # fmt: skip


def entry_of(record: Record) -> Entry:
    sent = outgoing.of_record(record, to=AnonymousUser())
    assert sent is not None
    return sent.entry


def test_what_was_imported_goes_out_as_it_came():
    import_entries([PAPER], source="nbib", publish=True)
    assert entry_of(Record.objects.get()) == PAPER


def test_a_name_that_is_not_printed_otherwise_is_that_of_the_contributor():
    record = make_record(authors=("Smith, Jane", "Doe, John, Jr"))
    record.contributions.filter(position=0).update(credited_as="")
    record.contributions.filter(position=1).update(credited_as="Doe, J, Jr")
    assert entry_of(record).contributors == (
        Credit(family="Smith", given="Jane"),
        Credit(family="Doe", given="J", suffix="Jr"),
    )


def test_the_order_the_place_and_the_files_that_the_reader_may_have(staff, settings):
    settings.PORTAL_URL = "https://portal.example"
    posters = make_collection("Posters", parent=make_collection("Research"))
    older = make_record("Older", issued="2019", collection=posters, department=make_department())
    newer = make_record("Newer", issued="2020")
    attach(older, "poster.pdf", "Words")
    attach(older, "data.csv", "Numbers", audience="staff")

    def sent(user):
        return [
            (one.entry.title, one.collections, one.department, [file.url for file in one.files])
            for one in outgoing.of_records(Record.objects.order_by("issued"), to=user)
        ]

    poster, data = (f"https://portal.example/repository/{older.pk}/{name}" for name in ("poster.pdf", "data.csv"))
    place = (("Research", "Posters"), "Emergency medicine")
    assert sent(AnonymousUser()) == [("Older", *place, [poster]), ("Newer", (), "", [])]
    assert sent(staff) == [("Older", *place, [poster, data]), ("Newer", (), "", [])]
    assert next(iter(outgoing.of_keys([newer.pk], to=staff))).url == f"https://portal.example/repository/{newer.pk}/"


def test_whoever_may_not_see_a_record_is_not_given_it(staff):
    hidden = [make_record(audience="library"), make_record(status="draft")]
    open_to_all = make_record()
    keys = [hidden[0].pk, open_to_all.pk, hidden[1].pk, 10**9]
    assert [one.number for one in outgoing.of_keys(keys, to=staff)] == [open_to_all.pk]
    assert outgoing.of_record(hidden[0], to=staff) is None


@pytest.mark.parametrize("number", [3, 50])
def test_the_number_of_queries_does_not_grow_with_the_records(number, django_assert_num_queries):
    for _ in range(number):
        make_record(subjects=("Falls",), tags=("frailty",), identifiers=(("pmid", "1"),))
    list(outgoing.of_records(Record.objects.all(), to=AnonymousUser()))  # content types are remembered
    with django_assert_num_queries(3):
        assert len(list(outgoing.of_records(Record.objects.order_by("pk"), to=AnonymousUser()))) == number
