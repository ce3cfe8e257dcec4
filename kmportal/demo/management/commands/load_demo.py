"""Load the demo content: manage.py load_demo [--force]."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kmportal.demo.accounts import ACCOUNTS, PASSWORD
from kmportal.demo.loading import NotLoaded, load
from kmportal.demo.reading import UnusableContent


class Command(BaseCommand):
    """Load the demo content into an empty portal, and say which accounts it has."""

    help = "Load an invented trust's portal, to look at and to try things in. Loading it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="load it although the portal has content of its own, or DEMO is off"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load(force=options["force"])
        except (NotLoaded, UnusableContent) as error:
            raise CommandError(str(error)) from None
        if loaded is None:
            self.stdout.write("The demo content is here already. Nothing was changed.")
            return
        self.stdout.write(f"Loaded {loaded}.")
        self.stdout.write(f"Sign in with the password {PASSWORD} as:")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:25} {account.role}")
