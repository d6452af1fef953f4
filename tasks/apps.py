from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = _("Tasks")

    def begin_serving(self) -> None:
        """Called by web processes alone: commands such as migrate may take their time.

        Raises SystemExit where the database file is missing or not migrated in production.
        """
        from tasks import database

        database.refuse_unusable_file()
        connection_created.connect(set_deadlines, dispatch_uid="tasks.set_deadlines")


def set_deadlines(connection: Any, **_signal: Any) -> None:
    from tasks import database

    database.set_deadlines(connection)
