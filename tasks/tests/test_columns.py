"""Columns of the board: their order, the cards behind a place, how many there are, and where the feed ends."""

import base64
import datetime
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tasks.keyset import BadCursor
from tasks.models import Change, Position, Status, Task
from tasks.models.position import START, packed_place, unpacked_place
from tasks.models.ranks import HIGHEST, LOWEST
from tasks.tests.conftest import BY, statements
from tasks.tests.test_changes import until_served

Maker = Callable[..., Task]
SOME_ID = uuid.UUID("01a20631-afc3-761d-bd05-3aa4f9590795")
NOW = datetime.datetime(2026, 11, 20, 15, 0, 0, 123457, tzinfo=datetime.UTC)


@pytest.fixture
def board(db: None) -> None:
    """Nine tasks, three in each column, some of the same rank and time."""
    for n in range(9):
        at = NOW + datetime.timedelta(microseconds=n // 2)
        rows = [{"title": f"{n}", "status": Status.values[n % 3], "created_at": at}]
        Task.objects.create_tasks(rows, by=BY)


@pytest.mark.parametrize("status", Status.values)
def test_a_column_has_its_own_in_the_boards_order(board: None, status: str) -> None:
    key = "completed_at" if status == "done" else "rank"
    own = [task for task in Task.objects.all() if task.status == status]
    expected = sorted(own, key=lambda task: (getattr(task, key), task.pk), reverse=True)
    assert list(Task.objects.in_column(status)) == expected
    assert len(expected) == 3


@pytest.mark.parametrize("status", Status.values)
def test_places_sort_as_texts_like_the_column(board: None, status: str) -> None:
    shown = list(Task.objects.in_column(status))
    assert [task.place for task in shown] == sorted((task.place for task in shown), reverse=True)


@pytest.mark.parametrize("status", Status.values)
def test_the_cards_behind_a_place_are_the_rest(board: None, status: str) -> None:
    shown = list(Task.objects.in_column(status))
    for index, task in enumerate(shown):
        assert list(Task.objects.behind(status, task.place)) == shown[index + 1 :]
        assert list(Task.objects.in_column(status).behind(status, task.place)) == shown[index + 1 :]


def test_a_place_outlives_its_card(board: None) -> None:
    first, second, third = Task.objects.in_column("todo")
    place = second.place
    Task(pk=second.pk).remove(by=BY)
    assert list(Task.objects.behind("todo", place)) == [third]
    assert Task.objects.in_column("todo")[0] == first


def test_a_column_keeps_the_filters(board: None) -> None:
    assert [task.title for task in Task.objects.filter(title__in="048").in_column("todo")] == ["0"]
    assert [task.title for task in Task.objects.filter(title__in="158").in_column("done")] == ["8", "5"]


@given(value=st.integers(LOWEST, HIGHEST), other=st.integers(LOWEST, HIGHEST), task_id=st.uuids(), other_id=st.uuids())
def test_every_rank_comes_back_from_its_text_which_sorts_like_it(
    value: int, other: int, task_id: uuid.UUID, other_id: uuid.UUID
) -> None:
    assert unpacked_place(packed_place(value, task_id), is_instant=False) == (value, task_id)
    as_texts = packed_place(value, task_id) < packed_place(other, other_id)
    assert as_texts == ((value, task_id) < (other, other_id))


@given(value=st.datetimes(timezones=st.just(datetime.UTC)))
def test_every_instant_comes_back_from_its_text(value: datetime.datetime) -> None:
    assert unpacked_place(packed_place(value, SOME_ID), is_instant=True) == (value, SOME_ID)


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "place",
        f"{2**64:020d}-{SOME_ID.hex}",
        f"{10**20 - 1}-{SOME_ID.hex}",
        f"{2**63:020d}-{SOME_ID}",
        f"{2**63:020d}-{SOME_ID.hex.upper()}",
        f"{2**63:019d}-{SOME_ID.hex}",
        f"+{2**63:019d}-{SOME_ID.hex}",
        f"{2**63:020d}-{SOME_ID.hex}\n",
        f"{'٣' * 20}-{SOME_ID.hex}",
        "\0",
    ],
)
def test_a_text_that_is_no_place_is_refused(status: str, text: str) -> None:
    with pytest.raises(BadCursor):
        Task.objects.behind(status, text)


