"""Take the pictures of the documents with chromium, on a scratch database: python -m scripts.screenshots [FOLDER]

The tasks are those of the demo, whose dates are around today; nothing else differs from one day to the next.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.install import ROOT, say

IMAGES = ROOT / "docs" / "images"
DESKTOP, PHONE = (1440, 900), (390, 844)  # CSS pixels
HOST = "tasks.example.org"  # what the browser takes the server for
PATIENCE = 60  # seconds
MOST = 300_000  # bytes of a picture


def nothing(_page: Page) -> None:
    pass


def open_task(page: Page) -> None:
    page.get_by_role("link", name="Fix the login page on small phones").click()
    page.locator("#panel[open] h2").first.wait_for()


def open_help(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#help[open]").wait_for()


class Shot(NamedTuple):
    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    theme: str = "light"
    language: str = "en"
    act: Callable[[Page], None] = nothing
    signed_in: bool = True


EMPTY = (Shot("board-empty", "/"),)
FILLED = (
    Shot("board", "/"),
    Shot("board-dark", "/", theme="dark"),
    Shot("board-phone", "/", PHONE, language="fr"),
    Shot("task", "/", act=open_task),
    Shot("task-phone", "/t/{task}", PHONE, theme="dark"),
    Shot("shortcuts", "/", act=open_help),
    Shot("sign-in", "/sign-in", signed_in=False),
    Shot("browsable-api", "/tasks"),
    Shot("admin", "/admin/tasks/task/"),
)


class Site:
    """The people and tasks behind the pictures, and the session of one of them."""

    def __init__(self) -> None:
        import django
        from django.core.management import call_command

        django.setup()
        from django.contrib.auth import get_user_model
        from django.test import Client

        call_command("migrate", verbosity=0)
        people = get_user_model()._default_manager
        self.alice = people.create(
            username="alice", first_name="Alice", last_name="Martin", is_staff=True, is_superuser=True
        )
        self.ben = people.create(username="ben", first_name="Ben", last_name="Okafor")
        client = Client()
        client.force_login(self.alice)
        self.session = client.cookies["sessionid"].value
        self.task = 0

    def fill(self) -> None:
        from django.core.management import call_command

        from tasks.models import Actor, Source, Task

        call_command("seed", verbosity=0)
        alice, ben = Actor(Source.BOARD, self.alice), Actor(Source.BOARD, self.ben)
        # An emoji is another picture on every machine, and none where no font has it.
        Task.objects.get(title__contains="🚲").change(by=ben, title="Affiche de l’atelier vélo")
        task = Task.objects.get(title="Fix the login page on small phones")
        task.change(by=ben, status="todo", priority="medium")
        task.change(by=ben, priority="high", assignee="Alice")
        task.change(by=alice, status="in_progress")
        self.task = task.number
        self.date_back(task, (6, 4, 3, 1))

    def date_back(self, task: Any, days: Sequence[int]) -> None:
        """Let the changes of a task have happened so many days ago, the first by Alice; no verb can do that."""
        from django.utils import timezone

        from tasks.models import Change, Task

        rows = Change.objects.filter(task_id=task.pk).order_by("id")
        for row, ago in zip(rows, days, strict=True):
            Change.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(days=ago, hours=2))
        Change.objects.filter(pk=rows[0].pk).update(user=self.alice, actor="alice", source="board")
        Task.objects.filter(pk=task.pk).update(updated_at=timezone.now() - timedelta(days=days[-1], hours=2))


@contextmanager
def server(environment: Mapping[str, str]) -> Iterator[int]:
    """Run TaskFlow on a free port and yield that."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(PATIENCE * 10):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit("TaskFlow did not start: its reason is above.")


def take(shot: Shot, browser: Browser, site: Site, folder: Path) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2 if shot.size == PHONE else 1,
        locale={"en": "en-GB", "fr": "fr-FR"}[shot.language],
        color_scheme=shot.theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
        has_touch=shot.size == PHONE,
    )
    if shot.signed_in:
        context.add_cookies([{"name": "sessionid", "value": site.session, "url": f"http://{HOST}"}])
    page = context.new_page()
    page.goto(f"http://{HOST}{shot.path.format(task=site.task)}", wait_until="networkidle")
    shot.act(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)  # what fades in has come
    page.screenshot(path=folder / f"{shot.name}.png")
    context.close()
    size = (folder / f"{shot.name}.png").stat().st_size
    say(f"{shot.name}.png: {size:,} bytes{' (TOO LARGE)' if size > MOST else ''}")


def main(folder: Path) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        sys.exit("The pictures need Debian's chromium or Google Chrome.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="taskflow-screenshots-") as scratch:
        os.environ |= {
            "PYTHON_DOTENV_DISABLED": "true",
            "DATABASE_URL": f"sqlite:///{scratch}/taskflow.db",
            "ALLOWED_HOSTS": HOST,
            "DEBUG": "true",  # static files as they lie
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "taskflow_project.settings",
            "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's event loop runs in this thread
        }
        site = Site()
        with server(os.environ) as port, sync_playwright() as playwright:
            arguments = ["--no-sandbox", f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{port}"]
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            for shot in EMPTY:
                take(shot, browser, site, folder)
            site.fill()
            for shot in FILLED:
                take(shot, browser, site, folder)
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES)
