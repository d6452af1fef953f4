"""The database that the workshop's TaskFlow left: made with its own SQLAlchemy models, taken over by `migrate`."""

import logging
import signal
import subprocess
import sys
import uuid
from typing import Any

import pytest
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.management import CommandError
from django.db import IntegrityError
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from sqlalchemy import inspect
from sqlalchemy.engine import Engine

from accounts.models import User
from tasks import adoption
from tasks.models import Actor, Change, Source, Task
from tasks.tests import scratch
from tasks.tests.workshop import (
    fill,
    migrate,
    row,
    rows_of,
    run_sql,
    shape_of,
    three_rows,
    with_names,
    with_people,
    with_values,
)

KEYS = ("id", "title", "description", "status", "priority", "assignee", "due_date", "created_at", "updated_at")


def as_served(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the task that the API is to serve for a row of the workshop's."""
    task: dict[str, Any] = {key: fields.get(key) for key in KEYS}
    times = {key: f"{task[key].isoformat()}Z" for key in KEYS[-3:] if task[key]}
    return task | times | {"status": fields["status"].value, "priority": fields["priority"].value}


# --- what is kept -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("document", [with_values, with_names])
def test_migrate_takes_every_row_over_with_its_id_and_times(
    document: Any, old: Engine, url: str, in_use: None, client: APIClient
) -> None:
    rows = three_rows()
    fill(old, document(), rows)

    migrated = scratch.manage(url, "migrate")

    assert migrated.returncode == 0, migrated.stderr
    assert "Took 3 tasks over from tasks_fastapi" in migrated.stderr
    assert "Mended 0 of them" in migrated.stderr
    newest_first = sorted(rows, key=lambda fields: fields["created_at"], reverse=True)
    served = client.get("/tasks").json()
    assert [{key: task[key] for key in KEYS} for task in served] == [as_served(fields) for fields in newest_first]


def test_adopted_task_is_found_and_changed_under_its_old_id(old: Engine, in_use: None, client: APIClient) -> None:
    rows = three_rows()
    fill(old, with_names(), rows)
    migrate()

    for fields in rows:
        assert client.put(f"/tasks/{fields['id']}", {"title": "New"}).status_code == 200

    assert [task.title for task in Task.objects.all()] == ["New"] * 3


def test_numbers_and_ranks_follow_age(old: Engine, in_use: None) -> None:
    rows = three_rows()
    fill(old, with_values(), rows)
    migrate()

    oldest_first = [uuid.UUID(fields["id"]) for fields in sorted(rows, key=lambda fields: fields["created_at"])]
    assert list(Task.objects.order_by("number").values_list("pk", flat=True)) == oldest_first
    assert list(Task.objects.order_by("rank").values_list("pk", flat=True)) == oldest_first
    assert Task.objects.create_task(by=Actor(Source.COMMAND), title="Next").number > 3


def test_done_task_was_completed_when_it_last_changed(old: Engine, in_use: None) -> None:
    fill(old, with_values(), three_rows())
    migrate()

    done = Task.objects.get(status="done")
    assert done.completed_at == done.updated_at
    assert Task.objects.filter(completed_at=None).count() == 2


def test_one_batch_of_the_log_tells_of_the_adoption(old: Engine, in_use: None) -> None:
    fill(old, with_values(), three_rows())
    migrate()

    changes = Change.objects.all()
    assert {(change.source, change.action, change.actor) for change in changes} == {("import", "created", None)}
    assert len({(change.batch, change.at) for change in changes}) == 1
    task = Task.objects.get(status="done")
    fields = changes.get(task_id=task.pk).fields
    assert fields["title"] == [None, "Écrire les tests 🧪"]
    assert fields["completed_at"] == fields["updated_at"] == [None, task.updated_at.isoformat().replace("+00:00", "Z")]
    assert "due_date" not in fields


def test_removed_adopted_task_comes_back_from_the_log(old: Engine, in_use: None) -> None:
    fill(old, with_values(), three_rows())
    migrate()
    task, by = Task.objects.get(status="done"), Actor(Source.COMMAND)

    task.remove(by=by)
    back = Task.objects.restore(task.pk, by=by)

    assert (back.number, back.title, back.created_at) == (task.number, task.title, task.created_at)


# --- people -----------------------------------------------------------------------------------------------------------
PEOPLE = {"u1": "Alice Martin", "u2": "alice  martin", "u3": "山田 太郎", "u4": "!!!", "u5": "Alice Martin"}


def test_workshop_users_become_accounts_that_nobody_can_sign_in_to(old: Engine, in_use: None) -> None:
    fill(old, with_people(), [row(1, user_id="u3"), row(2, user_id=None), row(3, user_id="u5")], PEOPLE)
    migrate()

    accounts = dict(User.objects.values_list("username", "first_name"))
    assert accounts == {
        "alice.martin": "Alice Martin",
        "alice.martin2": "alice  martin",
        "山田.太郎": "山田 太郎",
        "user": "!!!",
        "alice.martin3": "Alice Martin",
    }
    assert not any(user.has_usable_password() or user.is_staff for user in User.objects.all())
    tasks = Task.objects.order_by("number").values_list("user__username", flat=True)
    assert list(tasks) == ["山田.太郎", None, "alice.martin3"]


def test_workshop_user_never_becomes_an_account_that_is_somebody_elses(
    old: Engine, in_use: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "Boss")
    people = {"u1": "Zoé", "u2": "Admin", "u3": "boss"}
    fill(old, with_people(), [row(number, user_id=f"u{number}") for number in (1, 2, 3)], people)
    migrate("accounts")
    User.objects.create_user("Zoé", "zoe@example.org", "wonderland-42")
    migrate()

    owners = Task.objects.order_by("number").values_list("user__username", flat=True)
    assert list(owners) == ["zoé2", "admin2", "boss2"]


@pytest.mark.sqlite
def test_user_who_is_only_named_becomes_an_account_too(old: Engine, url: str, in_use: None) -> None:
    fill(old, with_people(), [row(1, user_id="u1"), row(2, user_id="zoe"), row(3, user_id="zoe")], {"u1": "Alice"})

    migrated = scratch.manage(url, "migrate")

    assert migrated.returncode == 0, migrated.stderr
    assert "Added 1 people" in migrated.stderr
    assert list(Task.objects.order_by("number").values_list("user__username", flat=True)) == ["alice", "zoe", "zoe"]


@pytest.mark.sqlite
def test_user_who_cannot_be_added_stops_with_what_to_do(old: Engine, in_use: None) -> None:
    run_sql(
        old,
        "CREATE TABLE users (id VARCHAR PRIMARY KEY, email VARCHAR NOT NULL)",
        "CREATE TABLE tasks (id VARCHAR PRIMARY KEY, title, status, priority, user_id REFERENCES users (id))",
        "INSERT INTO tasks VALUES ('1', 'A', 'todo', 'low', 'nobody')",
    )
    with pytest.raises(CommandError, match="set it to NULL"):
        migrate()


def test_users_that_tasks_do_not_point_to_stay_where_they_are(old: Engine, in_use: None) -> None:
    fill(old, with_values(), three_rows())
    run_sql(old, "CREATE TABLE users (id VARCHAR(9) PRIMARY KEY)", "INSERT INTO users VALUES ('u1')")
    migrate()

    assert rows_of(old, "users") == [("u1",)]
    assert not User.objects.exists()


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=200))
def test_every_name_gives_usernames_that_django_takes(name: str) -> None:
    usernames = adoption.usernames(name)
    for username in (next(usernames), next(usernames)):
        UnicodeUsernameValidator()(username)
        assert len(username) <= 150


