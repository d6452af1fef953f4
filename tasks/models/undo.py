"""Undo: what rows of the change log did is taken back, each key only where it still is as its row left it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError
from uuid_utils.compat import uuid7

from tasks.models.bulk import update_rows
from tasks.models.change import Action, Actor, Change, Stale
from tasks.models.columns import LOGGED, Columns, action_of, logged_change, now_after, parsed

if TYPE_CHECKING:
    from tasks.models.queryset import TaskQuerySet
    from tasks.models.task import Task

MOST = 1000  # rows of the log at once
# What others move without anybody's intent, or what no two writes leave alike.
PASSING = frozenset({"rank", "version", "updated_at"})
HELD = frozenset(LOGGED) - PASSING
NOTHING = (None, None)
Found = Mapping[uuid.UUID, "Task"]


class Undoing:
    """One undo, inside its transaction."""

    def __init__(self, tasks: "TaskQuerySet", by: Actor) -> None:
        self.tasks, self.by, self.batch = tasks, by, uuid7()

    def take_back(self, change_ids: Iterable[int]) -> list[uuid.UUID]:
        """Take the rows of each task back, newest first; return the tasks' ids."""
        wanted = set(change_ids)
        if len(wanted) > MOST:
            raise ValueError(f"at most {MOST} changes at once")
        if any(not 0 < number < 2**63 for number in wanted):  # no database takes it for a key
            raise Change.DoesNotExist
        histories = defaultdict(list)
        for change in Change.objects.filter(pk__in=wanted).order_by("id"):
            histories[change.task_id].append(change)
        touched = list(histories)
        if sum(map(len, histories.values())) < len(wanted):
            raise Change.DoesNotExist
        while left := [history for history in histories.values() if history]:
            self.take_back_one_of_each([history.pop() for history in left])
        return touched

    def take_back_one_of_each(self, changes: Sequence[Change]) -> None:
        if not all(change.fields for change in changes):
            raise Change.DoesNotExist  # purged
        found = self.locked(change.task_id for change in changes)
        kinds = defaultdict(list)
        for change in changes:
            if (change.task_id in found) is (change.action == Action.DELETED):
                raise Stale
            kinds[UNDONE_BY[change.action]].append(change)
        for verb, same in kinds.items():
            verb(self, same, found)

    def locked(self, task_ids: Iterable[uuid.UUID]) -> Found:
        """Lock the tasks in the order of their keys, as all that write many do."""
        rows = self.tasks.filter(pk__in=list(task_ids)).order_by("pk").select_for_update()
        return {task.pk: task for task in rows}

    def restore(self, changes: Sequence[Change], _found: Found) -> None:
        task_ids = [change.task_id for change in changes]
        try:
            if self.tasks.restore_all(task_ids, by=self.by, batch=self.batch) < len(task_ids):
                raise Change.DoesNotExist
        except IntegrityError as error:
            raise Stale from error
        back = self.tasks.in_bulk(task_ids)
        for change in changes:
            refuse_if_changed(back[change.task_id], change, HELD - {"user_id"}, side=0)

    def remove(self, changes: Sequence[Change], found: Found) -> None:
        for change in changes:
            refuse_if_changed(found[change.task_id], change, HELD, side=1)
        self.tasks.remove_chunk([found[change.task_id] for change in changes], self.by, self.batch)

    def set_back(self, changes: Sequence[Change], found: Found) -> None:
        for change in changes:
            refuse_if_changed(found[change.task_id], change, change.fields, side=1)
        at = now_after(*(found[change.task_id].updated_at for change in changes))
        there = accounts_there(changes)
        alike = defaultdict(list)
        for change in changes:
            new = {key: parsed(key, pair[0]) for key, pair in change.fields.items()}
            if new.get("user_id") not in there:
                new |= {"user_id": None} if "user_id" in new else {}
            alike[action_of(new), frozenset(new)].append((found[change.task_id], new))
        for (action, _keys), same in alike.items():
            self.write(action, same, at)

    def write(self, action: Action, changes: "list[tuple[Task, Columns]]", at: Any) -> None:
        """Write tasks with the same keys: one row in the log each, and values that differ from task to task."""
        logged = [(task.pk, logged_change(task, new)) for task, new in changes]
        if action is Action.CHANGED:
            for task, new in changes:
                new |= {"version": task.version + 1, "updated_at": at}
        keys = list(changes[0][1])
        update_rows(self.tasks.model, keys, [[*(new[key] for key in keys), task.pk] for task, new in changes])
        Change.objects.write(self.by, action, logged, at=at, batch=self.batch)


UNDONE_BY = {
    Action.CREATED.value: Undoing.remove,
    Action.RESTORED.value: Undoing.remove,
    Action.DELETED.value: Undoing.restore,
    Action.CHANGED.value: Undoing.set_back,
    Action.MOVED.value: Undoing.set_back,
}


def refuse_if_changed(task: "Task", change: Change, keys: Iterable[str], *, side: int) -> None:
    """Raise Stale where one of the keys is not what the row's [old, new] says on that side."""
    for key in keys:
        if getattr(task, key) != parsed(key, change.fields.get(key, NOTHING)[side]):
            raise Stale


def accounts_there(changes: Iterable[Change]) -> set[Any]:
    accounts = {change.fields["user_id"][0] for change in changes if "user_id" in change.fields} - {None}
    return set(get_user_model()._default_manager.filter(pk__in=accounts).values_list("pk", flat=True))
