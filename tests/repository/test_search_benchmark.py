"""The benchmark of the search: a small collection of our own is loaded and asked beside the portal's own content."""

import json
import os

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from kmportal.search.models import SearchDocument
from repository.management.commands import search_benchmark
from repository.models import Record
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)

CORPUS = [
    ("falls", "Falls on hospital wards", "Hourly rounding and low beds were tried on three wards for older people."),
    ("sepsis", "Recognising sepsis early", "A score at the front door brought antibiotics forward by forty minutes."),
    ("sleep", "Noise and sleep at night", "Closing bins softly helped patients on the ward to sleep."),
    (
        "handover",
        "Handover between shifts",
        "Nurses on a ward wrote what they say at handover, and falls were forgotten.",
    ),
    ("long", "A title that never ends " * 60, "It ends."),
    ("odd", "", "Odd signs: \u0000 \ud800 β-blocker."),
]
QUERIES = [
    ("1", "what stops falls on hospital wards?", {"falls": 2, "handover": 1}),
    ("2", "sepsis", {"sepsis": 1, "lost": 1}),
    ("3", "β-blocker", {"odd": 1}),
    ("4", "nobody judged this", {}),
]


@pytest.fixture
def collection(tmp_path):
    (tmp_path / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": key, "title": title, "text": text}) + "\n" for key, title, text in CORPUS)
    )
    (tmp_path / "queries.jsonl").write_text(
        "".join(json.dumps({"_id": key, "text": text}) + "\n" for key, text, _ in QUERIES)
    )
    (tmp_path / "qrels.tsv").write_text(
        "".join(f"{key}\t{document}\t{score}\n" for key, _, judged in QUERIES for document, score in judged.items())
    )
    return tmp_path


def scratch_databases() -> list[str]:
    with connection.cursor() as cursor:
        own = f"kmportal_scratch_{os.getpid()}_"
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [own])
        return [name for (name,) in cursor.fetchall()]


def test_the_figures_are_one_json_object_and_the_portal_is_left_as_it_was(collection, capsys):
    builders.make_record("Falls on hospital wards: our own record")

    call_command("search_benchmark", collection)

    output = capsys.readouterr().out
    figures = json.loads(output)
    assert output.count("\n") == 1
    assert figures.pop("p50_ms") <= figures.pop("p95_ms")
    assert figures == {
        # The first and third query find all that is relevant in the best order; the second one of two, at the top.
        "ndcg@10": 0.871,
        "recall@100": 0.8333,
        "mrr@10": 1.0,
        "documents": 6,
        "queries": 3,
    }
    assert [record.title for record in Record.objects.all()] == ["Falls on hospital wards: our own record"]
    assert SearchDocument.objects.count() == 1
    assert scratch_databases() == []


@pytest.mark.parametrize(
    ("trouble", "code", "words"),
    [
        (KeyboardInterrupt, 130, "Stopped"),
        (search_benchmark.DatabaseError("no room"), 1, "no room"),
    ],
)
def test_the_scratch_database_goes_whatever_happens(collection, monkeypatch, trouble, code, words):
    def break_down(*args, **kwargs):
        assert len(scratch_databases()) == 1
        raise trouble

    monkeypatch.setattr(search_benchmark, "search", break_down)

    with pytest.raises(CommandError, match=words) as error:
        call_command("search_benchmark", collection)

    assert error.value.returncode == code
    assert scratch_databases() == []


def test_a_broken_file_is_named_with_its_line(collection):
    with (collection / "corpus.jsonl").open("a") as corpus:
        corpus.write("{broken\n")

    with pytest.raises(CommandError, match=r"corpus\.jsonl, line 7: this is not JSON") as error:
        call_command("search_benchmark", collection)

    assert error.value.returncode == 2
    assert scratch_databases() == []
