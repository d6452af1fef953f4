"""Talking HTTP to a TaskFlow that runs elsewhere: no redirect is followed, silence and size have a limit."""

import json
import time
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

PATIENCE = 10  # seconds for each answer
PAUSE = 2  # seconds between two tries to wake a sleeping host
ASLEEP = frozenset({502, 503, 504})  # what a proxy answers while the service behind it starts
MOST = 1024 * 1024  # bytes read of an answer
SHOWN = 200  # characters of an unexpected answer


class Unexpected(Exception):
    """The message is for people."""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Following one would send the credentials, or a write, where nobody meant them to go."""

    def redirect_request(self, *_args: Any) -> None:
        return None


def printable(text: str) -> str:
    """Return the beginning of a foreign text without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text[:SHOWN])


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            raise Unexpected(_("no JSON: %(text)s") % {"text": printable(self.text)}) from None

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def expect(self, *statuses: int) -> "Answer":
        if self.status in statuses:
            return self
        wanted = " / ".join(map(str, statuses))
        came = f"{self.status} {printable(self.text)}".strip()
        if location := self.headers.get("Location"):
            came = _("%(status)d, a redirect to %(address)s (give that address)") % {
                "status": self.status,
                "address": printable(location),
            }
        raise Unexpected(_("expected %(wanted)s, got %(came)s") % {"wanted": wanted, "came": came})


class Server:
    """A TaskFlow at an http or https address. Raises ValueError for any other address."""

    def __init__(self, address: str, credentials: tuple[str, str] | None = None) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(_("The address must look like https://tasks.example.org"))
        if parts.username or parts.password:
            raise ValueError(_("No credentials in the address, please: use --username and --password-env."))
        self.address = address.rstrip("/")
        self.headers = {"Accept": "application/json", "User-Agent": "TaskFlow-verify"}
        if credentials:
            self.headers["Authorization"] = f"Basic {b64encode(':'.join(credentials).encode()).decode()}"
        self.opener = urllib.request.build_opener(NoRedirects)

    def ask(self, method: str, path: str, body: Any = None, *, patience: float = PATIENCE, **headers: str) -> Answer:
        """Return the answer whatever its status. Raises Unexpected when none came within `patience` seconds."""
        sent = self.headers | headers | ({"Content-Type": "application/json"} if body is not None else {})
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, sent, method=method)  # noqa: S310  http(s) alone
        try:
            with self.opener.open(request, timeout=patience) as response:
                return Answer(response.status, response.headers, response.read(MOST))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read(MOST))
        except TimeoutError:
            raise Unexpected(_("no answer within %(seconds)d s") % {"seconds": patience}) from None
        except (OSError, HTTPException, ValueError) as error:
            reason = printable(str(getattr(error, "reason", error)))
            raise Unexpected(_("no answer: %(reason)s") % {"reason": reason}) from None

    def awake(self, path: str, wait: float) -> Answer:
        """Return the first answer of a host that may have to start, for at most `wait` seconds and one PATIENCE."""
        deadline = time.monotonic() + wait
        while True:
            try:
                answer = self.ask("GET", path)
                if answer.status not in ASLEEP or time.monotonic() > deadline:
                    return answer
            except Unexpected:
                if time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE)
