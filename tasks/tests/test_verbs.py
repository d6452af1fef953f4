"""What the verbs do, for one task and for many: the rules, the log, and how many statements they take."""

import datetime
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from uuid_utils.compat import uuid7

from accounts.models import User
from tasks.models import Change, Task
from tasks.models.columns import rank_at
from tasks.models.queryset import CHUNK
from tasks.tests.conftest import BY, statements

pytestmark = pytest.mark.django_db
Maker = Callable[..., Task]


def test_a_task_gets_its_id_number_times_and_place(make_task: Maker) -> None:
    first, second = make_task(" first "), make_task("second")
    assert first.title == "first"
    assert first.pk.version == 7
    assert first.pk < second.pk
    assert second.number == first.number + 1
    assert first.created_at == first.updated_at
    assert first.rank == rank_at(first.created_at) < second.rank
    assert [task.title for task in Task.objects.in_column("todo")] == ["second", "first"]


def test_entering_a_column_puts_a_task_on_top(make_task: Maker) -> None:
    old, new = make_task("old"), make_task("new")
    old.change(by=BY, status="done")
    old.change(by=BY, status="todo")
    assert list(Task.objects.in_column("todo")) == [old, new]
    old.change(by=BY, status="done", rank=7)
    assert old.rank == 7
    old.change(by=BY, status="todo", rank=7)
    assert old.rank == 7


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"title": ""}, "task_title_length"),
        ({"title": "x" * 201}, "task_title_length"),
        ({"description": "x" * 1001}, "task_description_length"),
        ({"assignee": "x" * 101}, "task_assignee_length"),
        ({"status": "open"}, "task_status_known"),
        ({"priority": "urgent"}, "task_priority_known"),
    ],
)
def test_every_rule_is_also_the_databases(fields: dict[str, Any], rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule):
        Task.objects.create_task(by=BY, **{"title": "x"} | fields)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"completed_at": datetime.datetime.now(datetime.UTC)}, "task_completed_when_done"),
        ({"status": "done"}, "task_completed_when_done"),
        ({"version": 0}, "task_version_positive"),
        ({"number": 0}, "task_number_positive"),
    ],
)
def test_not_even_an_update_breaks_a_rule(make_task: Maker, fields: dict[str, Any], rule: str) -> None:
    make_task()
    with pytest.raises(IntegrityError, match=rule):
        Task.objects.update(**fields)


def test_a_broken_rule_in_bulk_names_itself_and_writes_nothing() -> None:
    with pytest.raises(IntegrityError, match="task_title_length"):
        Task.objects.create_tasks([{"title": "fine"}, {"title": ""}], by=BY)


def test_bulk_writes_what_single_verbs_write(make_task: Maker) -> None:
    text = 'a\tb\\n\\\r\n"quoted" \\. NULL \\N é 👩‍👩‍👧 \x01\x7f'
    fields = {"title": text, "description": text, "assignee": text[:90], "status": "done", "priority": "low"}
    one = make_task(**fields)
    many = Task.objects.create_tasks([fields, fields, {"title": "plain"}], by=BY)
    first = Task.objects.get(pk=many[0]["id"])
    for key in ("title", "description", "assignee", "status", "priority", "version"):
        assert getattr(first, key) == getattr(one, key)
    assert first.completed_at == first.updated_at == first.created_at
    logged = {change.task_id: change.fields for change in Change.objects.all()}
    assert logged[first.pk]["description"] == logged[one.pk]["description"] == [None, text]
    assert logged[first.pk].keys() == logged[one.pk].keys()
    assert Task.objects.get(pk=many[2]["id"]).description is None


def test_a_bulk_change_touches_only_what_differs() -> None:
    made = Task.objects.create_tasks([{"title": str(i), "status": ("todo", "done")[i % 2]} for i in range(10)], by=BY)
    done_at = {m["id"]: m["completed_at"] for m in made}
    outcome = Task.objects.all().change_all(by=BY, status="done", assignee="alice")
    assert (outcome.matched, outcome.changed) == (10, 10)
    for task in Task.objects.all():
        assert (task.version, task.assignee, task.status) == (2, "alice", "done")
        if done_at[task.pk]:
            assert task.completed_at == done_at[task.pk]
        else:
            assert task.completed_at == task.updated_at
    assert Task.objects.all().change_all(by=BY, status="done").changed == 0
    batches = set(Change.objects.filter(action="changed").values_list("batch", flat=True))
    assert batches == {outcome.batch}
    keys = {frozenset(c.fields) for c in Change.objects.filter(action="changed")}
    assert keys == {frozenset({"assignee"}), frozenset({"assignee", "status", "completed_at", "rank"})}


