"""End a talk with another server when its time is up, however slowly that speaks."""

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import Any


@contextmanager
def ended_by(deadline: float, connection: Any) -> Iterator[None]:
    """Cut an open connection of http.client at the deadline (of time.monotonic), and then raise TimeoutError."""
    is_late = Event()
    sock = connection.sock  # the connection hands it to the answer and forgets it

    def cut() -> None:
        is_late.set()
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(max(deadline - time.monotonic(), 0), cut)
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException):
        if not is_late.is_set():
            raise
    finally:
        timer.cancel()
    if is_late.is_set():
        raise TimeoutError
