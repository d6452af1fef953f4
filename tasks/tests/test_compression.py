"""Pages for people travel compressed; what programs read does not."""

import gzip
from collections.abc import Callable

import pytest
from django.test import Client

from tasks.models import Task
from tasks.tests.test_html import HTML


@pytest.fixture
def browser(make_task: Callable[..., Task]) -> Client:
    for number in range(5):
        make_task(f"Order chairs {number}")
    return Client(headers=HTML | {"Accept-Encoding": "gzip, deflate, br"})


@pytest.mark.parametrize("path", ["/", "/?q=chairs", "/board/todo", "/t/{number}"])
def test_page_is_compressed_for_a_browser_that_can_read_it(browser: Client, path: str) -> None:
    answer = browser.get(path.format(number=Task.objects.latest("number").number))
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "gzip")
    assert "Accept-Encoding" in answer["Vary"]
    assert "Order chairs" in gzip.decompress(answer.content).decode()


def test_page_comes_plain_to_whoever_cannot_read_it_compressed(browser: Client) -> None:
    answer = browser.get("/", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in answer
    assert "Order chairs" in answer.content.decode()


def test_the_same_page_is_never_of_the_same_length_for_long(browser: Client) -> None:
    """An attacker who counts bytes learns nothing from one answer (BREACH)."""
    assert len({len(browser.get("/board/todo").content) for _ in range(20)}) > 5


def test_json_is_not_compressed(browser: Client) -> None:
    for path in ("/tasks", "/changes", "/tasks/stats", "/"):
        assert "Content-Encoding" not in browser.get(path, headers={"Accept": "application/json"})


def test_changes_of_others_are_known_by_the_tag_that_compression_left(browser: Client) -> None:
    position = browser.get("/").context["position"].packed()
    assert browser.get("/live", headers={"If-None-Match": f'W/"{position}"'}).status_code == 304
