"""Ask a repository by OAI-PMH 2.0: one request after the other, each within bounds of time and size."""

import email.utils
import http.client
import re
import socket
import ssl
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Timer
from typing import IO
from urllib.parse import urlencode, urljoin, urlsplit

from repository.exchange.entry import Rejected
from repository.exchange.text_source import UnreadableFile
from repository.exchange.xml_source import Piece, local_name, read_pieces, root_name, text_at, text_of

CHUNK = 65_536
MOST_REDIRECTS = 5
MOST_TRIES = 4
MOST_EMPTY = 20  # answers without a record, one after the other
_KEPT_IN_MEMORY = 4_000_000  # bytes of an answer; a longer one goes to a temporary file


class HarvestFailed(Exception):
    """The repository could not be asked, or did not answer as it should; the message says so to a librarian."""


@dataclass(frozen=True)
class Limits:
    """How long a repository may take, and how much it may say."""

    connect_seconds: float = 10.0
    answer_seconds: float = 120.0  # for a whole answer: some repositories take a minute for each
    largest_answer: int = 50_000_000  # bytes; usual ones hold 100 records and have 200,000
    most_answers: int = 20_000
    # How long to wait where a repository asks for patience, each time; it is asked again at night anyway.
    longest_wait: float = 120.0
    whole_seconds: float = 4 * 3600.0


@dataclass(frozen=True)
class Identity:
    """What a repository says of itself."""

    name: str
    granularity: str  # "YYYY-MM-DD" or "YYYY-MM-DDThh:mm:ssZ"
    earliest: str
    deleted: str  # no, transient or persistent


@dataclass
class Answers:
    """The records of a list, answer by answer: iterate over it. `since` is when the first answer was made."""

    client: "Client"
    arguments: Mapping[str, str]
    since: str = ""
    _seen_tokens: set[str] = field(default_factory=set)
    _empty: int = 0  # answers without a record, one after the other

    def __iter__(self) -> Iterator[Piece | Rejected]:
        arguments: Mapping[str, str] = {"verb": "ListRecords", **self.arguments}
        deadline = time.monotonic() + self.client.limits.whole_seconds
        for _ in range(self.client.limits.most_answers):
            token = yield from self._one(arguments)
            if not token:
                return
            if token in self._seen_tokens:
                raise HarvestFailed(
                    "The repository sends us round in a circle: it gave the same place in its list twice."
                )
            self._seen_tokens.add(token)
            if time.monotonic() > deadline or self._empty > MOST_EMPTY:
                break
            arguments = {"verb": "ListRecords", "resumptionToken": token}
        raise HarvestFailed("The repository’s list does not come to an end. What it gave until then was taken over.")

    def _one(self, arguments: Mapping[str, str]) -> Generator[Piece | Rejected, None, str]:
        """Yield the records of one answer, and return the token with which the list goes on, or an empty text."""
        token = ""
        self._empty += 1
        for piece in self.client.ask(arguments, "record", "resumptionToken", "responseDate", "error"):
            if isinstance(piece, Rejected) or local_name(piece.element) == "record":
                self._empty = 0
                yield piece
                continue
            name = local_name(piece.element)
            if name == "resumptionToken":
                token = text_of(piece.element)
            elif name == "responseDate":
                self.since = self.since or text_of(piece.element)
            elif piece.element.get("code") != "noRecordsMatch":
                raise HarvestFailed(_error(piece))
        return token


