"""What the OpenAPI document says beside what the code says by itself."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from tasks.api.serializers import TaskSerializer
from tasks.filters import MAX_LIMIT, MAX_WORDS_LENGTH
from tasks.keyset import ORDERINGS
from tasks.models import Action, Priority, Source, Status

INSTANT = {"oneOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}


def query(name: str, kind: Any, description: str, **extra: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **extra)


def header(name: str, description: str, *, statuses: tuple[int, ...] = (), **extra: Any) -> OpenApiParameter:
    response: Any = list(statuses) or False
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, response=response, **extra)


def comma_list(values: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": values}, "minItems": 1}


LIMIT = query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": MAX_LIMIT}, "Rows a page.")
LINK = header("Link", 'The next page, as `<address>; rel="next"` (RFC 8288).', statuses=(200,))
ETAG = header("ETag", "The task's version (RFC 9110).", statuses=(200,))
IF_MATCH = header("If-Match", "Write only if the task still has this ETag; 412 otherwise.")
IF_NONE_MATCH = header("If-None-Match", "304 if the ETag is still this one.")

FILTERS = [
    query("status", comma_list(Status.values), "Any of these.", explode=False, style="form"),
    query("priority", comma_list(Priority.values), "Any of these.", explode=False, style="form"),
    query("assignee", {"type": "array", "items": {"type": "string"}}, "Exactly; empty: nobody.", explode=True),
    query("q", {"type": "string", "maxLength": MAX_WORDS_LENGTH}, "Words in title or description."),
    query("overdue", bool, "Late and not done, or the rest."),
    query("due", {"type": "string", "enum": ["none"]}, "Tasks without a due date."),
    *(
        query(f"{field}_{side}", INSTANT, f"{'Before' if side == 'before' else 'At or after'} this instant.")
        for field in ("due", "created", "updated")
        for side in ("before", "after")
    ),
    query("ordering", {"type": "string", "enum": list(ORDERINGS), "default": "-created_at"}, "Order; - descends."),
    query("cursor", str, "Where the page begins: from a Link header."),
    LIMIT,
]

FAULT = inline_serializer(
    "Fault",
    {
        "loc": serializers.ListField(child=serializers.JSONField()),
        "msg": serializers.CharField(),
        "type": serializers.CharField(),
    },
    many=True,
)
UNPROCESSABLE = OpenApiResponse(inline_serializer("Unprocessable", {"detail": FAULT}), "What does not fit.")
ERROR = inline_serializer("Error", {"detail": serializers.CharField()})


def errors(*statuses: int) -> dict[int, Any]:
    texts = {
        401: "Not signed in.",
        403: "Not allowed.",
        404: "No such task.",
        409: "The task is there.",
        412: "The task has changed since.",
        413: "The body is too large.",
        415: "The body is not JSON.",
        503: "Try again later.",
    }
    common = {code: OpenApiResponse(ERROR, texts[code]) for code in (401, 403, 503, *statuses) if code != 422}
    return common | ({422: UNPROCESSABLE} if 422 in statuses else {})


CHANGE = inline_serializer(
    "Change",
    {
        "id": serializers.IntegerField(),
        "task_id": serializers.UUIDField(),
        "at": serializers.DateTimeField(),
        "actor": serializers.CharField(allow_null=True),
        "source": serializers.ChoiceField(Source.choices),
        "action": serializers.ChoiceField(Action.choices),
        "batch": serializers.UUIDField(allow_null=True),
        "fields": serializers.DictField(child=serializers.ListField()),
    },
    many=True,
)
JSON_BODY = {"application/json": TaskSerializer}
PARTIAL_BODY = {"application/json": TaskSerializer(partial=True)}
NO_TASK = OpenApiResponse(description="No body.")

TASKS = extend_schema_view(
    list=extend_schema(
        parameters=[*FILTERS, LINK], responses={200: TaskSerializer(many=True), **errors(422)}, filters=False
    ),
    create=extend_schema(
        request=JSON_BODY,
        parameters=[
            header("Location", "The task's address.", statuses=(201,)),
            header("ETag", "Its version.", statuses=(201,)),
        ],
        responses={201: TaskSerializer, **errors(413, 415, 422)},
    ),
    retrieve=extend_schema(
        parameters=[IF_NONE_MATCH, ETAG],
        responses={200: TaskSerializer, 304: NO_TASK, **errors(404)},
    ),
    update=extend_schema(
        request=PARTIAL_BODY,
        parameters=[IF_MATCH, ETAG],
        responses={200: TaskSerializer, **errors(404, 412, 413, 415, 422)},
    ),
    partial_update=extend_schema(
        request=PARTIAL_BODY,
        parameters=[IF_MATCH, ETAG],
        responses={200: TaskSerializer, **errors(404, 412, 413, 415, 422)},
    ),
    destroy=extend_schema(parameters=[IF_MATCH], responses={204: NO_TASK, **errors(404, 412)}),
    stats=extend_schema(
        responses={
            200: inline_serializer(
                "StatusCount",
                {"status": serializers.ChoiceField(Status.choices), "count": serializers.IntegerField()},
                many=True,
            ),
            **errors(),
        }
    ),
    changes=extend_schema(
        parameters=[LIMIT, query("cursor", str, "Where the page begins: from a Link header."), LINK],
        responses={200: CHANGE, **errors(404, 422)},
    ),
    restore=extend_schema(request=None, parameters=[ETAG], responses={200: TaskSerializer, **errors(404, 409)}),
)
CHANGES = extend_schema(
    operation_id="changes_list",
    parameters=[
        query("after", str, "Where to go on: from a Link header."),
        LIMIT,
        LINK,
        IF_NONE_MATCH,
        header("ETag", "The last change of this answer.", statuses=(200,)),
    ],
    responses={200: CHANGE, 304: NO_TASK, **errors(422)},
)
ROOT = extend_schema(
    operation_id="root",
    responses=inline_serializer(
        "Root",
        {name: serializers.CharField() for name in ("message", "version", "docs", "health")},
    ),
)
HEALTH_BODY = inline_serializer(
    "Health",
    {
        "status": serializers.ChoiceField(["healthy", "degraded"]),
        "database": serializers.ChoiceField(["connected", "error"]),
        "storage": serializers.ChoiceField(["sqlite", "postgresql"]),
        "tasks_count": serializers.IntegerField(required=False),
        "environment": serializers.CharField(),
        "version": serializers.CharField(),
        "timestamp": serializers.DateTimeField(),
    },
)
HEALTH = extend_schema(operation_id="health", auth=[], responses={200: HEALTH_BODY, 503: HEALTH_BODY})
LIVE = extend_schema(
    operation_id="live", auth=[], responses=inline_serializer("Live", {"status": serializers.ChoiceField(["alive"])})
)
