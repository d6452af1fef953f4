"""What TaskFlow asks of the database itself, beside its rows."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from taskflow_project import __version__

log = logging.getLogger("taskflow.database")

# The workshop's tables and the names under which they are kept: see tasks.adoption.
SET_ASIDE = {"tasks": "tasks_fastapi", "users": "users_fastapi"}

# What Supabase's public roles can reach by a grant to them, to a role of theirs, to PUBLIC (oid 0) or on a column.
# Nothing where the roles are not there or own the table themselves.
EXPOSED = """
WITH strangers AS (
    SELECT oid FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
), relations AS (
    SELECT oid, relname AS belongs_to, relkind, relacl, relowner, relrowsecurity
    FROM pg_class WHERE relname = ANY(%s) AND relkind IN ('r', 'p') AND pg_table_is_visible(oid)
), ours AS (
    SELECT * FROM relations
    UNION ALL
    SELECT sequence.oid, belongs_to, sequence.relkind, sequence.relacl, sequence.relowner, true
    FROM relations
    JOIN pg_depend ON refobjid = relations.oid AND refclassid = 'pg_class'::regclass
        AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
    JOIN pg_class sequence ON sequence.oid = objid AND sequence.relkind = 'S'
), grants AS (
    SELECT oid, (aclexplode(relacl)).grantee FROM ours
    UNION ALL
    SELECT attrelid, (aclexplode(attacl)).grantee FROM pg_attribute JOIN relations ON attrelid = oid
), found AS (
    SELECT oid, belongs_to, relkind = 'S' AS is_sequence, NOT relrowsecurity AS is_unguarded, EXISTS (
        SELECT FROM grants, strangers
        WHERE grants.oid = ours.oid AND NOT pg_has_role(strangers.oid, relowner, 'MEMBER')
            AND (grantee = 0 OR pg_has_role(strangers.oid, grantee, 'MEMBER'))
    ) AS is_granted, pg_has_role(relowner, 'USAGE') AS is_mine
    FROM ours WHERE (SELECT count(*) FROM strangers) = 2
)
SELECT oid::regclass::text, belongs_to, is_sequence, is_unguarded, is_granted, is_mine
FROM found WHERE is_unguarded OR is_granted ORDER BY belongs_to, is_sequence
"""


class Exposed(NamedTuple):
    """`name` is quoted for SQL; `is_mine` where we may alter it."""

    name: str
    belongs_to: str
    is_sequence: bool
    is_unguarded: bool
    is_granted: bool
    is_mine: bool


def set_deadlines(connection: BaseDatabaseWrapper) -> None:
    """Let PostgreSQL end what takes too long, by SET, because poolers refuse libpq's `options`.

    Behind a transaction pooler that would stay on a connection that another client gets next, a migration perhaps.
    """
    if connection.vendor == "postgresql" and not connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)",
                [f"{settings.STATEMENT_TIMEOUT}s", f"{settings.LOCK_TIMEOUT}s"],
            )


def is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def refuse_unusable_file() -> None:
    """End a production start on SQLite whose file is missing or not migrated: an empty new one would hide the loss."""
    if not settings.PRODUCTION or connection.vendor != "sqlite":
        return
    path = Path(str(connection.settings_dict["NAME"]))
    if not path.is_file():
        raise SystemExit(
            f"TaskFlow cannot start: DATABASE_URL names {path}, which is not there. Run: manage.py migrate"
        )
    if not is_migrated():
        raise SystemExit(f"TaskFlow cannot start: {path} (DATABASE_URL) is not migrated. Run: manage.py migrate")
    connection.close()


def exposed(connection: BaseDatabaseWrapper) -> list[Exposed]:
    if connection.vendor != "postgresql":
        return []
    models = apps.get_models(include_auto_created=True)
    ours = {model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}
    names = ours | {MigrationRecorder.Migration._meta.db_table, *SET_ASIDE.values()}
    with connection.cursor() as cursor:
        cursor.execute(EXPOSED, [sorted(names)])
        return [Exposed(*row) for row in cursor.fetchall()]


def lock_away(connection: BaseDatabaseWrapper) -> None:
    """Close our tables to the roles `anon` and `authenticated`, whose key Supabase's REST API publishes.

    Row level security does not bind the owner, as whom TaskFlow connects. TRUNCATE asks for grants alone, so these
    go as well, those through PUBLIC included.
    """
    found = [relation for relation in exposed(connection) if relation.is_mine]
    if not found:
        return
    with connection.cursor() as cursor:
        for relation in found:
            if relation.is_unguarded:
                cursor.execute(f"ALTER TABLE {relation.name} ENABLE ROW LEVEL SECURITY")
            if relation.is_granted:
                kind = "SEQUENCE" if relation.is_sequence else "TABLE"
                cursor.execute(f"REVOKE ALL ON {kind} {relation.name} FROM PUBLIC, anon, authenticated CASCADE")
    log.info("Locked away from anon and authenticated: %s", belongings(found))


def belongings(found: Iterable[Exposed]) -> str:
    return ", ".join(sorted({relation.belongs_to for relation in found}))


def check_locked_away(databases: Iterable[str] | None = None, **_context: Any) -> list[CheckMessage]:
    """Warn of tables that Supabase's public API serves to the world; silent where the database cannot be asked."""
    messages: list[CheckMessage] = []
    for alias in databases or ():
        try:
            found = exposed(connections[alias])
        except OperationalError:
            continue
        if found:
            messages.append(
                CheckWarning(
                    f"The roles anon and authenticated may reach these tables: {belongings(found)}.",
                    hint="Supabase serves them to everyone who has the public key. Run: manage.py migrate",
                    id="taskflow.W001",
                )
            )
    return messages


def check_deployed(databases: Iterable[str] | None = None, **context: Any) -> list[CheckMessage]:
    """`check --deploy` names no database, yet this belongs to it."""
    return check_locked_away([DEFAULT_DB_ALIAS], **context) if databases is None else []


def place() -> str:
    """Return the database's engine and host, which is all of its address that may stand in a log or on a terminal."""
    host = connection.settings_dict["HOST"] or connection.settings_dict["OPTIONS"].get("host")
    return f"{connection.vendor} at {host}" if host else connection.vendor


def log_start() -> None:
    facts = (__version__, settings.ENVIRONMENT, settings.TASKFLOW_ACCESS, place())
    log.info("TaskFlow %s starts: %s, %s access, database %s", *facts)
