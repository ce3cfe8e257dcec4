"""Measure an upload of the largest file that is taken: what it adds to the server's memory, and how long it takes.

python -m tests.bench.uploads [--megabytes 50]

Prints JSON: the growth of the web worker's resident memory, at its peak, for the upload and for one that is refused.
"""

import argparse
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from kmportal.local.places import DATA_DIR, make_data_dir
from tests.bench.memory import forget_peak, peak
from tests.bench.portal import cookie_of, portal, served

BOUNDARY = "between-the-parts"


def main() -> None:
    """Serve an empty portal with one worker, send it files, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=50)
    megabytes = parser.parse_args().megabytes
    make_data_dir()
    media = tempfile.mkdtemp(dir=DATA_DIR)
    try:
        with portal("bench_uploads", BENCH_MEDIA_ROOT=media, MAX_UPLOAD_MB=str(megabytes)):
            print(json.dumps(_measure(megabytes), indent=2))  # noqa: T201
    finally:
        shutil.rmtree(media)


def _measure(megabytes: int) -> dict[str, Any]:
    cookie, path = _signed_in_depositor()
    with served(workers=1) as port:
        _send(port, cookie, path, size=100_000)  # warm-up
        worker = _worker(os.getpid())
        figures: dict[str, Any] = {"megabytes": megabytes}
        for name, size in (("taken", megabytes * 1_048_576), ("refused", 4 * megabytes * 1_048_576)):
            forget_peak(worker)
            before, started = peak(worker), time.perf_counter()
            answer = _send(port, cookie, path, size=size)
            figures[name] = {
                "megabytes_sent": round(size / 1_048_576),
                "seconds": round(time.perf_counter() - started, 1),
                "worker_growth_mb": round((peak(worker) - before) / 1_024, 1),
                "answer": answer,
            }
    return figures


def _signed_in_depositor() -> tuple[str, str]:
    """Make a depositor with a draft; return the cookie of their session and the address of the draft's files."""
    from kmportal.people.models import User
    from repository.models import Record

    user = User.objects.create_user(f"{secrets.token_hex(4)}@bench.example", name="Dele Depositor")
    record = Record.objects.create(title="A large file", type="dataset", depositor=user)
    return cookie_of(user), f"/repository/{record.pk}/files/"


def _send(port: int, cookie: str, path: str, *, size: int) -> Any:
    """Send a text of so many bytes as the page's script does, piece by piece, and return the answer."""
    token = secrets.token_hex(16)
    head = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (("csrfmiddlewaretoken", token), ("do", "add"))
    )
    head += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="uploads"; filename="{token}.txt"\r\n\r\n'
    tail = f"\r\n--{BOUNDARY}--\r\n"
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.putrequest("POST", path)
    for name, value in (
        ("Cookie", f"{cookie}; csrftoken={token}"),
        ("Accept", "application/json"),
        ("Content-Type", f"multipart/form-data; boundary={BOUNDARY}"),
        ("Content-Length", str(len(head) + size + len(tail))),
    ):
        connection.putheader(name, value)
    connection.endheaders(head.encode())
    line = f"{token} ".encode() * 4_096
    for start in range(0, size, len(line)):
        connection.send(line[: size - start])
    connection.send(tail.encode())
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return json.loads(body) if answer.status == 200 else answer.status


def _worker(parent: int) -> int:
    """Return the process number of the web server's one worker."""
    (server,) = _children(parent, "gunicorn")
    (worker,) = _children(server, "gunicorn")
    return worker


def _children(parent: int, name: str) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
            arguments = (status.parent / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue
        if int(lines["PPid"]) == parent and name.encode() in arguments:
            found.append(int(status.parent.name))
    return found


if __name__ == "__main__":
    sys.exit(main())
