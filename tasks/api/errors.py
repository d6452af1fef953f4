"""Every error as the contract has it: JSON with `detail`, for API and pages, and never a driver's message."""

import datetime
from typing import Any

from csp.utils import build_policy
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import Error, IntegrityError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import ReturnDict

from taskflow_project.logs import request_id
from tasks import preferences
from tasks.api.exceptions import Conflict, PreconditionFailed, Unprocessable, fault, phrase
from tasks.api.negotiation import prefers_html
from tasks.api.renderers import json_bytes
from tasks.models import Stale

RETRY_AFTER = "2"  # seconds

# Rules that only the database can see broken, because a check before the write was passed by.
BROKEN_RULES = {
    "task_title_length": ("title", "string_too_long"),
    "task_description_length": ("description", "string_too_long"),
    "task_assignee_length": ("assignee", "string_too_long"),
    "task_status_known": ("status", "enum"),
    "task_priority_known": ("priority", "enum"),
}


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer what a view raised. None hands it on to RequestMiddleware, which knows 503 and 500."""
    translated = translate(error)
    if translated is None:
        return None
    request = context["request"]
    if translated.status_code == 401 and prefers_html(request):
        return sign_in_first(request)
    headers = {}
    if isinstance(translated, Unprocessable):
        data: Any = {"detail": translated.faults}
        # The browsable API finds the form as it was filled in behind this attribute.
        data = ReturnDict(data, serializer=translated.serializer) if translated.serializer else data
    else:
        data = {"detail": getattr(translated, "text", None) or phrase(translated.status_code)}
    if getattr(translated, "auth_header", None):
        headers["WWW-Authenticate"] = translated.auth_header  # type: ignore[attr-defined]
    if getattr(translated, "wait", None):
        headers["Retry-After"] = str(translated.wait)  # type: ignore[attr-defined]
    return Response(data, status=translated.status_code, headers=headers)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send a browser to the sign-in page and back. Asking for HTTP Basic would open the browser's own dialog.

    What scripts ask for is a part of a page, which must not become the sign-in page.
    """
    if request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    response = page(request, 401)
    response["WWW-Authenticate"] = 'Session realm="TaskFlow"'
    return response


def translate(error: Exception) -> APIException | None:
    if isinstance(error, APIException):
        return error
    if isinstance(error, IntegrityError):
        return broken_rule(error)
    if isinstance(error, Stale):
        return PreconditionFailed()
    statuses: dict[type[Exception], int] = {Http404: 404, PermissionDenied: 403}
    status = next((status for kind, status in statuses.items() if isinstance(error, kind)), None)
    return with_status(status) if status else None


def with_status(status: int) -> APIException:
    error = APIException()
    error.status_code = status
    return error


def broken_rule(error: IntegrityError) -> APIException:
    """Return 422 for a rule about one field, 409 for a uniqueness race."""
    rule = constraint_name(error)
    if rule in BROKEN_RULES:
        field, code = BROKEN_RULES[rule]
        return Unprocessable([fault(["body", field], code)])
    return Conflict()


def constraint_name(error: Error) -> str:
    """Return the name of the constraint that a database error is about, "" if it names none."""
    if connection.vendor == "postgresql":
        return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    _before, _colon, name = str(error).partition("CHECK constraint failed: ")
    return name


# --- Answers outside DRF ----------------------------------------------------------------------------------------------
def answer(request: HttpRequest, status: int, detail: Any = None, **extra: Any) -> HttpResponse:
    """Return `status` as JSON, or as a page for a browser. Touches neither database nor session."""
    if prefers_html(request):
        response = page(request, status)
    else:
        body = json_bytes({"detail": detail or phrase(status), **extra})
        response = HttpResponse(body, status=status, content_type="application/json")
    response["Vary"] = "Accept"
    return response


def page(request: HttpRequest, status: int) -> HttpResponse:
    """Return the page about `status`, made without the request: what fills it in may be what is broken."""
    context: dict[str, Any] = {"status": status, "phrase": phrase(status), "request_id": request_id.get()}
    context |= preferences.context(request)
    with translation.override(translation.get_language_from_request(request)):
        response = HttpResponse(render_to_string("tasks/error.html", context), status=status)
    # Some answers never reach the middleware that sets it.
    response["Content-Security-Policy"] = build_policy()
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 413 if type(exception).__name__ == "RequestDataTooBig" else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404)


def unavailable(request: HttpRequest) -> HttpResponse:
    response = answer(request, 503)
    response["Retry-After"] = RETRY_AFTER
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    now = datetime.datetime.now(datetime.UTC).isoformat().replace("+00:00", "Z")
    return answer(request, 500, "Internal server error", timestamp=now)
