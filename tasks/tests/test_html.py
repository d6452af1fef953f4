"""What pages owe besides their looks: statements, tokens, headers, languages, and coming when all else is broken."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from taskflow_project.middleware import RequestMiddleware
from tasks.api.browsable import highlighted, local_text
from tasks.models import Task

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORM = {"title": "Order chairs", "description": "", "assignee": "", "due_date": ""}


@pytest.fixture
def browser(db: None) -> Client:
    """A browser without its screen, which keeps cookies and must send tokens."""
    return Client(headers=HTML, enforce_csrf_checks=True)


def token(browser: Client) -> str:
    browser.get("/tasks")
    return browser.cookies["csrftoken"].value


# --- Forms and where they come from -----------------------------------------------------------------------------------
@pytest.mark.parametrize("signed_in", [True, False])
def test_form_with_its_token_creates_a_task_with_nulls_where_nothing_was_typed(
    browser: Client, alice: User, signed_in: bool
) -> None:
    if signed_in:
        browser.force_login(alice)
    assert browser.post("/tasks", FORM | {"csrfmiddlewaretoken": token(browser)}).status_code == 201
    task = Task.objects.get()
    assert (task.description, task.assignee, task.due_date) == (None, None, None)


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("origin", [None, "https://evil.example.org"])
def test_form_without_token_or_from_another_site_is_refused(
    browser: Client, alice: User, signed_in: bool, origin: str | None
) -> None:
    if signed_in:
        browser.force_login(alice)
    given = {"csrfmiddlewaretoken": token(browser)} if origin else {}
    headers = {"Origin": origin} if origin else {}
    assert browser.post("/tasks", FORM | given, headers=headers).status_code == 403
    assert not Task.objects.exists()


def test_line_ends_of_a_form_are_those_that_were_typed(browser: Client) -> None:
    browser.post("/tasks", FORM | {"description": "a\r\nb\r\n", "csrfmiddlewaretoken": token(browser)})
    assert Task.objects.get().description == "a\nb\n"


def test_sign_in_without_token_gets_a_page_that_says_what_to_do(browser: Client) -> None:
    response = browser.post("/sign-in", {"username": "alice", "password": "wonderland-42"})
    assert response.status_code == 403
    assert "reload the page and try again" in response.content.decode()


# --- What a page costs ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("signed_in", "statements"), [(False, 3), (True, 5)])
def test_list_page_asks_as_much_for_three_tasks_as_for_forty(
    browser: Client, alice: User, make_task: Callable[..., Task], signed_in: bool, statements: int
) -> None:
    if signed_in:
        browser.force_login(alice)
    for many in (3, 40):
        while Task.objects.count() < many:
            make_task()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get("/tasks")
        assert len(asked) == statements


def test_list_page_holds_a_hundred_unless_asked_otherwise(browser: Client, make_task: Callable[..., Task]) -> None:
    for _ in range(101):
        make_task()
    assert browser.get("/tasks").context["count"] == 100
    assert browser.get("/tasks?limit=101").context["count"] == 101
    assert browser.get("/tasks").context["next_page"]


# --- Headers and languages --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/tasks", "/sign-in", "/docs", "/redoc", "/nowhere", "/tasks?q=%00"])
def test_every_page_has_the_strict_policy_and_the_other_headers(browser: Client, path: str) -> None:
    response = browser.get(path)
    assert response["Content-Type"].startswith("text/html")
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Request-ID"]


@pytest.mark.parametrize("path", ["/", "/tasks", "/sign-in", "/docs", "/redoc", "/nowhere", "/tasks/stats"])
def test_no_page_has_inline_script_or_style(browser: Client, path: str) -> None:
    page = browser.get(path).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')


@pytest.mark.parametrize("path", ["/", "/tasks", "/sign-in", "/nowhere", "/tasks?q=%00"])
def test_every_page_is_in_the_language_asked_for(browser: Client, path: str) -> None:
    assert '<html lang="fr"' in browser.get(path, headers={"Accept-Language": "fr"}).content.decode()
    assert '<html lang="en"' in browser.get(path).content.decode()


def test_browsers_that_ask_for_favicon_ico_get_one(browser: Client) -> None:
    assert browser.get("/favicon.ico")["Location"].startswith("/static/tasks/favicon")


def test_sidebar_and_the_page_in_it_do_not_mix_what_they_show(browser: Client, alice: User) -> None:
    browser.force_login(alice)
    page = browser.get("/tasks").content.decode()
    assert '<h1 tabindex="-1" dir="auto">Tasks</h1>' in page
    assert 'class="count' not in page


# --- Private servers --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/tasks", "/tasks/stats", "/openapi.json"])
def test_private_server_sends_browsers_to_sign_in_and_tells_programs(
    browser: Client, client: APIClient, settings: Any, path: str
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    assert browser.get(path)["Location"] == f"/sign-in?next={path}"
    refused = client.get(path)
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Basic")
    assert refused.json() == {"detail": "Unauthorized"}


def test_browser_that_writes_signed_out_gets_no_dialog_of_its_own(browser: Client, settings: Any) -> None:
    settings.TASKFLOW_ACCESS = "private"
    response = browser.post("/tasks", "{}", content_type="application/json")
    assert response.status_code == 401
    assert not response["WWW-Authenticate"].startswith("Basic")


def test_sign_in_sends_nobody_to_another_site(browser: Client, alice: User) -> None:
    browser.get("/sign-in")
    given = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value, "next": "https://evil.example.org/"}
    response = browser.post("/sign-in", given | {"username": "alice", "password": "wonderland-42"})
    assert response["Location"] == "/"


# --- When something is broken -----------------------------------------------------------------------------------------
def test_error_page_comes_without_tables_sessions_and_accounts(in_use: None) -> None:
    """The database in use is empty: not even the session behind the cookie can be read."""
    browser = Client(headers=HTML, raise_request_exception=False)
    browser.cookies["sessionid"] = "somebody"
    response = browser.get("/tasks")
    assert response.status_code in {500, 503}  # what a missing table is depends on the database
    assert response["X-Request-ID"] in response.content.decode()
    assert "sessionid" not in response.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OperationalError("could not connect to 10.0.0.7"), 503, "The database does not answer right now"),
        (RuntimeError("10.0.0.7"), 500, "It is our fault, not yours"),
    ],
)
def test_error_page_says_what_to_do_and_never_the_reason(error: Exception, status: int, sentence: str) -> None:
    middleware = RequestMiddleware(lambda _request: HttpResponse())
    response = middleware.process_exception(RequestFactory(headers=HTML).get("/tasks"), error)
    assert response is not None
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert "10.0.0.7" not in response.content.decode()


def test_page_comes_where_no_static_file_was_collected(client: APIClient, settings: Any, tmp_path: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = dict(settings.STORAGES)
    assert "/static/tasks/taskflow.css" in client.get("/nowhere", headers=HTML).content.decode()


@pytest.mark.parametrize("query", ["", "?limit=5"])
def test_too_large_a_body_gets_a_page_too(browser: Client, query: str, settings: Any) -> None:
    settings.MAX_BODY_SIZE = 10
    response = browser.post(f"/tasks{query}", FORM)
    assert response.status_code == 413
    assert "larger than this server takes" in response.content.decode()


# --- Details ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("json", "html"),
    [
        ('"a": 1', '<span class="json-key">&quot;a&quot;</span>: <span class="json-number">1</span>'),
        ('"<b>"', '<span class="json-text">&quot;&lt;b&gt;&quot;</span>'),
        (r'"\"<i>"', r'<span class="json-text">&quot;\&quot;&lt;i&gt;&quot;</span>'),
        ("[null, -1.5e3]", '[<span class="json-word">null</span>, <span class="json-number">-1.5e3</span>]'),
    ],
)
def test_json_is_coloured_and_escaped(json: str, html: str) -> None:
    assert highlighted(json) == html


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2026-11-19T23:00:00Z", "2026-11-20T00:00:00"),
        ("2026-11-20T17:00:00.123456Z", "2026-11-20T18:00:00.123"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_due_date_is_shown_in_the_servers_time_zone(settings: Any, instant: str, shown: str) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    assert local_text(instant) == shown
