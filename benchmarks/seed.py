"""How near `manage.py seed` comes to a bare COPY or executemany of the same rows: python -m benchmarks.seed [COUNT]

On a SQLite file and on a PostgreSQL of its own, which go afterwards. The bare rows are converted beforehand, and only
their way into the same two tables, indexes and commits included, is timed. Rounds alternate, because the tables grow.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

COUNT = 100_000  # tasks a round
ROUNDS = ("bare", "seed", "seed", "bare")


def batches(count: int) -> Iterator[tuple[list, list]]:
    """Yield the rows of both tables in batches of the size that `seed` takes."""
    from uuid_utils.compat import uuid7

    from tasks.demo.generator import believable_tasks
    from tasks.management.commands.seed import BATCH
    from tasks.models import Number
    from tasks.models.columns import logged_whole, new_columns
    from tasks.models.queryset import COLUMNS

    rows = believable_tasks(count, 1)
    while fields := list(islice(rows, BATCH)):
        at, batch = fields[-1]["updated_at"], uuid7()
        made = [new_columns(*pair) for pair in zip(Number.take(len(fields)), [at] * len(fields), fields, strict=True)]
        tasks = [tuple(columns[name] for name in COLUMNS) for columns in made]
        yield tasks, [(m["id"], logged_whole(m), at, None, None, "command", "created", batch) for m in made]


def insert_bare(table: str, columns: tuple[str, ...], rows: list) -> float:
    """Return the seconds that the database took for `rows`."""
    from django.db import connection

    from tasks.models.bulk import SQLITE, Lines, names

    with connection.cursor() as wrapped:
        cursor = wrapped.connection.cursor()
        if connection.vendor == "postgresql":
            file = io.BytesIO("".join(Lines(rows).lines).encode())
            started = time.perf_counter()
            cursor.copy_expert(f"COPY {table} ({names(columns)}) FROM STDIN", file)
        else:
            converted = [tuple(SQLITE.get(type(value), lambda value: value)(value) for value in row) for row in rows]
            marks = ", ".join("?" * len(columns))
            started = time.perf_counter()
            cursor.executemany(f"INSERT INTO {table} ({names(columns)}) VALUES ({marks})", converted)  # noqa: S608
        return time.perf_counter() - started


def bare(count: int) -> float:
    from django.db import transaction

    from tasks.models import Change
    from tasks.models.queryset import COLUMNS

    total = 0.0
    for tasks, changes in batches(count):
        with transaction.atomic():
            total += insert_bare("tasks", COLUMNS, tasks)
            total += insert_bare("tasks_change", Change.WRITTEN, changes)
            started = time.perf_counter()
        total += time.perf_counter() - started
    return total


def seed(count: int) -> float:
    from django.core.management import call_command

    started = time.perf_counter()
    call_command("seed", count=count, verbosity=0)
    return time.perf_counter() - started


def measure(count: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    seconds = {"bare": 0.0, "seed": 0.0}
    for way in ROUNDS:
        seconds[way] += bare(count) if way == "bare" else seed(count)
    rates = {way: count * 2 / spent for way, spent in seconds.items()}
    print(
        f"{connection.vendor}: bare {rates['bare']:,.0f} tasks a second, seed {rates['seed']:,.0f},"
        f" ratio {rates['seed'] / rates['bare']:.2f} ({len(ROUNDS)} rounds of {count:,} tasks and their log rows)"
    )


def main(count: str) -> None:
    measuring = [sys.executable, "-m", "benchmarks.seed", "--here", count]
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'seed.db'}"
        subprocess.run(measuring, check=True, env=os.environ | {"DATABASE_URL": address})  # noqa: S603
    subprocess.run([sys.executable, "-m", "tasks.tests.on_postgresql", *measuring], check=True)  # noqa: S603


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskflow_project.settings")
    if sys.argv[1:2] == ["--here"]:
        measure(int(sys.argv[2]))
    else:
        main(sys.argv[1] if len(sys.argv) > 1 else str(COUNT))
