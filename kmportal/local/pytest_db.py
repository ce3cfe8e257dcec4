"""A pytest plugin: give each run a database of its own on the fast test cluster, unless DATABASE_URL names one.

It is named in pyproject.toml with `-p`, so that it is there before Django reads its settings. The workers of
pytest-xdist inherit what it sets.
"""

import os
import re
import signal
from collections.abc import Generator

import psycopg
import pytest
from psycopg import sql

from kmportal.local.assets import copy_assets
from kmportal.local.cluster import Cluster, test_cluster
from kmportal.local.errors import CannotStart

# Django puts test_ before the name of the database, and each worker of pytest-xdist a _gw0 after it.
RUN_DATABASE = re.compile(r"test_run_(?P<pid>\d+)(_\w+)?")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Start the test cluster before pytest-django loads the settings: a wrapper goes before all others."""
    os.environ.setdefault("DEBUG", "true")
    try:
        copy_assets()
        if not os.environ.get("DATABASE_URL", "").strip():
            _use_test_cluster(early_config)
    except CannotStart as error:
        raise pytest.UsageError(str(error)) from error
    return (yield)


def _use_test_cluster(config: pytest.Config) -> None:
    cluster = test_cluster()
    # A run that is ended from outside must still stop its server; pytest knows how to be interrupted.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
    cluster.attach()
    config.add_cleanup(cluster.detach)
    drop_databases_of_dead_runs(cluster)
    os.environ["DATABASE_URL"] = cluster.url(f"run_{os.getpid()}")


def drop_databases_of_dead_runs(cluster: Cluster) -> None:
    """Remove what runs that were killed have left: the databases whose process is gone, or had this one's number."""
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall():
            run = RUN_DATABASE.fullmatch(name)
            if run and not _is_another_process(int(run["pid"])):
                drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                connection.execute(drop.format(sql.Identifier(name)))


def _is_another_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
