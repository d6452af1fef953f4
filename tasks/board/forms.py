"""A person's edit of a task: what each field had shown, what they made of it, and what others did meanwhile."""

import datetime
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tasks.due import is_whole_day
from tasks.fields import NO_BREAKS, DueField, Text, with_line_feeds
from tasks.models import Priority, Status, Task
from tasks.models.columns import ASSIGNEE_LENGTH, DESCRIPTION_LENGTH, TITLE_LENGTH

BREAKS = re.compile(r"[\r\n]+")
TOO_LONG = {"max_length": _("At most %(limit_value)d characters; this has %(show_value)d.")}


class TaskForm(forms.Form):
    """The fields that `names` name, of what was sent."""

    title = forms.CharField(
        max_length=TITLE_LENGTH, error_messages={"required": _("A task needs a title."), **TOO_LONG}
    )
    description = Text(max_length=DESCRIPTION_LENGTH, required=False, error_messages=TOO_LONG)
    status = forms.ChoiceField(choices=Status.choices)
    priority = forms.ChoiceField(choices=Priority.choices)
    assignee = forms.CharField(max_length=ASSIGNEE_LENGTH, required=False, empty_value=None, error_messages=TOO_LONG)
    due_date = DueField(required=False)

    def __init__(self, sent: QueryDict, names: Collection[str]) -> None:
        given = sent.copy()
        if "title" in names:
            given["title"] = as_sent("title", str(sent["title"]))
        super().__init__(given)
        self.fields = {name: field for name, field in self.fields.items() if name in names}


NAMES = tuple(TaskForm.base_fields)


class Edit(NamedTuple):
    """One field as a person left it. `was` is what the page had shown, None where nothing says it."""

    yours: str
    was: str | None


def edits_of(sent: QueryDict) -> dict[str, Edit]:
    """Return the fields that the person changed.

    Where both had changed a field, `mine` and `theirs` name those that the person has decided about since.
    """
    edits = {}
    for name in NAMES:
        yours, was = text_of(sent, name), sent.get(f"was_{name}")
        if name in sent.getlist("mine"):
            was = sent.get(f"theirs_{name}")
        kept = name in sent.getlist("theirs")
        if yours is not None and not kept and (was is None or not is_same(name, yours, was)):
            edits[name] = Edit(yours, was)
    return edits


def clashes(edits: Mapping[str, Edit], task: Task) -> list[str]:
    """Return the fields that somebody else has changed since, to something else."""
    now = shown(task)
    return [
        name
        for name, (yours, was) in edits.items()
        if was is not None and not is_same(name, was, now[name]) and not is_same(name, yours, now[name])
    ]


def news(edits: Mapping[str, Edit], task: Task) -> list[str]:
    """Return the edited fields in which `task` is not yet what the person made of them."""
    now = shown(task)
    return [name for name, edit in edits.items() if not is_same(name, edit.yours, now[name])]


# --- What the fields of a page hold -----------------------------------------------------------------------------------
def shown(task: Task) -> dict[str, str]:
    return {
        "title": task.title,
        "description": task.description or "",
        "status": task.status,
        "priority": task.priority,
        "assignee": task.assignee or "",
        "due_date": due_text(task.due_date),
    }


def due_text(instant: datetime.datetime | None) -> str:
    """Return the local date, and the time unless the whole day is meant."""
    if instant is None:
        return ""
    local = timezone.localtime(instant).replace(tzinfo=None)
    if is_whole_day(instant):
        return local.date().isoformat()
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def text_of(sent: QueryDict, name: str) -> str | None:
    """Return what was sent for a field, None where it is not among what was sent."""
    if name != "due_date":
        return sent.get(name)
    date, time = sent.get("due_date_0"), sent.get("due_date_1", "")
    return None if date is None else joined(date, time)


def joined(date: str, time: str) -> str:
    return f"{date}T{time.removesuffix(':00') if time.count(':') > 1 else time}" if time else date


AS_SENT: Mapping[str, Callable[[str], Any]] = {
    "title": lambda text: BREAKS.sub(" ", text).strip(),
    "description": with_line_feeds,
    "assignee": lambda text: text.translate(NO_BREAKS).strip(),
}


def as_sent(name: str, text: str) -> str:
    """Return `text` as a browser makes it and TaskFlow stores it, so that this alone is no change."""
    return str(AS_SENT[name](text)) if name in AS_SENT else text


def is_same(name: str, one: str, other: str) -> bool:
    return as_sent(name, one) == as_sent(name, other)
