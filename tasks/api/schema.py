"""What the OpenAPI document says beside what the code says by itself. A test asks the server whether it is true."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.authentication import BasicScheme, SessionScheme
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
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

INSTANT = {"type": "string", "format": "date-time"}
VISIBLE = r"[^\s\x1c-\x1f\x85]"  # what str.strip leaves; these are no spaces to other languages


def instant_or_date() -> dict[str, Any]:
    return {"anyOf": [dict(INSTANT), {"type": "string", "format": "date"}]}


class Basic(BasicScheme):
    target_class = "tasks.api.authentication.BasicAuthentication"


class Session(SessionScheme):
    target_class = "tasks.api.authentication.SessionAuthentication"


class InstantField(OpenApiSerializerFieldExtension):
    target_class = "tasks.api.serializers.Instant"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        return instant_or_date() if direction == "request" else dict(INSTANT)


class Schema(AutoSchema):
    def get_auth(self) -> list[Any]:
        """Return the ways to sign in; where access is open, none is one of them."""
        return [*super().get_auth(), *([{}] if settings.TASKFLOW_ACCESS == "open" else [])]


def as_served(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Say that an answer has all of a task's keys, that a change needs a body, and a title more than spaces."""
    schemas = result["components"]["schemas"]
    schemas["Task"]["required"] = list(schemas["Task"]["properties"])
    for name in ("TaskRequest", "PatchedTaskRequest"):
        schemas[name]["properties"]["title"]["pattern"] = VISIBLE
    for path in result["paths"].values():
        for method in path.values():
            if "requestBody" in method:
                method["requestBody"]["required"] = True
    return result


def query(name: str, kind: Any, description: str, **extra: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **extra)


def condition(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description)


def answered(name: str, description: str, *statuses: int) -> OpenApiParameter:
    """Return a header of the answers with these statuses."""
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=description, response=list(statuses))


def any_of(name: str, values: list[str]) -> OpenApiParameter:
    kind = {"type": "array", "items": {"type": "string", "enum": values}, "minItems": 1}
    return query(name, kind, "Any of these, separated by commas.", explode=False, style="form")


def cursor(name: str, kind: str) -> OpenApiParameter:
    return query(name, {"type": "string", "format": kind}, "Where the page begins: from a Link header.")


LIMIT = query("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": MAX_LIMIT}, "Rows a page.")
LINK = answered("Link", 'The next page, where there is one: `<address>; rel="next"` (RFC 8288).', 200)
ETAG = answered("ETag", "The task's version (RFC 9110).", 200)
RETRY_AFTER = answered("Retry-After", "Seconds to wait.", 503)
ID = OpenApiParameter("id", UUID, OpenApiParameter.PATH)
IF_MATCH = condition("If-Match", "Write only while the task has this ETag; 412 otherwise.")
IF_NONE_MATCH = condition("If-None-Match", "304 while the ETag is still this one.")
FILTERS = [
    any_of("status", Status.values),
    any_of("priority", Priority.values),
    query(
        "assignee", {"type": "array", "items": {"type": "string"}}, "Exactly this name; empty: nobody.", explode=True
    ),
    query("q", {"type": "string", "maxLength": MAX_WORDS_LENGTH}, "Words in title or description."),
    query("overdue", bool, "Late and not done, or the rest."),
    query("due", {"type": "string", "enum": ["none"]}, "Tasks without a due date."),
    *(
        query(f"{field}_{side}", instant_or_date(), f"{'Before' if side == 'before' else 'At or after'} this instant.")
        for field in ("due", "created", "updated")
        for side in ("before", "after")
    ),
    query("ordering", {"type": "string", "enum": list(ORDERINGS), "default": "-created_at"}, "`-` is descending."),
    cursor("cursor", "task-cursor"),
    LIMIT,
]


class FaultSerializer(serializers.Serializer[Any]):
    """`loc` is where: body or query, then the key. `type` is which, as FastAPI's clients know it."""

    loc = serializers.ListField(child=serializers.JSONField())
    msg = serializers.CharField()
    type = serializers.CharField()


ERROR = inline_serializer("Error", {"detail": serializers.CharField()})
FAULTS = inline_serializer("Unprocessable", {"detail": FaultSerializer(many=True)})
TEXTS = {
    401: "Not signed in.",
    403: "Not allowed.",
    404: "No such task.",
    409: "The task is there already.",
    412: "The task has changed since.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "What was sent does not fit; every fault is listed.",
    503: "The database is away or the server at its limit; nothing was written. Retry-After says when.",
}
EMPTY = OpenApiResponse(description="No body.")
ONE, MANY = {200: TaskSerializer}, {200: TaskSerializer(many=True)}
STRANGERS: dict[str, Any] = {"auth": []}  # nobody is turned away


