"""What the measurements share: scratch databases filled with believable tasks, requests against the clock, a table."""

import argparse
import datetime
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

BATCH = 10_000  # rows
TIMES = 9  # requests of a kind, after one that warms up
NAMES = [f"{first} {last}" for first in ("Ana", "Bo", "Chloé", "Dev", "Eva", "Finn") for last in "ABCDEFG"]
WORDS = ["fix", "login", "page", "invoice", "export", "review", "budget", "draft", "garden", "météo", "test", "order"]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def scratch(kind: str) -> Iterator[str]:
    """Yield the address of an empty database that goes when the measuring is done."""
    from tasks.tests.on_postgresql import cluster

    if kind == "postgresql":
        with cluster() as address:
            yield address
    else:
        with tempfile.TemporaryDirectory(prefix="taskflow-bench-") as folder:
            yield f"sqlite:///{folder}/taskflow.db"


def row(chance: random.Random, now: datetime.datetime) -> dict[str, Any]:
    """Return a believable task: most are done, of those that are past their day nearly all."""
    created = now - datetime.timedelta(seconds=chance.randrange(365 * 86400))
    due = created + datetime.timedelta(days=chance.randrange(60)) if chance.random() < 0.6 else None
    past = due is not None and due < now
    shares = (5, 3, 92) if past else (45, 15, 40)
    return {
        "title": " ".join(chance.choices(WORDS, k=4)).capitalize(),
        "description": " ".join(chance.choices(WORDS, k=20)) if chance.random() < 0.5 else None,
        "status": chance.choices(("todo", "in_progress", "done"), shares)[0],
        "priority": chance.choices(("low", "medium", "high"), (25, 55, 20))[0],
        "assignee": chance.choice(NAMES) if chance.random() < 0.8 else None,
        "due_date": due.replace(hour=0, minute=0, second=0, microsecond=0) if due else None,
        "created_at": created,
    }


def fill(rows: int) -> None:
    from django.utils import timezone

    from tasks.models import Actor, Source, Task

    chance, now, started = random.Random(1), timezone.now(), time.perf_counter()  # noqa: S311  no secret
    for first in range(0, rows, BATCH):
        batch = (row(chance, now) for _ in range(min(BATCH, rows - first)))
        Task.objects.create_tasks(batch, by=Actor(Source.COMMAND))
    say(f"filled with {rows:,} tasks in {time.perf_counter() - started:.0f} s")


def prepare(rows: int) -> Any:
    """Set Django up on the database that DATABASE_URL names, filled where it was empty; return a signed-in browser."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskflow_project.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from tasks.models import Task

    call_command("migrate", verbosity=0)
    if not Task.objects.exists():
        fill(rows)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")  # what autovacuum does by itself within minutes
    user, _made = get_user_model()._default_manager.get_or_create(username="bench", is_staff=True, is_superuser=True)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    say(f"\n{connection.vendor}: {Task.objects.count():,} tasks; fastest, median and slowest of {TIMES}, milliseconds")
    return client


def milliseconds(ask: Callable[[], Any], status: int = 200) -> list[float]:
    taken = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        answer = ask()
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status_code != status:
            raise SystemExit(f"answered {answer.status_code}")
    return taken[1:]


def tell(name: str, taken: list[float], *, bare: float = 0) -> float:
    """Print how long it took, and how many `bare` requests the median is; return the median."""
    median = statistics.median(taken)
    ratio = f"{median / bare:9.1f} x bare" if bare else ""
    say(f"  {name:34}{min(taken):9.1f}{median:9.1f}{max(taken):9.1f}{ratio}")
    return median


def on_each(module: str, doc: str | None, measure: Callable[[int], None], rows: dict[str, int]) -> None:
    """Run `measure` in a process of its own on a scratch database of each kind, with so many `rows` in it."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", choices=[*rows, []], help="default: both")
    parser.add_argument("--rows", type=int, help=f"default: {rows}")
    parser.add_argument("--here", action="store_true", help="measure the database that DATABASE_URL names")
    given = parser.parse_args()
    if given.here:
        measure(given.rows or max(rows.values()))
        return
    for kind in given.kinds or rows:
        with scratch(kind) as address:
            command = [sys.executable, "-W", "ignore", "-m", module, "--here", "--rows", str(given.rows or rows[kind])]
            subprocess.run(command, env=os.environ | {"DATABASE_URL": address}, check=True)  # noqa: S603  ourselves
