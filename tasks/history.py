"""The change log in words: who did what to a task, old → new, for people and in their language."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from tasks.due import in_words
from tasks.models import Action, Change, Priority, Status, Task

# What follows from other keys, or says nothing to people.
UNTOLD = frozenset({"number", "created_at", "updated_at", "completed_at", "version", "rank"})
LENGTH = 200  # characters of a text that a line shows
SUBJECT_LENGTH = 60
CHOICES: Mapping[str, Mapping[Any, Any]] = {"status": dict(Status.choices), "priority": dict(Priority.choices)}


class Line(NamedTuple):
    """One key of a change; `old` and `new` are "" where there was or is nothing."""

    label: str
    old: str
    new: str


class Event(NamedTuple):
    """One row of the log. `who` is "" for a stranger."""

    change: Change
    subject: str
    who: str
    what: str
    lines: list[Line]


def told(changes: Iterable[Change]) -> list[Event]:
    """Return `changes` in words; accounts are named by one query for all."""
    rows = list(changes)
    accounts = account_names(rows)
    return [Event(row, subject(row), row.actor or "", sentence(row), lines(row, accounts)) for row in rows]


def subject(change: Any) -> str:
    """Return the task's number and title; of a task that is gone, those that its row kept."""
    number = getattr(change, "task_number", None) or held(change.fields.get("number"))
    title = getattr(change, "task_title", None) or held(change.fields.get("title")) or _("deleted task")
    return Truncator(f"#{number} {title}" if number else title).chars(SUBJECT_LENGTH)


def held(pair: Any) -> Any:
    """Return what is there of [old, new]."""
    return next((value for value in pair or () if value is not None), None)


def account_names(changes: Iterable[Change]) -> dict[int, str]:
    keys = {key for row in changes for key in row.fields.get("user_id") or () if key is not None}
    if not keys:
        return {}
    users = get_user_model()._default_manager.filter(pk__in=keys)
    return {user.pk: user.get_username() for user in users}


def sentence(change: Change) -> str:
    return {
        Action.CREATED.value: _("Created"),
        Action.CHANGED.value: _("Changed"),
        Action.MOVED.value: _("Moved within its column"),
        Action.DELETED.value: _("Deleted"),
        Action.RESTORED.value: _("Restored"),
    }.get(change.action, change.get_action_display())


def lines(change: Change, accounts: Mapping[int, str]) -> list[Line]:
    """Return the keys that tell people something. Of a deleted task its contents are old, of a new one new."""
    keys = [key for key in change.fields if key not in UNTOLD]
    return [Line(label(key), *(value(key, side, accounts) for side in change.fields[key])) for key in keys]


def label(key: str) -> str:
    try:
        return capfirst(str(Task._meta.get_field(key.removesuffix("_id")).verbose_name))  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return key


def value(key: str, stored: Any, accounts: Mapping[int, str]) -> str:
    if stored is None:
        return ""
    if key in CHOICES:
        return str(CHOICES[key].get(stored, stored))
    if key == "user_id":
        return accounts.get(stored, f"#{stored}")
    if key == "due_date" and (instant := parse_datetime(str(stored))):
        return in_words(instant)
    return Truncator(str(stored)).chars(LENGTH)
