"""The signed link in a reminder: it lets one person give one answer about one thing, without signing in."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core import signing

SALT = "review-cycle.answer"
LASTS = timedelta(days=60)


class Unreadable(Exception):
    """Nobody here wrote this token."""


@dataclass(frozen=True)
class Token:
    """What a link is good for: whose answer, about what, for which due date, and since when."""

    user: int
    kind: str
    thing: int
    due: date
    written: datetime

    def has_expired(self, now: datetime) -> bool:
        return now > self.written + LASTS


def write(*, user: Any, kind: str, thing: Any, now: datetime) -> str:
    """Return the token that lets the user answer about the thing, for the day on which it is due now."""
    content = [user.pk, kind, thing.pk, thing.next_review.isoformat(), int(now.timestamp())]
    return signing.dumps(content, salt=SALT)


def read(text: str) -> Token:
    """Return what a token says, expired or not. Raises Unreadable where its signature is not ours."""
    try:
        user, kind, thing, day, written = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise Unreadable from error
    return Token(user, kind, thing, date.fromisoformat(day), datetime.fromtimestamp(written, UTC))
