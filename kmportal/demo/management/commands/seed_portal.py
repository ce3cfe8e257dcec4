"""Fill the portal for benchmarks and big lists: manage.py seed_portal --records N --people N … [--seed S]."""

import time
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from tqdm import tqdm

from kmportal.demo.bulk.seeding import seed_portal

# Beyond this the invented names begin to come round again.
MOST = 2_000_000


class Command(BaseCommand):
    """Add made-up content, show how far it is, and print how long it took."""

    help = (
        "Add many made-up records, lessons and people, for benchmarks and for looking at big lists. The same seed "
        "gives the same content. Run it again to add more."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for kind in ("records", "lessons", "people"):
            parser.add_argument(f"--{kind}", type=_count, default=0, metavar="N", help=f"how many {kind} to add")
        parser.add_argument(
            "--waiting", type=_count, default=0, metavar="N", help="how many records to add that wait for review"
        )
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="where chance begins, 1 if not given")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = {kind: options[kind] for kind in ("people", "lessons", "records", "waiting")}
        started = time.perf_counter()
        with tqdm(total=sum(counts.values()), unit=" things", disable=None) as bar:
            seed_portal(**counts, seed=options["seed"], progress=bar.update)
        seconds = time.perf_counter() - started
        added = ", ".join(f"{counts[kind]:,} {kind}" for kind in ("people", "lessons", "records"))
        if counts["waiting"]:
            added += f", {counts['waiting']:,} waiting for review"
        self.stdout.write(f"Added {added} in {seconds:.1f} s ({sum(counts.values()) / seconds:,.0f} things a second).")


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a whole number.") from None
    if not 0 <= count <= MOST:
        raise ArgumentTypeError(f"{text} is not between 0 and {MOST:,}.")
    return count
