"""Who is asking: an account by HTTP Basic or by session. Forms must prove that they come from a page of ours."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from tasks.text import is_storable

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CSRFCheck(CsrfViewMiddleware):
    def _reject(self, request: Any, reason: str) -> Any:
        return reason


def refuse_foreign_pages(request: Request) -> None:
    """Refuse what a page of another site can send without a preflight. Raises PermissionDenied.

    JSON needs one. A form, or no body at all, does not: it needs a CSRF token, or no Origin, as programs send it.
    """
    if request.method in SAFE_METHODS or request.content_type.partition(";")[0].strip() == "application/json":
        return
    has_body = bool(request.META.get("CONTENT_LENGTH") not in (None, "", "0"))
    is_form = request.content_type.startswith(("application/x-www-form-urlencoded", "multipart/form-data"))
    if (is_form and has_body) or is_foreign(request.META.get("HTTP_ORIGIN"), request):
        enforce_csrf(request)


def is_foreign(origin: str | None, request: Request) -> bool:
    if origin is None or settings.CORS_ALLOW_ALL_ORIGINS:
        return False
    ours = f"{'https' if request.is_secure() else 'http'}://{request.get_host()}"
    return origin != ours and origin not in settings.CORS_ALLOWED_ORIGINS


def no_view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def enforce_csrf(request: Request) -> None:
    check = CSRFCheck(no_view)
    check.process_request(request._request)
    if check.process_view(request._request, no_view, (), {}):
        raise PermissionDenied


class BasicAuthentication(authentication.BasicAuthentication):
    www_authenticate_realm = "TaskFlow"

    def authenticate_credentials(self, userid: str, password: str, request: Any = None) -> Any:
        if not is_storable(userid):  # PostgreSQL cannot even be asked for such a name
            raise AuthenticationFailed
        return super().authenticate_credentials(userid, password, request)


class SessionAuthentication(authentication.SessionAuthentication):
    """DRF's: a signed-in session's writes need a CSRF token whatever their body is."""
