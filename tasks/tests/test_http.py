"""What holds on every route: methods, representations, ids, headers, and errors that are always JSON."""

import logging
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client
from rest_framework.test import APIClient

from taskflow_project.middleware import RequestMiddleware
from tasks.models import Task
from tasks.tests.conftest import BY

pytestmark = pytest.mark.django_db
Maker = Callable[..., Task]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("put", "/tasks"),
        ("patch", "/tasks"),
        ("post", "/tasks/x"),
        ("post", "/tasks/stats"),
        ("post", "/changes"),
        ("delete", "/health"),
        ("post", "/"),
        ("trace", "/tasks"),
    ],
)
def test_other_methods_are_405_and_told_which_work(client: APIClient, method: str, path: str) -> None:
    answer = client.generic(method.upper(), path)
    assert (answer.status_code, answer.json()) == (405, {"detail": "Method Not Allowed"})
    assert answer["Allow"]


@pytest.mark.parametrize("path", ["/nowhere", "/tasks/a/b", "/health/dead", "/tasks/x/y/", "/.env", "/%2e%2e/x"])
def test_another_path_is_404(client: APIClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("task_id", ["1", "x" * 300, "01A20631", "%00", "é", "{01a20631-afc3-761d-bd05-3aa4f9590795}"])
def test_no_id_is_more_than_404(client: APIClient, task_id: str) -> None:
    assert client.get(f"/tasks/{task_id}").status_code == 404


def test_ids_may_come_in_capitals_but_not_undashed(client: APIClient, make_task: Maker) -> None:
    task = make_task()
    assert client.get(f"/tasks/{str(task.pk).upper()}").status_code == 200
    assert client.get(f"/tasks/{task.pk.hex}").status_code == 404


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_a_trailing_slash_is_sent_on_with_method_and_query(client: APIClient, method: str) -> None:
    answer = getattr(client, method)("/tasks/?status=todo&q=%C3%A9")
    assert (answer.status_code, answer["Location"]) == (307, "/tasks?status=todo&q=%C3%A9")


@pytest.mark.parametrize("path", ["/tasks/%3Fexpected", "/tasks/%2541", "/tasks/%23", "/tasks/%C3%A9%0DX:1"])
def test_what_is_escaped_in_a_path_stays_so_when_it_is_sent_on(client: APIClient, path: str) -> None:
    assert client.delete(f"{path}/")["Location"] == path


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "",
        "application/json",
        "application/*",
        "nonsense",
        "text/html;q=0.5, application/json",
        "*/*;q=x",
        ";",
        "application/json, text/html",
        "text/html;q=0, */*",
        "image/png, */*;q=0.1",
        "A" * 5000,
    ],
)
def test_programs_get_json(client: APIClient, accept: str, make_task: Maker) -> None:
    make_task()
    answer = client.get("/tasks", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/json;q=0.1,text/html",
    ],
)
@pytest.mark.parametrize("path", ["/", "/tasks", "/tasks/stats", "/changes"])
def test_browsers_get_html(client: APIClient, accept: str, path: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_the_format_parameter_wins(client: APIClient) -> None:
    assert client.get("/tasks?format=json", headers={"Accept": "text/html"})["Content-Type"] == "application/json"
    assert client.get("/tasks?format=api")["Content-Type"].startswith("text/html")


def test_an_image_is_406(client: APIClient) -> None:
    answer = client.get("/tasks", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()) == (406, {"detail": "Not Acceptable"})


def test_a_pretty_user_agent_changes_nothing(client: APIClient) -> None:
    assert client.get("/tasks", headers={"User-Agent": "Mozilla/5.0"})["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/", "/tasks", "/nowhere", "/health", "/tasks?limit=0", "/tasks/"])
def test_every_answer_carries_its_id_and_the_safe_headers(client: APIClient, path: str) -> None:
    answer = client.get(path, headers={"X-Request-ID": "abc-1.2_3"})
    assert answer["X-Request-ID"] == "abc-1.2_3"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "é", 'a"b', "<script>"])
def test_an_id_that_is_not_sane_is_replaced(client: APIClient, given: str) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
    assert len(answer["X-Request-ID"]) == 32


