"""What every page for people owes: strangers sign in first where they must; what cannot be done is said in words."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from tasks.api import errors
from tasks.api.permissions import may_use_tasks
from tasks.board.answers import refused
from tasks.board.request import Request
from tasks.board.stack import in_one_piece
from tasks.models import Stale, Task

View = Callable[..., HttpResponse]


def for_people(view: View) -> View:
    """Let in whom tasks.api.permissions lets in; answer a task that is gone, or is no longer what was seen."""

    @wraps(view)
    def checked(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may_use_tasks(request.user):
            return errors.sign_in_first(request)
        request.began = timezone.now()
        try:
            return view(request, *args, **kwargs)
        except Task.DoesNotExist:
            if request.method == "GET":
                return errors.not_found(request)
            return refused(request, _("This task is no longer there. Nothing was changed."), 404)
        except Stale:
            return refused(request, _("Somebody changed this task in the meantime. Nothing was changed."), 409)

    # Pages are compressed, JSON is not: whoever makes a browser ask for chosen words and sees how long the answers are
    # could guess what else they hold (BREACH). In pages the CSRF token is masked anew each time, and Django adds bytes
    # at random.
    return gzip_page(in_one_piece(checked))
