"""Checking stored files: what is changed, lost or unknown is found, and nothing else."""

import os
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from repository import file_store, fixity
from repository.models import FixityFinding, RecordFile, StoredContent
from tests.builders import make_record

pytestmark = pytest.mark.django_db


def keep(number: int) -> list[str]:
    """Keep so many files of one record, and return their SHA-256."""
    record = make_record()
    kept = [file_store.store([b"content %d" % each]) for each in range(number)]
    for each in kept:
        content = StoredContent.objects.create(sha256=each.sha256, size=each.size, content_type="text/plain")
        RecordFile.objects.create(
            record=record, name=f"{each.sha256}.txt", content=content, size=each.size, content_type="text/plain"
        )
    return [each.sha256 for each in kept]


def flip(sha256: str) -> None:
    path = file_store.path_of(sha256)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def orphan(content: bytes) -> str:
    sha256 = file_store.store([content]).sha256
    an_old_time = time.time() - 2 * fixity.YOUNG_SECONDS
    os.utime(file_store.path_of(sha256), (an_old_time, an_old_time))
    return sha256


def open_problems() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"changed": set(), "missing": set(), "orphan": set()}
    for finding in FixityFinding.objects.filter(settled_at=None):
        found[finding.problem].add(finding.sha256)
    return found


def test_all_that_is_wrong_is_found_and_nothing_else_and_settled_when_it_is_right_again():
    kept = keep(200)
    flipped, lost, orphans = kept[:20], kept[20:25], [orphan(b"unknown %d" % number) for number in range(5)]
    before = {sha256: file_store.path_of(sha256).read_bytes() for sha256 in flipped + lost}
    for sha256 in flipped:
        flip(sha256)
    for sha256 in lost:
        file_store.path_of(sha256).unlink()
    first = fixity.check()
    assert (first.checked, first.found, first.open) == (200, 30, 30)
    assert open_problems() == {"changed": set(flipped), "missing": set(lost), "orphan": set(orphans)}
    again = fixity.check()
    assert (again.found, again.settled, again.open) == (0, 0, 30)
    for content in before.values():
        file_store.store([content])
    for sha256 in orphans:
        file_store.remove(sha256)
    mended = fixity.check()
    assert (mended.found, mended.settled, mended.open) == (0, 30, 0)
    assert FixityFinding.objects.count() == 30


def test_content_that_no_record_has_any_more_is_an_orphan_too():
    (sha256,) = keep(1)
    RecordFile.objects.all().delete()
    assert fixity.check().found == 1
    assert open_problems()["orphan"] == {sha256}


def test_what_has_just_come_in_is_no_orphan_and_what_was_left_on_its_way_is_removed():
    file_store.store([b"its row is written now"])
    coming, left = file_store.receive([b"coming"]), file_store.receive([b"left"])
    two_days_ago = time.time() - 2 * fixity.LEFT_OVER_SECONDS
    os.utime(left.path, (two_days_ago, two_days_ago))
    assert fixity.check().open == 0
    assert (coming.path.exists(), left.path.exists()) == (True, False)


def test_checks_with_a_limit_reach_everything_in_turn():
    kept = keep(5)
    seen: list[str] = []
    for _ in range(3):
        fixity.check(limit=2, after_file=lambda content: seen.append(content.sha256))
    assert (len(seen), set(seen)) == (6, set(kept))
    assert fixity.check(seconds=0).checked == 0


def test_the_command_says_what_it_found_and_ends_with_one_while_something_is_wrong():
    kept = keep(3)
    output = StringIO()
    call_command("check_fixity", stdout=output)
    assert output.getvalue().startswith("Checked 3 files of 0.0 MB in ")
    flip(kept[0])
    with pytest.raises(CommandError) as failed:
        call_command("check_fixity", stdout=output)
    assert (str(failed.value), failed.value.returncode) == ("Open problems: 1.", 1)
    assert f"Changed since it was stored: {kept[0]} Its SHA-256 is now " in output.getvalue()


def test_the_library_reads_the_findings_and_changes_none(signed_in, librarian, staff):
    kept = keep(2)
    flip(kept[0])
    fixity.check()
    finding = FixityFinding.objects.get()
    desk = signed_in(librarian)
    assert kept[0][:12] in desk.get("/admin/repository/fixityfinding/?open=yes").text
    page = desk.get(f"/admin/repository/fixityfinding/{finding.pk}/change/").text
    assert (f"{kept[0]}.txt" in page, 'name="_save"' in page) == (True, False)
    assert f"{kept[1][:12]}…" in desk.get("/admin/repository/storedcontent/").text
    assert desk.get(f"/admin/repository/storedcontent/{kept[1]}/change/").status_code == 200
    assert desk.post(f"/admin/repository/fixityfinding/{finding.pk}/delete/").status_code == 403
    assert signed_in(staff).get("/admin/repository/fixityfinding/").status_code == 302


def test_of_the_private_drafts_of_others_the_library_reads_no_title(signed_in, librarian, depositor):
    draft = make_record("Unready", status="draft", depositor=depositor)
    stored = file_store.store([b"unready"])
    content = StoredContent.objects.create(sha256=stored.sha256, size=stored.size, content_type="text/plain")
    RecordFile.objects.create(record=draft, name="unready.txt", content=content, size=7, content_type="text/plain")
    flip(stored.sha256)
    fixity.check()
    desk = signed_in(librarian)
    for page in (f"fixityfinding/{FixityFinding.objects.get().pk}", f"storedcontent/{stored.sha256}"):
        words = desk.get(f"/admin/repository/{page}/change/").text
        assert ("none that you may see" in words, "nready" in words) == (True, False), page


def test_a_file_that_is_removed_while_they_are_listed_is_no_harm(monkeypatch):
    def vanishing(listed=file_store.contents):
        for path in list(listed()):
            yield path
            path.unlink()

    orphan(b"soon gone")
    monkeypatch.setattr(file_store, "contents", vanishing)
    assert (fixity.check().found, open_problems()["orphan"]) == (0, set())