class Client:
    """Asks one repository. `sleep` waits so many seconds."""

    def __init__(
        self,
        base_url: str,
        limits: Limits = Limits(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url, self.limits, self._sleep = base_url, limits, sleep

    def identify(self) -> Identity:
        """Return what the repository says of itself. Raises HarvestFailed."""
        for piece in self.ask({"verb": "Identify"}, "Identify", "error"):
            if isinstance(piece, Rejected):
                continue
            if local_name(piece.element) == "error":
                raise HarvestFailed(_error(piece))
            said = piece.element
            return Identity(
                text_at(said, "repositoryName"),
                text_at(said, "granularity"),
                text_at(said, "earliestDatestamp"),
                text_at(said, "deletedRecord"),
            )
        raise HarvestFailed("This address answers, but does not say which repository it is. Check the address.")

    def records(self, prefix: str, *, set_spec: str = "", since: str = "") -> Answers:
        """Return the repository's records in a format, in a set, that changed at the datestamp or later."""
        given = {"metadataPrefix": prefix, "set": set_spec, "from": since}
        return Answers(self, {name: value for name, value in given.items() if value})

    def ask(self, arguments: Mapping[str, str], *names: str) -> Iterator[Piece | Rejected]:
        """Yield the elements of an answer that have one of the names. Raises HarvestFailed."""
        with self._body(arguments) as body:
            try:
                yield from read_pieces(body, *names)  # type: ignore[arg-type]
            except UnreadableFile as error:
                raise HarvestFailed(f"We could not read what the repository answered. {error}") from None

    @contextmanager
    def _body(self, arguments: Mapping[str, str]) -> Iterator[IO[bytes]]:
        for tries in range(1, MOST_TRIES + 1):
            with tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY) as body:
                try:
                    self._fetch(self._address(arguments), body)
                    _refuse_strange(body)
                except _ComeBackLater as later:
                    if later.seconds > self.limits.longest_wait or tries == MOST_TRIES:
                        raise HarvestFailed("The repository is busy and asks us to come back later.") from None
                    self._sleep(later.seconds)
                    continue
                except _CutOff:
                    if tries == MOST_TRIES:
                        raise HarvestFailed("The repository’s answer stops in the middle, each time we ask.") from None
                    self._sleep(1.0)
                    continue
                yield body
                return

    def _address(self, arguments: Mapping[str, str]) -> str:
        return f"{self.base_url}{'&' if '?' in self.base_url else '?'}{urlencode(arguments)}"

    def _fetch(self, address: str, body: IO[bytes]) -> None:
        """Write the answer into the file, following redirects."""
        for _ in range(MOST_REDIRECTS + 1):
            connection = _connection(address, self.limits)
            try:
                with _ended_after(self.limits.answer_seconds, connection):
                    onward = _get(connection, address, body, self.limits.largest_answer)
            except (TimeoutError, ssl.SSLError) as error:
                raise HarvestFailed(_TOO_SLOW if isinstance(error, TimeoutError) else _NOT_SAFE) from None
            except http.client.IncompleteRead:
                raise _CutOff from None
            except (OSError, http.client.HTTPException, ValueError):
                raise HarvestFailed(
                    "We could not reach the repository. Check the address, or try again later."
                ) from None
            finally:
                connection.close()
            if not onward:
                return
            address = urljoin(address, onward)
        raise HarvestFailed("The address leads from one place to the next without end.")


class _ComeBackLater(Exception):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class _CutOff(Exception):
    """The answer ends before its end."""


_NOT_OAI = "This address does not answer as OAI-PMH does. Check it: it often ends in /oai or /oai/request."
_TOO_SLOW = "The repository takes too long to answer. Try again later."
_NOT_SAFE = "The repository’s certificate is not valid, so we did not ask it."
_ERRORS = {
    "badArgument": "The repository did not understand what we asked",
    "badResumptionToken": "The repository has forgotten where we were in its list",
    "badVerb": "The repository did not understand what we asked",
    "cannotDisseminateFormat": "The repository does not give its records in this format",
    "noSetHierarchy": "The repository has no sets",
}


def _error(piece: Piece) -> str:
    code, words = piece.element.get("code", ""), text_of(piece.element)[:200]
    return f"{_ERRORS.get(code, 'The repository answered with an error')}{': ' + words if words else ''}."


def _connection(address: str, limits: Limits) -> http.client.HTTPConnection:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in ("http", "https"):
        raise HarvestFailed("The address must begin with http:// or https://, and so must where it leads.")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(host, port, timeout=limits.connect_seconds)


def _get(connection: http.client.HTTPConnection, address: str, body: IO[bytes], largest: int) -> str:
    """Write the answer into the file, or return where it says to ask instead."""
    parts = urlsplit(address)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection.request("GET", path, headers={"Accept": "text/xml, application/xml", "User-Agent": "kmportal"})
    answer = connection.getresponse()
    if answer.status in (301, 302, 303, 307, 308) and (onward := answer.headers.get("Location")):
        return onward
    if answer.status in (429, 503):
        raise _ComeBackLater(_seconds(answer.headers.get("Retry-After", "")))
    if answer.status != 200:
        raise HarvestFailed(f"The repository refused to answer (HTTP {answer.status}). Check the address.")
    size = 0
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > largest:
            raise HarvestFailed(f"The repository’s answer is larger than {largest // 1_000_000 or 1} MB.")
        body.write(chunk)
    if answer.length:
        raise _CutOff  # fewer bytes came than it had announced
    body.seek(0)
    return ""


def _seconds(text: str) -> float:
    """Return how long Retry-After asks us to wait (RFC 9110, 10.2.3): a number of seconds, or a date."""
    if re.fullmatch(r"[0-9]{1,9}", text.strip()):
        return float(text)
    with suppress(ValueError, TypeError):
        return max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 1.0)
    return 10.0


def _refuse_strange(body: IO[bytes]) -> None:
    """Raise HarvestFailed for what is no answer of OAI-PMH, and _CutOff for one that lacks its end."""
    head = body.read(CHUNK).decode(errors="replace").lstrip("\ufeff")
    if root_name(head) != "OAI-PMH":
        raise HarvestFailed(_NOT_OAI)
    body.seek(0, 2)
    body.seek(max(body.tell() - 1_000, 0))
    if not re.search(rb"</(?:[\w.-]+:)?OAI-PMH\s*>\s*(?:<!--.*-->\s*)?\Z", body.read(), re.DOTALL):
        raise _CutOff
    body.seek(0)


@contextmanager
def _ended_after(seconds: float, connection: http.client.HTTPConnection) -> Iterator[None]:
    """Cut the connection when the time is up, however slowly the other side speaks; then raise TimeoutError."""
    is_late = Event()
    connection.connect()
    raw = connection.sock  # the connection hands it to the answer and forgets it
    raw.settimeout(seconds)  # until here it was the time to connect

    def cut() -> None:
        is_late.set()
        with suppress(OSError):
            raw.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException, HarvestFailed, _CutOff):
        if not is_late.is_set():
            raise
    finally:
        timer.cancel()
    if is_late.is_set():
        raise TimeoutError
