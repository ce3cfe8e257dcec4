"""Measure how fast records are taken away in each format, and as references, and what memory that takes.

python -m tests.bench.exports [--records 20000]

Prints JSON: for each format the records a second, the megabytes of the file, and by how many megabytes the writing made
its process grow at its peak. The portal is made anew where its number of records is another.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from tests.bench.memory import forget_peak, peak
from tests.bench.portal import manage, portal

# Each is measured so often, and the best counts: a machine does other things as well.
RUNS = 2


def main() -> None:
    """Fill a portal, write all its records in each format, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    records = parser.parse_args().records
    with portal(f"bench_exports_{records}"):
        from repository.models import Record

        if Record.objects.count() < records:
            manage("seed_portal", f"--records={records}", f"--people={records // 50}")
        print(json.dumps({"records": records, "exports": _figures()}, indent=2))  # noqa: T201


def _figures() -> dict[str, dict[str, float]]:
    from django.contrib.auth.models import AnonymousUser

    from repository import exports, outgoing, references
    from repository.citing import STYLES
    from repository.exchange import WRITERS
    from repository.models import Record

    reader = AnonymousUser()
    listed = Record.objects.listed_for(reader).newest_first()
    number = listed.count()
    figures = {
        "read alone": _measured(number, lambda: (b"" for _ in outgoing.of_records(listed, to=reader))),
        **{
            format: _measured(number, lambda format=format: exports.written(format, listed, to=reader))
            for format in WRITERS
        },
    }
    keys = list(listed.values_list("pk", flat=True)[: references.LONGEST_LIST])
    for style in STYLES:
        works = list(outgoing.of_keys(keys, to=reader))
        figures[f"references in {style}"] = _measured(
            len(works),
            lambda works=works, style=style: [one.text.encode() for one in references.list_of(works, style)],
        )
    return figures


def _measured(number: int, write: Callable[..., Iterable[bytes]]) -> dict[str, Any]:
    best, least, size, growth = float("inf"), float("inf"), 0, 0.0
    for _ in range(RUNS):
        forget_peak(os.getpid())
        before, started, worked = peak(os.getpid()), time.perf_counter(), time.process_time()
        size = sum(map(len, write()))
        best, least = min(best, time.perf_counter() - started), min(least, time.process_time() - worked)
        growth = max(growth, (peak(os.getpid()) - before) / 1_024)
    return {
        "records_per_second": round(number / best),
        "of_processor_time": round(number / least),  # without the database's part, and whatever else the machine does
        "megabytes": round(size / 1_000_000, 1),
        "growth_mb": round(growth, 1),
    }


if __name__ == "__main__":
    main()
