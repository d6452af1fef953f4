"""Supabase's roles for everybody, with Supabase's grants: they reach no table of ours, and everything else stays."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.core import checks
from django.core.management import call_command
from django.db import connection
from psycopg2.errors import InsufficientPrivilege
from pytest_django import DjangoAssertNumQueries
from sqlalchemy import create_engine

from tasks import database
from tasks.models import Actor, Source, Task
from tasks.tests import scratch
from tasks.tests.workshop import fill, three_rows, with_people

STRANGERS = ("anon", "authenticated")
OWNER, PASSWORD = "taskflow_owner", "no-superuser-42"  # as on Supabase, whose role postgres is none
ROLES = {
    "anon": "NOLOGIN",
    "authenticated": "NOLOGIN",
    "service_role": "NOLOGIN BYPASSRLS",
    "taskflow_readers": "NOLOGIN",
    OWNER: f"LOGIN PASSWORD '{PASSWORD}'",
}
GRANTS = """
GRANT ALL ON SCHEMA public TO taskflow_owner;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE taskflow_owner IN SCHEMA public
    GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE taskflow_owner IN SCHEMA public
    GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
SET ROLE taskflow_owner;
CREATE TABLE notes (id serial PRIMARY KEY, text text);
RESET ROLE;
"""
VERBS = (
    "SELECT FROM {table}",
    "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE {table} SET {column} = NULL",
    "DELETE FROM {table}",
    "TRUNCATE {table}",
    "COPY {table} TO STDOUT",
)


@contextmanager
def roles() -> Iterator[None]:
    """Have the roles, which belong to the whole server: other processes that test wait here for their turn."""
    server = psycopg2.connect(scratch.server())
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(20231013)")
        cursor.execute("SELECT rolname FROM pg_roles")
        there = {name for (name,) in cursor.fetchall()}
        made = [name for name in ROLES if name not in there]
        for name in made:
            cursor.execute(f"CREATE ROLE {name} {ROLES[name]}")
        try:
            yield
        finally:
            for name in made:
                with suppress(psycopg2.Error):  # somebody else's database may use it by now
                    cursor.execute(f"DROP ROLE {name}")
    server.close()


@dataclass
class Supabase:
    """A migrated database. `url` is the owner's address."""

    url: str
    connection: Any

    def run(self, sql: str, role: str = "NONE") -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
            try:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []
            finally:
                cursor.execute("RESET ROLE")

    def tables(self) -> list[tuple[str, str]]:
        """Return every table but the stranger's own, with its first column."""
        return self.run(
            "SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum = 1"
            " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'notes'"
        )

    def refused(self, sql: str) -> bool:
        """Whether both strangers are told that they may not."""
        return all(self.is_refused(sql, role) for role in STRANGERS)

    def is_refused(self, sql: str, role: str) -> bool:
        try:
            self.run(sql, role)
        except InsufficientPrivilege:
            return True
        return False


@pytest.fixture(scope="module")
def supabase(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supabase]:
    with roles(), scratch.database(Path(), owner=OWNER) as url:
        parts = urlsplit(url)
        owners = parts._replace(netloc=f"{OWNER}:{PASSWORD}@{parts.netloc.rpartition('@')[2]}").geturl()
        its = Supabase(owners, psycopg2.connect(url))
        its.connection.autocommit = True
        its.run(GRANTS)
        workshop = create_engine(owners.replace("postgresql://", "postgresql+psycopg2://"))
        fill(workshop, with_people(), three_rows(), {"u1": "Alice"})
        workshop.dispose()
        assert its.run("SELECT count(*) FROM tasks", "anon") == [(3,)], "the hole that is closed here"
        migrated = scratch.manage(owners, "migrate")
        assert migrated.returncode == 0, migrated.stderr
        yield its
        its.connection.close()


