"""A real browser. Whatever a test does with `page`, its end asks whether the page kept to the rules of every page."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from rest_framework.test import APIClient

from accounts.models import User
from tasks.models import Task
from tasks.tests.browser.board import open_board, title
from tasks.tests.browser.task import opened

# Playwright's event loop runs in the thread of the tests, which Django takes for an asynchronous caller.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# The first starts and draws in two thirds of the time of the second.
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
# The feed of PostgreSQL waits for the longest transaction of the server, which may be another worker's test.
expect.set_options(timeout=20_000)
NO_CHROMIUM = "NO CHROMIUM ON THIS MACHINE: nobody has looked at the pages. Install it, then run the tests again"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM or os.environ.get("CI"):
        return
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    assert CHROMIUM, NO_CHROMIUM
    arguments = ["--no-sandbox", "--disable-background-networking"]
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(autouse=True)
def _static_files_as_they_lie(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}


@pytest.fixture(scope="session", autouse=True)
def _connections_end_with_their_request() -> None:
    """The browser keeps the server's threads alive, and with them connections that stop the database from going.

    For good: a page's last request may come when its test is over.
    """
    connections.settings["default"]["CONN_MAX_AGE"] = 0


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Where relative addresses lead; read by Playwright's plugin."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def page(page: Page, live_server: LiveServer) -> Iterator[Page]:
    """A page that in the end must have: no error in the console, no request to another host, nothing missing."""
    problems = watched(page, live_server.url)
    yield page
    page.evaluate("0")  # what the browser has told by now has come here
    assert problems == []


def watched(page: Page, home: str) -> list[str]:
    """Return a list that grows with every breach; what Content-Security-Policy refuses is an error in the console."""
    problems: list[str] = []

    def on_console(message: Any) -> None:
        # An answer that is an error has a line in the console; what is missing is told by on_response.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    def on_request(request: Any) -> None:
        if not request.url.startswith((home, "data:", "blob:")):
            problems.append(f"asked another host: {request.url}")

    def on_response(response: Any) -> None:
        if response.status >= 400 and response.request.resource_type not in {"document", "fetch", "xhr"}:
            problems.append(f"{response.status} {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", on_request)
    page.on("response", on_response)
    return problems


@pytest.fixture
def signed_in(context: BrowserContext, live_server: LiveServer, alice: User) -> User:
    client = APIClient()
    client.force_login(alice)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return alice


@pytest.fixture
def accessible(page: Page) -> Callable[..., None]:
    """A check by axe in light, dark and narrow. `beside` is somebody else's part of the page."""

    def check(beside: str = "") -> None:
        for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 844})
            context = {"exclude": [[beside]]} if beside else None
            results = Axe().run(page, context=context)
            assert results.violations_count == 0, f"{scheme} {width}: {results.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{width}: scrolls sideways"

    return check


@pytest.fixture
def board(page: Page, make_task: Callable[..., Task]) -> Page:
    """A board with A B C to do, D E in progress, F G done."""
    for name, where in zip("GFEDCBA", ("done", "done", "in_progress", "in_progress", *["todo"] * 3), strict=True):
        make_task(name, status=where)
    return open_board(page)


@pytest.fixture
def task(make_task: Callable[..., Task]) -> Task:
    """Fix login, in a column between Above and Below."""
    make_task("Below")
    found = make_task("Fix login", description="One\nTwo")
    make_task("Above")
    return found


@pytest.fixture
def panel(page: Page, task: Task) -> Page:
    """The board with the panel of Fix login over it."""
    open_board(page)
    title(page, "Fix login").click()
    return opened(page, task)
