"""The questions that tasks answer, and the verbs that make, change and remove many of them."""

import datetime
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from tasks.due import start_of_day, start_of_today
from tasks.models.bulk import insert_rows
from tasks.models.change import Action, Actor, Change
from tasks.models.columns import (
    DONE,
    LOGGED,
    PRIORITY_RANK,
    Columns,
    Status,
    action_of,
    differences,
    from_log,
    logged_change,
    logged_whole,
    new_columns,
    now_after,
)
from tasks.models.lookups import RowIsBeyond
from tasks.models.number import Number
from tasks.models.position import unpacked_place
from tasks.models.undo import Undoing

if TYPE_CHECKING:
    from tasks.models.task import Task

CHUNK = 2000  # rows locked, written and logged by one statement each; SQLite takes 32,766 parameters
COLUMNS = ("id", *LOGGED)
CARD = ("number", "title", "status", "priority", "assignee", "due_date", "completed_at", "version", "rank")
NUMBER = re.compile(r"(?P<mark>#?)(?P<digits>\d{1,18})", re.ASCII)
NEXT_NAMES = """
    WITH RECURSIVE names (name) AS (
        SELECT MIN(assignee) FROM tasks
        UNION ALL
        SELECT (SELECT MIN(assignee) FROM tasks WHERE assignee > name) FROM names WHERE name IS NOT NULL
    )
    SELECT name FROM names WHERE name IS NOT NULL LIMIT %s
"""


def kept(rows: Iterable[Columns], made: list[Columns]) -> Iterator[Columns]:
    """Yield `rows` and keep them in `made`: PostgreSQL stores the first while the next are made."""
    for row in rows:
        made.append(row)
        yield row


