"""A release as Render makes it: build.sh and the start command of render.yaml, with production settings, over HTTP."""

import json
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection

from scripts.checks import variables
from tasks.tests import scratch
from tasks.tests.server import ROOT, Server, basic, clone

HOST = "taskflow.onrender.com"
BY_TLS = {"Host": HOST, "X-Forwarded-Proto": "https"}
PASSWORD = "a-first-administrator-42"
ADMIN = basic("boss", PASSWORD)
JSON = {"Content-Type": "application/json"}
BLUEPRINT: dict[str, Any] = yaml.safe_load((ROOT / "render.yaml").read_text())
SERVICE: dict[str, Any] = BLUEPRINT["services"][0]


@dataclass
class Release:
    """A copy of the project, built; `start` serves it."""

    folder: Path
    environment: dict[str, str]

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | self.environment
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)

    def start(self) -> Server:
        server = Server(["bash", "-c", f"exec {SERVICE['startCommand']}"], self.folder, self.log, self.environment)
        server.headers = BY_TLS
        return server.wait()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """Build once, on a machine that has the packages already and no network."""
    folder = tmp_path_factory.mktemp("deploy") / "project"
    clone(folder)
    with scratch.database(folder) as address:
        yield built(folder, address)


def built(folder: Path, address: str) -> Release:
    stated = {entry["key"]: str(entry["value"]) for entry in SERVICE["envVars"] if "value" in entry}
    environment = stated | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "RENDER": "true",
        "RENDER_EXTERNAL_HOSTNAME": HOST,
        # As Render sets it: the start command must not let it win.
        "GUNICORN_CMD_ARGS": "--access-logfile - --bind=0.0.0.0:1",
        "SECRET_KEY": secrets.token_urlsafe(32) + secrets.token_urlsafe(32),
        "DATABASE_URL": address,
        "CORS_ORIGINS": "https://front.example.org",
        "DJANGO_SUPERUSER_USERNAME": "boss",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "DJANGO_SUPERUSER_EMAIL": "boss@example.org",
    }
    release = Release(folder, environment)
    build = release.run("bash", "-c", SERVICE["buildCommand"])
    assert build.returncode == 0, build.stdout + build.stderr
    assert PASSWORD not in build.stdout + build.stderr
    return release


@pytest.fixture(scope="module")
def server(release: Release) -> Iterator[Server]:
    server = release.start()
    yield server
    server.stop()


class TestHTTP:
    def test_health_is_answered_without_tls(self, server: Server) -> None:
        answer = server.ask("GET", "/health", {"X-Forwarded-Proto": "http"})
        assert answer.status == 200
        body = json.loads(answer.body)
        assert (body["status"], body["storage"], body["environment"]) == ("healthy", connection.vendor, "production")
        assert "tasks_count" not in body

    def test_anything_else_without_tls_is_sent_to_https(self, server: Server) -> None:
        answer = server.ask("GET", "/tasks?status=todo", {"X-Forwarded-Proto": "http"})
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/tasks?status=todo")

    def test_browser_is_told_to_stay_with_https(self, server: Server) -> None:
        answer = server.ask("GET", "/admin/login/")
        assert answer.status == 200
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        assert "Secure" in answer.headers["Set-Cookie"]

    def test_stranger_gets_no_tasks(self, server: Server) -> None:
        answer = server.ask("GET", "/tasks", {"Accept": "application/json"})
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")

    def test_administrator_made_by_the_build_may_write(self, server: Server) -> None:
        made = server.ask("POST", "/tasks", ADMIN | JSON, b'{"title": "Ship it"}')
        assert made.status == 201
        listed = server.ask("GET", "/tasks", ADMIN)
        assert "Ship it" in {task["title"] for task in json.loads(listed.body)}

    def test_front_end_is_let_in_by_cors(self, server: Server) -> None:
        allowed = server.ask("GET", "/health", {"Origin": "https://front.example.org"})
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://front.example.org"
        stranger = server.ask("GET", "/health", {"Origin": "https://elsewhere.example.org"})
        assert stranger.headers["Access-Control-Allow-Origin"] is None

    def test_foreign_host_name_is_refused(self, server: Server) -> None:
        assert server.ask("GET", "/health", {"Host": "elsewhere.example.org"}).status == 400

    def test_no_client_moves_the_site_below_another_path(self, server: Server) -> None:
        answer = server.ask("GET", "/health", {"SCRIPT_NAME": "/evil", "X-Forwarded-Ssl": "off"})
        assert answer.status == 200

    def test_static_files_are_compressed_and_kept_for_ever(self, server: Server) -> None:
        page = server.ask("GET", "/admin/login/").body.decode()
        style = re.search(r'href="(/static/admin/css/base\.[0-9a-f]{12}\.css)"', page)
        assert style, page
        answer = server.ask("GET", style.group(1), {"Accept-Encoding": "gzip"})
        assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
        assert "immutable" in answer.headers["Cache-Control"]
        assert int(re.findall(r"max-age=(\d+)", answer.headers["Cache-Control"])[0]) >= 31_536_000

    def test_request_longer_than_the_limit_is_refused(self, server: Server) -> None:
        assert server.ask("GET", f"/tasks?q={'a' * 9000}", ADMIN).status in {400, 414}

    def test_log_has_one_json_line_a_request_and_no_credential(self, release: Release, server: Server) -> None:
        server.ask("GET", "/health/live", {"X-Request-ID": "find-me"})
        text = release.log.read_text()
        events = [json.loads(line) for line in text.splitlines()]
        mine = [event for event in events if event["id"] == "find-me"]
        assert [(event["method"], event["path"], event["status"]) for event in mine] == [("GET", "/health/live", 200)]
        assert mine[0]["ms"] >= 0
        starts = [event["message"] for event in events if event["message"].startswith("TaskFlow ")]
        assert f"production, private access, database {connection.vendor}" in starts[0]
        for secret in (PASSWORD, release.environment["SECRET_KEY"], release.environment["DATABASE_URL"]):
            assert secret not in text


