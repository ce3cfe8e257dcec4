"""Measure the pages of a big portal: p50 and p95 of each, beside a bare view on the same server, as JSON.

python -m tests.bench.pages [--records 100000] [--rounds 5] [--requests 40]
"""

import argparse
import itertools
import json
import statistics
import time
from dataclasses import dataclass
from urllib.parse import quote

import psycopg

from tests.bench.portal import ask, cookie_of, manage, portal, served

# Words that seed_portal's abstracts are made of, from common to rare, as people combine them.
QUERIES = (
    "falls", "frailty ward", "sepsis antibiotics children", "handover", "hand hygiene audit nurses",
    "patient experience of waiting in the emergency department", "stroke rehabilitation", "delirium older people",
    "diabetes foot care community", "staff wellbeing", "medication errors on discharge", "venous thromboembolism",
)  # fmt: skip


# Submissions that wait for review, beside those that the other records bring.
WAITING = 5_000


@dataclass(frozen=True)
class Asked:
    """The addresses to ask for as one page, in turn, and the cookie of whoever asks."""

    addresses: list[str]
    cookie: str = ""


def main() -> None:
    """Make the big portal unless it is there from an earlier run, serve it, measure it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all pages, in turn")
    parser.add_argument("--requests", type=int, default=40, help="requests for a page in each round")
    options = parser.parse_args()
    with portal(f"bench_{options.records}") as url:
        seeding = seed(url, options.records)
        with served() as port:
            figures = _measure(port, _pages(url), rounds=options.rounds, requests=options.requests)
    print(json.dumps({"records": options.records, "seed_seconds": seeding, "pages": figures}, indent=2))  # noqa: T201


def seed(url: str, records: int) -> float | None:
    """Fill the database; return the seconds it took, or None where an earlier run had filled it."""
    with psycopg.connect(url, autocommit=True) as connection:
        (there,) = connection.execute("SELECT count(*) FROM repository_record").fetchone() or (0,)
        if there >= records:
            return None
        started = time.monotonic()
        counts = {"records": records, "lessons": records // 20, "people": records // 50, "waiting": WAITING}
        manage("seed_portal", *(f"--{kind}={count}" for kind, count in counts.items()))
        seconds = round(time.monotonic() - started, 1)
        from tests.bench import belongings

        belongings.give()
        connection.execute("VACUUM ANALYZE")
    return seconds


def _pages(url: str) -> dict[str, Asked]:
    """Return what to ask for under each page's name."""
    return {name: Asked(addresses) for name, addresses in _readers_pages(url).items()} | _colleagues_pages()


def _readers_pages(url: str) -> dict[str, list[str]]:
    with psycopg.connect(url) as connection:
        numbers = [
            row[0]
            for row in connection.execute(
                "SELECT id FROM repository_record WHERE status = 'published' ORDER BY md5(id::text) LIMIT 40"
            )
        ]
        departments = [row[0] for row in connection.execute("SELECT slug FROM people_department ORDER BY id LIMIT 5")]
    return {
        "bare": ["/bare/"],
        "home": ["/"],
        "list": ["/repository/", "/repository/?page=2", "/repository/?sort=title", "/repository/?page=4000"],
        "list filtered": [
            "/repository/?type=poster", "/repository/?year=2020&year=2021", "/repository/?type=article&year=2019",
            *(f"/repository/?department={department}" for department in departments),
        ],
        # Each of these is asked once, so that no count is remembered from an earlier request.
        "list narrowed anew": [
            f"/repository/?year={year}&type={kind}"
            for year in range(1991, 2027)
            for kind in ("article", "report", "poster", "guideline", "audit", "policy")
        ],
        "item": [f"/repository/{number}/" for number in numbers],
        "search": [f"/search/?q={quote(query)}" for query in QUERIES],
        "lessons": ["/lessons/"],
    }  # fmt: skip


def _colleagues_pages() -> dict[str, Asked]:
    """Return what is there only for those who are signed in, and the pages of records that have files."""
    from repository.models import Record, RecordFile, Submission
    from repository.status import Status
    from tests.bench import belongings

    manager, depositor = (cookie_of(user) for user in belongings.people())
    with_files = list(
        Record.objects.published().filter(files__isnull=False).distinct().order_by("pk").values_list("pk", flat=True)
    )
    waiting = list(Submission.objects.waiting().order_by("-pk").values_list("record", flat=True)[:40])
    drafts = list(
        Record.objects.filter(depositor__email=belongings.DEPOSITOR, status=Status.DRAFT).values_list("pk", flat=True)
    )
    files = [file.get_absolute_url() for file in RecordFile.objects.filter(record__in=with_files)]
    return {
        "item with files": Asked([f"/repository/{pk}/" for pk in with_files]),
        "item, signed in": Asked([f"/repository/{pk}/" for pk in with_files], manager),
        "download": Asked(files),
        "statistics": Asked([f"/repository/{pk}/statistics/" for pk in with_files]),
        "deposit": Asked(["/repository/deposit/"], depositor),
        "edit a draft": Asked([f"/repository/{pk}/edit/" for pk in drafts], depositor),
        "files of a draft": Asked([f"/repository/{pk}/files/" for pk in drafts], depositor),
        "my deposits": Asked(["/repository/deposits/"], depositor),
        "titles alike": Asked([f"/repository/suggest/duplicates/?title={title}" for title in _titles()], depositor),
        "queue": Asked([f"/repository/review/{query}" for query in ("", "?show=unclaimed", "?page=60")], manager),
        "review": Asked([f"/repository/review/{pk}/" for pk in waiting], manager),
        "currency": Asked(["/repository/currency/", "/repository/currency/?state=overdue"], manager),
        "duplicates": Asked(["/repository/desk/duplicates/"], manager),
        "desk": Asked(["/repository/desk/"], manager),
    }  # fmt: skip


def _titles() -> list[str]:
    """Return titles that are none, but like those of some records, as they stand in addresses."""
    from repository.models import Record

    return [quote(title[3:]) for title in Record.objects.order_by("-pk").values_list("title", flat=True)[:40]]


def _measure(port: int, pages: dict[str, Asked], *, rounds: int, requests: int) -> dict[str, dict[str, float]]:
    turns = {name: itertools.cycle(page.addresses) for name, page in pages.items()}
    for name, turn in turns.items():
        ask(port, list(itertools.islice(turn, 10)), pages[name].cookie)  # warm-up
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds):
        # In turn, forwards and backwards, so that a slow moment of the machine does not fall on one page.
        for name in list(pages)[:: 1 if number % 2 else -1]:
            taken[name] += ask(port, list(itertools.islice(turns[name], requests)), pages[name].cookie)
    bare = statistics.median(taken["bare"])
    return {
        name: {
            "p50_ms": round(statistics.median(times), 1),
            "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
            "p50_to_bare": round(statistics.median(times) / bare, 1),
            "requests": len(times),
        }
        for name, times in taken.items()
    }


if __name__ == "__main__":
    main()
