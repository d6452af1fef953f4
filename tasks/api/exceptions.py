"""The errors that the API raises itself, each with the status and the texts of the contract."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.serializers import BaseSerializer

from tasks.faults import MESSAGES

# What Django and DRF call the same faults.
CODES = {"required": "missing", "blank": "string_too_short", "max_length": "string_too_long"}
PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}  # RFC 9110; Python 3.11 has older words


def phrase(status: int) -> str:
    return PHRASES.get(status) or HTTPStatus(status).phrase


def fault(loc: Sequence[str | int], code: str, message: object = "") -> dict[str, Any]:
    code = CODES.get(code, code)
    return {"loc": list(loc), "msg": str(message or MESSAGES[code]), "type": code}


class Unprocessable(APIException):
    """422 with one entry a fault. `serializer` lets the browsable API show the form as it was filled in."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, faults: Iterable[dict[str, Any]], serializer: "BaseSerializer[Any] | None" = None) -> None:
        self.faults = list(faults)
        self.serializer = serializer
        super().__init__(PHRASES[422])


class TaskNotFound(APIException):
    status_code = HTTPStatus.NOT_FOUND

    def __init__(self, task_id: object) -> None:
        self.text = f"Task with ID '{task_id}' not found"
        super().__init__(self.text)


class Conflict(APIException):
    status_code = HTTPStatus.CONFLICT


class PreconditionFailed(APIException):
    status_code = HTTPStatus.PRECONDITION_FAILED
