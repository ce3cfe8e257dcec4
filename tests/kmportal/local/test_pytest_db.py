"""The databases of test runs: one for each run, and none left by runs that were killed."""

import os
import subprocess
import sys

import psycopg
import pytest

from kmportal.local.binaries import find_binaries
from kmportal.local.cluster import Cluster
from kmportal.local.places import CHECKOUT
from kmportal.local.pytest_db import drop_databases_of_dead_runs
from tests.kmportal.local.conftest import is_running


def test_only_the_databases_of_dead_runs_are_dropped(directory):
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    kept = {"postgres", "template0", "template1", "kmportal", "test_run_notes", f"test_run_{os.getppid()}_gw1"}
    dropped = {f"test_run_{ended.pid}", f"test_run_{ended.pid}_gw0", f"test_run_{os.getpid()}"}
    cluster = Cluster(directory, durable=False)
    cluster.attach()
    try:
        for name in kept | dropped:
            cluster.create_database(name)
        drop_databases_of_dead_runs(cluster)
        with psycopg.connect(cluster.url("postgres")) as connection:
            left = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
    finally:
        cluster.detach()
    assert left == kept


SUITE = """
import os, time
def test_it():
    print("at", os.environ["DATABASE_URL"], flush=True)
    time.sleep(float(os.environ["PAUSE"]))
"""


def run_suite(place, environment, *, pause):
    """Run a suite of one test with the plugin, and give the process and the name of its database."""
    suite = place / "test_suite.py"
    suite.write_text(SUITE)
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "kmportal.local.pytest_db", "-q", "-s", "-c", os.devnull, suite],
        cwd=CHECKOUT,
        env={**environment, "PAUSE": str(pause)},
        stdout=subprocess.PIPE,
        text=True,
    )
    url = next(line for line in process.stdout if line.startswith("at ")).split()[1]
    return process, url.rpartition("/")[2]


def test_a_run_has_its_own_database_and_leaves_no_server(place, trial_environment):
    process, database = run_suite(place, trial_environment, pause=0)
    assert database == f"run_{process.pid}"
    assert "1 passed" in process.communicate()[0]
    assert not is_running(place / "data" / f"pg{find_binaries().major}-test")


def test_a_run_that_is_ended_leaves_no_server_either(place, trial_environment):
    process, _ = run_suite(place, trial_environment, pause=60)
    process.terminate()
    process.communicate()
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    assert not is_running(place / "data" / f"pg{find_binaries().major}-test")
