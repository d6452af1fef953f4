"""Routes about the server itself: what it is, and whether it is well. JSON for everybody, a page at / for browsers."""

import datetime
from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from taskflow_project import __version__
from tasks.api import schema
from tasks.api.negotiation import prefers_html
from tasks.api.permissions import may_use_tasks
from tasks.api.renderers import JSONRenderer
from tasks.board.page import board
from tasks.health import prober


class AlwaysJSON(BaseContentNegotiation):
    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return next(iter(renderers)), "application/json"

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))


class SystemView(APIView):
    content_negotiation_class = AlwaysJSON
    renderer_classes = (JSONRenderer,)


@schema.ROOT
class RootView(SystemView):
    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Vary": "Accept"}

    def get(self, request: Request) -> HttpResponse | Response:
        """What this server is, and where its documents are; a browser gets the board."""
        if prefers_html(request):
            return board(request._request)
        links = {"docs": reverse("api:docs"), "health": reverse("api:health")}
        return Response({"message": "Welcome to TaskFlow API", "version": __version__, **links})


class UncheckedView(SystemView):
    """Open to everybody. Whoever asks is not looked up unless the view wants to know: the database may be away."""

    permission_classes = (AllowAny,)

    def perform_authentication(self, request: Request) -> None:
        pass


@schema.HEALTH
class HealthView(UncheckedView):
    def get(self, request: Request) -> Response:
        """Whether the database answers: 200, or 503 within a second."""
        well, count = prober.health()
        body = {
            "status": "healthy" if well else "degraded",
            "database": "connected" if well else "error",
            "storage": connection.vendor,
            "tasks_count": count,
            "environment": settings.ENVIRONMENT,
            "version": __version__,
            "timestamp": datetime.datetime.now(datetime.UTC),
        }
        if count is None or not may_use_tasks(request.user):
            del body["tasks_count"]
        return Response(body, 200 if well else 503, headers={"Cache-Control": "no-store"})


@schema.LIVE
class LiveView(UncheckedView):
    def get(self, request: Request) -> Response:
        """Whether the process runs; the database is not asked."""
        return Response({"status": "alive"}, headers={"Cache-Control": "no-store"})


def favicon(request: HttpRequest) -> HttpResponse:
    """Answer the browsers that ask without reading the page's <link>."""
    return redirect(static("tasks/favicon.ico"))
