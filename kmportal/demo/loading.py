"""Load the demo content into an empty portal: all of it, or nothing."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from events.models import Session
from kmportal.demo.accounts import ACCOUNTS
from kmportal.demo.afterlife import live_on
from kmportal.demo.lessons import capture_lessons
from kmportal.demo.organisation import make_organisation
from kmportal.demo.reading import read_content
from kmportal.demo.records import deposit_records
from kmportal.demo.sessions import book_sessions
from kmportal.mail.models import OutgoingMail
from kmportal.people.models import User
from kmportal.search import statistics
from lessons.models import Lesson
from repository.models import Record


class NotLoaded(Exception):
    """The portal is no place for the demo content; the message says why, and what to do."""


@dataclass(frozen=True)
class Loaded:
    """How much was loaded."""

    people: int
    records: int
    lessons: int
    sessions: int

    def __str__(self) -> str:
        return f"{self.people} people, {self.records} records, {self.lessons} lessons and {self.sessions} sessions"


def is_loaded() -> bool:
    """Tell whether the demo content has been loaded before, whatever became of it since."""
    return User.objects.filter(email__in=[account.email for account in ACCOUNTS]).exists()


@transaction.atomic
def load(*, force: bool = False) -> Loaded | None:
    """Load the demo content; return how much there was, or None where it had been loaded before.

    Raises NotLoaded where the portal has content of its own or is not said to be a demonstration, unless `force` is
    set, and UnusableContent where a content file is wrong.
    """
    if is_loaded():
        return None
    if not force:
        _refuse_real_portal()
    content = read_content()
    organisation = make_organisation(content)
    records = deposit_records(content, organisation)
    lessons = capture_lessons(content, organisation)
    live_on(records, lessons, organisation)
    loaded = Loaded(
        people=len(organisation.colleagues),
        records=len(records),
        lessons=len(lessons),
        sessions=len(book_sessions(content, organisation)),
    )
    # What is told to have happened long ago was written of then.
    OutgoingMail.objects.all().delete()
    statistics.refresh_if_outgrown()
    return loaded


def _refuse_real_portal() -> None:
    if not settings.DEMO:
        raise NotLoaded(
            "DEMO is off. The demo accounts have a password that everybody can read, so set DEMO=true first, or use "
            "--force."
        )
    counts = {
        "accounts": User.objects.count(),
        "records": Record.objects.count(),
        "lessons": Lesson.objects.count(),
        "sessions": Session.objects.count(),
    }
    if any(counts.values()):
        found = ", ".join(f"{name}: {count}" for name, count in counts.items() if count)
        raise NotLoaded(f"This portal has content of its own ({found}). Use --force to add the demo content to it.")
