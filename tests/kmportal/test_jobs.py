"""A job runs at least once: whatever becomes of its worker, another one takes it up, and only then."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from kmportal import jobs
from kmportal.local.places import CHECKOUT
from tests.kmportal.job_for_tests import go_on
from tests.kmportal.local.conftest import wait_until

WORK = """
import django
django.setup()
import tests.kmportal.job_for_tests
from kmportal.local import worker
worker.main()
"""
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_the_tests_own_jobs(transactional_db) -> Iterator[None]:
    """Start and end without jobs: Django does not empty the library's tables, and workers queue what is due."""
    tables = "TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE"
    with connection.cursor() as cursor:
        cursor.execute(tables)
    yield
    with connection.cursor() as cursor:
        cursor.execute(tables)


@pytest.fixture
def worker(only_the_tests_own_jobs) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Give a function that starts a worker on the tests' database."""
    database = connection.settings_dict
    address = f"postgresql://{database['USER']}:{quote(database['PASSWORD'])}@{quote(database['HOST'], safe='')}"
    url = f"{address}:{database['PORT'] or 5432}/{database['NAME']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "kmportal.settings"}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", WORK], cwd=CHECKOUT, env=environment))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.wait()


def starts(folder: Path) -> int:
    counted = folder / "starts"
    return len(counted.read_text()) if counted.exists() else 0


def state(number: int) -> tuple[str, int] | None:
    """Return a job's state and its number of attempts that came to nothing; None where it is done and gone."""
    return ProcrastinateJob.objects.filter(pk=number).values_list("status", "attempts").first()


def silence_workers() -> None:
    """Let a minute pass in which no worker says that it lives."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute'")


def test_a_job_whose_worker_was_killed_runs_again(worker, tmp_path):
    number = jobs.later(go_on, folder=str(tmp_path))
    killed = worker()
    wait_until(lambda: starts(tmp_path) == 1)
    jobs.queue_lost_jobs(timestamp=0)
    assert state(number) == ("doing", 0), "its worker lives"
    killed.kill()
    killed.wait()
    silence_workers()
    (tmp_path / "enough").touch()
    worker()
    wait_until(lambda: (tmp_path / "done").exists() and state(number) is None)
    assert starts(tmp_path) == 2


def test_a_worker_that_is_told_to_stop_gives_its_job_back(worker, tmp_path):
    number = jobs.later(go_on, folder=str(tmp_path))
    stopped = worker()
    wait_until(lambda: starts(tmp_path) == 1)
    stopped.send_signal(signal.SIGTERM)
    assert stopped.wait(timeout=30) == 0, "it waits for no job that never ends"
    assert (state(number), (tmp_path / "done").exists()) == (("todo", 1), False)
    (tmp_path / "enough").touch()
    worker()
    wait_until(lambda: (tmp_path / "done").exists() and state(number) is None)
    assert starts(tmp_path) == 2


def test_a_job_that_takes_down_every_worker_fails_in_the_end(tmp_path):
    number = jobs.later(go_on, folder=str(tmp_path))
    states = []
    for _ in range(jobs.MOST_ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute("SELECT worker_id FROM procrastinate_register_worker_v1()")
            (dead,) = cursor.fetchone()
            cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, %s)", [dead])
            assert cursor.fetchone() == (number,)
        silence_workers()
        jobs.queue_lost_jobs(timestamp=0)
        states.append(state(number))
    assert states == [*(("todo", failed) for failed in range(1, 10)), ("failed", 9)]


def test_lost_jobs_are_looked_for_every_minute():
    schedules = {name: task.cron for (name, _), task in jobs.app.periodic_registry.periodic_tasks.items()}
    assert schedules["kmportal.jobs.queue_lost_jobs"] == "* * * * *"


def test_a_job_is_not_there_where_its_transaction_is_rolled_back(tmp_path):
    with transaction.atomic():
        number = jobs.later(go_on, folder=str(tmp_path))
        transaction.set_rollback(True)
    assert state(number) is None


def test_what_is_unfinished_is_found_by_its_arguments(tmp_path):
    folder = str(tmp_path)
    first, second = (jobs.later(go_on, folder=folder) for _ in range(2))
    jobs.later(go_on, folder="elsewhere")
    ProcrastinateJob.objects.filter(pk=first).update(status="doing")
    waiting = (go_on.name, {"folder": folder})
    assert jobs.unfinished(folder=folder) == [waiting, waiting]
    ProcrastinateJob.objects.filter(pk__in=[first, second]).update(status="failed")
    assert jobs.unfinished(folder=folder) == []
