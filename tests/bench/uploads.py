"""Measure an upload of the largest file that is taken: what it adds to the server's memory, and how long it takes.

python -m tests.bench.uploads [--megabytes 50]

Prints JSON: the growth of the web worker's resident memory, at its peak, for the upload and for one that is refused,
and the speed at which a fixity check reads the file store.
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

from kmportal.local.assets import copy_assets
from kmportal.local.binaries import find_binaries
from kmportal.local.cluster import Cluster
from kmportal.local.places import DATA_DIR
from tests.bench.pages import _manage, _served

BOUNDARY = "between-the-parts"


def main() -> None:
    """Serve an empty portal with one worker, send it files, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=50)
    megabytes = parser.parse_args().megabytes
    copy_assets()
    media = tempfile.mkdtemp(dir=DATA_DIR)
    cluster = Cluster(DATA_DIR / f"pg{find_binaries().major}-bench", durable=True)
    cluster.attach()
    try:
        cluster.create_database("bench_uploads")
        os.environ.update(
            DATABASE_URL=cluster.url("bench_uploads"), DEBUG="false", HTTPS="false", SECRET_KEY=secrets.token_hex(32),
            ALLOWED_HOSTS="127.0.0.1", DJANGO_SETTINGS_MODULE="tests.bench.settings", BENCH_MEDIA_ROOT=media,
            MAX_UPLOAD_MB=str(megabytes),
        )  # fmt: skip
        _manage("migrate", "--verbosity=0")
        _manage("collectstatic", "--no-input", "--verbosity=0")
        print(json.dumps(_measure(megabytes), indent=2))  # noqa: T201
    finally:
        cluster.detach()
        shutil.rmtree(media)


def _measure(megabytes: int) -> dict[str, Any]:
    import django

    django.setup()
    from repository import fixity

    cookie, path = _signed_in_depositor()
    with _served(workers=1) as port:
        _send(port, cookie, path, size=100_000)  # warm-up
        worker = _worker(os.getpid())
        figures: dict[str, Any] = {"megabytes": megabytes}
        for name, size in (("taken", megabytes * 1_048_576), ("refused", 4 * megabytes * 1_048_576)):
            _forget_peak(worker)
            before, started = _peak(worker), time.perf_counter()
            answer = _send(port, cookie, path, size=size)
            figures[name] = {
                "megabytes_sent": round(size / 1_048_576),
                "seconds": round(time.perf_counter() - started, 1),
                "worker_growth_mb": round((_peak(worker) - before) / 1_024, 1),
                "answer": answer,
            }
    summary = fixity.check()
    figures["fixity"] = {"megabytes": round(summary.size / 1e6), "mb_per_second": round(summary.speed)}
    return figures


def _signed_in_depositor() -> tuple[str, str]:
    """Make a depositor with a draft; return the cookie of their session and the address of the draft's files."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from kmportal.people.models import User
    from repository.models import Record

    user = User.objects.create_user(f"{secrets.token_hex(4)}@bench.example", name="Dele Depositor")
    record = Record.objects.create(title="A large file", type="dataset", depositor=user)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}", f"/repository/{record.pk}/files/"


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


def _peak(process: int) -> int:
    """Return the most resident memory that the process has had, in kilobytes (proc(5), VmHWM)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def _forget_peak(process: int) -> None:
    """Let the peak begin anew from now (proc(5), clear_refs)."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


if __name__ == "__main__":
    sys.exit(main())
