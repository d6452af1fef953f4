"""A server of its own for a test: started, asked over HTTP, stopped by a signal."""

import base64
import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds, for a machine that has much else to do


def clone(folder: Path) -> None:
    """Copy the project to `folder` as a fresh clone has it."""
    left_out = (".git", ".venv", ".make", "staticfiles", "htmlcov", "*.db*", ".env", ".secret_key", "*cache*")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*left_out))


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


class Server:
    """`command` run in `folder`; what it prints is collected in `log`."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.log = log
        self.headers: dict[str, str] = {}
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **environment, "PORT": str(self.port)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> "Server":
        """Return when it answers; fail with its log when it ends or does not."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.ask("GET", "/health/live").status == 200:
                    return self
            except OSError:
                time.sleep(0.05)
        self.stop(signal.SIGKILL)
        raise AssertionError(f"the server did not come up:\n{self.log.read_text()}")

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        connection = self.connect()
        try:
            connection.request(method, path, body, {**self.headers, **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send `by` to the process alone and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
