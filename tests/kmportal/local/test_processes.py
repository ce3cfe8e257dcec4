"""Starting and stopping the portal's processes, and noticing that the person has gone."""

import signal
import subprocess
import sys
import textwrap

import pytest

from kmportal.local import processes
from kmportal.local.places import CHECKOUT
from tests.kmportal.local.conftest import gone, wait_until


def run_script(script: str) -> list[str]:
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return ended.stdout.splitlines()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the shell alone tells of a closed terminal")
def test_a_closed_terminal_is_noticed_without_a_signal():
    assert run_script(
        """
        import os, sys
        from kmportal.local.processes import Watch
        terminal, ours = os.openpty()
        os.dup2(ours, 0)
        os.close(ours)
        sys.stdin = open(0)
        watch = Watch()
        os.write(terminal, b"some words\\n")
        watch.wait(0)
        print(watch.asked_to_stop)
        os.close(terminal)
        watch.wait(20)
        print(watch.asked_to_stop)
        """
    ) == ["False", "True"]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_wait(name):
    script = f"""
        import signal
        from kmportal.local.processes import Watch
        watch = Watch()
        signal.raise_signal(signal.{name})
        watch.wait(20)
        print(watch.asked_to_stop)
        """
    assert run_script(script) == ["True"]


def test_what_nohup_lets_a_process_ignore_stays_ignored():
    assert run_script(
        """
        import signal
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        from kmportal.local.processes import Watch
        watch = Watch()
        signal.raise_signal(signal.SIGHUP)
        watch.wait(0)
        print(watch.asked_to_stop)
        """
    ) == ["False"]


STUBBORN = """
import pathlib, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = subprocess.Popen(["sleep", "60"])
pathlib.Path(sys.argv[1]).write_text(str(helper.pid))
helper.wait()
"""


def test_one_that_will_not_end_is_ended_with_all_it_started(tmp_path):
    note = tmp_path / "helper"
    stubborn = processes.start([sys.executable, "-c", STUBBORN, str(note)])
    willing = processes.start(["sleep", "60"])
    wait_until(lambda: note.exists() and note.read_text() != "")
    processes.stop([stubborn, willing], within=0.2)
    assert (stubborn.returncode, willing.returncode) == (-signal.SIGKILL, -signal.SIGTERM)
    wait_until(lambda: gone(int(note.read_text())))
