"""Write batches to the database while the next ones are being made up."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections, reset_queries, transaction

# Each keeps one processor of the database busy; more would mostly wait for Python.
WRITERS = 2
# Batches that wait for a writer: enough that none is idle, few enough to keep memory small.
WAITING = 2

Work = Callable[[], None]


@contextmanager
def writers() -> Iterator[Callable[[Work], None]]:
    """Give a function that does each piece of work in a transaction of its own, some of them at the same time.

    At the end all are done. What goes wrong in one is raised in the `with` block. Inside a transaction the work is done
    at once and in order, because no other connection would see what the transaction has written.
    """
    if connection.in_atomic_block:
        yield _in_transaction
        return
    at_hand: deque[Future[None]] = deque()

    def submit(work: Work) -> None:
        if len(at_hand) == WRITERS + WAITING:
            at_hand.popleft().result()
        at_hand.append(pool.submit(_on_own_connection, work))

    with ThreadPoolExecutor(WRITERS) as pool:
        yield submit
        for future in at_hand:
            future.result()


def _on_own_connection(work: Work) -> None:
    try:
        _in_transaction(work)
    finally:
        connections.close_all()


def _in_transaction(work: Work) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A power failure may take the last second's batches: made-up content can be made again.
            cursor.execute("SET LOCAL synchronous_commit = off")
        work()
    # With DEBUG on, Django keeps the text of every query until a request ends, and here none does.
    reset_queries()
