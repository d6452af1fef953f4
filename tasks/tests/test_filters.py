"""The questions that a query can ask, and what happens to one that makes no sense."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tasks.models import Task

pytestmark = pytest.mark.django_db

Maker = Callable[..., Task]
NOW = datetime.datetime.now(datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def titles(client: APIClient, query: str) -> list[str]:
    answer = client.get(f"/tasks?{query}")
    assert answer.status_code == 200, answer.content
    return [task["title"] for task in answer.json()]


@pytest.fixture
def three(make_task: Maker) -> None:
    make_task("a", status="todo", priority="low", assignee="alice")
    make_task("b", status="in_progress", priority="medium", assignee="bob")
    make_task("c", status="done", priority="high")


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", "cba"),
        ("status=todo", "a"),
        ("status=todo,done", "ca"),
        ("status=todo&status=done", "ca"),
        ("priority=high,low", "ca"),
        ("assignee=alice", "a"),
        ("assignee=alice&assignee=bob", "ba"),
        ("assignee=", "c"),
        ("assignee=&assignee=bob", "cb"),
        ("assignee=Alice", ""),
        ("assignee=alice,bob", ""),
        ("status=todo,in_progress&assignee=bob", "b"),
        ("status=todo&assignee=bob", ""),
        ("q=", "cba"),
        ("q=B", "b"),
        ("limit=1", "c"),
        ("format=json", "cba"),
    ],
)
def test_filters_combine(client: APIClient, query: str, expected: str) -> None:
    assert "".join(titles(client, query)) == expected


def test_words_are_found_in_title_or_description_all_of_them(client: APIClient, make_task: Maker) -> None:
    make_task("Fix the login", description="on Safari")
    make_task("Login page", description=None)
    make_task("100%_sure", description="a\\b")
    assert titles(client, "q=login") == ["Login page", "Fix the login"]
    assert titles(client, "q=safari LOGIN") == ["Fix the login"]
    assert titles(client, "q=0%25_s") == ["100%_sure"]
    assert titles(client, "q=%25") == ["100%_sure"]
    assert titles(client, "q=\\") == ["100%_sure"]


def test_ranges_can_be_laid_end_to_end(client: APIClient, make_task: Maker) -> None:
    for hour in (9, 10, 11):
        make_task(str(hour), due_date=datetime.datetime(2026, 11, 20, hour, tzinfo=datetime.UTC))
    make_task("none")
    assert titles(client, "due_before=2026-11-20T10:00Z") == ["9"]
    assert titles(client, "due_after=2026-11-20T10:00Z") == ["11", "10"]
    assert titles(client, "due_after=2026-11-20T10:00Z&due_before=2026-11-20T11:00Z") == ["10"]
    assert titles(client, "due_after=2026-11-20&due_before=2026-11-21") == ["11", "10", "9"]
    assert titles(client, "due=none") == ["none"]
    assert titles(client, "created_after=2030-01-01") == []
    assert len(titles(client, "created_before=2999-01-01&updated_after=2020-01-01&updated_before=2999-01-01")) == 4


def test_overdue_is_late_and_not_done(client: APIClient, make_task: Maker) -> None:
    make_task("late", due_date=NOW - HOUR)
    make_task("done", due_date=NOW - HOUR, status="done")
    make_task("soon", due_date=NOW + HOUR)
    make_task("none")
    assert titles(client, "overdue=true") == ["late"]
    assert titles(client, "overdue=false") == ["none", "soon", "done"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_whole_day_is_late_from_the_next_midnight(
    client: APIClient, make_task: Maker, settings: Any, zone: str
) -> None:
    settings.TIME_ZONE = zone
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    make_task("yesterday", due_date=today - datetime.timedelta(days=1))
    make_task("today", due_date=today)
    make_task("just past", due_date=timezone.now() - datetime.timedelta(seconds=1, microseconds=1))
    assert set(titles(client, "overdue=true")) == {"yesterday", "just past"}
    assert titles(client, "overdue=false") == ["today"]
    late = {task.title for task in Task.objects.all() if task.is_overdue}
    assert late == {"yesterday", "just past"}


@pytest.mark.parametrize(
    ("query", "field", "kind"),
    [
        ("status=open", "status", "enum"),
        ("status=", "status", "enum"),
        ("status=todo,", "status", "enum"),
        ("status=todo&status=x", "status", "enum"),
        ("priority=HIGH", "priority", "enum"),
        ("overdue=maybe", "overdue", "bool_parsing"),
        ("overdue=", "overdue", "bool_parsing"),
        ("due=some", "due", "enum"),
        ("due_before=abc", "due_before", "datetime_parsing"),
        ("due_after=2026-W01", "due_after", "datetime_parsing"),
        ("created_before=", "created_before", "datetime_parsing"),
        ("created_after=99999-01-01", "created_after", "datetime_parsing"),
        ("updated_after=2026-13-01", "updated_after", "datetime_parsing"),
        ("ordering=abc", "ordering", "enum"),
        ("ordering=", "ordering", "enum"),
        ("ordering=id", "ordering", "enum"),
        ("ordering=--title", "ordering", "enum"),
        ("limit=abc", "limit", "int_parsing"),
        ("limit=", "limit", "int_parsing"),
        ("limit=1.5", "limit", "int_parsing"),
        ("limit=١", "limit", "int_parsing"),
        ("limit=0", "limit", "greater_than_equal"),
        ("limit=-1", "limit", "greater_than_equal"),
        ("limit=1001", "limit", "less_than_equal"),
        ("limit=9223372036854775808", "limit", "less_than_equal"),
        ("limit=" + "9" * 5000, "limit", "less_than_equal"),
        ("cursor=x", "cursor", "string_type"),
        ("cursor=", "cursor", "string_type"),
        ("format=xml", "format", "enum"),
        ("q=" + "x" * 201, "q", "string_too_long"),
        ("Status=todo", "Status", "extra_forbidden"),
        ("offset=5", "offset", "extra_forbidden"),
        ("status__in=todo", "status__in", "extra_forbidden"),
    ],
)
def test_what_a_query_must_not_say_is_422(client: APIClient, query: str, field: str, kind: str) -> None:
    answer = client.get(f"/tasks?{query}")
    assert answer.status_code == 422, answer.content
    assert [(entry["loc"], entry["type"]) for entry in answer.json()["detail"]] == [(["query", field], kind)]
    assert answer.json()["detail"][0]["msg"]


def test_all_faults_of_a_query_are_told_at_once(client: APIClient) -> None:
    answer = client.get("/tasks?status=x&limit=0&overdue=x&ordering=x&nonsense=1")
    kinds = {entry["loc"][1]: entry["type"] for entry in answer.json()["detail"]}
    assert kinds == {
        "status": "enum",
        "limit": "greater_than_equal",
        "overdue": "bool_parsing",
        "ordering": "enum",
        "nonsense": "extra_forbidden",
    }


@pytest.mark.parametrize("text", ["%00", "%ED%A0%80", "%FF", "a%00b", "%C3"])
@pytest.mark.parametrize("path", ["/tasks?q=", "/tasks?assignee=", "/changes?after=", "/admin/?q=", "/health?x="])
def test_a_query_that_is_no_clean_utf_8_is_refused(client: APIClient, path: str, text: str) -> None:
    answer = client.get(path + text)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "string_unicode"


def test_statistics_take_no_filter_and_say_so(client: APIClient) -> None:
    """A filter that is ignored would give the wrong number."""
    answer = client.get("/tasks/stats?status=todo")
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "extra_forbidden"
    assert client.get("/tasks/stats?format=json").status_code == 200


@pytest.mark.parametrize("path", ["/changes", "/tasks/{id}/changes"])
@pytest.mark.parametrize("query", ["limit=0", "limit=x", "after=%2B%2B", "cursor=~~~", "unknown=1", "format=x"])
def test_the_change_logs_queries_are_checked_too(client: APIClient, make_task: Maker, path: str, query: str) -> None:
    answer = client.get(f"{path.format(id=make_task().pk)}?{query}")
    assert answer.status_code == 422, answer.content


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"title=%ff"),
        ("application/x-www-form-urlencoded", b"title=\xff"),
        ("application/x-www-form-urlencoded", b"tit%ED%A0%80le=x"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\n\xff\r\n--b--\r\n',
        ),
    ],
)
@pytest.mark.parametrize("path", ["/tasks", "/sign-in", "/admin/login/"])
def test_a_form_that_is_no_utf_8_is_refused(client: APIClient, path: str, kind: str, body: Any) -> None:
    answer = client.generic("POST", path, body, content_type=kind)
    assert answer.status_code == 422
    assert [(entry["loc"], entry["type"]) for entry in answer.json()["detail"]] == [(["body"], "string_unicode")]
