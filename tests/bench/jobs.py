"""Measure the work that is done in the background: an import, the nightly jobs, the index made anew, the file checks.

python -m tests.bench.jobs [--records 100000] [--import-only]

Prints JSON: for each job how many things it did, its seconds (by the clock, and of this process's own CPU time), how
many things that is in a second, its peak of resident memory, and by how many megabytes it made its process grow. All is
done in a portal of its own, which is made anew each time. The import checks each record against all that are there.
"""

import argparse
import datetime
import hashlib
import json
import os
import random
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any

from kmportal.local.places import DATA_DIR
from tests.bench.memory import forget_peak, peak
from tests.bench.portal import manage, portal

IMPORTED = 5_000
EMBARGOES = 1_000
REMINDED = 2_000
TEXTS, TEXT_LENGTH = 1_000, 100_000
STORED, STORED_SIZE = 200, 2_000_000


def main() -> None:
    """Fill a new portal, do each job in it once, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--import-only", action="store_true", help="measure the import and nothing else")
    options = parser.parse_args()
    with portal("bench_jobs", fresh=True):
        manage("seed_portal", f"--records={options.records}", f"--people={options.records // 50}")
        figures = {"import": _import()}
        if not options.import_only:
            figures |= _figures()
        print(json.dumps({"records": options.records, "jobs": figures}, indent=2))  # noqa: T201


def _figures() -> dict[str, dict[str, float]]:
    from django.utils import timezone

    from kmportal.review_cycle import reminders
    from kmportal.search import indexing
    from repository import embargoes, lookalikes

    figures = {"look for duplicates": _measured(lookalikes.look)}
    _put_under_embargo()
    figures["lift embargoes"] = _measured(embargoes.lift_due)
    _let_fall_due()
    figures["remind owners"] = _measured(lambda: reminders.remind(timezone.localdate()))
    _give_texts()
    figures["make the index anew"] = _measured(indexing.refresh_all)
    return figures | _fixity()


def _measured(job: Callable[[], int]) -> dict[str, float]:
    forget_peak(os.getpid())
    before, started, cpu_started = peak(os.getpid()), time.perf_counter(), time.process_time()
    number = job()
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    most = peak(os.getpid())
    return {
        "things": number,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu_seconds, 1),
        "per_second": round(number / seconds),
        "peak_mb": round(most / 1_024, 1),
        "growth_mb": round((most - before) / 1_024, 1),
    }


def _import() -> dict[str, float]:
    """Import a file as the worker does, with the rows of its page."""
    from repository.intake import batches
    from repository.models import ImportBatch

    with tempfile.TemporaryFile() as file:
        for record in _pubmed_records():
            file.write(f"{record}\n".encode())
        size = file.tell()
        file.seek(0)
        batch = ImportBatch.objects.create(file_name="bench.nbib", bytes_total=size)
        figures = _measured(lambda: batches.run(batch, file).read)
    return figures | {"added": batch.added, "set_aside": batch.duplicates}


def _pubmed_records() -> Iterator[str]:
    """Yield records as PubMed gives them, of the usual size: an abstract, five authors with addresses, ten headings."""
    from kmportal.demo.bulk.names import name
    from kmportal.demo.bulk.vocabulary import vocabulary
    from kmportal.demo.bulk.writing import Writer

    rng = random.Random(1)
    writer, headings, journals = Writer(rng), vocabulary().headings, vocabulary().journals
    for number in range(IMPORTED):
        topic = writer.topic()
        authors = [name(rng.randrange(20_000)) for _ in range(rng.randint(2, 8))]
        journal = rng.choice(journals)
        lines = [
            f"PMID- {50_000_000 + number}", "OWN - NLM", "STAT- MEDLINE", "IS  - 1234-5679 (Electronic)", "VI  - 7",
            f"DP  - {rng.randint(2015, 2026)} Mar", f"TI  - {writer.sentence('titles', topic)}.", "PG  - 11-19",
            f"LID - 10.5555/imported.{number} [doi]", f"AB  - {' '.join(writer.abstract(topic).split())}",
        ]  # fmt: skip
        for family, given in authors:
            lines += [f"FAU - {family}, {given}", f"AU  - {family} {given[0]}", "AD  - Riverside Hospital, Northtown."]
        lines += ["LA  - eng", "PT  - Journal Article", f"TA  - {journal[:40]}", f"JT  - {journal}"]
        lines += [f"MH  - {'*' if place < 2 else ''}{rng.choice(headings)}" for place in range(10)]
        lines += [f"OT  - {word}" for word in topic.outcomes]
        yield "\n".join([*lines, f"SO  - {journal[:40]}. 2021 Mar;7(1):11-19.", ""])


def _put_under_embargo() -> None:
    """Put files, one of each of so many records, under an embargo that ends today."""
    from django.utils import timezone

    from repository.audience import Audience
    from repository.models import Record, RecordFile

    contents = _contents("embargoed", EMBARGOES, "A word.")
    RecordFile.objects.bulk_create(
        RecordFile(
            record=record, name="paper.txt", content=content, size=content.size, content_type="text/plain",
            audience=Audience.LIBRARY, embargo_until=timezone.localdate(), audience_after=Audience.OPEN,
        )
        for record, content in zip(Record.objects.published().order_by("pk"), contents, strict=False)
    )  # fmt: skip


def _contents(name: str, number: int, text: str) -> list[Any]:
    """Note contents with a text, without files in the store."""
    from repository.models import StoredContent
    from repository.models.file import Extraction

    return StoredContent.objects.bulk_create(
        StoredContent(
            sha256=hashlib.sha256(f"{name} {place}".encode()).hexdigest(), size=len(text), content_type="text/plain",
            extraction=Extraction.DONE, text=text,
        )
        for place in range(number)
    )  # fmt: skip


def _let_fall_due() -> None:
    from django.utils import timezone

    from kmportal.people.models import User
    from repository import currency
    from repository.models import Record

    today = timezone.localdate()
    Record.objects.exclude(next_review=None).update(next_review=today + datetime.timedelta(days=400))
    chosen = list(Record.objects.filter(currency.UNDER_REVIEW).order_by("pk")[:REMINDED])
    for record, owner in zip(chosen, cycle(User.objects.order_by("pk")), strict=False):
        record.owner, record.next_review = owner, today
    Record.objects.bulk_update(chosen, ["owner", "next_review"], batch_size=500)


def _give_texts() -> None:
    """Give so many records a file with a long text, of words as frequent as in the seeded abstracts."""
    from repository.models import Record, RecordFile

    abstracts = list(Record.objects.order_by("-pk").values_list("abstract", flat=True)[:2_000])
    rng = random.Random(2)
    contents = []
    for number in range(TEXTS):
        words = " ".join(rng.choices(abstracts, k=TEXT_LENGTH // 800))[:TEXT_LENGTH]
        contents += _contents(f"long {number}", 1, words)
    records = Record.objects.published().order_by("-pk")
    RecordFile.objects.bulk_create(
        RecordFile(record=record, name="text.txt", content=content, size=content.size, content_type="text/plain")
        for record, content in zip(islice(records.iterator(), TEXTS), contents, strict=False)
    )


def _fixity() -> dict[str, dict[str, float]]:
    """Check a store of its own, and have sha256sum read the same files, each twice: the second time from memory."""
    from django.conf import settings

    from repository import file_store, fixity
    from repository.models import Record, RecordFile, StoredContent

    settings.MEDIA_ROOT = str(DATA_DIR / f"fixity-{secrets.token_hex(4)}")
    RecordFile.objects.all().delete()
    StoredContent.objects.all().delete()
    try:
        record = Record.objects.published().order_by("pk").first()
        for number in range(STORED):
            stored = file_store.store([secrets.token_bytes(STORED_SIZE)])
            content = StoredContent.objects.create(sha256=stored.sha256, size=stored.size, content_type="text/plain")
            RecordFile.objects.create(
                record=record, name=f"{number}.txt", content=content, size=stored.size, content_type="text/plain"
            )
        paths = [str(path) for path in file_store.contents()]
        figures = {}
        for _ in range(2):
            started = time.perf_counter()
            subprocess.run(["sha256sum", *paths], check=True, stdout=subprocess.DEVNULL)
            seconds = time.perf_counter() - started
            plain = {"things": len(paths), "seconds": round(seconds, 2), "mb_per_second": round(STORED * 2 / seconds)}
            summary = fixity.check()
            figures = {
                "sha256sum": plain,
                "check of the same files": {
                    "things": summary.checked,
                    "seconds": round(summary.seconds, 2),
                    "mb_per_second": round(summary.speed),
                },
            }
        return figures
    finally:
        shutil.rmtree(settings.MEDIA_ROOT)


if __name__ == "__main__":
    main()
