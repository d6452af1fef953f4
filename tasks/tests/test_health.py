"""/health tells the truth within a second, whatever the database does: asked of a real server."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from rest_framework.test import APIClient

from tasks import health
from tasks.health import Health, Prober
from tasks.tests.on_postgresql import cluster
from tasks.tests.server import ROOT, Answer, Server

DEGRADED = {"status": "degraded", "database": "error"}


@contextmanager
def serving(address: str, folder: Path) -> Iterator[Server]:
    environment = {"DATABASE_URL": address, "WEB_CONCURRENCY": "1"}
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, cwd=ROOT, env=os.environ | environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "taskflow_project.wsgi"]
    server = Server(command, ROOT, folder / "log", environment).wait()
    try:
        yield server
    finally:
        server.stop()


def asked_in_time(server: Server) -> Answer:
    """Return /health's answer; it must not take longer than a second (and what this machine adds to it)."""
    started = time.monotonic()
    answer = server.ask("GET", "/health")
    assert time.monotonic() - started < 1.5
    return answer


def wait_for(server: Server, status: int) -> Answer:
    deadline = time.monotonic() + 10
    while (answer := asked_in_time(server)).status != status:
        assert time.monotonic() < deadline, answer
        time.sleep(0.1)
    return answer


def assert_degraded(server: Server) -> None:
    body = json.loads(wait_for(server, 503).body)
    assert body | DEGRADED == body
    assert "tasks_count" not in body
    assert body.keys() <= {"status", "database", "storage", "environment", "version", "timestamp"}
    assert server.ask("GET", "/health/live").status == 200


def postgres_processes(address: str) -> list[int]:
    """Return the server's process ids, its children first."""
    folder = Path(parse_qs(urlsplit(address).query)["host"][0])
    main = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    return [*map(int, children), main]


@pytest.mark.once
def test_a_frozen_database_is_told_and_so_is_its_recovery(tmp_path: Path) -> None:
    with cluster() as address, serving(address, tmp_path) as server:
        assert json.loads(wait_for(server, 200).body)["storage"] == "postgresql"
        processes = postgres_processes(address)
        for process in reversed(processes):
            os.kill(process, signal.SIGSTOP)
        try:
            time.sleep(1.1)  # the last answer is given again for a second
            assert_degraded(server)
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)
        wait_for(server, 200)


@pytest.mark.once
def test_a_database_that_is_gone_is_told_without_its_address(tmp_path: Path) -> None:
    with cluster() as address, serving(address, tmp_path) as server:
        wait_for(server, 200)
        for process in postgres_processes(address):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        assert_degraded(server)
        listed = server.ask("GET", "/tasks")
        assert (listed.status, json.loads(listed.body)) == (503, {"detail": "Service Unavailable"})
        assert int(listed.headers["Retry-After"]) > 0


@pytest.mark.once
def test_a_file_that_is_no_database_any_more_is_told(tmp_path: Path) -> None:
    file = tmp_path / "taskflow.db"
    with serving(f"sqlite:///{file}", tmp_path) as server:
        wait_for(server, 200)
        for path in tmp_path.glob("taskflow.db*"):
            path.write_bytes(b"no database" * 1000)
        assert_degraded(server)


@pytest.mark.django_db(transaction=True)
def test_the_count_is_of_this_database(client: APIClient) -> None:
    client.post("/tasks", {"title": "x"})
    deadline = time.monotonic() + 10
    while client.get("/health").json()["tasks_count"] != 1:
        assert time.monotonic() < deadline, "the count may be some seconds old, not more"
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_a_table_that_takes_long_to_count_is_no_illness(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    counts = iter([7, 8])

    def count() -> int:
        goes_on.wait(10 if prober.tasks else 0)
        return next(counts)

    prober = Prober(count)
    assert prober.health() == Health(is_well=True, tasks=7)
    monkeypatch.setattr(health, "FRESH", 0)
    prober.count_at = 0
    assert prober.health() == Health(is_well=True, tasks=7)

    monkeypatch.setattr(health, "FROZEN", 0)
    assert prober.health() == Health(is_well=False)
    goes_on.set()
    assert prober.health() == Health(is_well=True, tasks=8)

    prober.count_at = 0
    assert prober.health() == Health(is_well=True, tasks=8)
    assert prober.count_at > time.monotonic()


def test_live_asks_no_database(client: APIClient) -> None:
    """Without the django_db mark, a query would fail this test."""
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
