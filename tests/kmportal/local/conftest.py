"""A Postgres of their own for the tests of what starts Postgres, and other processes that use it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kmportal.local.cluster import Cluster
from kmportal.local.places import CHECKOUT
from kmportal.local.postmaster import find_postmaster

HOLD = """
import sys
from pathlib import Path
from kmportal.local.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
cluster.attach()
print(cluster.url("postgres"), flush=True)
sys.stdin.read()
cluster.detach()
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Give a folder with a name such as people give, which also the user who runs Postgres for root can enter.

    pytest's own temporary folders are closed to all but one user.
    """
    with tempfile.TemporaryDirectory(prefix="Anna's files ", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="module")
def directory(place: Path) -> Path:
    """Give a data directory that is made once for the module's tests, and whose server is stopped between them."""
    directory = place / "Data" / "pg"
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    cluster.detach()
    return directory


@pytest.fixture
def hold() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Give a function that starts a process which uses a cluster until its input is closed."""
    holders: list[subprocess.Popen[str]] = []

    def hold(directory: Path) -> subprocess.Popen[str]:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(directory)],
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        holders.append(holder)
        return holder

    yield hold
    for holder in holders:
        holder.communicate()


def attached(holder: subprocess.Popen[str]) -> str:
    """Wait until a holder is attached; return the address that it was given."""
    return holder.stdout.readline().strip()


def leave(holder: subprocess.Popen[str]) -> None:
    """Let a holder detach, and wait until it has."""
    holder.communicate()


@pytest.fixture
def trial_environment(place: Path) -> dict[str, str]:
    """Give the environment of a person who has set nothing, with the portal's data in the module's folder."""
    # What the test run itself has set, or the person who runs it, must not reach the portal under test.
    unset = {"DATABASE_URL", "DEBUG", "DEMO", "HTTPS", "SECRET_KEY", "ALLOWED_HOSTS", "PORT", "MAKELEVEL"}
    unset |= {"DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST"}
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    return {**kept, "DATA_DIR": str(place / "data")}


def is_running(directory: Path) -> bool:
    server = find_postmaster(directory)
    return server is not None and server.alive()


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
