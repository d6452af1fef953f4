"""What a browser does at the page of a task: reads it, fills its fields, sends them off."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tasks.models import Task

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HTMX = HTML | {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}


class Controls(HTMLParser):
    """What a browser would send of the fields' form, and what a person reads of the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.words: list[str] = []
        self.area = ""
        self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        found = dict(attrs)
        name = found.get("name", "")
        self.area = ""
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in found:
            self.sent[self.select] = found["value"]
        elif found.get("form") == "task-edit" and tag == "input":
            self.sent[name] = (
                re.sub("\r\n|\r|\n", "\r\n", found["value"]) if "hidden" in found.values() else found["value"]
            )
        elif found.get("form") == "task-edit" and tag == "textarea":
            self.area = name
            self.sent[name] = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            # The first line break behind the tag is none; the others are sent as CR LF.
            text = re.sub("\r\n|\r|\n", "\n", data).removeprefix("\n")
            self.sent[self.area] = text.replace("\n", "\r\n")
            self.area = ""
        else:
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.area = ""


def page(client: Client, task: Task, status: int = 200, query: str = "") -> str:
    response = client.get(f"/t/{task.number}{query}")
    assert response.status_code == status
    return str(response.content.decode())


def form_of(client: Client, task: Task) -> dict[str, str]:
    sent = Controls(page(client, task)).sent
    assert {"title", "was_title", "due_date_0", "was_due_date", "status"} <= sent.keys()
    return sent


def save(client: Client, task: Task, form: Mapping[str, str]) -> Any:
    return client.post(f"/t/{task.number}/edit", form)


def words(html: str) -> str:
    return " ".join(" ".join(Controls(html).words).split())
