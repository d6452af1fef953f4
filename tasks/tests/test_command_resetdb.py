"""The command that drops all tables of ours and makes them anew."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from tasks import database, tables
from tasks.models import Change, Task
from tasks.tests import scratch
from tasks.tests.conftest import BY


@pytest.fixture
def filled(url: str, in_use: None) -> None:
    """A scratch database with tables, a task, an account, and a table that is somebody else's."""
    call_command("migrate", verbosity=0)
    Task.objects.create_task(by=BY, title="Old")
    User.objects.create_user("alice")
    run("CREATE TABLE theirs (id integer)", "INSERT INTO theirs VALUES (42)")


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def theirs() -> list[tuple[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM theirs")
        found: list[tuple[int]] = cursor.fetchall()
        return found


def test_data_goes_and_tables_come_back(filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("resetdb", yes=True)
    assert not Task.objects.exists()
    assert not Change.objects.exists()
    assert not User.objects.exists()
    assert database.is_migrated()
    assert Task.objects.create_task(by=BY, title="New").number == 1
    said = capsys.readouterr().out
    assert "Dropped" in said
    assert "createadmin" in said


def test_tables_that_are_not_ours_stay(filled: None) -> None:
    call_command("resetdb", yes=True, verbosity=0)
    assert theirs() == [(42,)]


def test_an_empty_database_is_migrated(url: str, in_use: None) -> None:
    call_command("resetdb", yes=True, verbosity=0)
    assert database.is_migrated()


def test_a_foreign_table_with_the_name_of_ours_stays(url: str, in_use: None) -> None:
    run("CREATE TABLE tasks (id integer)")
    assert tables.made_by_migrations() == []


def test_nothing_goes_where_somebody_elses_table_needs_ours(filled: None) -> None:
    task_id = Task.objects.get().pk
    kind = "uuid" if connection.vendor == "postgresql" else "char(32)"
    run(f"CREATE TABLE notes (task {kind} REFERENCES tasks (id))")
    run(f"INSERT INTO notes VALUES ('{task_id.hex}')")  # noqa: S608
    with pytest.raises(CommandError, match="Nothing was dropped: notes"):
        call_command("resetdb", yes=True, verbosity=0)
    assert Task.objects.get().title == "Old"


@pytest.mark.postgresql  # SQLite lets a view point to nothing
def test_nothing_goes_where_somebody_elses_view_needs_ours(filled: None) -> None:
    run("CREATE VIEW report AS SELECT title FROM tasks")
    with pytest.raises(CommandError, match="Nothing was dropped"):
        call_command("resetdb", yes=True, verbosity=0)
    assert Task.objects.get().title == "Old"


@pytest.mark.parametrize(("answer", "left"), [("yes\n", 0), ("y\n", 1), ("", 1)])
def test_it_asks_first(answer: str, left: int, filled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    if left:
        with pytest.raises(CommandError):
            call_command("resetdb", verbosity=0)
    else:
        call_command("resetdb", verbosity=0)
    assert Task.objects.count() == left


def test_the_question_tells_what_and_where_without_a_password(
    filled: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("resetdb")
    asked = capsys.readouterr().out
    assert f"Drop {len(tables.made_by_migrations())} tables" in asked
    assert connection.vendor in asked


def test_it_keeps_out_of_production_without_force(filled: None, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--force"):
        call_command("resetdb", yes=True, verbosity=0)
    assert Task.objects.exists()
    call_command("resetdb", yes=True, force=True, verbosity=0)
    assert not Task.objects.exists()


def test_without_anybody_to_ask_it_fails(url: str) -> None:
    tried = scratch.manage(url, "resetdb")
    assert tried.returncode == 1
    assert "--yes" in tried.stderr
