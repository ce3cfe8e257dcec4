"""manage.py import_records: the summary adds up, the exit code tells, and a bad file is a sentence."""

import io
import json
import os
import random
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from repository.models import ImportBatch, Record
from tests.builders import make_collection
from tests.repository.intake.test_importing import nbib

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[4] / "shared" / "files" / "nbib"


def run(*arguments):
    """Run the command with --json; return its exit code, its summary, and what it wrote to the error stream."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_records", *map(str, arguments), "--json", stdout=out, stderr=err)
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue().splitlines()[-1]), err.getvalue()


def counts(summary):
    names = ("read", "added", "updated", "unchanged", "duplicates", "rejected")
    return {name: summary[name] for name in names if summary[name]}


@pytest.fixture
def write(tmp_path):
    def write(content, name="alert.nbib"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_good_files_go_in_and_the_sum_is_right(write):
    code, summary, _ = run(write(nbib(1) + nbib(2, "Falls")), write(nbib(3, "Sleep") + nbib(1), "b.nbib"), "--publish")
    assert (code, counts(summary)) == (0, {"read": 4, "added": 3, "unchanged": 1})
    assert set(Record.objects.values_list("status", flat=True)) == {"published"}
    assert [(batch.file_name, batch.state, batch.read) for batch in ImportBatch.objects.order_by("pk")] == [
        ("alert.nbib", "done", 2),
        ("b.nbib", "done", 2),
    ]


def test_a_rejected_record_gives_exit_code_1_with_line_and_reason(write):
    code, summary, err = run(write(nbib(1) + nbib("x", "Broken")))
    assert (code, counts(summary)) == (1, {"read": 2, "added": 1, "rejected": 1})
    assert [(p["line"], p["kind"]) for p in summary["problems"]] == [(10, "rejected")]
    assert "line 10: rejected: The PMID" in err


def test_the_collection_is_found_by_slug_or_name(write):
    papers = make_collection("Research papers")
    run(write(nbib(1)), "--collection", "research-papers")
    run(write(nbib(2, "Falls")), "--collection", "Research Papers")
    assert set(Record.objects.values_list("collection", flat=True)) == {papers.pk}


def test_an_unknown_collection_stops_before_anything_is_read(write):
    make_collection("Research papers")
    with pytest.raises(CommandError, match=r"no collection called nowhere\. There are: research-papers"):
        run(write(nbib(1)), "--collection", "nowhere")
    assert (Record.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_a_dry_run_leaves_nothing_behind(write):
    code, summary, _ = run(write(nbib(1)), "--dry-run")
    assert (code, counts(summary)) == (0, {"read": 1, "added": 1})
    assert (Record.objects.count(), ImportBatch.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b" \n\r\n", "empty"),
        (random.Random(3).randbytes(5_000), "binary"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(2_000), ""),
        (b"Dear library,\nplease add my paper.\n", "what kind of file"),
        (b"just a letter to the library\n", "what kind of file"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence_and_the_next_file_goes_in(write, content, sentence):
    code, summary, err = run(write(content, "bad.nbib"), write(nbib(1)))
    assert (code, counts(summary)) == (2, {"read": 1, "added": 1})
    assert "bad.nbib: " in err
    assert sentence in summary["files"][0]["failure"]
    assert ImportBatch.objects.get(file_name="bad.nbib").failure == summary["files"][0]["failure"]


def test_a_pipe_and_an_odd_name_are_no_stumbling_block(tmp_path, write):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    code, summary, _ = run(pipe, write(nbib(1), os.fsdecode(b"caf\xe9.nbib")))
    assert (code, counts(summary)) == (2, {"read": 1, "added": 1})
    assert [file["failure"] for file in summary["files"]] == [
        "This is not a file. Save what it gives to a file first.",
        "",
    ]
    assert ImportBatch.objects.get().file_name == "caf\ufffd.nbib"


def test_a_file_that_is_not_there_is_a_sentence(tmp_path):
    code, summary, err = run(tmp_path / "nowhere.nbib")
    assert (code, counts(summary)) == (2, {})
    assert "cannot be opened" in err


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.encode("cp1252"),
    ],
)
def test_every_encoding_and_line_ending_gives_the_same_record(write, encode):
    code, summary, _ = run(write(encode(nbib(1, "Señalización in a café", ("Núñez, Zoë",)))))
    assert (code, counts(summary)) == (0, {"read": 1, "added": 1})
    record = Record.objects.get()
    assert (record.title, record.contributions.get().credited_as) == ("Señalización in a café", "Núñez, Zoë")


def test_a_file_cut_in_the_middle_says_so_and_keeps_what_is_whole(write):
    whole = nbib(1) + nbib(2, "Falls")
    code, summary, _ = run(write(whole[: len(nbib(1)) + 60]))
    assert (code, counts(summary)) == (1, {"read": 2, "added": 1, "rejected": 1})
    assert "middle" in summary["problems"][0]["reason"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared example files are not beside this checkout")
def test_no_record_of_the_shared_files_is_lost():
    # Counted by hand: one, four and one.
    names = ("pubmed_result1.txt", "pubmed_result2.txt", "rispy_example_pubmed_EXCERPT_1_record.nbib")
    code, summary, _ = run(*(SHARED / name for name in names), "--publish")
    read = {Path(file["file"]).name: file["read"] for file in summary["files"]}
    assert read == dict(zip(names, (1, 4, 1), strict=True))
    assert (code, counts(summary)) == (0, {"read": 6, "added": 6})
