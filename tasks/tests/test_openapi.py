"""The OpenAPI document is valid, complete, and true: schemathesis asks the server about every line of it."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from hypothesis import HealthCheck, settings, strategies
from rest_framework.test import APIClient
from schemathesis.config import SchemathesisConfig

from accounts.models import User
from tasks.api.rows import TASK_KEYS
from tasks.keyset import NEWEST_FIRST
from tasks.models import Position, Task
from tasks.tests.conftest import BY

EXAMPLES = 20  # a route and phase
KNOWN = UUID("01a20645-633b-740f-a59d-3b4418bb17b9")
CREATED = "2026-11-20T17:00:00Z"
# Conditions and cursors may be well formed and refused all the same.
CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "304", "404", "409", "412"]}},
        "generation": {"max-examples": EXAMPLES, "allow-x00": False},
    }
)


def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(OpenApiJsonRenderer().render(SchemaGenerator().get_schema(public=True)))
    return made


api = schemathesis.openapi.from_dict(document(), config=CONFIG)
api.app = WSGIHandler()
CURSORS = {
    "task-cursor": NEWEST_FIRST.cursor({"created_at": CREATED, "id": KNOWN}),
    "change-cursor": Position(0, 1).packed(),
}
for name, cursor in CURSORS.items():
    schemathesis.openapi.format(name, strategies.just(cursor))
# At both ends of the calendar a day is missing, see tasks.due.
schemathesis.openapi.format("date", strategies.dates(date(1, 1, 2), date(9999, 12, 29)).map(str))
patient = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@schemathesis.hook
def before_call(_context: Any, case: "schemathesis.Case[Any]", _kwargs: Any) -> None:
    """Ask about the task that is there half of the time, and give cursors back to the ordering that they are from."""
    if str((case.path_parameters or {}).get("id", ""))[-1:] in tuple("01234567"):
        case.path_parameters["id"] = str(KNOWN)
    if (
        (case.query or {}).get("cursor") == CURSORS["task-cursor"]
        and case.meta
        and case.meta.generation.mode.is_positive
    ):
        case.query.pop("ordering", None)
    if isinstance(case.body, dict) and case.meta and case.meta.generation.mode.is_positive:
        # Unknown keys are ignored, but text and numbers in them go through the gate.
        case.body = {key: value for key, value in case.body.items() if key in TASK_KEYS}


@pytest.fixture
def known(db: None) -> Iterator[Task]:
    """A task that every example finds. The server must not close the connection that holds it uncommitted."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Task.objects.create_task(by=BY, id=KNOWN, title="Renew the certificate", assignee="Zoé")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@api.parametrize()
@patient
def test_server_answers_as_documented(case: "schemathesis.Case[Any]", known: Task) -> None:
    case.call_and_validate()


def test_a_made_task_is_found_and_a_deleted_one_is_gone(known: Task) -> None:
    """The checks about use after deletion need requests in a row, following Location.

    A history stays, and a restored task is there again: those two routes are no part of it.
    """
    machine = api.exclude(path_regex="/(changes|restore)$").as_state_machine()
    machine.run(settings=settings(patient, max_examples=10, stateful_step_count=6))


@api.include(path_regex="^/(tasks|changes)").parametrize()
@settings(patient, max_examples=5)
def test_private_server_lets_nobody_in_without_an_account(case: "schemathesis.Case[Any]", private: str) -> None:
    case.call_and_validate(headers={"Authorization": private})


@pytest.fixture
def private(known: Task, alice: User, settings: Any) -> str:
    """The header of an account on a private server."""
    settings.TASKFLOW_ACCESS = "private"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    alice.set_password("wonderland-42")
    alice.save()
    return f"Basic {base64.b64encode(b'alice:wonderland-42').decode()}"


# --- The document itself ----------------------------------------------------------------------------------------------
def test_document_is_valid_and_made_without_a_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null")


def test_document_is_openapi_3_1_with_every_route(client: APIClient, db: None) -> None:
    served = client.get("/openapi.json")
    assert served["Content-Type"] == "application/vnd.oai.openapi+json"
    assert served.data["openapi"] == "3.1.0"
    assert set(served.data["paths"]) == {
        "/",
        "/changes",
        "/health",
        "/health/live",
        "/tasks",
        "/tasks/stats",
        "/tasks/{id}",
        "/tasks/{id}/changes",
        "/tasks/{id}/restore",
    }


def test_document_says_that_nobody_must_sign_in_only_where_access_is_open(settings: Any) -> None:
    assert {} in document()["paths"]["/tasks"]["get"]["security"]
    settings.TASKFLOW_ACCESS = "private"
    assert {} not in document()["paths"]["/tasks"]["get"]["security"]


def test_document_tells_what_a_task_needs_and_what_it_always_has() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["TaskRequest"]["required"] == ["title"]
    assert "required" not in schemas["PatchedTaskRequest"]
    assert schemas["Task"]["required"] == list(schemas["Task"]["properties"])
    assert schemas["TaskRequest"]["properties"].keys().isdisjoint({"id", "number", "created_at", "updated_at"})
    assert schemas["TaskRequest"]["properties"]["status"]["default"] == "todo"
    title = schemas["TaskRequest"]["properties"]["title"]["pattern"]
    assert [bool(re.search(title, text)) for text in (" a ", "\n", "\x1f", "\x85")] == [True, False, False, False]
