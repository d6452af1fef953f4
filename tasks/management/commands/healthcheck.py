"""manage.py healthcheck: what /health says, as exit code, for hosts that ask a command instead of an address."""

from argparse import ArgumentParser, ArgumentTypeError
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, connections
from django.utils.translation import gettext as _

from tasks.database import is_migrated
from tasks.management.base import TaskFlowCommand
from tasks.models import Task

LONGEST = 600


def seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= LONGEST:
        raise ArgumentTypeError(_("a number of seconds up to %(longest)d is needed") % {"longest": LONGEST})
    return value


def ask(answers: "SimpleQueue[tuple[bool, int] | str]") -> None:
    """Put whether all migrations are applied and how many tasks there are, or what went wrong."""
    try:
        migrated = is_migrated()
        answers.put((migrated, Task.objects.count() if migrated else 0))
    except Exception as error:
        answers.put(type(error).__name__)  # a driver's message may hold addresses
    finally:
        connections.close_all()


class Command(TaskFlowCommand):
    help = _("Check that the database answers and all migrations are applied; the exit code is 0 when all is well.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--timeout", type=seconds, default=5.0, help=_("seconds that the database has to answer (default: 5)")
        )

    def handle(self, **options: Any) -> None:
        answers: SimpleQueue[tuple[bool, int] | str] = SimpleQueue()
        # A daemon: the process ends even when a frozen database never answers.
        Thread(target=ask, args=[answers], daemon=True).start()
        try:
            answer = answers.get(timeout=options["timeout"])
        except Empty:
            raise CommandError(
                _("degraded: the database has not answered for %(seconds)g s") % {"seconds": options["timeout"]}
            ) from None
        if isinstance(answer, str):
            raise CommandError(_("degraded: the database is not usable (%(error)s)") % {"error": answer})
        migrated, count = answer
        if not migrated:
            raise CommandError(_("degraded: migrations are not applied. Run: manage.py migrate"))
        facts = {"storage": connection.vendor, "count": count}
        self.stdout.write(_("healthy: database connected, storage %(storage)s, tasks %(count)d") % facts)
