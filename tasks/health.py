"""Whether the database answers, found out within a second even when it does not answer at all."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction

from tasks.models import Task

log = logging.getLogger("taskflow.health")

PATIENCE = 0.8  # seconds that an answer may wait for the database
FRESH = 1.0  # seconds during which the last answer is given again
COUNT_FRESH = 5.0  # seconds during which the number of tasks is not counted again
COUNT_SHARE = 0.05  # of the time at most goes to counting, which reads an index of the table whole
COUNT_LIMIT = 2000  # milliseconds that PostgreSQL may count
FROZEN = 5.0  # seconds after which a look that has not ended is stuck


class Health(NamedTuple):
    """`tasks` is how many there were when last counted, None where that is not known."""

    is_well: bool
    tasks: int | None = None


@dataclass
class Look:
    """One look at the database: `answer` comes first, `end` when the tasks are counted too."""

    at: float = field(default_factory=time.monotonic)
    answer: "Future[None]" = field(default_factory=Future)
    end: "Future[None]" = field(default_factory=Future)


def count_tasks() -> int:
    if connection.vendor != "postgresql":
        return Task.objects.count()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {COUNT_LIMIT}")
        return Task.objects.count()


@dataclass
class Prober:
    """Looks in a thread of its own, once at a time, so that a frozen database holds up nobody else."""

    counter: Callable[[], int] = count_tasks
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: Look | None = None
    tasks: int | None = None
    count_at: float = 0.0

    def health(self) -> Health:
        look = self.look()
        wait([look.end], PATIENCE)
        age = time.monotonic() - look.at
        if not look.answer.done() or (age > FROZEN and not look.end.done()):
            log.error("the database has not answered for %.1f s", age)
            return Health(is_well=False)
        if error := look.answer.exception():
            log.error("the database is not usable: %s", type(error).__name__)
            return Health(is_well=False)
        return Health(is_well=True, tasks=self.tasks)

    def look(self) -> Look:
        with self.lock:
            if self.last is None or (self.last.end.done() and time.monotonic() - self.last.at > FRESH):
                self.last = Look()
                # A daemon: the process ends even when a frozen database never answers.
                threading.Thread(target=self.take, args=[self.last], name="health", daemon=True).start()
            return self.last

    def take(self, look: Look) -> None:
        try:
            with closing(connection):  # a new one each time: whether one can be had is part of the question
                self.ask(look)
        finally:
            look.end.set_result(None)

    def ask(self, look: Look) -> None:
        try:
            Task.objects.values_list("pk").first()
            look.answer.set_result(None)
            if time.monotonic() >= self.count_at:
                self.recount()
        except Exception as error:
            if look.answer.done():
                log.warning("the tasks could not be counted: %s", type(error).__name__)
            else:
                look.answer.set_exception(error)

    def recount(self) -> None:
        began = time.monotonic()
        try:
            self.tasks = self.counter()
        finally:
            ended = time.monotonic()
            self.count_at = ended + max(COUNT_FRESH, (ended - began) / COUNT_SHARE)


prober = Prober()
