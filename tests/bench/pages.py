"""Measure the pages of a big portal: p50 and p95 of each, beside a bare view on the same server, as JSON.

python -m tests.bench.pages [--records 100000] [--rounds 5] [--requests 40]
"""

import argparse
import http.client
import itertools
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg

from kmportal.local.assets import copy_assets
from kmportal.local.binaries import find_binaries
from kmportal.local.cluster import Cluster
from kmportal.local.places import CHECKOUT, DATA_DIR

# Words that seed_portal's abstracts are made of, from common to rare, as people combine them.
QUERIES = (
    "falls", "frailty ward", "sepsis antibiotics children", "handover", "hand hygiene audit nurses",
    "patient experience of waiting in the emergency department", "stroke rehabilitation", "delirium older people",
    "diabetes foot care community", "staff wellbeing", "medication errors on discharge", "venous thromboembolism",
)  # fmt: skip


def main() -> None:
    """Make the big portal unless it is there from an earlier run, serve it, measure it, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="rounds over all pages, in turn")
    parser.add_argument("--requests", type=int, default=40, help="requests for a page in each round")
    options = parser.parse_args()
    copy_assets()
    cluster = Cluster(DATA_DIR / f"pg{find_binaries().major}-bench", durable=True)
    cluster.attach()
    try:
        url = cluster.url(f"bench_{options.records}")
        cluster.create_database(f"bench_{options.records}")
        os.environ.update(
            DATABASE_URL=url, DEBUG="false", HTTPS="false", SECRET_KEY=secrets.token_hex(32),
            ALLOWED_HOSTS="127.0.0.1", DJANGO_SETTINGS_MODULE="tests.bench.settings",
        )  # fmt: skip
        seeding = _seed(url, options.records)
        with _served() as port:
            figures = _measure(port, _pages(url), rounds=options.rounds, requests=options.requests)
        print(json.dumps({"records": options.records, "seed_seconds": seeding, "pages": figures}, indent=2))  # noqa: T201
    finally:
        cluster.detach()


def _seed(url: str, records: int) -> float | None:
    """Fill the database; return the seconds it took, or None where an earlier run had filled it."""
    _manage("migrate", "--verbosity=0")
    _manage("collectstatic", "--no-input", "--verbosity=0")
    with psycopg.connect(url, autocommit=True) as connection:
        (there,) = connection.execute("SELECT count(*) FROM repository_record").fetchone() or (0,)
        if there >= records:
            return None
        started = time.monotonic()
        _manage("seed_portal", f"--records={records}", f"--lessons={records // 20}", f"--people={records // 50}")
        seconds = round(time.monotonic() - started, 1)
        connection.execute("VACUUM ANALYZE")
    return seconds


def _manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=CHECKOUT, check=True, stdout=sys.stderr)


def _pages(url: str) -> dict[str, list[str]]:
    """Return the addresses to ask for under each page's name."""
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


@contextmanager
def _served(workers: int = 2) -> Iterator[int]:
    """Serve the portal as `make run` does, on a free port of the loopback address; yield the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "kmportal.wsgi",
            "--preload",
            "--no-control-socket",
            "--log-level=warning",
            f"--bind=127.0.0.1:{port}",
            f"--workers={workers}",
            "--threads=4",
        ],
        cwd=CHECKOUT,
    )
    try:
        for _ in range(200):
            try:
                _ask(port, ["/healthz"])
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _ask(port: int, addresses: list[str]) -> list[float]:
    """Ask for each address over one connection and return the milliseconds that each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for address in addresses:
        started = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - started) * 1_000)
        if answer.status != 200:
            raise SystemExit(f"{address} answered {answer.status}; nothing was measured.")
    connection.close()
    return taken


def _measure(port: int, pages: dict[str, list[str]], *, rounds: int, requests: int) -> dict[str, dict[str, float]]:
    turns = {name: itertools.cycle(addresses) for name, addresses in pages.items()}
    for turn in turns.values():
        _ask(port, list(itertools.islice(turn, 10)))  # warm-up
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds):
        # In turn, forwards and backwards, so that a slow moment of the machine does not fall on one page.
        for name in list(pages)[:: 1 if number % 2 else -1]:
            taken[name] += _ask(port, list(itertools.islice(turns[name], requests)))
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
