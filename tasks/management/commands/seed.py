"""manage.py seed: believable tasks, a few to look at or a million to measure with."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tasks.demo.generator import believable_tasks
from tasks.demo.showcase import SKETCHES, showcase
from tasks.management.base import TaskFlowCommand
from tasks.management.consent import add_consent_arguments, ask_consent
from tasks.management.progress import Progress
from tasks.models import Actor, Change, Source, Task

BATCH = 10_000  # tasks of one transaction; all that is in memory at once
MOST = 100_000_000
BY = Actor(Source.COMMAND)


def count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:20]) <= MOST):
        raise ArgumentTypeError(_("a whole number from 1 to %(most)d is needed") % {"most": MOST})
    return int(text)


class Command(TaskFlowCommand):
    help = _("Fill the database with believable tasks, in English and French, with dates around today.")
    needs_tables = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=count, help=_("how many tasks; without it a small demo set"))
        parser.add_argument(
            "--random-seed",
            type=int,
            default=1,
            help=_("with --count: the same number gives the same tasks on the same day (default: 1)"),
        )
        parser.add_argument("--if-empty", action="store_true", help=_("do nothing where there is or was any task"))
        parser.add_argument("--clear", action="store_true", help=_("first remove the tasks there are, into the trash"))
        add_consent_arguments(parser)

    def handle(self, **options: Any) -> None:
        if options["if_empty"] and (Task.objects.exists() or Change.objects.exists()):
            self.stdout.write(_("There are tasks already, or there were: none made."))
            return
        if options["clear"]:
            self.clear(options)
        if total := options["count"]:
            self.make(believable_tasks(total, options["random_seed"]), total)
        else:
            self.make(showcase(), len(SKETCHES))

    def clear(self, options: dict[str, Any]) -> None:
        """Remove like a person would, with a log row each: whoever reads the feed must see them go."""
        found = Task.objects.count()
        if found:
            ask_consent(_("Remove %(count)d tasks?") % {"count": found}, options)
            removed = Task.objects.all().remove_all(by=BY).changed
            self.stdout.write(_("Removed %(count)d tasks; their history and trash stay.") % {"count": removed})

    def make(self, rows: Iterator[Mapping[str, Any]], total: int) -> None:
        with Progress(total, self.stdout) as progress:
            try:
                while batch := list(islice(rows, BATCH)):
                    Task.objects.create_tasks(batch, by=BY)
                    progress.advance(len(batch))
            except KeyboardInterrupt:
                stopped = _("Stopped: %(done)d tasks were made, in whole batches.") % {"done": progress.done}
                raise CommandError(stopped, returncode=130) from None
        made = _("Made %(count)d tasks in %(seconds).1f s: %(rate)d tasks a second, and as many rows of history.")
        self.stdout.write(made % {"count": progress.done, "seconds": progress.seconds, "rate": progress.rate})
