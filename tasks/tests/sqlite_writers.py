"""Ten processes that write to one SQLite file: DATABASE_URL=sqlite:///… python -m tasks.tests.sqlite_writers 10

Prints as JSON how many tasks each wrote in so many seconds, and what went wrong.
"""

import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from multiprocessing.pool import AsyncResult

WRITERS = 10


def write(seconds: float) -> tuple[int, list[str]]:
    from django.db import Error

    from tasks.models import Actor, Source, Task

    by, written, errors = Actor(Source.COMMAND), 0, []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            task = Task.objects.create_task(by=by, title=f"Written by {os.getpid()}")
            task.change(by=by, status="done")
            written += 1
        except Error as error:
            errors.append(str(error))
    return written, errors


def main(seconds: float) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskflow_project.settings")
    django.setup()
    # Forked before the first connection: one shared by two processes would be a fault of the test.
    with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
        running: list[AsyncResult[tuple[int, list[str]]]] = [
            pool.apply_async(write, (seconds,)) for _ in range(WRITERS)
        ]
        outcomes = [result.get(seconds + 60) for result in running]
    errors = Counter(error for _, errors in outcomes for error in errors)
    sys.stdout.write(json.dumps({"written": [count for count, _ in outcomes], "errors": errors}))


if __name__ == "__main__":
    main(float(sys.argv[1]))
