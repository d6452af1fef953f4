"""What holds for every request: its id, its line in the log, its limits, and an answer when something breaks."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path
from django.views.decorators.csrf import csrf_exempt
from psycopg2.errors import ReadOnlySqlTransaction

from taskflow_project.logs import request_id
from tasks.api import errors
from tasks.api.exceptions import fault
from tasks.text import is_clean_query, is_storable

log = logging.getLogger("taskflow.request")
# Django has an answer for each of these.
CLIENTS_FAULTS = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)
URL_ENCODED = "application/x-www-form-urlencoded"
FORMS = (URL_ENCODED, "multipart/form-data")
SANE_ID = re.compile(r"[\w.-]{1,128}", re.ASCII)


class TemporaryRedirect(HttpResponseRedirect):
    """307 keeps method and body (RFC 9110, 15.4.8)."""

    status_code = 307


class RequestMiddleware:
    """Outermost: everything else happens between its two readings of the clock."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        token = request_id.set(given if SANE_ID.fullmatch(given) else uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id.get()
            if request.method == "HEAD" and not response.streaming:
                # gunicorn would drop the body and write a warning for each.
                response.headers.setdefault("Content-Length", str(len(response.content)))
                response.content = b""
            ms = round((time.perf_counter() - started) * 1000, 1)
            # Encoded again, or a path with a line break would forge a line of the log.
            path = escape_uri_path(request.path)
            facts = {"method": request.method, "path": path, "status": response.status_code, "ms": ms}
            log.info("%(method)s %(path)s %(status)s %(ms)s ms", facts, extra=facts)
            return response
        finally:
            request_id.reset(token)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 when it is the database's fault and 500 when it is ours; the log has the stack."""
        if is_the_databases(error):
            log.error("the database is not usable: %s", error, exc_info=error)
            return errors.unavailable(request)
        if isinstance(error, CLIENTS_FAULTS):
            return None
        if isinstance(error, DataError | OverflowError):  # a number past 64 bits, looked up by one of Django's forms
            return errors.answer(request, 400)
        log.error("unexpected error", exc_info=error)
        return errors.server_error(request)


def is_the_databases(error: Exception) -> bool:
    """Whether the database is away, or read-only, as Supabase makes it when its disk is full."""
    is_away = isinstance(error, OperationalError | InterfaceError)
    return is_away or isinstance(error.__cause__, ReadOnlySqlTransaction)


class LimitsMiddleware:
    """Refuses what no view should see. Inside of CORS and languages, so that a front end can read and show why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return refusal(request) or self.get_response(request)


def refusal(request: HttpRequest) -> HttpResponse | None:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return errors.answer(request, 411)
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.MAX_BODY_SIZE:
        return errors.answer(request, 413)
    # Quoted cookies carry NUL as \000, with which PostgreSQL cannot be asked for a session.
    if not all(map(is_storable, request.COOKIES.values())):
        return errors.answer(request, 400)
    if not is_clean_query(request.META.get("QUERY_STRING", "")):
        return errors.answer(request, 422, [fault(["query"], "string_unicode")])
    if request.content_type in FORMS and not is_utf_8(request.body, request.content_type):
        return errors.answer(request, 422, [fault(["body"], "string_unicode")])
    return None


def is_utf_8(form: bytes, kind: str) -> bool:
    """Whether a form can be decoded; Django would put U+FFFD for what cannot. A file in it may hold anything."""
    try:
        (unquote_to_bytes(form) if kind == URL_ENCODED else form).decode()
    except UnicodeDecodeError:
        return b"filename=" in form and kind != URL_ENCODED
    return True


@csrf_exempt  # it changes nothing; the address it sends to decides
def without_slash(request: HttpRequest, path: str) -> HttpResponse:
    """Send a client from /tasks/ to /tasks, with its method, body and query."""
    address = f"/{path.rstrip('/')}"
    try:
        resolve(address)
    except Resolver404 as error:
        raise Http404 from error
    query = request.META.get("QUERY_STRING", "")
    location = escape_uri_path(address)
    return TemporaryRedirect(f"{location}?{query}" if query else location)
