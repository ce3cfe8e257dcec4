"""`make run`: one command, one line, and nothing left behind however it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from urllib.error import HTTPError

import pytest

from kmportal.demo.accounts import ACCOUNTS, PASSWORD
from kmportal.local import serve
from kmportal.local.binaries import find_binaries
from kmportal.local.errors import CannotStart
from kmportal.local.places import CHECKOUT
from kmportal.local.postmaster import find_postmaster
from tests.kmportal.local.conftest import gone, is_running, wait_until


class Portal:
    """A portal that serves in another process."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kmportal.local.serve"],
            cwd=CHECKOUT,
            env={**environment, "PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # As a shell does with a job in the background.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )
        self.line = self.process.stdout.readline()

    def get(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
            return answer.read().decode()

    def wait_for_line(self, part: str) -> None:
        assert any(part in line for line in self.process.stdout), part

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; return the exit code and what was said after the first line."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, rest


@pytest.fixture
def portal(trial_environment) -> Iterator[Callable[[], Portal]]:
    """Give a function that starts a portal on the module's data."""
    started: list[Portal] = []

    def start() -> Portal:
        started.append(Portal(trial_environment))
        return started[-1]

    yield start
    for each in started:
        each.process.terminate()
        each.process.communicate(timeout=30)


@pytest.fixture
def data_directory(place):
    return place / "data" / f"pg{find_binaries().major}"


def children(portal: Portal) -> dict[str, int]:
    """Return the process numbers of the web server and the worker that a portal has started."""
    listed = subprocess.check_output(["ps", "-A", "-o", "ppid=,pid=,args="], text=True).splitlines()
    own = [line.split(None, 2) for line in listed if line.split(None, 1)[0] == str(portal.process.pid)]
    names = ("gunicorn", "kmportal.local.worker")
    return {name: int(pid) for _, pid, arguments in own for name in names if name in arguments}


def test_it_serves_the_demonstration_and_ctrl_c_stops_everything(portal, data_directory):
    served = portal()
    accounts = ", ".join(f"{account.email} ({account.role})" for account in ACCOUNTS)
    assert served.line == (
        f"The portal is at http://127.0.0.1:{served.port}/"
        f" – sign in with the password {PASSWORD} as {accounts} – Ctrl-C stops it\n"
    )
    home = served.get("/")
    style = re.search(r'href="(/static/nhsuk/nhsuk\.min\.[0-9a-f]+\.css)"', home)
    assert ".nhsuk-button" in served.get(style[1])
    assert "Showing 1 to" in served.get("/repository/")
    assert "<h1" in served.get(f"/search/?q={'a' * 10_000}")
    with pytest.raises(HTTPError) as refused:
        served.get(f"/search/?q={'a' * 40_000}")
    assert (refused.value.code, "nhsuk" in refused.value.read().decode()) == (400, True)
    wait_until(lambda: len(children(served)) == 2)
    started = children(served)
    assert set(started) == {"gunicorn", "kmportal.local.worker"}
    assert served.end(signal.SIGINT) == (0, "")
    assert [gone(pid) for pid in started.values()] == [True, True]
    assert not is_running(data_directory)


def test_what_ends_by_itself_is_started_again_and_without_a_web_server_all_stops(portal, data_directory):
    served = portal()
    wait_until(lambda: len(children(served)) == 2)
    os.kill(children(served)["kmportal.local.worker"], signal.SIGKILL)
    served.wait_for_line("The background worker ended by itself (code -9) and is started again.")
    os.kill(find_postmaster(data_directory).pid, signal.SIGKILL)
    served.wait_for_line("Postgres was gone and is started again.")
    os.kill(children(served)["gunicorn"], signal.SIGKILL)
    served.wait_for_line("The web server ended by itself (code -9), so the portal stops.")
    assert served.process.wait(30) == 1
    assert not is_running(data_directory)


def test_after_a_kill_nothing_serves_on_and_the_next_start_recovers(portal, data_directory):
    killed = portal()
    wait_until(lambda: len(children(killed)) == 2)
    started = children(killed)
    killed.process.kill()
    killed.process.communicate()
    wait_until(lambda: all(gone(pid) for pid in started.values()))
    assert is_running(data_directory)  # nobody was left to stop it
    again = portal()
    assert "Showing 1 to" in again.get("/repository/")
    assert again.end(signal.SIGTERM)[0] == 0
    assert not is_running(data_directory)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"PORT": "http"}, "PORT must be a whole number from 1 to 65535, not 'http'."),
        ({"DEBUG": "perhaps"}, "DEBUG must be one of true, false, 1, 0, yes, no, on or off, not 'perhaps'."),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, not 'loud'."),
        ({"DEBUG": "false"}, "DATABASE_URL is not set."),
        ({"DATABASE_URL": "mysql://h/x"}, "DATABASE_URL must name a Postgres database"),
    ],
    ids=lambda value: " ".join(f"{name}={each}" for name, each in value.items()) if isinstance(value, dict) else "",
)
def test_a_setting_that_will_not_do_stops_the_start_with_a_sentence(trial_environment, setting, sentence):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    refused = subprocess.run(
        [sys.executable, "-m", "kmportal.local.serve"],
        cwd=CHECKOUT,
        env={**trial_environment, "PORT": port, **setting},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(sentence)
    assert len(refused.stderr.splitlines()) == 1


def test_a_port_that_is_taken_is_named(monkeypatch):
    monkeypatch.setattr(serve, "LETTING_GO", 0.0)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotStart, match=rf"Port {port} cannot be used: .*make run PORT={port + 1}"):
            serve.listen(port)
    serve.listen(port).close()
