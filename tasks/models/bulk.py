"""Many rows in one statement and without a model instance each: COPY on PostgreSQL, prepared ones on SQLite."""

import datetime
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import orjson
from django.db import DatabaseError, connection, models


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows`; columns that are not named get their database default. Raises IntegrityError."""
    table, unread = model._meta.db_table, iter(rows)
    first = list(islice(unread, 2))
    if connection.vendor == "postgresql" and len(first) > 1:
        copy_rows(table, columns, chain(first, unread))
        return
    converter = (INSERT if connection.vendor == "postgresql" else SQLITE).get
    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {table} ({names(columns)}) VALUES ({marks})"  # noqa: S608  names of ours
    # All before the first: SQLite and Python, taking turns at every row, would cost twice the time.
    converted = [
        tuple([value if (convert := converter(type(value))) is None else convert(value) for value in row])
        for row in chain(first, unread)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, converted)


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set `columns` in rows that each bring their own values, and at last their key. Raises IntegrityError."""
    table, named = model._meta.db_table, [*columns, "id"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [model._meta.get_field(name).db_type(connection) for name in named]
            marks = ", ".join([f"({', '.join(f'%s::{kind}' for kind in types)})"] * len(rows))
            new = ", ".join(f'"{name}" = new."{name}"' for name in columns)
            given = f"(VALUES {marks}) AS new ({names(named)})"
            sql = f"UPDATE {table} SET {new} FROM {given} WHERE {table}.id = new.id"  # noqa: S608  names of ours
            cursor.execute(sql, [value for row in rows for value in row])
        else:
            new = ", ".join(f'"{name}" = %s' for name in columns)
            sql = f'UPDATE {table} SET {new} WHERE "id" = %s'  # noqa: S608  names of ours
            cursor.executemany(sql, [[SQLITE.get(type(v), as_it_is)(v) for v in row] for row in rows])


def as_it_is(value: Any) -> Any:
    return value


def names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    lines = Lines(rows)
    try:
        with connection.wrap_database_errors, connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({names(columns)}) FROM STDIN", lines)
    except DatabaseError:
        if lines.error:  # psycopg2 tells only the server about it, which cancels the statement
            raise lines.error from None
        raise


class Lines:
    """A file of COPY's text format that is written while PostgreSQL reads it (PostgreSQL docs, COPY)."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.error: BaseException | None = None
        self.lines: Iterator[str] = ("\t".join([COPY.get(type(v), copy_text)(v) for v in row]) + "\n" for row in rows)

    def read(self, size: int) -> bytes:
        taken, length = [], 0
        try:
            for line in self.lines:
                taken.append(line)
                length += len(line)
                if length >= size:
                    break
        except BaseException as error:
            self.error = error
            raise
        return "".join(taken).encode()


def json_text(value: Any) -> str:
    """Return JSON whose instants end with Z (RFC 3339): see columns.normalised, which keeps them in UTC."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()


def sqlite_instant(value: datetime.datetime) -> str:
    return str(value.astimezone(datetime.UTC)).removesuffix("+00:00")


def copy_text(value: Any) -> str:
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def copy_json(value: Any) -> str:
    return json_text(value).replace("\\", "\\\\")  # JSON has escaped all control characters already


Converters = dict[type, Callable[[Any], Any]]
SQLITE: Converters = {
    uuid.UUID: lambda value: value.hex,
    datetime.datetime: sqlite_instant,
    dict: json_text,
}
INSERT: Converters = {dict: json_text}
COPY: dict[type, Callable[[Any], str]] = {
    type(None): lambda _value: "\\N",
    int: str,
    uuid.UUID: lambda value: value.hex,
    datetime.datetime: datetime.datetime.isoformat,
    dict: copy_json,
}