@pytest.fixture
def in_use(supabase: Supabase, django_db_blocker: Any) -> Iterator[None]:
    """The database as TaskFlow reaches it: as the owner."""
    with django_db_blocker.unblock(), scratch.in_use(supabase.url):
        yield


def warnings(**options: Any) -> list[str]:
    return [str(message.msg) for message in checks.run_checks(**options) if message.id == "taskflow.W001"]


def warning() -> str:
    return "".join(warnings(databases=["default"]))


@pytest.mark.postgresql
@pytest.mark.parametrize("verb", VERBS)
def test_no_stranger_reaches_any_table(verb: str, supabase: Supabase) -> None:
    tables = supabase.tables()
    assert {"tasks", "tasks_change", "accounts_user", "accounts_user_groups"} <= {table for table, _column in tables}
    assert {"tasks_fastapi", "users_fastapi", "django_migrations"} <= {table for table, _column in tables}

    assert [t for t, column in tables if not supabase.refused(verb.format(table=t, column=column))] == []


@pytest.mark.postgresql
def test_no_stranger_reaches_any_sequence(supabase: Supabase) -> None:
    sequences = supabase.run("SELECT sequencename FROM pg_sequences WHERE sequencename <> 'notes_id_seq'")

    assert ("tasks_number_id_seq",) in sequences
    assert [name for (name,) in sequences if not supabase.refused(f"SELECT nextval('{name}')")] == []


@pytest.mark.postgresql
def test_no_privilege_of_any_kind_is_left(supabase: Supabase) -> None:
    left = supabase.run(
        "SELECT relname, grantee::regrole, privilege_type FROM pg_class, aclexplode(relacl)"
        " WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'notes%'"
        " AND grantee IN (0, 'anon'::regrole, 'authenticated'::regrole)"
    )
    assert left == []
    assert supabase.run("SELECT count(*) FROM pg_class WHERE relrowsecurity") == [(len(supabase.tables()),)]


@pytest.mark.postgresql
def test_foreign_table_keeps_its_grants(supabase: Supabase) -> None:
    supabase.run("INSERT INTO notes (text) VALUES ('mine')", "anon")

    assert supabase.run("SELECT text FROM notes", "authenticated") == [("mine",)]
    assert supabase.run("SELECT relrowsecurity FROM pg_class WHERE relname = 'notes'") == [(False,)]


@pytest.mark.postgresql
def test_other_roles_keep_their_grants(supabase: Supabase) -> None:
    assert supabase.run("SELECT count(*) FROM tasks_fastapi", "service_role") == [(3,)]


@pytest.mark.postgresql
def test_owner_works_as_before(in_use: None) -> None:
    by = Actor(Source.COMMAND)
    task = Task.objects.create_task(by=by, title="Owned")

    task.change(by=by, status="done")
    task.remove(by=by)
    assert Task.objects.restore(task.pk, by=by).title == "Owned"
    assert Task.objects.exclude(pk=task.pk).count() == 3


@pytest.mark.postgresql
def test_table_of_the_next_migration_is_locked_away_too(supabase: Supabase, in_use: None) -> None:
    call_command("migrate", "admin", "zero", verbosity=0)
    assert "django_admin_log" not in dict(supabase.tables())

    call_command("migrate", verbosity=0)
    assert supabase.refused("SELECT FROM django_admin_log")
    assert supabase.refused("TRUNCATE django_admin_log")


@pytest.mark.postgresql
def test_migrating_backwards_leaves_the_old_table_locked_away(supabase: Supabase, in_use: None) -> None:
    call_command("migrate", "tasks", "zero", verbosity=0)
    assert supabase.refused("SELECT FROM tasks")

    call_command("migrate", verbosity=0)
    assert supabase.refused("SELECT FROM tasks")
    assert Task.objects.count() == 3


