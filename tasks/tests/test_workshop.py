"""Every request and answer that the workshop's two documents print, and their React front end's calls."""

import re

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = {"id", "title", "description", "status", "priority", "assignee", "due_date", "created_at", "updated_at"}


def test_health_answers_with_what_the_workshop_printed(client: APIClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "healthy"
    assert body["database"] == "connected"
    assert body["storage"] in {"sqlite", "postgresql"}
    assert body["environment"] == "development"
    assert body["tasks_count"] >= 0
    assert re.fullmatch(r"\d+\.\d+\.\d+", body["version"])
    assert re.match(r"\d{4}-\d\d-\d\dT", body["timestamp"])


def test_root_greets(client: APIClient) -> None:
    assert client.get("/").json() == {
        "message": "Welcome to TaskFlow API",
        "version": "3.0.0",
        "docs": "/docs",
        "health": "/health",
    }


@pytest.mark.parametrize("title", ["Test DB", "Test from Production", "Test production"])
def test_tasks_of_the_documents_are_created(client: APIClient, title: str) -> None:
    answer = client.post("/tasks", {"title": title, "status": "todo", "priority": "high"})
    assert answer.status_code == 201
    body = answer.json()
    assert body.keys() >= KEYS
    assert body | {"title": title, "status": "todo", "priority": "high"} == body
    assert body["description"] is body["assignee"] is body["due_date"] is None
    assert isinstance(body["id"], str)


def test_a_task_is_listed_read_changed_and_deleted(client: APIClient) -> None:
    made = client.post("/tasks", {"title": "Test DB"}).json()
    assert [task["id"] for task in client.get("/tasks").json()] == [made["id"]]
    assert client.get(f"/tasks/{made['id']}").json() == made
    changed = client.put(f"/tasks/{made['id']}", {"status": "in_progress"})
    assert changed.status_code == 200
    assert changed.json()["status"] == "in_progress"
    assert changed.json()["title"] == "Test DB"
    assert changed.json()["updated_at"] > made["updated_at"]
    deleted = client.delete(f"/tasks/{made['id']}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client.get("/tasks").json() == []


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_a_task_that_is_not_there_is_told_in_the_workshops_words(client: APIClient, method: str) -> None:
    answer = getattr(client, method)("/tasks/nonexistent-id", *([{"title": "x"}] if method == "put" else []))
    assert answer.status_code == 404
    assert answer.json() == {"detail": "Task with ID 'nonexistent-id' not found"}


def test_lists_are_filtered_by_status_priority_and_assignee(client: APIClient) -> None:
    for status, priority, assignee in (("todo", "high", "alice"), ("done", "low", "bob"), ("todo", "low", None)):
        client.post("/tasks", {"title": "x", "status": status, "priority": priority, "assignee": assignee})
    assert len(client.get("/tasks", {"status": "todo"}).json()) == 2
    assert len(client.get("/tasks", {"priority": "low"}).json()) == 2
    assert len(client.get("/tasks", {"assignee": "alice"}).json()) == 1
    assert len(client.get("/tasks", {"status": "todo", "priority": "low", "assignee": "bob"}).json()) == 0


def test_stats_count_each_status(client: APIClient) -> None:
    for status in ("todo", "todo", "done"):
        client.post("/tasks", {"title": "x", "status": status})
    assert client.get("/tasks/stats").json() == [
        {"status": "todo", "count": 2},
        {"status": "in_progress", "count": 0},
        {"status": "done", "count": 1},
    ]


def test_a_missing_blank_or_long_title_and_an_unknown_status_are_422(client: APIClient) -> None:
    for body in ({}, {"title": ""}, {"title": "x" * 201}, {"title": "x", "status": "invalid"}):
        answer = client.post("/tasks", body)
        assert answer.status_code == 422
        assert isinstance(answer.json()["detail"], list)


def test_the_react_front_end_may_ask_from_its_own_origin(client: APIClient) -> None:
    preflight = client.options(
        "/tasks",
        headers={
            "origin": "http://localhost:5173",
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    assert preflight["Access-Control-Allow-Origin"] == "http://localhost:5173"
    assert preflight["Access-Control-Allow-Credentials"] == "true"
    assert "POST" in preflight["Access-Control-Allow-Methods"]
    assert "content-type" in preflight["Access-Control-Allow-Headers"]
    answer = client.post("/tasks", {"title": "From React"}, headers={"origin": "http://localhost:5173"})
    assert answer.status_code == 201
    assert answer["Access-Control-Allow-Origin"] == "http://localhost:5173"
    for exposed in ("ETag", "Link", "Location", "Retry-After", "X-Request-ID"):
        assert exposed in answer["Access-Control-Expose-Headers"]


def test_a_strangers_origin_gets_no_cors_header(client: APIClient) -> None:
    answer = client.get("/tasks", headers={"origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer
