"""How many statements an answer costs: pinned, and the same for 3 tasks and for 40."""

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from tasks.models import Task
from tasks.tests.conftest import BY, statements

pytestmark = pytest.mark.django_db


READS = {
    "/health/live": 0,
    "/": 0,
    "/openapi.json": 0,
    "/tasks": 1,
    "/tasks?status=todo&assignee=alice&q=fix&ordering=-priority": 1,
    "/tasks?ordering=due_date&limit=2": 1,
    "/tasks/stats": 1,
    "/tasks/{id}": 1,
    "/tasks/{id}/changes": 1,
    "/changes": 1,
    "/changes?limit=2": 1,
}


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("tasks", [3, 40])
def test_a_read_costs_one_statement(client: APIClient, path: str, tasks: int) -> None:
    made = Task.objects.create_tasks([{"title": str(i), "due_date": None} for i in range(tasks)], by=BY)
    address = path.format(id=made[0]["id"])
    client.get(address)
    expected = READS[path]
    if "due_date" in path:  # the dated, then those without a date
        expected += 1
    assert statements(lambda: client.get(address)) == expected


def test_a_write_costs_what_its_rows_cost(client: APIClient) -> None:
    first = client.post("/tasks", {"title": "x"})["Location"]
    numbered = 1 if connection.vendor == "postgresql" else 2
    assert statements(lambda: client.post("/tasks", {"title": "x"})) == numbered + 2
    assert statements(lambda: client.put(first, {"title": "y"})) == 3
    assert statements(lambda: client.put(first, {"title": "y"})) == 1
    assert statements(lambda: client.delete(first)) == 3


def test_a_session_costs_two_more(alice: User, settings: object) -> None:
    browser = Client()
    browser.force_login(alice)
    browser.get("/tasks")
    assert statements(lambda: browser.get("/tasks")) == 3
