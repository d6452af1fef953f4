"""What is done to a card on the board: moved, deleted, undone."""

import uuid

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tasks.board.access import for_people
from tasks.board.answers import changed, refused
from tasks.board.request import Request, actor_of
from tasks.models import Change, Stale, Status, Task
from tasks.models.ranks import PLACES
from tasks.models.undo import MOST


def task_of(key: str) -> Task:
    """Return the task that an address names by its number or its id. Raises Task.DoesNotExist."""
    if key.isascii() and key.isdecimal() and len(key) <= 18:
        return Task.objects.get(number=int(key))
    task_id = uuid_of(key)
    if task_id is None:
        raise Task.DoesNotExist
    return Task.objects.get(pk=task_id)


def uuid_of(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


@require_POST
@for_people
def move(request: Request, key: str) -> HttpResponse:
    """Move a task to another column or place; see Task.move. `was` is the column in which the person saw it."""
    given = request.POST
    status, was, place = given.get("status") or None, given.get("was") or None, given.get("place") or None
    if not {status, was} <= {*Status.values, None} or place not in {*PLACES, None}:
        raise BadRequest
    task = task_of(key)
    try:
        task.move(
            by=actor_of(request),
            status=status,
            after=uuid_of(given.get("after")),
            before=uuid_of(given.get("before")),
            place=place,
            if_status=was,
        )
    except Stale:
        return moved_meanwhile(request, task, status)
    said = _("#%(number)d moved to %(column)s") if status else _("#%(number)d moved")
    words = {"number": task.number, "column": Status(task.status).label}
    return changed(request, [task.pk], said % words, status=task.status)


def moved_meanwhile(request: Request, task: Task, wanted: str | None) -> HttpResponse:
    """Say who moved it where, and offer to move it all the same: see _moved.html."""
    task.refresh_from_db()
    last = Change.objects.of_task(task.pk).filter(fields__has_key="status").first()
    words = {
        "number": task.number,
        "column": Status(task.status).label,
        "who": (last and last.actor) or _("Somebody"),
    }
    why = _("%(who)s moved #%(number)d to %(column)s in the meantime.") % words
    if not request.htmx or wanted is None:
        return refused(request, why, 409)
    return refused(request, why, 409, task=task, wanted=Status(wanted))


@require_POST
@for_people
def delete(request: Request, key: str) -> HttpResponse:
    task = task_of(key)
    task_id, number = task.pk, task.number
    task.remove(by=actor_of(request))
    return changed(request, [task_id], _("#%(number)d deleted") % {"number": number}, status="deleted")


@require_POST
@for_people
def undo(request: Request) -> HttpResponse:
    """Take back changes of the log, all or none."""
    ids = [int(text) for text in request.POST.getlist("change") if text.isascii() and text.isdecimal()][: MOST + 1]
    if not 0 < len(ids) <= MOST or max(ids) >= 2**63:
        raise BadRequest
    try:
        touched = Task.objects.undo(ids, by=actor_of(request))
    except (Stale, Change.DoesNotExist):
        return refused(request, _("This cannot be undone any more: somebody has changed the task since."), 409)
    return changed(request, touched, _("Undone"), status="undone", undo=False)
