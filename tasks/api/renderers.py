"""What answers look like on the wire."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework import renderers


def plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(type(value).__name__)


def json_bytes(data: Any) -> bytes:
    """Return `data` as JSON. Aware instants come as RFC 3339 with Z, UUIDs with dashes."""
    return orjson.dumps(data, default=plain, option=orjson.OPT_UTC_Z)


class JSONRenderer(renderers.BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, _type: str | None = None, context: Mapping[str, Any] | None = None) -> bytes:
        return b"" if data is None else json_bytes(data)