def test_html_comes_with_a_strict_policy(client: APIClient) -> None:
    for path in ("/", "/tasks", "/sign-in", "/admin/login/", "/docs"):
        policy = client.get(path, headers={"Accept": "text/html"})["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_one_line_a_request_is_logged(client: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "taskflow.request"):
        client.get("/tasks?q=secret", headers={"X-Request-ID": "one"})
    (record,) = caplog.records
    assert record.getMessage().startswith("GET /tasks 200 ")
    assert "secret" not in record.getMessage()


def test_a_path_cannot_forge_a_line_of_the_log(client: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "taskflow.request"):
        client.get("/x%0A2026-11-23 INFO forged%1b[31m")
    assert "\n" not in caplog.records[0].getMessage()
    assert "\x1b" not in caplog.records[0].getMessage()


def test_a_refusal_reaches_the_front_end_that_caused_it(client: APIClient, settings: Any) -> None:
    settings.MAX_BODY_SIZE = 1000
    answer = client.post("/tasks", {"title": "x" * 2000}, headers={"Origin": "http://localhost:3000"})
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (413, "http://localhost:3000")


def test_json_logs_are_one_object_a_line(client: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    from taskflow_project.logs import JSONFormatter

    with caplog.at_level(logging.INFO, "taskflow.request"):
        client.get("/health/live")
    line = JSONFormatter().format(caplog.records[0])
    event = orjson.loads(line)
    assert event | {"method": "GET", "path": "/health/live", "status": 200, "level": "INFO"} == event
    assert event["ms"] >= 0
    assert "\n" not in line


def broken(error: Exception) -> Any:
    middleware = RequestMiddleware(lambda _request: None)  # type: ignore[arg-type,return-value]
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = "application/json"
    return middleware.process_exception(request, error)


def test_a_fault_of_ours_is_500_without_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    answer = broken(RuntimeError("password=hunter2"))
    assert answer.status_code == 500
    body = orjson.loads(answer.content)
    assert body.keys() == {"detail", "timestamp"}
    assert body["detail"] == "Internal server error"
    assert "hunter2" in str(caplog.records[0].exc_info)


def test_a_database_that_is_away_is_503_with_retry_after() -> None:
    answer = broken(OperationalError("could not connect to 10.0.0.1"))
    assert (answer.status_code, orjson.loads(answer.content)) == (503, {"detail": "Service Unavailable"})
    assert int(answer["Retry-After"]) > 0


@pytest.mark.postgresql
def test_a_database_that_turned_read_only_is_503(client: APIClient) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    assert client.post("/tasks", {"title": "x"}).status_code == 503


@pytest.mark.parametrize("path", ["/", "/tasks", "/health", "/admin/", "/sign-in"])
def test_a_session_with_nul_is_no_session(client: APIClient, path: str) -> None:
    answer = client.get(path, headers={"Cookie": 'sessionid="12345678\\000"'})
    assert (answer.status_code, answer.json()) == (400, {"detail": "Bad Request"})


def test_where_html_is_an_option_caches_are_told(client: APIClient) -> None:
    for path in ("/", "/tasks", "/nowhere", "/tasks?q=%00"):
        assert "Accept" in client.get(path)["Vary"].split(", ")


def test_a_bad_host_is_400_in_json(client: APIClient) -> None:
    answer = client.get("/tasks", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()) == (400, {"detail": "Bad Request"})


def test_a_form_without_a_token_is_403_signed_in_or_not(alice: Any) -> None:
    for sign_in in (False, True):
        browser = Client(enforce_csrf_checks=True)
        if sign_in:
            browser.force_login(alice)
        answer = browser.post("/tasks", {"title": "forged"})
        assert (answer.status_code, answer.json()) == (403, {"detail": "Forbidden"})
    assert not Task.objects.exists()


def test_a_foreign_page_cannot_restore_without_a_preflight(make_task: Maker) -> None:
    task = make_task()
    task.remove(by=BY)
    browser = Client(enforce_csrf_checks=True)
    address = f"/tasks/{task.pk}/restore"
    assert browser.post(address, headers={"Origin": "https://evil.example"}, content_type="").status_code == 403
    assert browser.post(address, headers={"Origin": "null"}, content_type="text/plain").status_code == 403
    assert browser.post(address, content_type="").status_code == 200


def test_a_front_end_of_any_origin_deletes_where_all_are_allowed(make_task: Maker, settings: Any) -> None:
    front_end = {"Origin": "https://front.example"}
    browser = Client(enforce_csrf_checks=True)
    address = f"/tasks/{make_task().pk}"
    assert browser.delete(address, headers=front_end).status_code == 403
    settings.CORS_ALLOW_ALL_ORIGINS = True
    assert browser.delete(address, headers=front_end).status_code == 204


def test_a_session_needs_a_token_to_write_json(alice: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    answer = browser.post("/tasks", {"title": "x"}, content_type="application/json")
    assert answer.status_code == 403
