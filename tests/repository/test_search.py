"""Records in the search: for whom they are found, and what the texts of their files add."""

import hashlib

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kmportal.search import indexing
from kmportal.search.models import SearchDocument
from kmportal.search.results import search
from kmportal.search.sources import Audience
from repository.audience import Audience as Readers
from repository.models import Record, RecordFile
from repository.models.file import Extraction, StoredContent
from tests import builders

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()


def attach(
    record, name, text, *, audience=Readers.OPEN, groups=(), extraction=Extraction.DONE, position=0
) -> RecordFile:
    """Give the record a file of which the text is known."""
    sha256 = hashlib.sha256(f"{record.pk} {name}".encode()).hexdigest()
    content = StoredContent.objects.create(
        sha256=sha256, size=1, content_type="application/pdf", text=text, extraction=extraction
    )
    file = RecordFile.objects.create(
        record=record, name=name, content=content, size=1, content_type="application/pdf",
        audience=audience, position=position,
    )  # fmt: skip
    file.groups.set(groups)
    indexing.refresh([record])
    return file


def hits(text, user=ANYBODY, **narrowed):
    return [(hit.title, hit.found_in) for hit in search(text, user=user, **narrowed).page]


@pytest.fixture
def ward_nine(staff) -> Group:
    group = Group.objects.create(name="Ward 9")
    staff.groups.add(group)
    return group


def test_a_word_of_a_file_finds_the_record_and_the_hit_says_where_it_stands():
    record = builders.make_record("Falls on a ward", abstract="Low beds.")
    attach(record, "Falls poster.pdf", "Two nurses tried wrigglement socks on the ward.")

    found = search("wrigglement", user=ANYBODY)

    assert [(hit.title, hit.found_in, hit.snippet) for hit in found.page] == [
        (
            "Falls on a ward",
            "Falls poster.pdf",
            "Two nurses tried <mark>wrigglement</mark> socks on the ward.",
        )
    ]
    assert (found.total, found.kinds, found.years, len(found.ranked)) == (1, {"record": 1}, {2020: 1}, 1)


def test_a_record_is_found_once_however_many_of_its_texts_have_the_word():
    for number in range(3):
        record = builders.make_record(f"Falls {number}", abstract="Falls and falls.")
        for position in range(3):
            attach(record, f"{position}.pdf", "More of falls. " * 3, position=position)

    found = search("falls", user=ANYBODY)

    assert (found.total, found.kinds, found.years) == (3, {"record": 3}, {2020: 3})
    assert sorted(hit.title for hit in found.page) == ["Falls 0", "Falls 1", "Falls 2"]
    assert SearchDocument.objects.count() == 12


def test_words_of_the_title_and_of_the_file_are_found_together():
    attach(builders.make_record("Handover on wards"), "a.pdf", "Whiteboards")
    attach(builders.make_record("Whiteboards at school"), "b.pdf", "Chalk")

    assert hits("handover whiteboards")[0] == ("Handover on wards", "a.pdf")


def test_what_is_not_wanted_leaves_the_record_out_wherever_it_stands_but_a_hidden_text_tells_nothing(librarian):
    attach(builders.make_record("Falls of adults"), "a.pdf", "Also of children")
    attach(builders.make_record("Falls of elders"), "b.pdf", "Also of children", audience=Readers.LIBRARY)
    attach(builders.make_record("Children and stairs"), "c.pdf", "Falls")

    assert hits("falls -children") == [("Falls of elders", "")]
    assert hits("falls -children", librarian) == []


@pytest.mark.parametrize(
    ("record_for", "file_for", "finders"),
    [
        ("open", "open", {"anybody", "staff", "outsider", "librarian"}),
        ("open", "staff", {"staff", "outsider", "librarian"}),
        ("staff", "open", {"staff", "outsider", "librarian"}),
        ("open", "groups", {"staff", "librarian"}),
        ("groups", "staff", {"staff", "librarian"}),
        ("open", "library", {"librarian"}),
        ("library", "open", {"librarian"}),
    ],
)
def test_a_files_text_is_found_by_those_who_may_read_the_file(
    staff, depositor, librarian, ward_nine, record_for, file_for, finders
):
    record = builders.make_record("Falls", audience=record_for)
    record.groups.set([ward_nine])
    file = attach(record, "a.pdf", "wrigglement", audience=file_for, groups=[ward_nine])

    readers = {"anybody": ANYBODY, "staff": staff, "outsider": depositor, "librarian": librarian}
    assert {name for name, user in readers.items() if hits("wrigglement", user)} == finders
    readable = {name for name, user in readers.items() if file in RecordFile.objects.readable_by(user)}
    assert readable == finders


def test_groups_of_a_record_and_of_its_file_that_share_none_leave_the_text_to_the_library(staff, ward_nine):
    record = builders.make_record("Falls", audience="groups")
    record.groups.set([ward_nine])
    attach(record, "a.pdf", "wrigglement", audience="groups", groups=[Group.objects.create(name="Ward 10")])

    texts = SearchDocument.objects.order_by("part").values_list("audience", "groups")
    assert list(texts) == [(Audience.GROUPS, [ward_nine.pk]), (Audience.KEEPERS, [])]


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "accepted", "rejected", "replaced", "withdrawn"])
def test_only_what_is_published_is_found(librarian, status):
    attach(builders.make_record("Falls", status=status), "a.pdf", "wrigglement")

    assert hits("falls wrigglement", librarian) == []


def test_texts_that_are_gone_leave_the_index_and_what_is_not_read_yet_is_not_in_it():
    record = builders.make_record("Falls")
    attach(record, "waits.pdf", "wrigglement", extraction=Extraction.WAITING)
    assert SearchDocument.objects.count() == 1

    first, second = (attach(record, f"{n}.pdf", f"word{n}", position=n) for n in range(2))
    assert list(SearchDocument.objects.order_by("part").values_list("part", "found_in")) == [
        (0, ""), (1, "0.pdf"), (2, "1.pdf"),
    ]  # fmt: skip
    first.delete()
    indexing.refresh([record])
    assert list(SearchDocument.objects.order_by("part").values_list("part", "body")) == [(0, ""), (1, "word1")]
    second.delete()
    indexing.refresh_all("record")
    assert list(SearchDocument.objects.values_list("part", flat=True)) == [0]


@pytest.mark.parametrize("number", [1, 30])
def test_files_cost_one_query_however_many_there_are(number):
    for n in range(number):
        attach(builders.make_record(f"Falls {n}"), "a.pdf", "Words")

    records = list(Record.objects.all())

    with CaptureQueriesContext(connection) as queries:
        indexing.refresh(records)

    # The savepoint, the records, their files, the upsert, and the end of the savepoint.
    assert len(queries) == 5


def test_long_texts_are_written_in_several_statements(monkeypatch):
    monkeypatch.setattr(indexing, "MAX_STATEMENT", 100)
    for n in range(3):
        attach(builders.make_record(f"Falls {n}"), "a.pdf", f"wrigglement{n} " + "word " * 30)
    SearchDocument.objects.all().delete()

    indexing.refresh(list(Record.objects.all()))

    assert [hits(f"wrigglement{n}") for n in range(3)] == [[(f"Falls {n}", "a.pdf")] for n in range(3)]
