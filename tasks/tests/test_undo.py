"""Undo: what the log says was done is taken back whole, or nothing is, and nobody's work is overwritten."""

import json
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from tasks.api.renderers import json_bytes
from tasks.models import Actor, Change, Source, Stale, Task
from tasks.models.columns import LOGGED
from tasks.models.ranks import PLACES
from tasks.tests.conftest import BY, statements
from tasks.tests.test_changes import rebuilt, table_now

pytestmark = pytest.mark.django_db
Maker = Callable[..., Task]
Row = dict[str, Any]


def row(task: Task) -> Row:
    """Return the task as it is stored, without what every write moves on."""
    stored = Task.objects.values(*LOGGED).get(pk=task.pk)
    return {key: value for key, value in stored.items() if key not in {"version", "updated_at"}}


def last(*tasks: Task) -> list[int]:
    return Change.objects.last_of([task.pk for task in tasks])


def undo(*tasks: Task) -> list[uuid.UUID]:
    """Take back the last thing that happened to each task."""
    return Task.objects.undo(last(*tasks), by=BY)


def log_agrees() -> bool:
    """Return whether the log alone tells the table as it is."""
    told = Change.objects.order_by("id").values("task_id", "action", "at", "fields")
    return rebuilt(json.loads(json_bytes(list(told)))) == table_now()


@pytest.mark.parametrize(
    ("was", "fields"),
    [
        ({}, {"title": "Other"}),
        ({"description": "old"}, {"description": None}),
        ({}, {"assignee": "alice", "priority": "high"}),
        ({}, {"due_date": None}),
        ({}, {"status": "in_progress"}),
        ({}, {"status": "done"}),
        ({"status": "done"}, {"status": "todo"}),
        ({"status": "done"}, {"status": "todo", "title": "Other"}),
        ({}, {"rank": 7}),
    ],
)
def test_each_change_is_taken_back(make_task: Maker, was: dict[str, Any], fields: dict[str, Any]) -> None:
    task = make_task(due_date="2026-11-20T15:00:00Z", **was)
    before = row(task)
    task.change(by=BY, **fields)
    assert row(task) != before
    assert undo(task) == [task.pk]
    assert row(task) == before
    assert log_agrees()


def test_what_was_undone_can_be_done_again(make_task: Maker) -> None:
    task = make_task()
    before = row(task)
    task.change(by=BY, status="done", title="Done")
    after = row(task)
    for expected in (before, after, before, after):
        undo(task)
        assert row(task) == expected
    assert Task.objects.get().version == 6
    assert log_agrees()


def test_an_undone_change_is_a_new_version_and_an_undone_move_is_none(make_task: Maker) -> None:
    task, other = make_task(), make_task("other")
    task.change(by=BY, title="x")
    undo(task)
    now = Task.objects.get(pk=task.pk)
    assert (now.version, now.updated_at > task.updated_at) == (3, True)
    other.move(by=BY, after=task.pk)
    undo(other)
    assert Task.objects.get(pk=other.pk).version == 1
    assert [change.action for change in Change.objects.of_task(other.pk)] == ["moved", "moved", "created"]
    assert list(Task.objects.in_column("todo")) == [other, task]


def test_a_move_to_done_and_back_keeps_when_it_was_done_and_where_it_lay(make_task: Maker) -> None:
    tasks = [make_task(title) for title in "cba"]
    done = tasks[1]
    done.move(by=BY, status="done")
    finished = done.completed_at
    done.move(by=BY, status="todo", place="bottom")
    undo(done)
    assert Task.objects.get(pk=done.pk).completed_at == finished
    Task.objects.undo(Change.objects.filter(task_id=done.pk, action="changed").values_list("pk", flat=True)[:1], by=BY)
    assert [task.title for task in Task.objects.in_column("todo")] == ["a", "b", "c"]


def test_a_new_task_goes_and_comes_back(make_task: Maker) -> None:
    task = make_task(description="kept")
    before = row(task)
    undo(task)
    assert not Task.objects.exists()
    undo(task)
    assert row(task) == before
    undo(task)
    assert not Task.objects.exists()
    assert [change.action for change in Change.objects.of_task(task.pk)] == [
        "deleted",
        "restored",
        "deleted",
        "created",
    ]
    assert log_agrees()


def test_a_deleted_task_comes_back_with_id_number_and_history(make_task: Maker) -> None:
    task = make_task(status="done", assignee="alice")
    before = row(task)
    Task(pk=task.pk).remove(by=BY)
    assert undo(task) == [task.pk]
    assert row(task) == before
    assert Change.objects.of_task(task.pk).count() == 3
    assert log_agrees()


