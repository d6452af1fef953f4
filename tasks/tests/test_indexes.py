"""No page, filter or feed reads the table: EXPLAIN says so on both databases, with enough rows to matter."""

import datetime
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict

from tasks.api.feed import feed_page
from tasks.filters import TaskFilter
from tasks.keyset import ORDERINGS, Place
from tasks.models import Change, Position, Task
from tasks.models.ranks import Row, nearest
from tasks.tests.conftest import BY

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
SOME_ID = uuid.UUID("01a20631-afc3-761d-bd05-3aa4f9590795")
ROWS = 4000
PLACES: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "due_date": NOW, "priority": 2, "title": "task 5"}


@pytest.fixture(autouse=True)
def many_tasks() -> None:
    """Shares as in life: most are done, few are high, half have a date."""
    Task.objects.create_tasks(
        (
            {
                "title": f"task {i}",
                "status": "todo" if i % 10 == 0 else "done",
                "priority": ("low", "medium", "high")[i % 3],
                "assignee": f"person {i % 50}" if i % 2 else None,
                "due_date": NOW + datetime.timedelta(hours=i) if i % 2 else None,
                "created_at": NOW + datetime.timedelta(minutes=i),
            }
            for i in range(ROWS)
        ),
        by=BY,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":
            # Sorting a handful is cheaper than the index's order; what counts is that the index has that order.
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")


class Plans:
    """Collects the plan of each query that is run, without running it."""

    def __init__(self) -> None:
        self.plans: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
            with context["connection"].connection.cursor() if connection.vendor == "postgresql" else Plain() as cursor:
                cursor.execute(explain + (sql if connection.vendor == "postgresql" else sql.replace("%s", "?")), params)
                self.plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
        return execute(sql, params, many, context)


class Plain:
    """A cursor of SQLite's own, as a context like PostgreSQL's."""

    def __enter__(self) -> Any:
        return connection.connection.cursor()

    def __exit__(self, *_error: object) -> None:
        pass


def plans(run: Any) -> list[str]:
    collected = Plans()
    with connection.execute_wrapper(collected):
        run()
    assert collected.plans
    return collected.plans


def assert_served_by_an_index(run: Any, index: str = "") -> None:
    for plan in plans(run):
        sorts = "USE TEMP B-TREE" in plan or "Sort" in plan
        scans = "Seq Scan" in plan or ("SCAN" in plan and "INDEX" not in plan)
        assert not sorts, plan
        assert not scans, plan
        assert index in plan, plan


@pytest.mark.parametrize("name", sorted(ORDERINGS))
def test_every_order_is_an_index_at_any_depth(name: str) -> None:
    ordering, key = ORDERINGS[name], name.removeprefix("-")
    index = {"due_date": "task_due", "priority": "task_priority", "title": "task_title"}.get(key, f"task_{key[:7]}")
    assert_served_by_an_index(lambda: ordering.page(Task.objects.values("id"), None, 50), index)
    deep = Place(PLACES[key], SOME_ID)
    assert_served_by_an_index(lambda: ordering.page(Task.objects.values("id"), deep, 50), index)
    if ordering.nullable:
        undated = Place(None, SOME_ID)
        assert_served_by_an_index(lambda: ordering.page(Task.objects.values("id"), undated, 50), index)


def newest(tasks: "QuerySet[Task]") -> Iterator[Any]:
    return iter(ORDERINGS["-created_at"].page(tasks, Place(NOW + datetime.timedelta(days=1), SOME_ID), 50))


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        ({"status__in": ["todo"]}, "task_status_created"),
        ({"assignee": "person 7"}, "task_assignee_created"),
        ({"assignee__isnull": True}, "task_"),
        ({"priority__in": ["high"]}, "task_created"),
        ({"user_id": 5}, "tasks_user_id"),
    ],
)
def test_filters_in_the_default_order_are_an_index(filters: dict[str, Any], index: str) -> None:
    run = lambda: newest(Task.objects.filter(**filters))  # noqa: E731
    if "user_id" in filters:
        assert all("Seq Scan" not in plan for plan in plans(run))
    else:
        assert_served_by_an_index(run, index)


