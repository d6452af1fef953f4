"""Bodies: JSON for programs. Forms come from the browsable API alone, see authentication.py."""

import json
from typing import IO, Any, NoReturn

from rest_framework.parsers import BaseParser

from tasks.api.browsable import PrettyJSONRenderer
from tasks.api.exceptions import Unprocessable, fault


class JSONParser(BaseParser):
    """Parse a JSON object. Lone surrogates pass here, so that the 422 can name their field; see StrictSerializer."""

    media_type = "application/json"
    renderer_class = PrettyJSONRenderer  # writes what the browsable form for JSON begins with

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        body = stream.read()
        try:
            data = json.loads(body.decode(), parse_constant=refuse_constant)
        except (ValueError, RecursionError) as error:
            position = getattr(error, "pos", None) or getattr(error, "start", None) or 0
            raise Unprocessable([fault(["body", position], "json_invalid")]) from error
        if not isinstance(data, dict):
            raise Unprocessable([fault(["body"], "model_attributes_type")])
        return data


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON (RFC 8259, 6)")