def operation(
    summary: str, tag: str, well: dict[int, Any], *statuses: int, parameters: Any = (), **extra: Any
) -> Callable[[Any], Any]:
    """Document a route: its answers when all is `well`, the errors of its own, and those that every route has."""
    everywhere = (422, 503) if "auth" in extra else (401, 403, 422, 503)
    errors = {code: OpenApiResponse(FAULTS if code == 422 else ERROR, TEXTS[code]) for code in (*statuses, *everywhere)}
    return extend_schema(
        summary=summary, tags=[tag], parameters=[*parameters, RETRY_AFTER], responses=errors | well, **extra
    )


class ChangeSerializer(serializers.Serializer[Any]):
    """One row of the change log. `fields` is {key: [old, new]}."""

    def get_fields(self) -> "dict[str, serializers.Field[Any, Any, Any, Any]]":
        return {
            "id": serializers.IntegerField(),
            "task_id": serializers.UUIDField(),
            "at": serializers.DateTimeField(),
            "actor": serializers.CharField(allow_null=True),
            "source": serializers.ChoiceField(Source.choices),
            "action": serializers.ChoiceField(Action.choices),
            "batch": serializers.UUIDField(allow_null=True),
            "fields": serializers.DictField(child=serializers.ListField(min_length=2, max_length=2)),
        }


COUNTS = inline_serializer(
    "StatusCount", {"status": serializers.ChoiceField(Status.choices), "count": serializers.IntegerField()}, many=True
)
HEALTH_BODY = inline_serializer(
    "Health",
    {
        "status": serializers.ChoiceField(["healthy", "degraded"]),
        "database": serializers.ChoiceField(["connected", "error"]),
        "storage": serializers.ChoiceField(["sqlite", "postgresql"]),
        "tasks_count": serializers.IntegerField(required=False),
        "environment": serializers.ChoiceField(["development", "production"]),
        "version": serializers.CharField(),
        "timestamp": serializers.DateTimeField(),
    },
)
ROOT_BODY = inline_serializer(
    "Root", {name: serializers.CharField() for name in ("message", "version", "docs", "health")}
)
LIVE_BODY = inline_serializer("Live", {"status": serializers.ChoiceField(["alive"])})

CHANGE = operation(
    "Change a task",
    "Tasks",
    ONE,
    *(404, 412, 413, 415),
    parameters=[ID, IF_MATCH, ETAG],
    request={"application/json": TaskSerializer(partial=True)},
)
TASKS = extend_schema_view(
    list=operation("List tasks", "Tasks", MANY, parameters=[*FILTERS, LINK], filters=False),
    create=operation(
        "Create a task",
        "Tasks",
        {201: TaskSerializer},
        *(413, 415),
        parameters=[answered("Location", "The task's address.", 201), answered("ETag", "Its version.", 201)],
        request={"application/json": TaskSerializer},
    ),
    retrieve=operation("Read a task", "Tasks", ONE | {304: EMPTY}, 404, parameters=[ID, IF_NONE_MATCH, ETAG]),
    update=CHANGE,
    partial_update=CHANGE,
    destroy=operation("Delete a task", "Tasks", {204: EMPTY}, 404, 412, parameters=[ID, IF_MATCH]),
    restore=operation("Bring a deleted task back", "Tasks", ONE, 404, 409, parameters=[ID, ETAG], request=None),
    stats=operation("Count tasks by status", "Tasks", {200: COUNTS}, 422),
    changes=operation(
        "List what happened to a task",
        "Changes",
        {200: ChangeSerializer(many=True)},
        404,
        parameters=[ID, cursor("cursor", "change-cursor"), LIMIT, LINK],
    ),
)
CHANGES = extend_schema_view(
    get=operation(
        "Follow everything that happens",
        "Changes",
        {200: ChangeSerializer(many=True), 304: EMPTY},
        operation_id="changes_list",
        parameters=[
            cursor("after", "change-cursor"),
            LIMIT,
            LINK,
            IF_NONE_MATCH,
            answered("ETag", "The last change of this answer.", 200),
        ],
    )
)
ROOT = extend_schema_view(get=operation("Say what this server is", "Server", {200: ROOT_BODY}, operation_id="root"))
HEALTH = extend_schema_view(
    get=operation(
        "Say whether the database answers",
        "Server",
        {200: HEALTH_BODY, 503: HEALTH_BODY},
        operation_id="health",
        **STRANGERS,
    )
)
LIVE = extend_schema_view(
    get=operation("Say whether the process runs", "Server", {200: LIVE_BODY}, operation_id="live", **STRANGERS)
)
