"""Speak to DataCite: put the metadata of a DOI there (its REST API, PUT /dois/{id}), in time and nowhere else."""

import base64
import http.client
import json
import time
from contextlib import closing
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings

from repository.time_limit import ended_by

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 20.0
LARGEST_ANSWER = 1_000_000  # bytes
LONGEST_REASON = 300  # characters of the agency's own words
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Refused(Exception):
    """DataCite will not have it, however often it is told; the message says why, in words for the library."""


class Unreachable(Exception):
    """DataCite did not answer, or could not just now; it is worth another try."""


def put(doi: str, attributes: dict[str, Any]) -> None:
    """Register the DOI with these attributes of DataCite's JSON, or change what is registered: it may be done twice.

    Raises Refused or Unreachable.
    """
    address = urlsplit(settings.DATACITE_API)
    body = json.dumps({"data": {"type": "dois", "id": doi, "attributes": attributes}}, ensure_ascii=False).encode()
    account = f"{settings.DATACITE_USER}:{settings.DATACITE_PASSWORD}".encode()
    headers = {
        "Authorization": f"Basic {base64.b64encode(account).decode()}",
        "Content-Type": "application/vnd.api+json",
        "Accept": "application/vnd.api+json",
        "User-Agent": "kmportal",
    }
    deadline = time.monotonic() + TOTAL_SECONDS
    try:
        connection = _connect(address)
        with closing(connection), ended_by(deadline, connection):
            connection.request("PUT", f"{address.path}/dois/{quote(doi, safe='/')}", body=body, headers=headers)
            with closing(connection.getresponse()) as answer:
                status, said = answer.status, answer.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException):
        raise Unreachable("We could not reach DataCite in time.") from None
    _judge(status, said)


def _judge(status: int, said: bytes) -> None:
    if status in (200, 201):
        return
    if status in (401, 403, 404):
        raise Refused(
            "DataCite does not accept our account or prefix. "
            "Ask whoever runs the portal to look at the settings that begin with DATACITE."
        )
    if status in (400, 422):
        raise Refused(f"DataCite does not accept what the record says: {_reason(said)}")
    if status == 429 or status >= 500:
        raise Unreachable("DataCite cannot do it at the moment.")
    raise Refused(f"DataCite answered in a way that we do not understand ({status}).")


def _reason(said: bytes) -> str:
    """Return why, in the agency's own words (JSON:API: errors, each with a title or a detail)."""
    try:
        errors = json.loads(said)["errors"]
        reasons = [str(error.get("title") or error["detail"]) for error in errors]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        reasons = []
    text = " ".join("; ".join(reasons).replace("\x00", "").split())
    return text[:LONGEST_REASON] or "it does not say why."


def _connect(address: SplitResult) -> http.client.HTTPConnection:
    """Return an open connection; without TLS to this very machine only, as our password goes over it."""
    host = address.hostname or ""
    connection: http.client.HTTPConnection
    if address.scheme == "https":
        connection = http.client.HTTPSConnection(host, address.port, timeout=CONNECT_SECONDS)
    elif host in LOOPBACK:
        connection = http.client.HTTPConnection(host, address.port, timeout=CONNECT_SECONDS)
    else:
        raise Refused("The address of DataCite must start with https://. Ask whoever runs the portal to mend it.")
    connection.connect()
    connection.sock.settimeout(TOTAL_SECONDS)
    return connection
