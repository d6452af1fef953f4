"""The walk through a deployed TaskFlow, against real servers: good ones, and ones that answer wrongly."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tasks.models import Change, Task
from tasks.tests import scratch

STEPS = ["health", "create", "list", "read", "change", "delete"]
Answers = dict[str, tuple[int, dict[str, str], Any]]
HEALTHY: Any = (200, {}, {"status": "healthy"})
MADE = "018f0000-0000-7000-8000-000000000000"


class Liar:
    """A server that gives prepared answers; `asked` is what came. TITLE in them becomes the title that was sent."""

    def __init__(self, answers: Answers) -> None:
        self.answers, self.asked, self.authorized, self.title = answers, [], [], ""  # type: ignore[var-annotated]
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                liar.title = json.loads(body).get("title", liar.title) if body else liar.title
                key = f"{self.command} {self.path.partition('?')[0]}"
                liar.asked.append(key)
                liar.authorized.append(self.headers.get("Authorization"))
                status, headers, content = liar.answers.get(key, (404, {}, {"detail": "Not Found"}))
                sent = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(sent.replace(b"TITLE", liar.title.encode()))

            do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def lie() -> Iterator[Callable[[Answers], Liar]]:
    started: list[Liar] = []

    def start(answers: Answers) -> Liar:
        started.append(Liar(answers))
        return started[-1]

    yield start
    for liar in started:
        liar.stop()


# --- a good server ----------------------------------------------------------------------------------------------------
def test_every_step_has_its_line(live_server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify", live_server.url)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [["ok", step] for step in STEPS]
    assert lines[-1] == f"All is well at {live_server.url}"


def test_it_removes_its_task_and_no_other(live_server: Any, make_task: Any) -> None:
    mine = make_task("Mine")
    call_command("verify", f"{live_server.url}/", verbosity=0)
    assert list(Task.objects.all()) == [mine]
    assert list(Change.objects.exclude(task_id=mine.pk).values_list("action", flat=True).order_by("id")) == [
        "created",
        "changed",
        "deleted",
    ]


def test_it_is_silent_with_verbosity_0(live_server: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify", live_server.url, verbosity=0)
    assert capsys.readouterr() == ("", "")


def test_a_private_server_takes_credentials(
    live_server: Any, alice: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    monkeypatch.setenv("VERIFY_PASSWORD", "wonderland-42")
    call_command("verify", live_server.url, username="alice", password_env="VERIFY_PASSWORD", verbosity=0)
    assert set(Change.objects.values_list("actor", flat=True)) == {"alice"}


def test_a_private_server_refuses_strangers(
    live_server: Any, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    with pytest.raises(CommandError, match="create failed: expected 201, got 401"):
        call_command("verify", live_server.url)
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in said] == [["ok", "health"], ["failed", "create"]]


# --- addresses and credentials ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address",
    [
        "",
        "tasks.example.org",
        "ftp://tasks.example.org",
        "file:///etc/passwd",
        "http://",
        "http://a/?b=c",
        "http://a/#b",
    ],
)
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(CommandError, match="must look like"):
        call_command("verify", address)


def test_credentials_in_the_address_are_refused_and_not_repeated() -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("verify", "https://alice:s3cret@tasks.example.org")
    assert "s3cret" not in str(refusal.value)


def test_a_password_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(CommandError, match="NO_SUCH_VARIABLE is not set"):
        call_command("verify", "http://127.0.0.1:1", username="alice", password_env="NO_SUCH_VARIABLE")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int, lie: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERIFY_PASSWORD", "s3cret")
    other = lie({"GET /health": HEALTHY})
    liar = lie({"GET /health": (status, {"Location": f"{other.address}/health"}, {})})
    with pytest.raises(CommandError, match=rf"{status}, a redirect to {other.address}/health"):
        call_command("verify", liar.address, username="alice", password_env="VERIFY_PASSWORD", verbosity=0)
    assert other.asked == []


# --- servers that answer wrongly --------------------------------------------------------------------------------------
def test_nobody_there_is_said(url: str) -> None:
    done = scratch.manage(url, "verify", "http://127.0.0.1:1", "--wait", "0")
    assert done.returncode == 1
    assert done.stdout.startswith("failed  health  no answer")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((503, {}, {"status": "degraded"}), "got 503"),
        ((200, {}, {"status": "degraded"}), "status should be healthy and is 'degraded'"),
        ((200, {}, [1]), "no JSON object"),
        ((200, {}, b"<html>It works!</html>"), "no JSON: <html>It works!</html>"),
        ((200, {}, b"\x1b[2J\xff"), "no JSON:  "),
        ((404, {}, b""), "expected 200, got 404"),
    ],
)
def test_a_sick_server_fails_at_health_and_nothing_is_written(answer: Any, reason: str, lie: Any) -> None:
    liar = lie({"GET /health": answer})
    with pytest.raises(CommandError) as failure:
        call_command("verify", liar.address, wait=0, verbosity=0)
    assert f"health failed: {reason}" in str(failure.value).replace("expected 200, got 503", "got 503")
    assert "\x1b" not in str(failure.value)
    assert set(liar.asked) == {"GET /health"}


def test_a_sleeping_host_is_waited_for(lie: Any) -> None:
    liar = lie({"GET /health": (502, {}, b"waking up")})
    threading.Timer(0.5, liar.answers.update, [{"GET /health": HEALTHY}]).start()
    with pytest.raises(CommandError, match="create failed"):
        call_command("verify", liar.address, wait=20, verbosity=0)
    assert liar.asked.count("GET /health") == 2


def test_a_task_is_removed_when_a_later_step_fails(lie: Any) -> None:
    liar = lie(
        {
            "GET /health": HEALTHY,
            "POST /tasks": (201, {}, {"id": MADE, "title": "TITLE", "status": "todo"}),
            "GET /tasks": (200, {}, [{"id": MADE, "title": "TITLE"}]),
            f"GET /tasks/{MADE}": (200, {}, {"id": MADE, "title": "TITLE"}),
            f"PATCH /tasks/{MADE}": (500, {}, {"detail": "Internal server error"}),
            f"DELETE /tasks/{MADE}": (204, {}, b""),
        }
    )
    with pytest.raises(CommandError, match="change failed: expected 200, got 500"):
        call_command("verify", liar.address, verbosity=0)
    assert liar.asked[-1] == f"DELETE /tasks/{MADE}"


def test_a_task_whose_answer_got_lost_is_found_and_removed(lie: Any) -> None:
    found = [{"id": "018f0000-0000-7000-8000-000000000001", "title": "Another"}, {"id": MADE, "title": "TITLE"}]
    liar = lie(
        {
            "GET /health": HEALTHY,
            "POST /tasks": (502, {}, b"Bad gateway"),
            "GET /tasks": (200, {}, found),
            f"DELETE /tasks/{MADE}": (204, {}, b""),
        }
    )
    with pytest.raises(CommandError, match="create failed: expected 201, got 502"):
        call_command("verify", liar.address, verbosity=0)
    assert [asked for asked in liar.asked if asked.startswith("DELETE")] == [f"DELETE /tasks/{MADE}"]


def test_a_task_that_cannot_be_removed_is_named(lie: Any, capsys: pytest.CaptureFixture[str]) -> None:
    liar = lie({"GET /health": HEALTHY, "POST /tasks": (201, {}, {"id": MADE, "title": "Other"})})
    liar.answers[f"DELETE /tasks/{MADE}"] = (500, {}, {})
    with pytest.raises(CommandError, match="create failed: title should be"):
        call_command("verify", liar.address)
    assert liar.title in capsys.readouterr().err


@pytest.mark.parametrize("made", ["../admin", "", None, 7])
def test_only_an_id_becomes_part_of_an_address(made: Any, lie: Any) -> None:
    liar = lie({"GET /health": HEALTHY, "POST /tasks": (201, {}, {"id": made}), "GET /tasks": (200, {}, [])})
    with pytest.raises(CommandError, match="the id is no UUID"):
        call_command("verify", liar.address, verbosity=0)
    assert liar.asked == ["GET /health", "POST /tasks", "GET /tasks"]