class Outcome(NamedTuple):
    matched: int
    changed: int
    batch: uuid.UUID


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        """Return those that are not done, which is to be without a completion time: what task_open_due is about."""
        return self.filter(completed_at__isnull=True)

    def done(self) -> "TaskQuerySet":
        """Return those with a completion time, which is to be done: what task_done is about."""
        return self.filter(completed_at__isnull=False)

    def with_status(self, *statuses: str) -> "TaskQuerySet":
        """Return those of any of the statuses; without "done" in words that task_open_due knows too."""
        found = self.filter(status__in=statuses)
        return found if Status.DONE in statuses else found.open()

    def ranked(self, *priorities: str) -> "TaskQuerySet":
        """Return those of any of the priorities, by the column that task_priority orders."""
        return self.filter(priority_rank__in=[PRIORITY_RANK[priority] for priority in priorities])

    def overdue(self) -> "TaskQuerySet":
        """Return the late ones: see Task.is_overdue. Midnight of today is the one past instant that is not late."""
        return self.open().filter(due_date__lte=timezone.now()).exclude(due_date=start_of_today())

    def not_overdue(self) -> "TaskQuerySet":
        on_time = models.Q(due_date__isnull=True) | models.Q(due_date__gt=timezone.now())
        return self.filter(models.Q(status=Status.DONE) | on_time | models.Q(due_date=start_of_today()))

    def due_between(self, first: datetime.date, last: datetime.date) -> "TaskQuerySet":
        """Return those due from the midnight that begins `first` to the one that ends `last`, in TIME_ZONE."""
        return self.filter(due_date__gte=start_of_day(first), due_date__lt=start_of_day(last + datetime.timedelta(1)))

    def assigned_to(self, *names: str | None) -> "TaskQuerySet":
        """Return those of any of the assignees; None stands for nobody."""
        nobody = models.Q(assignee__isnull=True) if None in names else models.Q()
        named = [name for name in names if name is not None]
        return self.filter((models.Q(assignee__in=named) | nobody) if named else nobody)

    def matching(self, words: str) -> "TaskQuerySet":
        """Return those that have every one of the words in title or description."""
        found = self
        for word in words.split():
            found = found.filter(models.Q(title__icontains=word) | models.Q(description__icontains=word))
        return found

    def searched_for(self, text: str) -> "TaskQuerySet":
        """Return task #12; for 12 too, where there is one; else those with the words. Quotes make words of a number."""
        number = NUMBER.fullmatch(text.strip())
        if number is None:
            return self.matching(text.replace('"', " "))
        numbered = self.filter(number=int(number["digits"]))
        return numbered if number["mark"] or numbered.exists() else self.matching(text)

    def created_since(self, first: datetime.date) -> "TaskQuerySet":
        return self.filter(created_at__gte=start_of_day(first))

    def assignees(self, limit: int) -> list[str]:
        """Return up to `limit` names of all tasks, one step on an index each; DISTINCT would read the index whole."""
        with connection.cursor() as cursor:
            cursor.execute(NEXT_NAMES, [limit])
            return [name for (name,) in cursor.fetchall()]

    def in_column(self, status: str) -> "TaskQuerySet":
        """Return those of one column from its top. What is done goes by its time, the latest first."""
        found = self.done() if status == DONE else self.filter(status=status)
        return found.order_by("-completed_at" if status == DONE else "-rank", "-id")

    def behind(self, status: str, place: str) -> "TaskQuerySet":
        """Return those of a column below a Task.place in it. Raises BadCursor, whatever the text holds."""
        key = "completed_at" if status == DONE else "rank"
        values = unpacked_place(place, is_instant=status == DONE)
        return self.in_column(status).filter(RowIsBeyond((key, "id"), values, descending=True))

    def count_to(self, limit: int) -> int:
        """Return how many there are, or `limit` where there are more, which are not counted."""
        return self[:limit].count()

    def settled(self, limit: int) -> "TaskQuerySet":
        """Return the same tasks, by their ids where they are `limit` at most.

        Asked for the first rows in an order, a plan reads along that order's index until it has found enough. Where few
        tasks match, that is all of them, in the slowest way there is.
        """
        ids = list(self.order_by().values_list("pk", flat=True)[: limit + 1])
        return self if len(ids) > limit else TaskQuerySet(self.model).filter(pk__in=ids)

    def for_board(self) -> "TaskQuerySet":
        """Return them with the columns that a card shows, and no long text."""
        return self.only(*CARD)

    def counts(self) -> list[dict[str, Any]]:
        """Return [{"status", "count"}] for the three statuses, in board order."""
        found = dict(self.order_by().values_list("status").annotate(models.Count("pk")))
        return [{"status": status, "count": found.get(status, 0)} for status in Status.values]

    def create_task(self, *, by: Actor, **fields: Any) -> "Task":
        """Make a task, with its number and its log row. Raises IntegrityError, naming the broken rule."""
        with transaction.atomic():
            at = timezone.now()
            columns = new_columns(Number.take()[0], at, fields)
            task = self.model(**columns)
            task.save(force_insert=True)
            Change.objects.write(by, Action.CREATED, [(task.pk, logged_whole(columns))], at=at)
        return task

    def create_tasks(
        self, rows: Iterable[Mapping[str, Any]], *, by: Actor, batch: uuid.UUID | None = None
    ) -> list[Columns]:
        """Make many tasks at once, all or none; return their columns. Four statements however many there are."""
        given, made = list(rows), list[Columns]()
        at, batch = timezone.now(), batch or uuid7()
        with transaction.atomic():
            numbers = Number.take(len(given)) if given else []
            places = range(len(given) - 1, -1, -1)  # the first on top
            self.insert(kept(map(new_columns, numbers, repeat(at), given, places), made))
            Change.objects.write(by, Action.CREATED, ((m["id"], logged_whole(m)) for m in made), at=at, batch=batch)
        return made

    def change_all(self, *, by: Actor, **fields: Any) -> Outcome:
        """Change the named `fields` of every task that matches, all or none; see Task.change."""
        outcome = Outcome(0, 0, uuid7())
        with transaction.atomic():
            for tasks in self.locked_chunks():
                at = now_after(*(task.updated_at for task in tasks))
                changed = self.change_chunk(tasks, fields, at, by, outcome.batch)
                outcome = outcome._replace(matched=outcome.matched + len(tasks), changed=outcome.changed + changed)
        return outcome

    def change_chunk(
        self, tasks: list["Task"], fields: Mapping[str, Any], at: datetime.datetime, by: Actor, batch: uuid.UUID
    ) -> int:
        changes = [(task, new) for task in tasks if (new := differences(task, fields, at))]
        kinds = defaultdict(list)
        for task, new in changes:
            kinds[action_of(new), "status" in new].append((task, new))
        # What follows from a new status or place must not touch tasks that had it: one UPDATE for each kind.
        for (action, _with_status), same in kinds.items():
            new = {key: value for _task, one in same for key, value in one.items()}
            if action is Action.CHANGED:
                new |= {"version": models.F("version") + 1, "updated_at": at}
            self.model.objects.filter(pk__in=[task.pk for task, _new in same]).update(**new)
            logged = ((task.pk, logged_change(task, new)) for task, new in same)
            Change.objects.write(by, action, logged, at=at, batch=batch)
        return len(changes)

    def remove_all(self, *, by: Actor) -> Outcome:
        """Remove every task that matches, all or none; see Task.remove."""
        outcome = Outcome(0, 0, uuid7())
        with transaction.atomic():
            for tasks in self.locked_chunks():
                self.remove_chunk(tasks, by, outcome.batch)
                total = outcome.matched + len(tasks)
                outcome = Outcome(total, total, outcome.batch)
        return outcome

    def remove_chunk(self, tasks: list["Task"], by: Actor, batch: uuid.UUID) -> None:
        gone = ((task.pk, logged_whole(task.__dict__, gone=True)) for task in tasks)
        Change.objects.write(by, Action.DELETED, gone, at=timezone.now(), batch=batch)
        self.model.objects.filter(pk__in=[task.pk for task in tasks]).delete()

    def undo(self, change_ids: Iterable[int], *, by: Actor) -> list[uuid.UUID]:
        """Take back what rows of the log did, all or none, as one batch; return the ids of their tasks.

        Raises Stale where somebody has changed the same since, Change.DoesNotExist where the log does not hold a row
        (any more), and ValueError for more than 1,000 rows.
        """
        with transaction.atomic():
            return Undoing(self.model.objects.all(), by).take_back(change_ids)

    def restore(self, task_id: uuid.UUID, *, by: Actor) -> "Task":
        """Bring a deleted task back, one version later. Raises Task.DoesNotExist where the log holds none."""
        with transaction.atomic():
            self.restore_all([task_id], by=by)
            return self.get(pk=task_id)

    def restore_all(self, task_ids: Iterable[uuid.UUID], *, by: Actor, batch: uuid.UUID | None = None) -> int:
        """Bring back those that the log holds, all or none; return how many. IntegrityError where others are first."""
        with transaction.atomic():
            deleted = Change.objects.filter(task_id__in=list(task_ids), action=Action.DELETED).order_by("id")
            last = {row.task_id: row.fields for row in deleted}
            held = {task_id: from_log(task_id, fields) for task_id, fields in last.items() if fields}
            at = now_after(*(columns["updated_at"] for columns in held.values()))
            accounts = {columns["user_id"] for columns in held.values()} - {None}
            there = set(get_user_model()._default_manager.filter(pk__in=accounts).values_list("pk", flat=True))
            back = [
                columns
                | {"version": columns["version"] + 1, "updated_at": at}
                | {"user_id": columns["user_id"] if columns["user_id"] in there else None}
                for columns in held.values()
            ]
            self.insert(back)
            if deleted.all().count() != len(deleted):
                raise IntegrityError("what was read in the log is no longer how the task was deleted")
            logged = ((columns["id"], logged_whole(columns)) for columns in back)
            Change.objects.write(by, Action.RESTORED, logged, at=at, batch=batch)
        return len(back)

    def insert(self, rows: Iterable[Columns]) -> None:
        insert_rows(self.model, COLUMNS, map(itemgetter(*COLUMNS), rows))

    def locked_chunks(self) -> Iterator[list["Task"]]:
        """Lock and yield the matching tasks in the order of their keys, so that two bulk writers never deadlock."""
        rest = self.order_by("pk").select_for_update(of=("self",))  # a filter may bring other tables along
        while tasks := list(rest[:CHUNK]):
            yield tasks
            if len(tasks) < CHUNK:
                break
            rest = rest.filter(pk__gt=tasks[-1].pk)