def test_a_bulk_change_only_moves_what_differs_in_its_place_alone(make_task: Maker) -> None:
    moved, changed = make_task("same"), make_task("other")
    Task.objects.all().change_all(by=BY, title="same", rank=7)
    for task in (moved, changed):
        task.refresh_from_db()
    assert (moved.rank, moved.version, changed.rank, changed.version) == (7, 1, 7, 2)
    assert [Change.objects.of_task(task.pk)[0].action for task in (moved, changed)] == ["moved", "changed"]


def test_bulk_verbs_take_filters_that_join(make_task: Maker, alice: User) -> None:
    mine, nobodys = make_task(user_id=alice.pk), make_task()
    assert Task.objects.filter(user__username__isnull=True).change_all(by=BY, title="y").changed == 1
    assert Task.objects.filter(user__username="alice").remove_all(by=BY).changed == 1
    assert list(Task.objects.values_list("pk", "title")) == [(nobodys.pk, "y")]
    assert Change.objects.of_task(mine.pk)[0].action == "deleted"


def test_the_log_says_when_it_was_written_though_a_task_is_older(make_task: Maker) -> None:
    old = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    make_task(created_at=old)
    Task.objects.create_tasks([{"title": "x", "created_at": old}], by=BY)
    assert {task.updated_at for task in Task.objects.all()} == {old}
    assert all(change.at > old for change in Change.objects.all())


def test_bulk_removal_and_restore_bring_everything_back() -> None:
    made = Task.objects.create_tasks([{"title": str(i), "description": f"d{i}"} for i in range(5)], by=BY)
    before = {task.pk: (task.title, task.description, task.number) for task in Task.objects.all()}
    assert Task.objects.all().remove_all(by=BY).changed == 5
    assert Task.objects.count() == 0
    batch = uuid7()
    assert Task.objects.restore_all([m["id"] for m in made] + [uuid7()], by=BY, batch=batch) == 5
    assert {task.pk: (task.title, task.description, task.number) for task in Task.objects.all()} == before
    assert Change.objects.filter(action="restored", batch=batch).count() == 5


@pytest.mark.parametrize("verb", ["create", "change", "remove"])
def test_bulk_verbs_take_as_many_statements_for_1000_as_for_10(verb: str) -> None:
    def run(count: int) -> int:
        batch = f"{random.random()}"
        rows = [{"title": batch, "status": ("todo", "done")[i % 2]} for i in range(count)]
        if verb == "create":
            return statements(lambda: Task.objects.create_tasks(rows, by=BY))
        Task.objects.create_tasks(rows, by=BY)
        chosen = Task.objects.filter(title=batch)
        if verb == "change":
            return statements(lambda: chosen.change_all(by=BY, status="done", priority="high"))
        return statements(lambda: chosen.remove_all(by=BY))

    run(1)
    assert run(10) == run(1000) <= 5


def test_more_than_a_chunk_is_changed_and_removed_whole() -> None:
    Task.objects.create_tasks(({"title": str(i)} for i in range(CHUNK + 5)), by=BY)
    assert Task.objects.all().change_all(by=BY, priority="low").changed == CHUNK + 5
    assert not Task.objects.exclude(priority="low", version=2).exists()
    assert Task.objects.all().remove_all(by=BY).changed == CHUNK + 5
    assert not Task.objects.exists()


def test_a_write_takes_few_statements(make_task: Maker) -> None:
    """SQLite takes one more for a number, which PostgreSQL's sequence gives at once."""
    make_task()
    extra = 1 if connection.vendor == "sqlite" else 0
    assert statements(make_task) <= 3 + extra
    task = make_task()
    assert statements(lambda: Task(pk=task.pk).change(by=BY, title="y")) == 3
    assert statements(lambda: Task(pk=task.pk).change(by=BY, title="y")) == 1
    assert statements(lambda: Task(pk=task.pk).remove(by=BY)) == 3


def test_time_never_runs_backwards_for_a_task(make_task: Maker) -> None:
    task = make_task()
    future = task.updated_at + datetime.timedelta(days=1)
    Task.objects.update(updated_at=future)
    task.change(by=BY, title="y")
    assert task.updated_at > future
    Task.objects.all().change_all(by=BY, title="z")
    changed = Task.objects.get()
    assert changed.updated_at > task.updated_at
    changed.remove(by=BY)
    assert Task.objects.restore(task.pk, by=BY).updated_at > changed.updated_at


def test_the_priorities_order_is_the_databases(make_task: Maker) -> None:
    task = make_task(priority="low")
    assert Task.objects.get().priority_rank == 1
    task.change(by=BY, priority="high")
    assert task.priority_rank == 3
    assert Task.objects.filter(rank=F("rank")).count() == 1
