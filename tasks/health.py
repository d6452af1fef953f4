"""Whether the database answers, found out within a second even when it does not answer at all."""

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field

from django.db import connection

from tasks.models import Task

log = logging.getLogger("taskflow.health")

PATIENCE = 0.8  # seconds that an answer may wait for the database
FRESH = 1.0  # seconds during which the last answer is given again
COUNT_FRESH = 5.0  # seconds during which the number of tasks is not counted again


@dataclass
class Prober:
    """Asks the database in a thread of its own, one question at a time, so that a frozen one holds up nobody else."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: ThreadPoolExecutor | None = None
    running: "Future[int] | None" = None
    asked_at: float = 0.0
    counted: tuple[float, int] | None = None

    def tasks_count(self) -> int | None:
        """Return the number of tasks, up to COUNT_FRESH seconds old; None when the database does not answer."""
        with self.lock:
            if self.running is None or (self.running.done() and time.monotonic() - self.asked_at > FRESH):
                # Made here and not at import: threads do not survive gunicorn's fork.
                self.threads = self.threads or ThreadPoolExecutor(1, "health")
                self.running, self.asked_at = self.threads.submit(self.ask), time.monotonic()
            running = self.running
        try:
            return running.result(PATIENCE)
        except FutureTimeoutError:
            log.error("the database has not answered for %.1f s", time.monotonic() - self.asked_at)
        except Exception as error:
            log.error("the database is not usable: %s", type(error).__name__)
        return None

    def ask(self) -> int:
        try:
            if self.counted and time.monotonic() - self.counted[0] < COUNT_FRESH:
                Task.objects.values_list("pk").first()
            else:
                self.counted = (time.monotonic(), Task.objects.count())
            return self.counted[1]
        finally:
            # A new connection each time: whether one can be had is part of the question.
            connection.close()


prober = Prober()
