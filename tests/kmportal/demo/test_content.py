"""The demo content reads well: whole, varied, and with nothing in it that belongs to somebody else."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from kmportal.demo.accounts import ACCOUNTS
from kmportal.demo.reading import CONTENT, UnusableContent, read_content
from kmportal.people.roles import ROLES
from repository.partial_dates import PartialDate
from repository.record_types import RecordType


@pytest.fixture(scope="module")
def content():
    return read_content()


@pytest.fixture
def folder(tmp_path) -> Path:
    """A copy of the content that a test may spoil."""
    return shutil.copytree(CONTENT, tmp_path / "content")


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_there_are_records_of_every_type(content):
    assert {row.type for row in content.records} == set(RecordType.values)
    assert len(content.records) >= 80


def test_each_abstract_is_a_real_one(content):
    odd = {
        row.title: len(row.abstract.split()) for row in content.records if not 60 <= len(row.abstract.split()) <= 180
    }
    assert odd == {}
    assert len({row.abstract for row in content.records}) == len(content.records)


def test_dates_come_in_every_precision(content):
    dates = [PartialDate.from_text(row.issued) for row in content.records]
    assert {date.precision for date in dates} == {"year", "season", "month", "day"}
    assert [date.edtf for date in dates if date.end] == ["2025-01/2025-02", "2024-11/2024-12"]


def test_records_stand_at_every_point_of_their_lives(content):
    assert Counter(row.status for row in content.records) == {"published": 76, "submitted": 2, "draft": 2}
    assert sum(bool(row.withdrawn) for row in content.records) == 2
    assert [row.details["notices"][0]["kind"] for row in content.records if "notices" in row.details] == ["retraction"]


def test_identifiers_are_nobodys(content):
    dois = [row.doi for row in content.records if row.doi]
    assert len(dois) > 15
    # The prefix that Crossref keeps for tests and examples.
    assert {doi.partition("/")[0] for doi in dois} == {"10.5555"}
    assert len(set(dois)) == len(dois)
    assert [person.orcid for person in content.people if person.orcid] == ["0000-0002-1825-0097"]


def test_five_people_have_each_role_and_the_first_of_them_is_the_demo_account(content):
    assert Counter(person.role for person in content.people) == {role.name: 5 for role in ROLES}
    firsts = {role.name: next(p.email for p in content.people if p.role == role.name) for role in ROLES}
    assert {account.role: account.email for account in ACCOUNTS} == firsts
    assert {person.email.partition("@")[2] for person in content.people} == {"demo.example"}


def test_every_profile_is_full(content):
    bare = {
        person.email
        for person in content.people
        if not all((person.job_title, person.staff_group, person.about, person.expertise))
    }
    assert bare == set()


def test_each_lesson_reads_when_do_because(content):
    assert len(content.lessons) >= 25
    odd = [
        lesson.sentence
        for lesson in content.lessons
        if not lesson.sentence.startswith("When ") or ", because " not in lesson.sentence
    ]
    assert odd == []
    assert {lesson.priority for lesson in content.lessons} == {"urgent", "caution", "information", "good_practice"}


def test_each_department_has_content(content):
    assert set(content.departments) == {row.department for row in content.records}


def test_paragraphs_are_kept_and_line_breaks_inside_them_are_not(content):
    abstract = next(row.abstract for row in content.records if row.title.startswith("A ten-minute falls huddle"))
    assert [paragraph.split(": ")[0] for paragraph in abstract.split("\n\n")] == [
        "BACKGROUND",
        "METHODS",
        "RESULTS",
        "CONCLUSION",
    ]
    assert "\n" not in abstract.replace("\n\n", "")


def test_no_content_file_is_too_long_to_edit():
    assert {path.name for path in CONTENT.rglob("*.toml") if len(path.read_text().splitlines()) > 400} == set()


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        (
            "people/trust.toml",
            'site = "riverside-general"',
            'site = "moon"',
            "There is no site “moon”, which is named by",
        ),
        ("sessions.toml", "minutes = 90", "hours = 2", "sessions.toml, “Knowledge cafe: what should"),
        ("records/community.toml", 'type = "article"', "type = ", "community.toml is not TOML: "),
        (
            "lessons/clinical.toml",
            'captured_by = "Okonkwo',
            'captured_by = "Okonkwu',
            "There is no captured_by “Okonkwu",
        ),
    ],
)
def test_content_that_does_not_hold_together_is_refused(folder, file, before, after, message):
    spoil(folder / file, before, after)
    with pytest.raises(UnusableContent) as refused:
        read_content(folder)
    assert str(refused.value).startswith(message)
