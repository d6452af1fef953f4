"""manage.py verify: the workshop's exercise 8 as a command, against a deployed address."""

import getpass
import os
import secrets
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from tasks.management.base import TaskFlowCommand
from tasks.management.remote import Answer, Server, Unexpected, printable


def expect_equal(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        values = {"what": what, "wanted": wanted, "found": printable(repr(found))}
        raise Unexpected(_("%(what)s should be %(wanted)s and is %(found)s") % values)


class Walk:
    """The steps, in their order; the task that they make is known by a title that nobody else has."""

    def __init__(self, server: Server, wait: float) -> None:
        self.server, self.wait = server, wait
        self.mark = f"verify-{secrets.token_hex(8)}"
        self.title = f"TaskFlow {self.mark}"
        self.path = ""
        self.begun = False

    def steps(self) -> dict[str, Callable[[], None]]:
        return {
            "health": self.health,
            "create": self.create,
            "list": self.find,
            "read": self.read,
            "change": self.change,
            "delete": self.delete,
        }

    def health(self) -> None:
        answer = self.server.awake("/health", self.wait).expect(200)
        expect_equal("status", as_object(answer).get("status"), "healthy")

    def create(self) -> None:
        self.begun = True
        body = {"title": self.title, "description": "Made and removed by manage.py verify", "priority": "high"}
        made = as_object(self.server.ask("POST", "/tasks", body).expect(201))
        self.path = f"/tasks/{as_id(made.get('id'))}"
        expect_equal("title", made.get("title"), self.title)
        expect_equal("status", made.get("status"), "todo")

    def find(self) -> None:
        expect_equal(_("the list"), self.own_paths(), [self.path])

    def read(self) -> None:
        read = as_object(self.server.ask("GET", self.path).expect(200))
        expect_equal("title", read.get("title"), self.title)

    def change(self) -> None:
        changed = as_object(self.server.ask("PATCH", self.path, {"status": "done"}).expect(200))
        expect_equal("status", changed.get("status"), "done")
        expect_equal("title", changed.get("title"), self.title)

    def delete(self) -> None:
        self.server.ask("DELETE", self.path).expect(204)
        self.server.ask("GET", self.path).expect(404)
        self.begun = False

    def own_paths(self) -> list[str]:
        """Return the paths of the tasks that have the title of this walk, and no other's."""
        found = self.server.ask("GET", f"/tasks?q={self.mark}").expect(200).json()
        rows = found if isinstance(found, list) else []
        return [
            f"/tasks/{as_id(row.get('id'))}" for row in rows if isinstance(row, dict) and row.get("title") == self.title
        ]

    def tidy(self) -> None:
        """Remove what a failed walk made, also where the answer to its creation got lost."""
        for path in {self.path} - {""} or self.own_paths():
            self.server.ask("DELETE", path).expect(204, 404)


def as_object(answer: Answer) -> dict[str, Any]:
    value = answer.json()
    if not isinstance(value, dict):
        raise Unexpected(_("no JSON object: %(text)s") % {"text": printable(answer.text)})
    return value


def as_id(value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise Unexpected(_("the id is no UUID: %(text)s") % {"text": printable(repr(value))}) from None


class Command(TaskFlowCommand):
    help = _("Check a deployed TaskFlow over HTTP: health, create, list, read, change and delete a task of its own.")
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help=_("its address, such as https://tasks.example.org"))
        parser.add_argument("--username", help=_("sign in as this account (HTTP Basic)"))
        parser.add_argument(
            "--password-env",
            metavar="VAR",
            help=_("environment variable that holds the password; without it: asked for"),
        )
        parser.add_argument(
            "--wait", type=float, default=60, help=_("seconds for the first answer of a sleeping host (default: 60)")
        )

    def handle(self, **options: Any) -> None:
        try:
            server = Server(options["url"], self.credentials(options))
        except ValueError as error:
            raise CommandError(str(error)) from None
        walk = Walk(server, options["wait"])
        for name, step in walk.steps().items():
            self.take(name, step, walk)
        self.stdout.write(_("All is well at %(address)s") % {"address": server.address})

    def credentials(self, options: dict[str, Any]) -> tuple[str, str] | None:
        name, variable = options["username"], options["password_env"]
        if not name:
            return None
        if variable is None:
            return name, getpass.getpass(_("Password of %(name)s: ") % {"name": name})
        if variable not in os.environ:
            raise CommandError(_("The environment variable %(name)s is not set.") % {"name": variable})
        return name, os.environ[variable]

    def take(self, name: str, step: Callable[[], None], walk: Walk) -> None:
        started = time.monotonic()
        try:
            step()
        except Unexpected as error:
            self.stdout.write(_("failed").ljust(8) + f"{name:8}{error}")
            self.tidy(walk)
            raise CommandError(_("%(step)s failed: %(reason)s") % {"step": name, "reason": error}) from None
        self.stdout.write(_("ok").ljust(8) + f"{name:8}{(time.monotonic() - started) * 1000:.0f} ms")

    def tidy(self, walk: Walk) -> None:
        try:
            if walk.begun:
                walk.tidy()
        except Unexpected as error:
            left = _("The task “%(title)s” may be left there: %(reason)s")
            self.stderr.write(left % {"title": walk.title, "reason": error})
