"""Put many rows into a model's table with COPY, which is an order of magnitude quicker than INSERT."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of the named columns, given as attribute names such as "record_id".

    A column that is not named gets its field's default, the same for all rows; neither save() nor a signal runs.
    """
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (field.attname in columns or not field.primary_key)
    ]
    positions = {column: position for position, column in enumerate(columns)}
    # For each field where its value stands in a row, or None and the value that all rows have.
    plan = [(positions.get(field.attname), field.get_db_prep_save(field.get_default(), connection)) for field in fields]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table), sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([constant if position is None else row[position] for position, constant in plan])


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """Return as many keys of the model as asked for, in order, that no other row will get."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{model._meta.db_table}"', model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]