def test_an_instant_that_never_was_is_no_place() -> None:
    for value in (LOWEST, HIGHEST):
        with pytest.raises(BadCursor):
            Task.objects.behind("done", packed_place(value, SOME_ID))


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 4, 1000])
def test_a_count_stops_at_its_limit(board: None, limit: int) -> None:
    for status in Status.values:
        assert Task.objects.in_column(status).count_to(limit) == min(limit, 3)
    assert Task.objects.none().count_to(limit) == 0


# --- the feed's end ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_newest_position_is_where_the_feed_ends(make_task: Maker) -> None:
    assert Change.objects.newest_served() == START
    task = make_task()
    until_served()
    first = Change.objects.newest_served()
    assert statements(lambda: Change.objects.newest_served()) == 1
    assert list(Change.objects.since(first)) == []
    task.change(by=BY, title="x")
    make_task("y").move(by=BY, place="bottom")
    until_served()
    assert [(change.action, change.task_id == task.pk) for change in Change.objects.since(first)] == [
        ("changed", True),
        ("created", False),
        ("moved", False),
    ]
    newest = Change.objects.order_by("id").last()
    assert newest
    assert Change.objects.newest_served() == (newest.transaction, newest.pk, newest.at)
    assert Change.objects.since(START).count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_position_of_another_log_is_told(make_task: Maker) -> None:
    make_task()
    until_served()
    position = Change.objects.newest_served()
    assert position.at
    assert Change.objects.has(position)
    assert Change.objects.has(START)
    others: list[dict[str, Any]] = [
        {"transaction": position.transaction + 1},
        {"id": position.id + 1},
        {"at": position.at + datetime.timedelta(microseconds=1)},
        {"at": None},
    ]
    for other in others:
        assert not Change.objects.has(position._replace(**other))
    Change.objects.all().delete()
    assert not Change.objects.has(position)


@given(
    transaction=st.integers(-1, HIGHEST),
    change=st.integers(-1, HIGHEST),
    at=st.none() | st.datetimes(timezones=st.just(datetime.UTC)),
)
def test_every_position_comes_back_from_its_text(transaction: int, change: int, at: datetime.datetime | None) -> None:
    position = Position(transaction, change, at)
    assert Position.unpacked(position.packed()) == position
    assert set(position.packed()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(text=st.text() | st.from_regex(r"[-0-9.]{1,40}", fullmatch=True).map(str))
def test_no_text_breaks_a_reader_of_positions(text: str) -> None:
    with suppress(BadCursor):
        assert isinstance(Position.unpacked(text), Position)


@pytest.mark.parametrize(
    "numbers", ["", "1", "1.2.3.4", "-2.1", "1.-2", f"{2**63}.1", f"1.{2**63}", "1.2.", f"1.2.{10**30}", "a.b", "é"]
)
def test_a_text_that_is_no_position_is_refused(numbers: str) -> None:
    text = base64.urlsafe_b64encode(numbers.encode()).decode().rstrip("=")
    with pytest.raises(BadCursor):
        Position.unpacked(text)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_settled_tasks_are_the_same_whether_they_are_few_or_many(make_task: Callable[..., Task], limit: int) -> None:
    wanted = {make_task(assignee="Alice").pk for _ in range(2)}
    make_task(assignee="Ben")
    assert {task.pk for task in Task.objects.filter(assignee="Alice").settled(limit)} == wanted


def test_settled_tasks_are_asked_for_once(make_task: Callable[..., Task]) -> None:
    make_task("Zebra")
    settled = Task.objects.matching("zebra").settled(10)
    with CaptureQueriesContext(connection) as asked:
        assert [len(settled.in_column(status)) for status in Status] == [1, 0, 0]
    assert all("LIKE" not in query["sql"].upper() for query in asked)


def test_settled_nothing_is_nothing(make_task: Callable[..., Task]) -> None:
    make_task()
    assert not Task.objects.none().settled(10)
    assert not Task.objects.matching("zebra").settled(10)
