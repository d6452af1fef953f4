"""What people type is text on every page: whatever it is, the page has the elements it has with any other text."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from tasks.models import Task
from tasks.tests.conftest import BY
from tasks.tests.payloads import PAYLOADS

pytestmark = pytest.mark.once

HTML = {"Accept": "text/html"}
SCRIPTED = HTML | {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
PLAIN = "Order chairs"


class Elements(HTMLParser):
    """Collects each element with the names of its attributes, and the texts between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _value in attrs)))
        self.texts += [value or "" for _name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page(client: Client, address: str, **data: Any) -> str:
    response = client.post(address, data) if data else client.get(address)
    assert response.status_code < 500, address
    return str(response.content.decode())


def board(task: Task, text: str) -> str:
    return page(Client(headers=HTML), "/")


def filtered(task: Task, text: str) -> str:
    return page(Client(headers=HTML), f"/?assignee={quote(text)}")


def no_match(task: Task, text: str) -> str:
    return page(Client(headers=HTML), f"/?q={quote(text)}&assignee={quote(text)}&status=done")


def task_page(task: Task, text: str) -> str:
    return page(Client(headers=HTML), f"/t/{task.number}")


def panel(task: Task, text: str) -> str:
    return page(Client(headers=SCRIPTED), f"/t/{task.number}")


def moved(task: Task, text: str) -> str:
    return page(Client(headers=SCRIPTED), f"/t/{task.number}/move", status="done")


def conflict(task: Task, text: str) -> str:
    edit = {"title": f"{text} mine", "was_title": f"{text} before"}
    return page(Client(headers=SCRIPTED), f"/t/{task.number}/edit", **edit)


def added(task: Task, text: str) -> str:
    return page(Client(headers=SCRIPTED), "/add", text=" ".join(text.split()))


def deleted(task: Task, text: str) -> str:
    task.remove(by=BY)
    return page(Client(headers=HTML), f"/t/{task.pk}")


def browsable(task: Task, text: str) -> str:
    return page(Client(headers=HTML), f"/tasks/{task.pk}")


def history(task: Task, text: str) -> str:
    return page(Client(headers=HTML), f"/tasks/{task.pk}/changes")


VIEWS = (board, filtered, no_match, task_page, panel, moved, conflict, added, browsable, history, deleted)


def elements(view: Callable[[Task, str], str], make_task: Callable[..., Task], text: str) -> Elements:
    Task.objects.all().delete()
    task = make_task("Fix login", description=None)
    task.change(by=BY, title=text, description=text, assignee=text)
    return Elements(view(task, text))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_no_payload_adds_an_element_or_an_attribute(view: Any, make_task: Callable[..., Task]) -> None:
    expected = elements(view, make_task, PLAIN).found
    for payload in PAYLOADS:
        assert elements(view, make_task, payload).found == expected, payload


def test_every_payload_is_shown_as_typed(make_task: Callable[..., Task]) -> None:
    for payload in PAYLOADS:
        for view in (board, task_page):
            texts = {" ".join(text.split()) for text in elements(view, make_task, payload).texts}
            assert " ".join(payload.split()) in texts, (view.__name__, payload)
