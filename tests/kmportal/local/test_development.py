"""manage.py's embedded Postgres: there where nothing else is named, and gone when the command ends."""

import signal
import subprocess
import sys

import pytest

from kmportal.local import development
from kmportal.local.binaries import find_binaries
from kmportal.local.errors import CannotStart
from kmportal.local.places import CHECKOUT
from tests.kmportal.local.conftest import is_running

ATTACH = """
import os, sys
from kmportal.local.development import attach_development_database
attach_development_database()
print(os.environ["DATABASE_URL"], os.environ["HTTPS"], flush=True)
sys.stdin.read()
"""


@pytest.fixture
def command(trial_environment):
    """Give a process that attaches as manage.py does, and then waits."""
    with subprocess.Popen(
        [sys.executable, "-c", ATTACH],
        cwd=CHECKOUT,
        env=trial_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.fixture
def data_directory(place):
    return place / "data" / f"pg{find_binaries().major}"


def test_a_command_gets_the_database_while_it_runs(command, data_directory):
    url, https = command.stdout.readline().split()
    assert (url.rpartition("/")[2], https) == ("kmportal", "false")
    assert is_running(data_directory)
    command.communicate()
    assert (command.returncode, is_running(data_directory)) == (0, False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_leaves_nothing_behind(command, data_directory, number):
    command.stdout.readline()
    command.send_signal(number)
    assert (command.wait(), is_running(data_directory)) == (128 + number, False)


@pytest.mark.parametrize(
    ("database_url", "debug", "wanted"),
    [("", "", True), ("", "true", True), ("", "false", False), ("postgresql://elsewhere/x", "", False)],
)
def test_it_is_used_only_where_nothing_else_is_named(monkeypatch, database_url, debug, wanted):
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("DEBUG", debug)
    assert development.wants_embedded_database() is wanted


def test_what_stands_in_the_way_is_said_in_a_sentence(monkeypatch):
    def fail() -> None:
        raise CannotStart("There is no Postgres on this machine.")

    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setattr(development, "name_embedded_database", fail)
    with pytest.raises(SystemExit) as ended:
        development.attach_development_database()
    assert ended.value.code == "There is no Postgres on this machine."
    monkeypatch.setenv("DEBUG", "perhaps")
    with pytest.raises(SystemExit, match="DEBUG must be one of"):
        development.attach_development_database()
