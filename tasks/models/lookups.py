"""Pieces of SQL that Django does not have."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

SQL = tuple[str, Any]


class TransactionId(models.Func):
    """The writer's transaction id on PostgreSQL, or a later one that has ended; 0 on SQLite, whose writers take turns.

    A writer of many tasks gets its id with the first of them, and may wait at the next one for a writer with a later
    id. Its own id alone would put its row before the one that it waited for.
    """

    template = "0"
    arity = 0
    output_field = models.BigIntegerField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> SQL:
        last_ended = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1"
        later = f"(GREATEST(pg_current_xact_id()::text::bigint, {last_ended}))"
        return self.as_sql(compiler, connection, template=later, **context)


class ServedTransactions(models.Func):
    """The first transaction id of PostgreSQL that may still be open."""

    template = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
    arity = 0
    output_field = models.BigIntegerField()


class RowIsBeyond(models.Func):
    """Whether (a, b) is before or after given values. Django's TupleLessThan is an OR on SQLite: all rows are read."""

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, columns: tuple[str, ...], values: tuple[Any, ...], *, descending: bool) -> None:
        expressions = [models.F(column) for column in columns]
        super().__init__(*expressions, *(models.Value(value) for value in values))
        self.width, self.operator = len(columns), "<" if descending else ">"

    def resolve_expression(self, *args: Any, **kwargs: Any) -> "RowIsBeyond":
        resolved: RowIsBeyond = super().resolve_expression(*args, **kwargs)
        # A UUID or an instant is stored differently on each database: its column knows how.
        for column, value in zip(*self.halves(resolved), strict=True):
            value.output_field = column.output_field
        return resolved

    def halves(self, resolved: "RowIsBeyond") -> tuple[list[Any], list[Any]]:
        expressions = resolved.get_source_expressions()
        return expressions[: self.width], expressions[self.width :]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any) -> SQL:  # type: ignore[override]
        sides, params = [], []
        for side in self.halves(self):
            compiled = [compiler.compile(expression) for expression in side]
            sides.append(", ".join(sql for sql, _ in compiled))
            params += [param for _, some in compiled for param in some]
        return f"({sides[0]}) {self.operator} ({sides[1]})", params
