"""A portal to measure: a database that stays from run to run, its server, and visitors of it."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from kmportal.local.assets import copy_assets
from kmportal.local.binaries import find_binaries
from kmportal.local.cluster import Cluster
from kmportal.local.places import CHECKOUT, DATA_DIR


@contextmanager
def portal(name: str, *, fresh: bool = False, **environment: str) -> Iterator[str]:
    """Give a portal with the database and the file store of that name, and Django set up for it; yield its URL.

    It is there from an earlier run, unless it must be fresh.
    """
    copy_assets()
    cluster = Cluster(DATA_DIR / f"pg{find_binaries().major}-bench", durable=True)
    cluster.attach()
    try:
        if fresh:
            with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        cluster.create_database(name)
        url = cluster.url(name)
        os.environ.update(
            DATABASE_URL=url, DEBUG="false", HTTPS="false", SECRET_KEY=secrets.token_hex(32), ALLOWED_HOSTS="127.0.0.1",
            DJANGO_SETTINGS_MODULE="tests.bench.settings", BENCH_MEDIA_ROOT=str(DATA_DIR / f"files-{name}"),
        )  # fmt: skip
        os.environ.update(environment)
        manage("migrate", "--verbosity=0")
        manage("collectstatic", "--no-input", "--verbosity=0")
        import django

        django.setup()
        yield url
    finally:
        from django.db import connections

        connections.close_all()
        cluster.detach()


def manage(*arguments: str) -> None:
    """Run a command of manage.py; what it prints goes to the standard error."""
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=CHECKOUT, check=True, stdout=sys.stderr)


@contextmanager
def served(workers: int = 2) -> Iterator[int]:
    """Serve the portal as `make run` does, on a free port of the loopback address; yield the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "kmportal.wsgi",
            "--preload",
            "--no-control-socket",
            "--log-level=warning",
            f"--bind=127.0.0.1:{port}",
            f"--workers={workers}",
            "--threads=4",
        ],
        cwd=CHECKOUT,
    )
    try:
        for _ in range(200):
            try:
                ask(port, ["/healthz"])
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def ask(port: int, addresses: list[str], cookie: str = "") -> list[float]:
    """Ask for each address over one connection and return the milliseconds that each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    taken = []
    for address in addresses:
        started = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        answer.read()
        taken.append((time.perf_counter() - started) * 1_000)
        if answer.status != 200:
            raise SystemExit(f"{address} answered {answer.status}; nothing was measured.")
    connection.close()
    return taken


def cookie_of(user: Any) -> str:
    """Sign the account in, and return the cookie of its session."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
