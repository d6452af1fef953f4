from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("Tasks")

    def ready(self) -> None:
        from tasks import adoption, database

        pre_migrate.connect(adoption.complete_people, sender=self, dispatch_uid="tasks.complete_people")
        post_migrate.connect(lock_away, sender=self, dispatch_uid="tasks.lock_away")
        checks.register(database.check_locked_away, checks.Tags.database)
        checks.register(database.check_deployed, checks.Tags.security, deploy=True)

    def begin_serving(self) -> None:
        """Called by web processes alone: commands such as migrate may take their time.

        Raises SystemExit where the database file is missing or not migrated in production.
        """
        from tasks import database

        database.refuse_unusable_file()
        database.log_start()
        connection_created.connect(set_deadlines, dispatch_uid="tasks.set_deadlines")


def set_deadlines(connection: Any, **_signal: Any) -> None:
    from tasks import database

    database.set_deadlines(connection)


def lock_away(*, using: str, **_signal: Any) -> None:
    from tasks import database

    database.lock_away(connections[using])
