"""Check that stored files are whole, show how far it is, and end with code 1 while problems are open."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from repository import fixity
from repository.models import FixityFinding


class Command(BaseCommand):
    """Compare files with their checksums, those first that were checked longest ago."""

    help = "Check that stored files are still there and unchanged. Ends with code 1 while problems are open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="check at most so many files")
        parser.add_argument("--seconds", type=float, help="stop after about so many seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        limit = options["limit"]
        with tqdm(total=fixity.due(limit), unit=" files", disable=None) as bar:
            summary = fixity.check(limit=limit, seconds=options["seconds"], after_file=lambda content: bar.update())
        self.stdout.write(
            f"Checked {summary.checked:,} files of {summary.size / 1_000_000:,.1f} MB in {summary.seconds:.1f} seconds"
            f" ({summary.speed:,.0f} MB a second). New problems: {summary.found}. Put right: {summary.settled}."
        )
        for finding in FixityFinding.objects.filter(settled_at=None).order_by("found_at", "pk").iterator():
            self.stdout.write(f"{finding.get_problem_display()}: {finding.sha256} {finding.detail}".rstrip())
        if summary.open:
            raise CommandError(f"Open problems: {summary.open}.", returncode=1)
