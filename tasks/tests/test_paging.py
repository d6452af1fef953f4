"""Pages: every task once, whatever happens between two of them."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from rest_framework.test import APIClient

from tasks.keyset import ORDERINGS, BadCursor
from tasks.models import Task
from tasks.tests.conftest import BY

Maker = Callable[..., Task]


def next_of(answer: Any) -> str | None:
    link: str = answer.headers.get("Link", "")
    if not link:
        return None
    address, _bracket, rel = link.partition(">")
    assert rel == '; rel="next"'
    return address.removeprefix("<")


def pages(client: APIClient, path: str) -> Iterator[list[dict[str, Any]]]:
    address: str | None = path
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        yield answer.json()
        address = next_of(answer)


def expected_order(name: str) -> list[str]:
    """Sort as the contract says, in plain Python: nulls last either way, ties by id in the same direction."""
    rank = {"low": 1, "medium": 2, "high": 3}
    key, down = name.removeprefix("-"), name.startswith("-")
    rows = [(rank[t.priority] if key == "priority" else getattr(t, key), str(t.pk)) for t in Task.objects.all()]
    dated = sorted((row for row in rows if row[0] is not None), reverse=down)
    undated = sorted((row for row in rows if row[0] is None), reverse=down)
    return [task_id for _value, task_id in dated + undated]


times = st.sampled_from([None, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "2027-01-01T10:00:00.000001Z"])
some_tasks = st.lists(
    st.fixed_dictionaries(
        {"title": st.sampled_from("abc"), "priority": st.sampled_from(["low", "medium", "high"]), "due_date": times}
    ),
    max_size=9,
)


class PagesTest(TestCase):
    @hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rows=some_tasks, name=st.sampled_from(sorted(ORDERINGS)), limit=st.integers(1, 4))
    def test_pages_show_every_task_once_in_every_order(self, rows: list[dict[str, Any]], name: str, limit: int) -> None:
        client = APIClient()
        for row in rows:
            assert client.post("/tasks", row).status_code == 201
        shown = list(pages(client, f"/tasks?ordering={name}&limit={limit}"))
        assert [task["id"] for page in shown for task in page] == expected_order(name)
        assert all(len(page) == limit for page in shown[:-1])


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ORDERINGS))
def test_a_task_that_stays_put_is_shown_once_while_others_come_go_and_change(
    client: APIClient, make_task: Maker, name: str
) -> None:
    staying = [make_task(f"stay {i % 3}", due_date=None if i % 2 else "2026-11-20T00:00:00Z") for i in range(9)]
    leaving = [make_task(f"go {i}") for i in range(6)]
    shown: list[str] = []
    for page in pages(client, f"/tasks?ordering={name}&limit=2&q=stay"):
        shown += [task["id"] for task in page]
        make_task("stay new" if name == "-created_at" else "other")
        if leaving:
            leaving.pop().remove(by=BY)
    assert sorted(shown) == sorted(str(task.pk) for task in staying)


@pytest.mark.django_db
def test_the_next_link_keeps_the_filters(client: APIClient, make_task: Maker) -> None:
    for i in range(5):
        make_task(f"{i} & more", assignee="Zoé #1")
    make_task("other")
    shown = [task["title"] for page in pages(client, "/tasks?assignee=Zo%C3%A9 %231&limit=2&q=%26") for task in page]
    assert shown == [f"{i} & more" for i in (4, 3, 2, 1, 0)]


@pytest.mark.django_db
def test_no_link_where_nothing_follows(client: APIClient, make_task: Maker) -> None:
    make_task()
    assert "Link" not in client.get("/tasks?limit=1").headers
    make_task()
    assert "Link" in client.get("/tasks?limit=1").headers


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


SOME_ID = "01a20631-afc3-761d-bd05-3aa4f9590795"


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "====",
        "é",
        "A" * 10_000,
        packed(None),
        packed([]),
        packed(["-created_at", "2026-11-20T00:00:00Z"]),
        packed(["-created_at", None, SOME_ID]),
        packed(["-created_at", 5, SOME_ID]),
        packed(["-created_at", "yesterday", SOME_ID]),
        packed(["-created_at", "2026-11-20T00:00:00", SOME_ID]),
        packed(["-created_at", "2026-11-20T00:00:00Z", "me"]),
        packed(["-created_at", "2026-11-20T00:00:00Z", 5]),
        packed(["-title", "a", SOME_ID]),
        packed({"a": 1}),
        packed(["-created_at", "0001-01-01T00:00:00+23:00", SOME_ID]),
        packed(["-created_at", "0001-01-01T00:00:00Z", SOME_ID]),
        packed(["-created_at", "9999-12-31T23:59:59Z", SOME_ID]),
        packed(["-created_at", "2026-11-20T00:00:00+23:59:59.999999", SOME_ID]),
    ],
)
def test_a_forged_cursor_is_told_apart(cursor: str) -> None:
    with pytest.raises(BadCursor):
        ORDERINGS["-created_at"].place(cursor)


def test_a_forged_title_is_told_apart() -> None:
    with pytest.raises(BadCursor):
        ORDERINGS["title"].place(packed(["title", "\0", SOME_ID]))


@pytest.mark.parametrize("value", [-1, 4, 2**70, True, "1", None])
def test_a_forged_rank_is_told_apart(value: Any) -> None:
    with pytest.raises(BadCursor):
        ORDERINGS["priority"].place(packed(["priority", value, SOME_ID]))


@given(text=st.text())
def test_no_text_breaks_the_cursor(text: str) -> None:
    for ordering in ORDERINGS.values():
        with pytest.raises(BadCursor):
            ordering.place(text)