# --- backwards, again, and in the middle ------------------------------------------------------------------------------
@pytest.mark.parametrize("document", [with_values, with_people])
def test_migrating_backwards_brings_the_old_tables_back_and_forwards_takes_them_again(
    document: Any, old: Engine, in_use: None
) -> None:
    people = {"user_id": "u1"} if document is with_people else {}
    fill(old, document(), [fields | people for fields in three_rows()], PEOPLE)
    names = ["tasks", "users"] if people else ["tasks"]
    before = [(shape_of(old, name), rows_of(old, name)) for name in names]

    migrate()
    taken = list(Task.objects.order_by("pk").values(*adoption.READ))
    kept = [rows_of(old, f"{name}_fastapi") for name in names]
    migrate("tasks", "zero")

    assert kept == [rows for _shape, rows in before]
    assert [(shape_of(old, name), rows_of(old, name)) for name in names] == before
    assert "tasks_change" not in inspect(old).get_table_names()

    migrate()
    assert list(Task.objects.order_by("pk").values(*adoption.READ)) == taken
    assert User.objects.count() == (len(PEOPLE) if people else 0)


@pytest.mark.postgresql
def test_keys_of_both_tables_carry_the_names_of_their_tables(old: Engine, in_use: None) -> None:
    fill(old, with_people(), three_rows(), PEOPLE)
    migrate()

    keys = {name: inspect(old).get_pk_constraint(name)["name"] for name in ("tasks", "tasks_fastapi", "users_fastapi")}
    assert keys == {name: f"{name}_pkey" for name in keys}


