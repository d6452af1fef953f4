"""What others changed: one conditional request every few seconds, answered by 304 when nothing happened."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from tasks.board.access import for_people
from tasks.board.answers import cards
from tasks.board.filters import BoardFilter
from tasks.board.request import Request
from tasks.models import Change, Position

MOST = 500  # changes; behind more of them the page loads itself anew
GONE = 410  # what the page shows is of another database, or too old


@require_safe
@for_people
def live(request: Request) -> HttpResponse:
    """Answer what changed since the position in If-None-Match, which is the ETag of the answer before."""
    newest = Change.objects.newest_served()
    etag = f'"{newest.packed()}"'
    # Whatever compresses an answer, here or in a proxy, makes its tag a weak one.
    known = [tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))]
    if etag in known:
        return HttpResponse(status=304, headers={"ETag": etag})
    try:
        seen = Position.unpacked(known[0].strip('"'))
    except (IndexError, ValueError):
        return HttpResponse(status=GONE)
    chosen = BoardFilter.of(request)
    if chosen.unknown or not Change.objects.has(seen):
        return HttpResponse(status=GONE)
    touched = Change.objects.since(seen).values_list("task_id", flat=True)[: MOST + 1]
    if len(touched) > MOST:
        return HttpResponse(status=GONE)
    shown = cards(chosen, list(dict.fromkeys(touched))) | {"position": newest}
    response = render(request, "tasks/_changes.html", shown)
    response["ETag"] = etag
    return response
