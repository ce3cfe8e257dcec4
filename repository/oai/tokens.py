"""Resumption tokens: how far a harvester has come, signed, so that nobody keeps it here (OAI-PMH 2.0, section 3.5)."""

import base64
import binascii
import datetime
import hashlib
import hmac
import json
from dataclasses import dataclass

LIFETIME = datetime.timedelta(hours=24)

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_SIGNATURE = 16  # bytes
_PURPOSE = b"oai resumption token"


class BadToken(ValueError):
    """A token that was not made here, was altered, or has expired."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list: what was asked for first, the last record that was sent, and the figures of the list.

    `until` is always there: what changes while the list is read stays out of it. `cursor` is how many records were sent
    before, `size` how many the list had at first.
    """

    verb: str
    prefix: str
    since: datetime.datetime | None
    until: datetime.datetime
    set: str
    last: tuple[datetime.datetime, int]
    cursor: int
    size: int


def seal(position: Position, *, key: str, expires: datetime.datetime) -> str:
    """Return the token of a place: letters, digits, "-", "_" and a full stop."""
    at, number = position.last
    parts = [
        *(position.verb, position.prefix, _number(position.since), _number(position.until), position.set),
        *(_number(at), number, position.cursor, position.size, _number(expires)),
    ]
    body = json.dumps(parts, separators=(",", ":")).encode()
    return f"{_text(body)}.{_text(_signature(body, key))}"


def unseal(token: str, *, key: str, now: datetime.datetime) -> Position:
    """Return the place that a token stands for. Raises BadToken."""
    body, _, signature = token.partition(".")
    try:
        content, signed = _bytes(body), _bytes(signature)
    except (binascii.Error, UnicodeEncodeError):
        raise BadToken("This resumption token was not given by this repository.") from None
    if not hmac.compare_digest(signed, _signature(content, key)):
        raise BadToken("This resumption token was not given by this repository.")
    verb, prefix, since, until, spec, at, number, cursor, size, expires = json.loads(content)
    if _moment(expires) <= now:
        raise BadToken("This resumption token has expired.")
    return Position(
        verb,
        prefix,
        None if since is None else _moment(since),
        _moment(until),
        spec,
        (_moment(at), number),
        cursor,
        size,
    )


def _signature(body: bytes, key: str) -> bytes:
    secret = hashlib.sha256(_PURPOSE + key.encode()).digest()
    return hmac.digest(secret, body, "sha256")[:_SIGNATURE]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Return the bytes of a text; of each there is one text only, so that no altered one is taken for it."""
    content = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _text(content) != text:
        raise binascii.Error("The text is not in its one form.")
    return content


def _number(moment: datetime.datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def _moment(number: int) -> datetime.datetime:
    return _EPOCH + number * _MICROSECOND