def test_row_that_was_taken_is_not_taken_again(old: Engine, in_use: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "taskflow.adoption")
    rows = three_rows()
    fill(old, with_values(), rows)
    migrate()
    first, second, _third = Task.objects.order_by("number")
    first.remove(by=Actor(Source.COMMAND))
    second.change(by=Actor(Source.COMMAND), title="Changed since")

    migrate("tasks", "0001")
    migrate()

    assert sorted(Task.objects.values_list("title", flat=True)) == ["Changed since", "Écrire les tests 🧪"]
    assert "Took 0 tasks over from tasks_fastapi; 3 had been taken before" in caplog.messages


MANY = 20_000
MIGRATION = """
import logging, os, pathlib, signal, sys, django
from django.core.management import call_command

class Killer(logging.Handler):
    def emit(self, record):
        if record.getMessage().startswith("Read"):
            os.kill(os.getpid(), signal.SIGKILL)

def largest():
    status = pathlib.Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else ["VmHWM: 0"]
    return next(line.split()[1] for line in lines if line.startswith("VmHWM"))

django.setup()
before = largest()
if "die" in sys.argv:
    logging.getLogger("taskflow.adoption").addHandler(Killer())
call_command("migrate", verbosity=0)
print(before, largest())
"""


def migrate_apart(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Migrate in a process of its own, which prints its largest size before and after (KiB; 0 but on Linux)."""
    command = [sys.executable, "-c", MIGRATION, *arguments]
    return subprocess.run(command, env=scratch.environment(url), capture_output=True, text=True, check=False)


def test_killed_adoption_leaves_nothing_half_done_and_is_repeated_in_bounded_memory(
    old: Engine, url: str, in_use: None
) -> None:
    base, task, _user = with_names()
    base.metadata.create_all(old)
    with old.begin() as database:
        database.execute(task.__table__.insert(), [row(number, description="d" * 900) for number in range(MANY)])

    assert migrate_apart(url, "die").returncode == -signal.SIGKILL
    assert Task.objects.count() == Change.objects.count() == 0

    repeated = migrate_apart(url)
    before, after = map(int, repeated.stdout.split())
    assert after - before < 32 * 1024, f"{after - before} KiB for {MANY} rows"
    assert Task.objects.count() == Change.objects.count() == MANY
    assert set(Task.objects.order_by("number").values_list("title", flat=True)[:2]) == {"Task 0", "Task 1"}


def test_row_that_the_database_refuses_undoes_the_whole_adoption(old: Engine, in_use: None) -> None:
    fill(old, with_values(), three_rows())
    migrate("tasks", "0001")
    run_sql(old, "CREATE UNIQUE INDEX once ON tasks_change (source)")

    with pytest.raises(IntegrityError):
        migrate()
    assert not Task.objects.exists()
    assert not Change.objects.exists()

    run_sql(old, "DROP INDEX once")
    migrate()
    assert Task.objects.count() == Change.objects.count() == 3


# --- what is not the workshop's ---------------------------------------------------------------------------------------
OTHERS = ["id INTEGER, what TEXT", "id TEXT, title TEXT, status TEXT, priority TEXT, rank INTEGER"]


@pytest.mark.parametrize("columns", OTHERS)
def test_table_of_somebody_else_stops_with_one_sentence(columns: str, old: Engine, url: str) -> None:
    run_sql(old, f"CREATE TABLE tasks ({columns})")

    migrated = scratch.manage(url, "migrate")

    assert migrated.returncode == 1
    assert migrated.stderr.splitlines()[-1].startswith('CommandError: The database has a table "tasks"')
    assert "Traceback" not in migrated.stderr
    assert "tasks" in inspect(old).get_table_names()


def test_kept_table_is_never_overwritten(old: Engine, in_use: None) -> None:
    fill(old, with_values(), three_rows())
    run_sql(old, "CREATE TABLE tasks_fastapi (id INTEGER)")

    with pytest.raises(CommandError, match="cannot take that name"):
        migrate()
    assert len(rows_of(old, "tasks")) == 3


def test_empty_database_gets_nothing_but_tables(old: Engine, url: str, in_use: None) -> None:
    migrated = scratch.manage(url, "migrate", "-v", "0")

    assert (migrated.returncode, migrated.stdout, migrated.stderr) == (0, "", "")
    assert "tasks_fastapi" not in inspect(old).get_table_names()