@pytest.mark.parametrize(
    ("query", "used"),
    [
        ("ordering=priority&priority=high", "priority_rank"),
        ("ordering=-priority&priority=low,high", "priority_rank"),
        pytest.param("ordering=due_date&status=todo", "task_open_due", marks=pytest.mark.postgresql),
        pytest.param("ordering=-due_date&status=todo,in_progress", "task_open_due", marks=pytest.mark.postgresql),
    ],
)
def test_a_filter_on_what_is_the_order_skips_the_others(query: str, used: str) -> None:
    found = TaskFilter(QueryDict(query), Task.objects.all())
    assert found.form.is_valid()
    page = lambda: found.form.cleaned_data["order"].page(found.qs.values("id"), None, 50)  # noqa: E731
    first, *_undated = plans(page)
    assert used in first


def test_the_board_and_the_late_ones_are_an_index() -> None:
    board = Task.objects.filter(status="todo").order_by("-rank", "-id")[:50]
    assert_served_by_an_index(lambda: list(board), "task_board")
    late = ORDERINGS["due_date"]
    assert_served_by_an_index(lambda: late.page(Task.objects.overdue(), None, 50), "_due")


@pytest.mark.parametrize(("status", "index"), [("todo", "task_board"), ("done", "task_done")])
def test_a_columns_cards_and_their_number_are_an_index(status: str, index: str) -> None:
    shown = Task.objects.in_column(status)
    assert_served_by_an_index(lambda: list(shown[:51]), index)
    middle = shown[150]
    assert_served_by_an_index(lambda: list(Task.objects.behind(status, middle.place)[:51]), index)
    assert_served_by_an_index(lambda: shown.count_to(1000), index)


@pytest.mark.parametrize("place", ["top", "bottom", "up", "down", "after"])
def test_the_neighbours_of_a_move_are_an_index(place: str) -> None:
    task, other, *_ = Task.objects.in_column("todo")[150:155]
    wish: dict[str, Any] = {"after": other.pk} if place == "after" else {"place": place}
    assert_served_by_an_index(lambda: task.move(by=BY, **wish))
    others = Task.objects.filter(status="todo").exclude(pk=task.pk)
    for down in (True, False):
        assert_served_by_an_index(lambda down=down: nearest(others, Row(task.rank, task.pk), down=down), "task_board")
        assert_served_by_an_index(lambda down=down: nearest(others, None, down=down), "task_board")


def test_room_is_made_by_indexes(many_tasks: None) -> None:
    task, above, *_ = Task.objects.in_column("todo")[150:155]
    Task.objects.filter(status="todo").update(rank=task.rank)
    assert_served_by_an_index(lambda: task.move(by=BY, after=above.pk))


def test_one_task_and_its_history_are_an_index() -> None:
    task = Task.objects.all()[0]
    assert_served_by_an_index(lambda: Task.objects.get(pk=task.pk))
    assert_served_by_an_index(lambda: list(Change.objects.of_task(task.pk)[:50]), "change_task")


def test_the_feed_is_an_index_from_its_start_and_from_its_middle() -> None:
    middle = Change.objects.order_by("id")[ROWS // 2]
    assert_served_by_an_index(lambda: list(feed_page(None, 50)), "change_feed")
    assert_served_by_an_index(lambda: list(feed_page(Position(middle.transaction, middle.id), 50)), "change_feed")


def test_the_feeds_end_and_what_is_behind_a_position_are_an_index() -> None:
    change = Change.objects.order_by("id")[ROWS // 2]
    position = Position(change.transaction, change.pk, change.at)
    assert_served_by_an_index(Change.objects.newest_served, "change_feed")
    assert_served_by_an_index(lambda: list(Change.objects.since(position)[:200]), "change_feed")
    assert_served_by_an_index(lambda: Change.objects.has(position))
    assert_served_by_an_index(lambda: Change.objects.last_of([change.task_id]), "change_task")
