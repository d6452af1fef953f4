"""The board as a page, the part of it that a filter replaces, and the next cards of a column."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from tasks.api import errors
from tasks.board.access import for_people
from tasks.board.columns import COUNTED, column, columns, tasks_of
from tasks.board.filters import BoardFilter
from tasks.board.request import Request
from tasks.keyset import BadCursor
from tasks.models import Change, Status


@for_people
def board(request: Request) -> HttpResponse:
    """Answer /; with htmx only the board and what shows its filters."""
    chosen = BoardFilter.of(request)
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    template = "tasks/_board.html" if is_part else "tasks/board.html"
    response = render(request, template, shown(request, chosen), status=422 if chosen.unknown else 200)
    patch_vary_headers(response, ("HX-Request",))
    return response


def shown(request: Request, chosen: BoardFilter) -> dict[str, Any]:
    """Return what the board's templates show. The position comes first: what changes later is told by /live."""
    context = {"chosen": chosen, "counted": COUNTED, "compose": request.GET.get("compose")}
    if chosen.unknown:
        return context
    position = Change.objects.newest_served()
    found = columns(chosen)
    counts = {one.status.value: one.count or 0 for one in found}
    total = sum(counts.values())
    is_first_run = not total and not chosen.is_set
    return context | {
        "position": position,
        "columns": found,
        "counts": counts,
        "total": total,
        "is_first_run": is_first_run,
    }


@for_people
def column_page(request: Request, status: str) -> HttpResponse:
    """Answer the cards behind a place: with htmx alone, else as a page of the one column."""
    chosen = BoardFilter.of(request)
    if status not in Status or chosen.unknown:
        raise Http404
    try:
        found = column(tasks_of(chosen), Status(status), after=request.GET.get("after", ""))
    except BadCursor:
        return errors.not_found(request)
    template = "tasks/_cards.html" if request.htmx else "tasks/column.html"
    return render(request, template, {"column": found, "chosen": chosen, "counted": COUNTED})
