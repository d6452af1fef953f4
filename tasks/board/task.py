"""One task: as a panel over the board and as a page of its own, and the edits that people make there."""

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tasks.board.access import for_people
from tasks.board.activity import activity, name_of
from tasks.board.answers import SeeOther, changed
from tasks.board.cards import task_of, uuid_of
from tasks.board.filters import BoardFilter
from tasks.board.forms import Edit, TaskForm, clashes, edits_of, news, shown
from tasks.board.request import Request, actor_of
from tasks.models import Action, Change, Priority, Status, Task
from tasks.models.lookups import RowIsBeyond
from tasks.models.queryset import TaskQuerySet

NAMES = 200  # offered while an assignee is written
LATEST = 50  # changes that are looked through for whose edit it was
SAID = {
    "title": gettext_lazy("#%(number)d: title changed"),
    "description": gettext_lazy("#%(number)d: description changed"),
    "status": gettext_lazy("#%(number)d moved to %(column)s"),
    "priority": gettext_lazy("#%(number)d: priority changed"),
    "assignee": gettext_lazy("#%(number)d: assignee changed"),
    "due_date": gettext_lazy("#%(number)d: due date changed"),
}


class Field(NamedTuple):
    """What the page shows of one field. `theirs`: what somebody else made of it meanwhile; `change`: the log's row."""

    value: str
    was: str
    faults: list[str]
    theirs: str | None = None
    change: Change | None = None

    @property
    def who(self) -> str:
        return name_of(self.change) if self.change else _("Somebody")

    @property
    def parts(self) -> list[str]:
        """Return date and time of a due date."""
        return [*self.value.split("T", 1), ""][:2]


@require_safe
@for_people
def task(request: Request, key: str) -> HttpResponse:
    try:
        found = task_of(key)
    except Task.DoesNotExist:
        return gone(request, key)
    return sheet(request, found)


@require_POST
@for_people
def edit(request: Request, key: str) -> HttpResponse:
    """Write the fields that the person changed, all or none: nothing where one is faulty or others changed it too."""
    edits = edits_of(request.POST)
    form = TaskForm(request.POST, edits)
    try:
        with transaction.atomic():
            found = task_of(key)
            found.lock(None)
            clashing, names = clashes(edits, found), news(edits, found)
            if form.is_valid() and not clashing:
                found.change(by=actor_of(request), **{name: form.cleaned_data[name] for name in names})
    except Task.DoesNotExist:
        return gone(request, key, edits)
    if form.errors or clashing:
        fields = fields_of(found, edits, form.errors, clashing)
        return sheet(request, found, fields, status=422 if form.errors else 409)
    return saved(request, found, names)


def saved(request: Request, task: Task, names: list[str]) -> HttpResponse:
    """Answer with the card as it is now and the task; a page without scripts goes back to the task."""
    address = reverse("tasks:task", args=[task.number])
    if not names:
        return sheet(request, task) if request.htmx else SeeOther(address)
    said = SAID[names[0]] if len(names) == 1 else _("#%(number)d saved")
    said %= {"number": task.number, "column": Status(task.status).label}
    if not request.htmx:
        return changed(request, [task.pk], said, to=address)
    response = changed(request, [task.pk], said, status=task.status)
    response.write(render_to_string("tasks/_task.html", context_of(request, task), request))
    return response


# --- What is shown ----------------------------------------------------------------------------------------------------
def sheet(
    request: Request, task: Task, fields: Mapping[str, Field] | None = None, *, status: int = 200
) -> HttpResponse:
    template = "tasks/_task.html" if request.htmx else "tasks/task.html"
    response = render(request, template, context_of(request, task, fields), status=status)
    patch_vary_headers(response, ("HX-Request",))
    return response


def context_of(request: Request, task: Task, fields: Mapping[str, Field] | None = None) -> dict[str, Any]:
    return {
        "task": task,
        "fields": fields or fields_of(task),
        "statuses": Status,
        "priorities": list(reversed(Priority)),
        "names": Task.objects.assignees(NAMES),
        "activity": activity(task.pk),
        "neighbours": neighbours(task, board_behind(request)),
        "is_panel": bool(request.htmx),
    }


def fields_of(
    task: Task,
    edits: Mapping[str, Edit] | None = None,
    faults: Mapping[str, Any] | None = None,
    clashing: list[str] | None = None,
) -> dict[str, Field]:
    """Return the fields as `task` has them, the edited ones as the person left them."""
    edits, faults, clashing = edits or {}, faults or {}, clashing or []
    last = last_changes(task.pk, clashing) if clashing else {}
    fields = {}
    for name, now in shown(task).items():
        yours, was = edits.get(name, Edit(now, now))
        theirs = now if name in clashing else None
        fields[name] = Field(yours, now if was is None else was, list(faults.get(name, [])), theirs, last.get(name))
    return fields


def last_changes(task_id: uuid.UUID, names: list[str]) -> dict[str, Change]:
    """Return the latest change of each named field."""
    rows = Change.objects.of_task(task_id).select_related("user")[:LATEST]
    return {name: row for row in reversed(rows) for name in names if name in row.fields}


def board_behind(request: Request) -> TaskQuerySet:
    """Return the tasks of the board over which the panel lies; of a page of its own, all."""
    chosen = BoardFilter.behind(request) if request.htmx else None
    return chosen.qs if chosen and not chosen.unknown else Task.objects.all()


def neighbours(task: Task, tasks: TaskQuerySet) -> dict[str, int | None]:
    """Return the numbers of the tasks above and below in the column."""
    key, value = ("completed_at", task.completed_at) if task.completed_at else ("rank", task.rank)
    column = tasks.in_column(task.status)

    def beyond(*, down: bool) -> TaskQuerySet:
        return column.filter(RowIsBeyond((key, "id"), (value, task.pk), descending=down))

    return {
        "previous": beyond(down=False).reverse().values_list("number", flat=True).first(),
        "next": beyond(down=True).values_list("number", flat=True).first(),
    }


# --- Deleted tasks ----------------------------------------------------------------------------------------------------
def gone(request: Request, key: str, edits: Mapping[str, Edit] | None = None) -> HttpResponse:
    """Answer 410: who deleted the task and when, and what the person had typed. Raises Task.DoesNotExist."""
    change = deletion_of(key)
    if change is None:
        raise Task.DoesNotExist
    context = {"change": change, "who": name_of(change), "title": held(change, "title"), "edits": edits or {}}
    context |= {"number": held(change, "number"), "is_panel": bool(request.htmx)}
    response = render(request, "tasks/_gone.html" if request.htmx else "tasks/gone.html", context, status=410)
    response["Cache-Control"] = "no-store"  # browsers take a 410 for final, and the task may come back
    return response


def held(change: Change, key: str) -> Any:
    """Return what a deletion's row kept, None once it is purged."""
    return change.fields.get(key, [None])[0]


def deletion_of(key: str) -> Change | None:
    task_id = uuid_of(key)
    if task_id is not None:
        last = Change.objects.of_task(task_id).select_related("user").first()
        return last if last and last.action == Action.DELETED else None
    if key.isascii() and key.isdecimal() and len(key) <= 18:
        return Change.objects.deletions_of(int(key)).select_related("user").first()
    return None
