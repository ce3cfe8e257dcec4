"""Lend an empty portal in a database of its own, beside the portal's: for measuring, without touching what is there."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection


@contextmanager
def scratch_database() -> Iterator[None]:
    """Point Django's connection to a new database, migrated and empty, and drop it at the end, whatever happens.

    The account must be allowed to make databases; where it is not, Django's ProgrammingError says so.
    """
    # The process's number tells whose a database is, should a killed one leave it behind.
    name = f"kmportal_scratch_{os.getpid()}_{secrets.token_hex(4)}"
    own_name = connection.settings_dict["NAME"]
    _run(f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        _connect_to(name)
        call_command("migrate", verbosity=0, interactive=False)
        yield
    finally:
        _connect_to(own_name)
        _run(f"DROP DATABASE {connection.ops.quote_name(name)} WITH (FORCE)")


def _connect_to(name: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # the stubs know no pool
    connection.settings_dict["NAME"] = name


def _run(sql: str) -> None:
    # A database is made and dropped while connected to another.
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)
