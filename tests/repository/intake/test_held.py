"""What the repository holds already: the same number, or the same work in other words."""

import pytest

from repository.models import Record
from tests.builders import make_record
from tests.repository.intake.loads import counts, load_batch
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db

DOI = "LID - 10.5555/ward.1 [doi]"


def set_aside(batch):
    """Return what was set aside: (kind, why, the record that it resembles)."""
    rows = batch.rows.undecided().select_related("candidate").order_by("line", "pk")
    return [(row.kind, row.reason, row.candidate and row.candidate.title) for row in rows]


def ris(title, *, year="2021", author="Okafor, Ngozi", lines=()):
    return "\n".join(["TY  - JOUR", f"TI  - {title}", f"AU  - {author}", f"PY  - {year}", *lines, "ER  -", "", ""])


def test_what_has_the_same_pubmed_id_is_here_already_whatever_its_title():
    ours = make_record("Handover", identifiers=(("pmid", "101"),))
    batch = load_batch(nbib(101, "Another title altogether"))
    assert set_aside(batch) == [("duplicate", "Here already, with the same PubMed ID.", ours.title)]


def test_what_has_the_same_doi_and_about_the_same_title_is_here_already():
    make_record("Handover at the bed-side", identifiers=(("doi", "10.5555/ward.1"),))
    batch = load_batch(nbib(101, "Handover at the bedside", lines=[DOI]))
    assert set_aside(batch) == [("duplicate", "Here already, with the same DOI.", "Handover at the bed-side")]


def test_the_same_doi_with_another_title_warns_and_is_added():
    make_record("Nursing older people: the whole handbook", identifiers=(("doi", "10.5555/ward.1"),))
    batch = load_batch(nbib(101, "Delirium at night", lines=[DOI]), nbib(102, "Sleep and rest", lines=[DOI]))
    assert counts(batch) == {"added": 2}
    assert list(batch.rows.filter(kind="warning").values_list("reason", flat=True)) == [
        "Another work has the same DOI: Nursing older people: the whole handbook",
        "Another work has the same DOI: Delirium at night",
    ]


@pytest.mark.parametrize(
    ("entry", "is_alike"),
    [
        (ris("Handover at the bed side"), True),
        (ris("HANDOVER AT THE BEDSIDE."), True),
        (ris("Handover at the bedside", year="2022"), True),  # online in December, in print in January
        (ris("Handover at the bedside", year="2023"), False),
        (ris("Handover at the bedside", author="Smith, Jane"), False),
        (ris("Handover at the bedside", author="Okáfor, N"), True),
        (ris("Handover by telephone"), False),
        (ris("Handover at the bedside 2"), False),
        (ris("Handover at the bedside II"), False),
    ],
)
def test_a_similar_title_of_the_same_year_and_first_author_is_set_aside(entry, is_alike):
    make_record("Handover at the bedside", issued="2021-05", authors=("Okafor, Ngozi", "Lee, Min"))
    batch = load_batch(entry, name="export.ris")
    alike = [("similar", "Same first author, about the same year and title.", "Handover at the bedside")]
    assert set_aside(batch) == (alike if is_alike else [])
    assert counts(batch) == ({"duplicates": 1} if is_alike else {"added": 1})


def test_a_letter_and_its_reply_with_numbers_of_their_own_are_both_added():
    load_batch(nbib(101))
    batch = load_batch(nbib(102, "Handover at the bedside"), nbib(103, "Handover at the bedside"))
    assert (counts(batch), Record.objects.count()) == ({"added": 2}, 3)


def test_two_alike_in_one_file_stand_beside_each_other():
    batch = load_batch(ris("Handover at the bedside"), ris("Falls"), ris("Handover at the bed side"), name="a.ris")
    reason = "Line 1 of this file has the same first author, and about the same year and title."
    assert set_aside(batch) == [("similar", reason, "Handover at the bedside")]


def test_two_of_one_doi_in_one_line_of_json_are_told_apart():
    works = ", ".join(
        f'{{"type": "article-journal", "title": "{title}", "DOI": "10.5555/{doi}"}}'
        for title, doi in (("Falls", "a"), ("Sleep", "b"), ("Sleep.", "b"))
    )
    batch = load_batch(f"[{works}]", name="a.json")
    assert [(kind, ours) for kind, _, ours in set_aside(batch)] == [("duplicate", "Sleep")]


def test_what_came_in_with_an_earlier_chunk_is_known_in_the_next(monkeypatch):
    monkeypatch.setattr("repository.intake.importing.CHUNK", 1)
    batch = load_batch(ris("Handover at the bedside"), ris("Handover at the bed side"), name="a.ris")
    assert counts(batch) == {"added": 1, "duplicates": 1}


def test_a_draft_is_nobodys_duplicate_and_a_tombstone_is():
    make_record("Handover at the bedside", status="draft", issued="2021", authors=("Okafor, Ngozi",))
    assert counts(load_batch(ris("Handover at the bedside"), name="a.ris")) == {"added": 1}
    Record.objects.update(status="withdrawn")
    assert counts(load_batch(ris("Handover at the bed side"), name="b.ris")) == {"duplicates": 1}
