"""What TaskFlow's commands have in common."""

import io
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils.translation import gettext as _

from tasks.database import is_migrated


class TaskFlowCommand(BaseCommand):
    """A command that is silent with -v 0, but for errors, and says in one sentence that the database is not usable."""

    needs_tables: ClassVar = False

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["verbosity"] == 0:
            options["stdout"] = io.StringIO()
        try:
            if self.needs_tables and not is_migrated():
                raise CommandError(_("The database is not migrated. Run: manage.py migrate"))
            return super().execute(*args, **options)
        except OperationalError as error:
            reason = str(error).strip()
            raise CommandError(_("The database is not usable: %(reason)s") % {"reason": reason}) from error
