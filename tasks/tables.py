"""Which tables of the database are TaskFlow's and Django's, and how they go."""

from django.apps import apps
from django.db import IntegrityError, connection
from django.db.migrations.recorder import MigrationRecorder

from tasks.database import SET_ASIDE

PATIENCE = 10  # seconds to wait for those who use the tables


def made_by_migrations() -> list[str]:
    """Return the tables that migrations made here: the workshop's own `tasks` is not one until it was taken over."""
    recorder = MigrationRecorder(connection)
    migrated = {app for app, _name in recorder.applied_migrations()}
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in migrated]
    ours = {model._meta.db_table for model in models if model._meta.managed and not model._meta.proxy}
    there = set(connection.introspection.table_names())
    kept = set(SET_ASIDE.values()) if "tasks" in migrated else set()  # or migrate would take their rows over again
    return sorted((ours | kept | {recorder.Migration._meta.db_table}) & there)


def pointing_to(tables: list[str]) -> list[str]:
    introspection = connection.introspection
    others = sorted(set(introspection.table_names()) - set(tables))
    with connection.cursor() as cursor:
        found = {other: introspection.get_relations(cursor, other).values() for other in others}
    return [other for other, relations in found.items() if any(relation[1] in tables for relation in relations)]


def drop(tables: list[str]) -> None:
    """Drop `tables`, all or none. Raises DatabaseError where something uses or needs them."""
    if others := pointing_to(tables):
        raise IntegrityError(f"{', '.join(others)} would point to nothing")
    names = [connection.ops.quote_name(table) for table in tables]
    with connection.schema_editor() as editor:
        if connection.vendor == "postgresql":
            editor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            editor.execute(f"DROP TABLE {', '.join(names)}")  # no CASCADE: what is not ours stays
            return
        for name in names:
            editor.execute(f"DROP TABLE {name}")
