"""Background work: the one place that knows the job library (procrastinate), so that it can be changed.

A job is a function with the `job` decorator in an app's `tasks.py`; its arguments are plain JSON values. It runs in
the worker process at least once, so it must be safe to run again: a job whose worker was stopped or killed is queued
anew. How the worker runs is in the settings (PROCRASTINATE_WORKER_DEFAULTS).
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import JobAborted
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision
from procrastinate.worker import Worker

# A worker tells every 10 seconds that it lives; the library, too, gives up one that was silent for so long.
SILENT_FOR = timedelta(seconds=30)
# A job that takes its worker down with it, perhaps for want of memory, must not do so for ever. Stops that are not
# its fault count too, so there is room for some.
MOST_ATTEMPTS = 10

logger = logging.getLogger(__name__)


class Retry(RetryStrategy):
    """Try what failed three times more, with growing pauses, and what was stopped with its worker at once."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        # The library asks about a stopped job only where the worker shut down, not where a person cancelled it.
        if isinstance(exception, JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        return super().get_retry_decision(exception=exception, job=job)


RETRY = Retry(max_attempts=3, exponential_wait=5)


def job(*, schedule: str | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a background job; with a schedule (cron's five fields, UTC) it also runs by itself.

    A scheduled function takes one argument: the time it was due, as a Unix timestamp.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        name = f"{function.__module__}.{function.__name__}"
        task = app.task(name=name, retry=RETRY, task_middleware=[stop_between_queries])(function)
        return app.periodic(cron=schedule)(task) if schedule else task

    return decorate


def stop_between_queries(run: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
    """Run a job so that it ends at its next query once its worker has been told to stop.

    Nobody can end a thread from outside, and the worker waits for its jobs: without this it would stay until the
    longest import is done. What the job had not committed is rolled back.
    """

    def stop(execute: Callable[..., Any], sql: Any, params: Any, many: bool, state: dict[str, Any]) -> Any:
        # Leaving a block must still undo it, whatever the job makes of the exception.
        if context.should_abort() and not str(sql).startswith(("ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT")):
            raise JobAborted
        return execute(sql, params, many, state)

    with connection.execute_wrapper(stop):
        return run()


@job(schedule="* * * * *")
def queue_lost_jobs(timestamp: int) -> None:
    """Queue again what a worker was doing that is gone; what took its worker down too often has failed."""
    _queue_lost_jobs()


@transaction.atomic
def _queue_lost_jobs() -> None:
    # Here, because models can be imported only when all apps are there.
    from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

    living = ProcrastinateWorker.objects.filter(last_heartbeat__gt=Now() - SILENT_FOR)
    # Single statements, unlike the library's own list and retry: of two workers that do this at the same moment, the
    # second finds that the job is no longer lost, even where the first is already doing it.
    lost = ProcrastinateJob.objects.filter(Q(worker=None) | ~Q(worker__in=living), status="doing")
    failed = lost.filter(Q(attempts__gte=MOST_ATTEMPTS - 1) | Q(abort_requested=True)).update(status="failed")
    queued = lost.update(status="todo", attempts=F("attempts") + 1, scheduled_at=None)
    if failed or queued:
        logger.warning("Workers are gone: %d of their jobs are queued again, %d have failed.", queued, failed)


def later(task: Any, **arguments: Any) -> int:
    """Queue a job for the worker and return its number.

    It is queued in the current transaction: where that is rolled back, the job is not there either.
    """
    return task.defer(**arguments)


def unfinished(**arguments: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the arguments of each job with these arguments (among others) that waits or runs, in order.

    A name is that of the module and of the function, as in "repository.tasks.import_batch".
    """
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(status__in=("todo", "doing"), args__contains=arguments)
    return list(jobs.order_by("pk").values_list("task_name", "args"))


def work() -> None:
    """Queue again what was lost, then run jobs until SIGTERM or SIGINT."""
    _queue_lost_jobs()
    connection.close()
    with app.replace_connector(_worker_connector()) as worker:
        worker.run_worker()


def run_waiting() -> None:
    """Run every job that waits now in this process, then return: for tests."""
    with app.replace_connector(_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def _worker_connector() -> Any:
    # Django's own connection hands out JSON as text; the worker needs one of its own.
    return cast(DjangoConnector, app.connector).get_worker_connector()