def test_many_are_undone_as_one_batch(make_task: Maker) -> None:
    tasks = [make_task(str(n), status=("todo", "done", "in_progress")[n % 3]) for n in range(6)]
    before = [row(task) for task in tasks]
    batch = Task.objects.all().change_all(by=BY, status="done", priority="high").batch
    ids = list(Change.objects.filter(batch=batch).values_list("pk", flat=True))
    assert set(Task.objects.undo(ids, by=Actor(Source.BOARD))) == {task.pk for task in tasks}
    assert [row(task) for task in tasks] == before
    undone = Change.objects.filter(source="board")
    assert undone.count() == 6
    assert len(set(undone.values_list("batch", flat=True)) - {None}) == 1
    assert log_agrees()


def test_pasted_lines_go_together_and_come_back_together() -> None:
    made = Task.objects.create_tasks([{"title": title} for title in "abc"], by=BY)
    keys = [columns["id"] for columns in made]
    Task.objects.undo(Change.objects.last_of(keys), by=BY)
    assert not Task.objects.exists()
    Task.objects.undo(Change.objects.last_of(keys), by=BY)
    assert [task.title for task in Task.objects.in_column("todo")] == ["a", "b", "c"]
    assert log_agrees()


def test_several_rows_of_a_task_are_undone_from_the_newest(make_task: Maker) -> None:
    task, other = make_task("one"), make_task("other")
    before = row(task)
    task.change(by=BY, title="two", status="done")
    task.change(by=BY, title="three")
    task.remove(by=BY)
    other.change(by=BY, title="another")
    ids = Change.objects.exclude(action="created").values_list("pk", flat=True)
    assert set(Task.objects.undo(ids, by=BY)) == {task.pk, other.pk}
    assert row(task) == before
    assert Task.objects.get(pk=other.pk).title == "other"
    assert log_agrees()


def test_a_change_of_other_keys_meanwhile_is_kept(make_task: Maker) -> None:
    task = make_task()
    task.change(by=BY, title="mine")
    ids = last(task)
    Task(pk=task.pk).change(by=BY, assignee="bob")
    Task.objects.undo(ids, by=BY)
    now = Task.objects.get()
    assert (now.title, now.assignee) == ("Fix login", "bob")


def test_what_somebody_changed_since_is_not_overwritten(make_task: Maker) -> None:
    mine, other = make_task("mine"), make_task("other")
    for task in (mine, other):
        task.change(by=BY, title=f"{task.title}, changed")
    ids = last(mine, other)
    Task(pk=other.pk).change(by=BY, title="by somebody else")
    logged = Change.objects.count()
    with pytest.raises(Stale):
        Task.objects.undo(ids, by=BY)
    assert set(Task.objects.values_list("title", flat=True)) == {"mine, changed", "by somebody else"}
    assert Change.objects.count() == logged


@pytest.mark.parametrize("fields", [{"title": "by bob"}, {"assignee": "bob"}, {"status": "done"}])
def test_a_new_task_that_somebody_worked_on_stays(make_task: Maker, fields: dict[str, Any]) -> None:
    task = make_task()
    ids = last(task)
    Task(pk=task.pk).change(by=BY, **fields)
    with pytest.raises(Stale):
        Task.objects.undo(ids, by=BY)
    assert Task.objects.exists()


def test_a_new_task_goes_though_another_move_made_it_step_aside(make_task: Maker) -> None:
    task = make_task()
    ids = last(task)
    Task(pk=task.pk).change(by=BY, rank=1)
    Task.objects.undo(ids, by=BY)
    assert not Task.objects.exists()


def test_a_change_cannot_be_undone_twice(make_task: Maker) -> None:
    task = make_task()
    task.change(by=BY, title="x")
    ids = last(task)
    Task.objects.undo(ids, by=BY)
    with pytest.raises(Stale):
        Task.objects.undo(ids, by=BY)
    task.remove(by=BY)
    ids = last(task)
    Task.objects.undo(ids, by=BY)
    with pytest.raises(Stale):
        Task.objects.undo(ids, by=BY)


def test_a_change_of_a_task_that_is_gone_is_stale(make_task: Maker) -> None:
    task = make_task()
    created = last(task)
    task.change(by=BY, title="x")
    changed = last(task)
    task.remove(by=BY)
    for ids in (created, changed):
        with pytest.raises(Stale):
            Task.objects.undo(ids, by=BY)


def test_an_earlier_deletion_does_not_bring_back_what_was_deleted_later(make_task: Maker) -> None:
    task = make_task()
    task.remove(by=BY)
    first = last(task)
    Task.objects.restore(task.pk, by=BY).change(by=BY, title="later")
    Task(pk=task.pk).remove(by=BY)
    with pytest.raises(Stale):
        Task.objects.undo(first, by=BY)
    assert not Task.objects.exists()


def test_rows_that_the_log_does_not_hold_are_refused(make_task: Maker) -> None:
    task = make_task()
    task.change(by=BY, title="x")
    ids = last(task)
    for unknown in (ids[0] + 1000, 0, -1, -(2**63) - 1, 2**63, 10**30):
        with pytest.raises(Change.DoesNotExist):
            Task.objects.undo([*ids, unknown], by=BY)
    assert Task.objects.get().title == "x"
    Change.objects.update(fields={})
    with pytest.raises(Change.DoesNotExist):
        Task.objects.undo(ids, by=BY)