class TestStop:
    def test_term_finishes_what_is_in_flight_and_the_data_stay(self, release: Release) -> None:
        server = release.start()
        body = json.dumps({"title": "Half way", "description": "x" * 900}).encode()
        with closing(server.connect()) as client:
            client.putrequest("POST", "/tasks", skip_host=True)
            headers = {**BY_TLS, **ADMIN, **JSON, "Content-Length": str(len(body)), "Expect": "100-continue"}
            for name, value in headers.items():
                client.putheader(name, value)
            client.endheaders()
            assert b" 100 " in client.sock.recv(64)  # a thread has the request and waits for its body
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            client.send(body)
            answer = client.getresponse()
            made = json.loads(answer.read())
        assert answer.status == 201
        assert server.stop() == 0

        again = release.start()
        kept = again.ask("GET", f"/tasks/{made['id']}", ADMIN)
        assert again.stop() == 0
        assert (kept.status, json.loads(kept.body)["title"]) == (200, "Half way")

    def test_idle_connection_holds_nothing_up(self, release: Release) -> None:
        server = release.start()
        with closing(server.connect()) as idle:
            idle.request("GET", "/health/live", headers=BY_TLS)
            assert idle.getresponse().read()
            began = time.monotonic()
            assert server.stop() == 0
        assert time.monotonic() - began < 20  # seconds; 25 if it were waited for

    def test_second_build_changes_nothing(self, release: Release) -> None:
        for command in (["migrate", "--no-input"], ["createadmin"]):
            done = release.run("python", "manage.py", *command)
            assert done.returncode == 0, done.stderr
        assert release.run("python", "manage.py", "migrate", "--check").returncode == 0


class TestMissingFile:
    """On SQLite in production an empty database made in passing would hide that the data are gone."""

    def refused(self, release: Release, database: Path) -> str:
        environment = release.environment | {"DATABASE_URL": f"sqlite:///{database}"}
        ended = Release(release.folder, environment).run("bash", "-c", SERVICE["startCommand"])
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        return ended.stderr.splitlines()[-1]

    def test_missing_file_stops_the_start(self, release: Release, tmp_path: Path) -> None:
        sentence = self.refused(release, tmp_path / "gone.db")
        assert sentence.startswith("TaskFlow cannot start: DATABASE_URL names ")
        assert not (tmp_path / "gone.db").exists()

    def test_file_without_tables_stops_the_start(self, release: Release, tmp_path: Path) -> None:
        (tmp_path / "empty.db").touch()
        assert "is not migrated" in self.refused(release, tmp_path / "empty.db")


class TestBlueprint:
    def test_it_says_what_render_needs_to_know(self) -> None:
        assert set(BLUEPRINT) == {"services"}
        stated = {key: value for key, value in SERVICE.items() if key not in {"envVars", "startCommand"}}
        assert stated == {
            "type": "web",
            "name": "taskflow",
            "runtime": "python",
            "region": "frankfurt",
            "plan": "free",
            "buildCommand": "./build.sh",
            "healthCheckPath": "/health",
        }

    def test_secrets_are_made_or_asked_for_and_never_written_down(self) -> None:
        entries = {entry.pop("key"): entry for entry in (dict(entry) for entry in SERVICE["envVars"])}
        assert entries.pop("SECRET_KEY") == {"generateValue": True}
        assert entries.pop("ENVIRONMENT") == {"value": "production"}
        assert entries.pop("TASKFLOW_ACCESS") == {"value": "private"}
        assert re.fullmatch(r"3\.1\d\.\d+", entries.pop("PYTHON_VERSION")["value"])
        assert {"DATABASE_URL", "CORS_ORIGINS", "DJANGO_SUPERUSER_PASSWORD"} < set(entries)
        assert all(entry == {"sync": False} for entry in entries.values())
        assert set(entries) <= variables()

    def test_build_script_may_be_executed(self) -> None:
        assert os.access(ROOT / "build.sh", os.X_OK)
