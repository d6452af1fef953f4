"""Theme, language and the like: chosen with a form on any page, by anybody, signed in or not."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from tasks.api import errors
from tasks.board.answers import SeeOther, back
from tasks.board.request import Request
from tasks.preferences import CHOICES, keep


@require_POST
def preferences(request: Request) -> HttpResponse:
    """Keep what the form names for a year and go back; 422, and nothing kept, for a value that there is not."""
    given = {name: request.POST[name] for name in CHOICES if name in request.POST}
    if any(value not in CHOICES[name] for name, value in given.items()):
        return errors.answer(request, 422)
    response = HttpResponse(status=204, headers={"HX-Refresh": "true"}) if request.htmx else SeeOther(back(request))
    for name, value in given.items():
        keep(response, name, value)
    return response