def test_nothing_to_undo_is_nothing(make_task: Maker) -> None:
    make_task()
    assert Task.objects.undo([], by=BY) == []
    assert Change.objects.count() == 1


def test_more_than_1000_rows_are_refused(make_task: Maker) -> None:
    with pytest.raises(ValueError, match="1000"):
        Task.objects.undo(range(1, 1002), by=BY)


def test_an_account_that_is_gone_does_not_come_back(make_task: Maker, alice: User) -> None:
    bob = get_user_model()._default_manager.create(username="bob")
    task, other = make_task(user_id=alice.pk), make_task(user_id=alice.pk)
    for one in (task, other):
        one.change(by=BY, user_id=bob.pk, title="x")
    undo(task)
    assert Task.objects.get(pk=task.pk).user == alice
    alice.delete()
    undo(other)
    assert Task.objects.get(pk=other.pk).user is None


def test_the_actor_of_an_undo_is_who_undid(make_task: Maker, alice: User) -> None:
    task = make_task()
    task.change(by=BY, title="x")
    Task.objects.undo(last(task), by=Actor(Source.BOARD, alice))
    newest = Change.objects.of_task(task.pk)[0]
    assert (newest.actor, newest.source, newest.fields) == ("alice", "board", {"title": ["x", "Fix login"]})


def test_the_rows_of_a_write_are_found_and_no_others(make_task: Maker, alice: User) -> None:
    by = Actor(Source.BOARD, alice)
    task, other = make_task(), make_task()
    task.change(by=by, title="mine")
    mine = Change.objects.of_task(task.pk)[0]
    Task(pk=task.pk).change(by=BY, title="somebody's")
    keys = [task.pk, other.pk]
    assert statements(lambda: Change.objects.last_of(keys)) == 1
    assert Change.objects.last_of(keys, by=by) == [mine.pk]
    assert Change.objects.last_of(keys, by=by, since=mine.at) == [mine.pk]
    before = Change.objects.of_task(task.pk)[0].at
    task.move(by=by, place="up", if_status="todo")
    assert Change.objects.last_of([other.pk], by=by, since=before) == []
    assert len(Change.objects.last_of(keys)) == 2


@pytest.mark.parametrize("kind", ["create", "change", "remove"])
def test_an_undo_takes_as_many_statements_for_200_as_for_10(kind: str) -> None:
    def run(count: int) -> int:
        title = f"{kind} {count}"
        Task.objects.create_tasks([{"title": title, "status": ("todo", "done")[n % 2]} for n in range(count)], by=BY)
        chosen = Task.objects.filter(title=title)
        keys = list(chosen.values_list("pk", flat=True))
        if kind == "change":
            chosen.change_all(by=BY, status="in_progress")
        if kind == "remove":
            chosen.remove_all(by=BY)
        ids = Change.objects.last_of(keys)
        return statements(lambda: Task.objects.undo(ids, by=BY))

    assert run(10) == run(200) <= 8


@pytest.mark.parametrize(("place", "offered"), [("top", False), ("bottom", True)])
def test_a_move_that_changes_nothing_offers_no_undo(make_task: Maker, place: str, offered: bool) -> None:
    make_task("below")
    task = make_task("on top")
    answer = Client().post(f"/t/{task.number}/move", {"place": place, "was": "todo"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert (f'data-undo="{last(task)[0]}"' in answer.content.decode()) is offered
    assert ("data-undo" in answer.content.decode()) is offered


KEYS = st.integers(0, 3)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("change"), KEYS, st.sampled_from([{"title": "x"}, {"title": "y", "assignee": "bob"}])),
        st.tuples(st.just("change"), KEYS, st.sampled_from([{"status": s} for s in ("todo", "in_progress", "done")])),
        st.tuples(st.just("move"), KEYS, st.sampled_from([{"place": place} for place in PLACES])),
        st.tuples(st.sampled_from(["remove", "restore"]), KEYS, st.just({})),
    ),
    max_size=10,
)


class UndoTest(TestCase):
    @hypothesis_settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(done=steps, tied=st.booleans())
    def test_whatever_was_done_is_taken_back_in_one(self, done: list[tuple[str, int, Row]], tied: bool) -> None:
        keys = [columns["id"] for columns in Task.objects.create_tasks([{"title": t} for t in "abcd"], by=BY)]
        if tied:
            Task.objects.all().change_all(by=BY, rank=5)
        start = max(Change.objects.values_list("pk", flat=True))
        before = [row(Task(pk=key)) for key in keys]
        for verb, index, fields in done:
            with suppress(Task.DoesNotExist, IntegrityError):
                if verb == "restore":
                    Task.objects.restore(keys[index], by=BY)
                else:
                    getattr(Task(pk=keys[index]), verb)(by=BY, **fields)
        Task.objects.undo(Change.objects.filter(pk__gt=start).values_list("pk", flat=True), by=BY)
        assert [row(Task(pk=key)) for key in keys] == before
        assert log_agrees()
