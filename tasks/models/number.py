"""Task numbers: short, unique in one installation, never handed out twice."""

from django.db import connection, models, transaction


class Number(models.Model):  # noqa: DJ008  there is never one to show
    """A table that stays empty: numbers come from its key's sequence, which on PostgreSQL locks nobody."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        db_table = "tasks_number"

    @classmethod
    def take(cls, count: int = 1) -> list[int]:
        """Return `count` fresh numbers, ascending. Those of a transaction that fails are lost, never reused."""
        return take_from_sequence(count) if connection.vendor == "postgresql" else take_from_sqlite(count)


def take_from_sequence(count: int) -> list[int]:
    with connection.cursor() as cursor:
        sequence = "SELECT nextval(pg_get_serial_sequence('tasks_number', 'id')) FROM generate_series(1, %s)"
        cursor.execute(sequence, [count])
        return [row[0] for row in cursor.fetchall()]


def take_from_sqlite(count: int) -> list[int]:
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = 'tasks_number'", [count])
        if cursor.rowcount == 0:  # the row appears with the table's first key
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('tasks_number', %s)", [count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'tasks_number'")
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))
