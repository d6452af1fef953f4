"""Which of JSON and HTML a client prefers: by the order and weights of its Accept header, never by its name."""

from collections.abc import Iterable
from functools import lru_cache

from django.http import HttpRequest
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from tasks.api.exceptions import Unprocessable, fault


@lru_cache(maxsize=512)
def media_ranges(accept: str) -> tuple[str, ...]:
    """Return the media ranges of an Accept header, best first (RFC 9110, 12.5.1); broken parts are left out."""
    ranges = []
    for position, part in enumerate(accept[:2000].split(",")):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        main, slash, sub = name.partition("/")
        try:
            weight = next((float(p[2:]) for p in parameters if p[:2].lower() == "q="), 1.0)
        except ValueError:
            continue
        if main and slash and sub and 0 < weight <= 1:
            ranges.append((-weight, position, name.lower()))
    return tuple(name for _weight, _position, name in sorted(ranges))


def prefers_html(request: HttpRequest) -> bool:
    """Whether HTML comes before JSON and */* in what the client accepts."""
    for name in media_ranges(request.META.get("HTTP_ACCEPT", "")):
        if name in {"text/html", "application/xhtml+xml"}:
            return True
        if name in {"application/json", "application/*", "*/*"}:
            return False
    return False


class ContentNegotiation(DefaultContentNegotiation):
    """Minds the weights; a header that is empty or broken means */*, as RFC 9110 lets a server decide."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        if format_suffix or request.query_params.get("format"):
            return self.by_format(request, renderers, format_suffix)
        for name in media_ranges(request.META.get("HTTP_ACCEPT", "")) or ("*/*",):
            for renderer in renderers:
                if matches(name, renderer.media_type or ""):
                    return renderer, renderer.media_type or ""
        raise NotAcceptable

    def by_format(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None
    ) -> tuple[BaseRenderer, str]:
        wanted = format_suffix or request.query_params["format"]
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, renderer.media_type or ""
        raise Unprocessable([fault(["query", "format"], "enum")])


def matches(wanted: str, offered: str) -> bool:
    return wanted in {offered, "*/*"} or (wanted.endswith("/*") and offered.startswith(wanted[:-1]))
