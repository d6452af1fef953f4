"""Quick-add on the board: what is typed is read here, for the chips while typing and again when it is added."""

from collections.abc import Sequence
from functools import cache

from django.contrib.auth import get_user_model
from django.core.exceptions import BadRequest
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tasks.board.access import for_people
from tasks.board.answers import back, changed, refused
from tasks.board.request import Request, actor_of
from tasks.models import Status, Task
from tasks.models.columns import ASSIGNEE_LENGTH, TITLE_LENGTH
from tasks.quickadd import Draft, People, Person, TooMuch, read, split

MOST_PEOPLE = 1000  # accounts, and names already used, that an @name may be the beginning of
NEARLY = 20  # characters before the end of a title from which on they are counted


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def add(request: Request) -> HttpResponse:
    """Add one task a line, all or none; GET is the form alone, for a page without scripts and for links to it."""
    if request.method != "POST":
        return form(request, request.GET)
    try:
        drafts = drafts_of(request.POST)
    except TooMuch as error:
        return form(request, request.POST, str(error))
    fault = fault_in(drafts)
    if fault:
        return form(request, request.POST, fault)
    return added(request, [draft for draft in drafts if draft.line.strip()])


def added(request: Request, drafts: Sequence[Draft]) -> HttpResponse:
    actor = actor_of(request)
    if len(drafts) > 1:
        made = Task.objects.create_tasks([draft.fields for draft in drafts], by=actor)
        said = ngettext("%(count)d task added", "%(count)d tasks added", len(made)) % {"count": len(made)}
        return changed(request, [columns["id"] for columns in made], said, status="added")
    task = Task.objects.create_task(by=actor, **drafts[0].fields)
    # Without scripts the page stays where tasks are added, unless the task was to be opened.
    to = reverse("tasks:task", args=[task.number]) if request.htmx or "open" in request.POST else ""
    return changed(request, [task.pk], _("Added “%(title)s”") % {"title": task.title}, status="added", to=to)


def form(request: Request, given: QueryDict, fault: str = "") -> HttpResponse:
    """Return the form as it was filled in, and what is wrong with it."""
    if request.htmx and fault:
        return refused(request, fault, 422)
    context = {"text": given.get("text", ""), "status": status_of(given), "fault": fault, "next": back(request)}
    return render(request, "tasks/add.html", context, status=422 if fault else 200)


@require_safe
@for_people
def understood(request: Request) -> HttpResponse:
    """Answer what the `text` typed so far means: as chips, as tinted text, and how much of the title is left."""
    try:
        drafts = drafts_of(request.GET)
    except TooMuch as error:
        return render(request, "tasks/_understood.html", {"fault": str(error)})
    filled = [draft for draft in drafts if draft.line.strip()]
    # That a title is missing so far is no fault yet.
    fault = next((fault_in(drafts) for draft in filled if draft.title and draft.fault), "")
    one = filled[0] if len(filled) == 1 else None
    context = {
        "parts": [part for draft in drafts for part in (*draft.parts, ("\n", None))][:-1],
        "tokens": one.tokens if one else (),
        "count": len(filled),
        "length": len(one.title) if one and len(one.title) >= TITLE_LENGTH - NEARLY else None,
        "limit": TITLE_LENGTH,
        "fault": fault,
    }
    return render(request, "tasks/_understood.html", context)


def drafts_of(given: QueryDict) -> list[Draft]:
    """Return a draft for each line of a form's or query's `text`, empty lines too. Raises TooMuch."""
    people, today, status = cache(known_people), timezone.localdate(), status_of(given)
    return [read(line, today=today, people=people, status=status) for line in split(given.get("text", ""))]


def status_of(given: QueryDict) -> str:
    status = given.get("status") or Status.TODO.value
    if status not in Status.values:
        raise BadRequest
    return status


def fault_in(drafts: Sequence[Draft]) -> str:
    """Return what is wrong with the first faulty line, as a sentence; lines are numbered as they were typed."""
    filled = [(number, draft) for number, draft in enumerate(drafts, 1) if draft.line.strip()]
    for number, draft in filled:
        if draft.fault:
            numbered = _("Line %(number)d: %(fault)s") % {"number": number, "fault": draft.fault}
            return numbered if len(filled) > 1 else draft.fault
    return "" if filled else _("Write what is to be done.")


def known_people() -> People:
    """Return those with an account, then the names that tasks already have, each in the order of the alphabet."""
    accounts = get_user_model()._default_manager.filter(is_active=True).order_by("username")
    people = {
        name: Person.known_as(name, first, f"{first} {last}", shown=f"{first} {last}".strip())
        for name, first, last in accounts.values_list("username", "first_name", "last_name")[:MOST_PEOPLE]
        if len(name) <= ASSIGNEE_LENGTH
    }
    used = [Person.known_as(name) for name in Task.objects.assignees(MOST_PEOPLE) if name not in people]
    return People([*people.values(), *used])
