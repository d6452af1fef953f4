"""What a task's columns hold, for the verbs on one task and on many alike."""

import datetime
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from tasks.models.change import Action, Fields

Columns = dict[str, Any]

# Characters (Unicode code points).
TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 1000
ASSIGNEE_LENGTH = 100


class Status(models.TextChoices):
    """The columns of the board, in its order."""

    TODO = "todo", _("To do")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


# Read for every row: an enum's members and values are looked up slowly.
TODO, DONE, MEDIUM = Status.TODO.value, Status.DONE.value, Priority.MEDIUM.value
PRIORITY_RANK = {Priority.LOW.value: 1, Priority.MEDIUM.value: 2, Priority.HIGH.value: 3}

SPACE = 1024  # ranks between neighbours that nobody moved: 10 more find a place there, each in the middle

LOGGED = (
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
    "version",
    "rank",
    "user_id",
)
INSTANTS = frozenset({"due_date", "created_at", "updated_at", "completed_at"})
CHANGEABLE = frozenset({"title", "description", "status", "priority", "assignee", "due_date", "rank", "user_id"})


def in_utc(value: datetime.datetime | None) -> datetime.datetime | None:
    return value.astimezone(datetime.UTC) if value else None


NORMALISED: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(INSTANTS, in_utc),
    "title": str.strip,
    "assignee": lambda value: value or None,
    "status": str,
    "priority": str,
}


def normalised(fields: Mapping[str, Any]) -> Columns:
    """Return `fields` as they are stored: titles trimmed, no empty assignee, choices as plain text, instants in UTC."""
    return {key: NORMALISED[key](value) if key in NORMALISED else value for key, value in fields.items()}


def rank_at(moment: datetime.datetime) -> int:
    """Return the top of a column at `moment`: 1,024 places a microsecond leave room between; 64 bits last till 2255."""
    return int(moment.timestamp() * 1_000_000) << 10


def new_columns(number: int, at: datetime.datetime, fields: Mapping[str, Any], above: int = 0) -> Columns:
    """Return every column of a new task. `fields` may bring id and times along, as imports do.

    `above` is for how many others it leaves room below: those made at the same moment would have its very rank.
    """
    given = normalised(fields)
    created_at = given.get("created_at") or at
    status = given.get("status", TODO)
    done_at = given.get("completed_at") or given.get("updated_at") or created_at
    return {
        "id": given.get("id") or uuid7(),
        "number": number,
        "title": given["title"],
        "description": given.get("description"),
        "status": status,
        "priority": given.get("priority", MEDIUM),
        "assignee": given.get("assignee"),
        "due_date": given.get("due_date"),
        "created_at": created_at,
        "updated_at": given.get("updated_at") or created_at,
        "completed_at": done_at if status == DONE else None,
        "version": 1,
        "rank": rank_at(created_at) + (0 if given.get("created_at") else SPACE * above),
        "user_id": given.get("user_id"),
    }


def differences(current: Any, fields: Mapping[str, Any], at: datetime.datetime) -> Columns:
    """Return what `fields` would really change of the task `current`, with what follows. Raises TypeError."""
    if not CHANGEABLE.issuperset(fields):
        raise TypeError(f"not changeable: {', '.join(sorted(set(fields) - CHANGEABLE))}")
    new = {key: value for key, value in normalised(fields).items() if getattr(current, key) != value}
    if "status" in new:
        new["completed_at"] = at if new["status"] == DONE else None
        if "rank" not in fields:
            new["rank"] = rank_at(at)
    return new


def action_of(new: Mapping[str, Any]) -> Action:
    """Return what a change of the columns in `new` is: a new place alone is no new version of the task."""
    return Action.MOVED if new.keys() == {"rank"} else Action.CHANGED


def now_after(*moments: datetime.datetime) -> datetime.datetime:
    """Return now, or where the clock was set back the first microsecond behind all of `moments`."""
    return max([timezone.now(), *(moment + datetime.timedelta(microseconds=1) for moment in moments)])


def logged_change(current: Any, new: Mapping[str, Any]) -> Fields:
    """Return {key: [old, new]} of the columns in `new` that differ from the task `current`."""
    return {key: [getattr(current, key), value] for key, value in new.items() if getattr(current, key) != value}


def logged_whole(columns: Mapping[str, Any], *, gone: bool = False) -> Fields:
    """Return {key: [None, value]} of every column that is not null; `gone`: [value, None]."""
    values = [(key, value) for key in LOGGED if (value := columns[key]) is not None]
    return {key: [value, None] for key, value in values} if gone else {key: [None, value] for key, value in values}


def parsed(key: str, value: Any) -> Any:
    """Return what the log's JSON has for a column as the column has it."""
    return parse_datetime(value) if key in INSTANTS and value is not None else value


def from_log(task_id: uuid.UUID, fields: Fields) -> Columns:
    gone = {key: parsed(key, fields[key][0]) if key in fields else None for key in LOGGED}
    return {"id": task_id, **gone}
