"""manage.py resetdb: the workshop's drop_db and init_db in one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from tasks import tables
from tasks.database import place
from tasks.management.base import TaskFlowCommand
from tasks.management.consent import add_consent_arguments, ask_consent


class Command(TaskFlowCommand):
    help = _("Drop every table of TaskFlow and Django with all data, and make them anew. Other tables stay.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_consent_arguments(parser)

    def handle(self, **options: Any) -> None:
        ours = tables.made_by_migrations()
        question = _("Drop %(count)d tables with all tasks, their history and all accounts (%(place)s)?")
        ask_consent(question % {"count": len(ours), "place": place()}, options)
        if ours:
            self.drop(ours)
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        self.stdout.write(_("The database is empty and ready. Next: manage.py createadmin, manage.py seed"))

    def drop(self, ours: list[str]) -> None:
        try:
            tables.drop(ours)
        except DatabaseError as error:
            reason = str(error).strip()
            raise CommandError(_("Nothing was dropped: %(reason)s") % {"reason": reason}) from error
        finally:
            connection.close()
        self.stdout.write(_("Dropped %(count)d tables.") % {"count": len(ours)})
