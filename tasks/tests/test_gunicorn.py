"""What a real server adds to Django's answers, or keeps from Django: asked over a socket, byte by byte."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.tests import scratch
from tasks.tests.server import Server
from tasks.tests.test_health import serving

HEAD = b"POST /tasks HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: object) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("gunicorn")
    with scratch.database(folder) as address, serving(address, folder) as running:
        yield running


def said(server: Server, sent: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes as they are; return status, headers and body of the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(sent)
        answer = b""
        while b"\r\n\r\n" not in answer and (part := line.recv(65536)):
            answer += part
        head, _end, body = answer.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (entry.split(": ", 1) for entry in rest)}
        while len(body) < int(headers["content-length"]) and (part := line.recv(65536)):
            body += part
    return int(first.split()[1]), headers, body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: -2\r\n\r\n{}", 400),
        (HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET /tasks HTTP/1.1\r\nHost: localhost\r\nX: \x00\r\n\r\n", 400),
        (b"GET /tasks?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (HEAD + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 411),
        (HEAD + b"Content-Length: 1000000000\r\n\r\n", 413),
    ],
)
def test_what_is_no_proper_request_is_answered_at_once_like_any_error(server: Server, sent: bytes, status: int) -> None:
    started = time.monotonic()
    given, headers, body = said(server, sent)
    assert time.monotonic() - started < 1
    assert given == status
    assert isinstance(json.loads(body)["detail"], str)
    assert headers["content-type"] == "application/json"
    assert headers["x-request-id"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_head_tells_the_length_and_leaves_no_warning(server: Server) -> None:
    for path in ("/tasks", "/health/live", "/nowhere", "/tasks?nope=1"):
        head, get = server.ask("HEAD", path), server.ask("GET", path)
        assert head.status == get.status
        assert head.body == b""
        assert head.headers["Content-Length"] == str(len(get.body))
    assert "WARNING" not in [line.split()[2] for line in server.log.read_text().splitlines() if "http.wsgi" in line]