@pytest.mark.postgresql
def test_what_is_locked_away_already_is_left_in_peace(
    supabase: Supabase, in_use: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    holder = psycopg2.connect(supabase.url)
    with holder.cursor() as cursor:
        cursor.execute("LOCK TABLE tasks, accounts_user IN ACCESS EXCLUSIVE MODE")
        with django_assert_num_queries(1):
            database.lock_away(connection)
    holder.close()


BREACHES = {
    "row level security off": ("ALTER TABLE tasks DISABLE ROW LEVEL SECURITY", ""),
    "a grant came back": ("GRANT SELECT ON tasks TO anon", "SELECT FROM tasks"),
    "a grant on a column": ("GRANT UPDATE (title) ON tasks TO authenticated", ""),
    "a grant to everybody": ("GRANT TRUNCATE ON tasks TO PUBLIC", "TRUNCATE tasks"),
    "a grant that can be passed on": (
        "GRANT INSERT ON tasks TO anon WITH GRANT OPTION; SET ROLE anon; GRANT INSERT ON tasks TO authenticated",
        "",
    ),
    "a sequence": ("GRANT USAGE ON SEQUENCE tasks_change_id_seq TO anon", "SELECT nextval('tasks_change_id_seq')"),
}


@pytest.mark.postgresql
@pytest.mark.parametrize("breach", BREACHES)
def test_breach_is_warned_of_and_closed_by_migrate(breach: str, supabase: Supabase, in_use: None) -> None:
    opening, through = BREACHES[breach]
    assert warning() == ""

    supabase.run(opening)
    assert not through or not supabase.refused(through)
    table = "tasks_change" if "tasks_change" in opening else "tasks"
    assert warning() == f"The roles anon and authenticated may reach these tables: {table}."

    call_command("migrate", verbosity=0, skip_checks=True)
    assert warning() == ""
    assert not through or supabase.refused(through)


@pytest.mark.postgresql
def test_grant_by_way_of_another_role_is_warned_of(supabase: Supabase, in_use: None) -> None:
    supabase.run("GRANT SELECT ON tasks TO taskflow_readers; GRANT taskflow_readers TO anon")
    assert "these tables: tasks." in warning()

    supabase.run("REVOKE taskflow_readers FROM anon; REVOKE ALL ON tasks FROM taskflow_readers")
    assert warning() == ""


@pytest.mark.postgresql
def test_table_that_belongs_to_another_role_is_warned_of_and_left_alone(supabase: Supabase, in_use: None) -> None:
    supabase.run("ALTER TABLE django_session OWNER TO taskflow_readers; GRANT SELECT ON django_session TO anon")
    database.lock_away(connection)
    assert "these tables: django_session." in warning()

    supabase.run(f"ALTER TABLE django_session OWNER TO {OWNER}")
    database.lock_away(connection)
    assert warning() == ""


@pytest.mark.postgresql
def test_check_says_so_when_asked_for_the_database_or_for_deployment(supabase: Supabase, in_use: None) -> None:
    supabase.run("GRANT SELECT ON accounts_user, tasks TO anon")

    printed = scratch.manage(supabase.url, "check", "--database", "default")
    assert "accounts_user, tasks." in printed.stderr
    assert "manage.py migrate" in printed.stderr
    assert len(warnings(include_deployment_checks=True)) == 1
    assert len(warnings(include_deployment_checks=True, databases=["default"])) == 1
    assert warnings() == []

    database.lock_away(connection)
    assert warnings(include_deployment_checks=True) == []


@pytest.mark.postgresql
def test_check_is_silent_when_the_database_cannot_be_reached(django_db_blocker: Any) -> None:
    nowhere = urlsplit(scratch.server())._replace(path="/taskflow_that_is_not_there").geturl()
    with django_db_blocker.unblock(), scratch.in_use(nowhere):
        assert warnings(include_deployment_checks=True) == []
        assert warning() == ""


@pytest.mark.sqlite
def test_sqlite_is_asked_nothing(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        database.lock_away(connection)
        assert database.check_locked_away(["default"]) == []
