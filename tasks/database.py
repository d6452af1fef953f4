"""What TaskFlow asks of the database itself, beside its rows."""

from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor


def set_deadlines(connection: BaseDatabaseWrapper) -> None:
    """Let PostgreSQL end a statement or a wait for a lock that takes too long; 503 is the answer then.

    By SET and not by libpq's `options`, which poolers refuse or use for themselves.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)",
                [f"{settings.STATEMENT_TIMEOUT}s", f"{settings.LOCK_TIMEOUT}s"],
            )


def refuse_unusable_file() -> None:
    """End a production start on SQLite whose file is missing or not migrated: an empty new one would hide the loss."""
    if not settings.PRODUCTION or connection.vendor != "sqlite":
        return
    path = Path(str(connection.settings_dict["NAME"]))
    if not path.is_file():
        raise SystemExit(
            f"TaskFlow cannot start: DATABASE_URL names {path}, which is not there. Run: manage.py migrate"
        )
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SystemExit(f"TaskFlow cannot start: {path} (DATABASE_URL) is not migrated. Run: manage.py migrate")
    connection.close()
