"""Write the search index anew, as after a change of what is indexed; searches go on meanwhile."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from kmportal.search import indexing


class Command(BaseCommand):
    help = "Write the search index anew. The search goes on meanwhile and finds what it found before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", help="Only this kind of thing: record, lesson, session or person.")

    def handle(self, *args: Any, **options: Any) -> None:
        with tqdm(unit=" documents", disable=None) as bar:
            try:
                number = indexing.refresh_all(options["kind"], after_batch=bar.update)
            except LookupError as error:
                raise CommandError(str(error)) from None
        self.stdout.write(f"Indexed {number:,} documents.")
