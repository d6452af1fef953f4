"""What a write answers: the cards that changed and a toast with Undo, or why nothing was changed."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from tasks.board.columns import COUNTED, counts
from tasks.board.filters import BoardFilter
from tasks.board.request import Request, actor_of
from tasks.models import Change


class SeeOther(HttpResponseRedirect):
    """303: what was written is looked at with GET (RFC 9110, 15.4.4)."""

    status_code = 303


def changed(
    request: Request, touched: Iterable[uuid.UUID], said: str, *, status: str = "", undo: bool = True, to: str = ""
) -> HttpResponse:
    """Answer a write to the tasks `touched`: `said` in a toast, whose glyph is `status`, with Undo and a link `to`.

    A page without scripts goes back to where it was, or to `to`.
    """
    tasks = list(touched)
    rows = Change.objects.last_of(tasks, by=actor_of(request), since=request.began) if undo else []
    if not request.htmx:
        messages.success(request, said, extra_tags=" ".join(map(str, rows)))
        return SeeOther(to or back(request))
    return render(request, "tasks/_changes.html", cards(BoardFilter.of(request), tasks) | toast(said, status, rows, to))


def toast(said: str, status: str, rows: Sequence[int], to: str) -> dict[str, Any]:
    return {"said": said, "kind": status, "undo": " ".join(map(str, rows)), "to": to}


def cards(chosen: BoardFilter, touched: Sequence[uuid.UUID]) -> dict[str, Any]:
    """Return what _changes.html shows: of the tasks `touched` those that belong on the board, and the ids of others."""
    position = Change.objects.newest_served()
    shown = list(chosen.qs.filter(pk__in=touched).for_board()) if chosen.is_valid() else []
    there = {task.pk for task in shown}
    return {
        "chosen": chosen,
        "cards": shown,
        "gone": [key for key in touched if key not in there],
        "counts": counts(chosen),
        "counted": COUNTED,
        "position": position,
    }


def refused(request: Request, why: str, status: int, **context: Any) -> HttpResponse:
    """Answer that nothing was changed, and why; a page without scripts says it where it was."""
    if request.htmx:
        return render(request, "tasks/_problem.html", {"why": why, **context}, status=status)
    messages.error(request, why)
    return SeeOther(back(request))


def back(request: Request) -> str:
    """Return the page of ours that `request` came from, else the board."""
    came_from = request.POST.get("next") or request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if is_ours else "/"
