"""Ask Crossref about a DOI and PubMed about a PubMed ID: off unless the setting PREFILL_LOOKUPS names them.

Whatever goes wrong is a sentence for the page, which works without. Only the hosts named here are asked, at addresses
that the whole internet can reach, and no redirect is followed: nothing that somebody pastes chooses where we go.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.conf import settings

from repository.exchange import crossref, nbib
from repository.exchange.entry import Entry, Rejected
from repository.prefill.guess import Confidence, Guess, guess
from repository.time_limit import ended_by

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 5.0
LARGEST_ANSWER = 1_000_000  # bytes


class LookupFailed(Exception):
    """Nobody could tell us about the work; the message says why, in words for the depositor."""


@dataclass(frozen=True)
class Service:
    """Somebody to ask: what they know (a scheme of identifiers), where, and how their answer is read."""

    label: str
    scheme: str
    host: str
    path: str
    content_types: tuple[str, ...]
    read: Callable[[bytes], Entry]


def look_up(found: Guess, *, connect: Callable[[str], Any] | None = None) -> Guess:
    """Return the guess with what the first service that knows one of its identifiers says in place of its own.

    Asks nobody where no service is switched on or the guess has no identifier. `connect` makes an
    open connection to a host (for tests). Raises LookupFailed.
    """
    for service in _services(settings.PREFILL_LOOKUPS):
        if value := found.entry.identifier(service.scheme):
            body = _ask(service, value, connect or _connect)
            try:
                entry = service.read(body)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                raise LookupFailed(f"We could not understand the answer from {service.label}.") from None
            numbers = tuple(dict.fromkeys((*found.entry.identifiers, *entry.identifiers)))
            return guess(replace(entry, identifiers=numbers), service.label, Confidence.SURE)
    return found


def _services(names: Iterable[str]) -> list[Service]:
    return [SERVICES[name] for name in names]


def _ask(service: Service, value: str, connect: Callable[[str], Any]) -> bytes:
    """Return the body of the service's answer about an identifier."""
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        connection = connect(service.host)
        with closing(connection), ended_by(deadline, connection):
            headers = {"Accept": ", ".join(service.content_types), "User-Agent": "kmportal"}
            connection.request("GET", service.path.format(quote(value, safe="")), headers=headers)
            with closing(connection.getresponse()) as answer:
                _refuse_strange(answer, service)
                body = answer.read(LARGEST_ANSWER + 1)
    except (OSError, http.client.HTTPException):
        raise LookupFailed(
            f"We could not reach {service.label} in time. You can fill in the form yourself, or try again later."
        ) from None
    if len(body) > LARGEST_ANSWER:
        raise LookupFailed("The answer was too large to be about one work.")
    return body


def _refuse_strange(answer: http.client.HTTPResponse, service: Service) -> None:
    if answer.status == 404:
        raise LookupFailed(f"{service.label} does not know this. Check the number, or fill in the form yourself.")
    if answer.status != 200:
        raise LookupFailed(f"{service.label} did not answer as expected. You can fill in the form yourself.")
    if answer.headers.get_content_type() not in service.content_types:
        raise LookupFailed(f"{service.label} answered in a form that we do not read.")


def _connect(host: str) -> http.client.HTTPSConnection:
    """Return a connection to the host, whose name must stand for an address of the open internet."""
    address = public_address(host)
    connection = http.client.HTTPSConnection(host, timeout=CONNECT_SECONDS)
    raw = socket.create_connection((address, 443), timeout=CONNECT_SECONDS)
    try:
        # The name is checked against the certificate; the address is the one that was looked at.
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
    except OSError:
        raw.close()
        raise
    return connection


def public_address(host: str) -> str:
    """Return the first address of the host. Raises OSError where any of them is not on the open internet."""
    addresses = [str(row[4][0]) for row in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    if not addresses or not all(ipaddress.ip_address(address).is_global for address in addresses):
        raise OSError(f"{host} has no public address")
    return addresses[0]


def _from_crossref(body: bytes) -> Entry:
    """Read a work of Crossref's REST API (/works/{doi})."""
    return _only(crossref.read(BytesIO(body)))


def _from_pubmed(body: bytes) -> Entry:
    """Read a record in MEDLINE's tagged text, as PubMed's own export gives it."""
    return _only(nbib.read(BytesIO(body)))


def _only(found: Iterator[Entry | Rejected]) -> Entry:
    entry = next(found, None)
    if not isinstance(entry, Entry):
        raise ValueError("no record")
    return replace(entry, line=0, source_id="", warnings=())


SERVICES = {
    "crossref": Service("Crossref", "doi", "api.crossref.org", "/works/{}", ("application/json",), _from_crossref),
    # NCBI E-utilities, efetch: rettype=medline is the text that PubMed exports as NBIB.
    "pubmed": Service(
        "PubMed",
        "pmid",
        "eutils.ncbi.nlm.nih.gov",
        "/entrez/eutils/efetch.fcgi?db=pubmed&rettype=medline&retmode=text&id={}",
        ("text/plain",),
        _from_pubmed,
    ),
}
