"""Background work: the one place that knows the job library (procrastinate), so that it can be changed.

A job is a function with the `job` decorator in an app's `tasks.py`; its arguments are plain JSON values. It runs in
the worker process at least once, so it must be safe to run again.
"""

from collections.abc import Callable
from typing import Any, cast

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)


def job(*, schedule: str | None = None, retry: bool = True) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a background job; with a schedule (cron's five fields, UTC) it also runs by itself.

    A scheduled function takes one argument: the time it was due, as a Unix timestamp.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        task = app.task(name=f"{function.__module__}.{function.__name__}", retry=RETRY if retry else False)(function)
        return app.periodic(cron=schedule)(task) if schedule else task

    return decorate


def later(task: Any, **arguments: Any) -> int:
    """Queue a job for the worker and return its number.

    It is queued in the current transaction: where that is rolled back, the job is not there either.
    """
    return task.defer(**arguments)


def run_waiting() -> None:
    """Run every job that waits now in this process, then return: for tests and for set-up."""
    # Django's own connection hands out JSON as text; the worker needs one of its own.
    with app.replace_connector(cast(DjangoConnector, app.connector).get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful")
