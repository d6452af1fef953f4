"""How long the admin's pages take: python benchmarks/admin.py [--rows 1000000] [sqlite] [postgresql]

Makes a scratch database of each kind, fills it through the bulk verb and prints the median of each page in
milliseconds: the whole request inside the server, middleware and templates included, without the network.
With --here it measures the database that DATABASE_URL names, and fills it only when it holds no task.
"""

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
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BATCH = 10_000  # rows
TIMES = 9  # requests a page, after one that warms up
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


def pages() -> dict[str, str]:
    from tasks.admin.pages import MOST
    from tasks.admin.tasks import TaskAdmin
    from tasks.models import Task

    task = Task.objects.order_by("-number")[0]
    tasks = "/admin/tasks/task/"
    return {
        "list": tasks,
        "list, last page": f"{tasks}?p={min(Task.objects.count(), MOST) // TaskAdmin.list_per_page}",
        "list by due": f"{tasks}?o=6",
        "list by priority, highest first": f"{tasks}?o=-4",
        "list by title": f"{tasks}?o=2",
        "status to do": f"{tasks}?status=todo",
        "priority high": f"{tasks}?priority=high",
        "assignee": f"{tasks}?assignee=Eva+D",
        "assignee nobody": f"{tasks}?assignee=",
        "overdue": f"{tasks}?due=overdue",
        "due today": f"{tasks}?due=today",
        "due this week": f"{tasks}?due=week",
        "without due date": f"{tasks}?due=none",
        "created today": f"{tasks}?created=today",
        "status, priority and assignee": f"{tasks}?status=in_progress&priority=low&assignee=Eva+D",
        "search #number": f"{tasks}?q=%23{task.number // 2}",
        "search number": f"{tasks}?q={task.number // 2}",
        "search a word that many have": f"{tasks}?q=garden",
        "search a word that none has": f"{tasks}?q=zebra",
        "form": f"{tasks}{task.pk}/change/",
        "history": f"{tasks}{task.pk}/history/",
        "change log": "/admin/tasks/change/",
        "change log, deleted": "/admin/tasks/change/?action=deleted",
        "change log of a task": f"/admin/tasks/change/?q=%23{task.number}",
        "index": "/admin/",
    }


def milliseconds(ask: Callable[[], Any]) -> list[float]:
    taken = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        answer = ask()
        taken.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"answered {answer.status_code}")
    return taken[1:]


def measure(rows: int) -> None:
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
    say(f"\n{connection.vendor}: {Task.objects.count():,} tasks; median and slowest of {TIMES}, milliseconds")
    for name, address in pages().items():
        taken = milliseconds(lambda address=address: client.get(address))
        say(f"  {name:34}{statistics.median(taken):8.0f}{max(taken):8.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", choices=["sqlite", "postgresql", []], help="default: both")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--here", action="store_true", help="measure the database that DATABASE_URL names")
    given = parser.parse_args()
    if given.here:
        measure(given.rows)
        return
    for kind in given.kinds or ("sqlite", "postgresql"):
        with scratch(kind) as address:
            command = [sys.executable, "-W", "ignore", __file__, "--here", "--rows", str(given.rows)]
            subprocess.run(command, env=os.environ | {"DATABASE_URL": address}, check=True)  # noqa: S603  ourselves


if __name__ == "__main__":
    main()
