"""Moves: a card comes to lie where it was put, whatever the ranks were, and a move writes one row."""

import uuid
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tasks.models import Change, Stale, Task
from tasks.models.bulk import update_rows
from tasks.models.columns import SPACE, rank_at
from tasks.models.ranks import HALVES, HIGHEST, LOWEST, PLACES
from tasks.tests.conftest import BY, statements

pytestmark = pytest.mark.django_db
Maker = Callable[..., Task]
Cards = dict[str, Task]


def card(title: str) -> Task:
    return Task.objects.get(title=title)


def column(status: str = "todo") -> str:
    return "".join(Task.objects.in_column(status).values_list("title", flat=True))


def lay(titles: Iterable[str], ranks: Iterable[int] = (), **fields: Any) -> None:
    """Make a column; with `ranks` those, highest first."""
    Task.objects.create_tasks([{"title": title} | fields for title in titles], by=BY)
    for title, rank in zip(titles, ranks, strict=False):
        Task.objects.filter(title=title).update(rank=rank)


def named(wish: dict[str, str]) -> dict[str, Any]:
    return {key: value if key == "place" else card(value).pk for key, value in wish.items()}


def moved_rows() -> list[Change]:
    return list(Change.objects.filter(action="moved"))


# --- where a card comes to lie ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ({"after": "a"}, "acbde"),
        ({"after": "e"}, "abdec"),
        ({"before": "a"}, "cabde"),
        ({"before": "e"}, "abdce"),
        ({"after": "d", "before": "a"}, "abdce"),
        ({"place": "top"}, "cabde"),
        ({"place": "bottom"}, "abdec"),
        ({"place": "up"}, "acbde"),
        ({"place": "down"}, "abdce"),
        ({"place": "top", "after": "e"}, "cabde"),
        ({}, "cabde"),
    ],
)
def test_a_card_lies_where_it_was_put(wish: dict[str, str], order: str) -> None:
    lay("abcde")
    card("c").move(by=BY, **named(wish))
    assert column() == order


@pytest.mark.parametrize("wish", [{"place": "top"}, {"place": "up"}, {"before": "b"}, {}])
def test_the_top_card_put_on_top_writes_nothing(wish: dict[str, str]) -> None:
    lay("abc")
    card("a").move(by=BY, **named(wish))
    assert column() == "abc"
    assert not moved_rows()


@pytest.mark.parametrize("wish", [{"place": "bottom"}, {"place": "down"}, {"after": "b"}])
def test_the_lowest_card_put_lowest_writes_nothing(wish: dict[str, str]) -> None:
    lay("abc")
    card("c").move(by=BY, **named(wish))
    assert column() == "abc"
    assert not moved_rows()


def test_a_neighbour_that_left_or_is_gone_is_ignored() -> None:
    lay("abcde")
    card("a").change(by=BY, status="done")
    gone = card("b")
    gone_id = gone.pk
    gone.remove(by=BY)
    card("e").move(by=BY, after=gone_id, before=card("d").pk)
    assert column() == "ced"
    card("d").move(by=BY, after=card("a").pk, before=gone_id)
    assert column() == "dce"
    card("e").move(by=BY, after=card("e").pk, before=card("c").pk)
    assert column() == "dec"
    card("c").move(by=BY, after=uuid.uuid4())
    assert column() == "cde"


def test_a_card_right_above_counts_though_another_lies_between_by_now() -> None:
    lay("abcd")
    above, below = card("a").pk, card("b").pk
    card("d").move(by=BY, after=above)
    card("c").move(by=BY, after=above, before=below)
    assert column() == "acdb"


def test_a_card_enters_another_column_where_it_was_put() -> None:
    lay("abc")
    lay("xyz", status="in_progress")
    task = card("b")
    task.move(by=BY, status="in_progress", after=card("x").pk, if_status="todo")
    assert (column(), column("in_progress")) == ("ac", "xbyz")
    assert (task.status, task.version) == ("in_progress", 2)
    change = Change.objects.of_task(task.pk)[0]
    assert (change.action, change.fields.keys()) == ("changed", {"status", "rank"})


def test_up_and_down_into_another_column_are_its_top() -> None:
    lay("abc")
    lay("xyz", status="in_progress")
    card("a").move(by=BY, status="in_progress", place="down")
    card("b").move(by=BY, status="in_progress", place="up")
    assert column("in_progress") == "baxyz"


def test_a_place_in_an_empty_column_is_now() -> None:
    lay("ab")
    before = rank_at(card("a").created_at)
    for place, title in (("bottom", "a"), ("top", "b")):
        card(title).move(by=BY, status="in_progress", place=place)
        card(title).move(by=BY, status="todo")
    assert column() == "ba"
    assert card("b").rank > card("a").rank > before


def test_done_keeps_the_order_of_its_times() -> None:
    lay("abc")
    for title in "abc":
        card(title).move(by=BY, status="done", place="bottom")
    assert column("done") == "cba"
    logged = Change.objects.count()
    for place in PLACES:
        card("b").move(by=BY, place=place)
    card("b").move(by=BY, after=card("a").pk)
    card("b").move(by=BY, status="done", after=card("a").pk)
    assert column("done") == "cba"
    assert Change.objects.count() == logged


def test_a_card_that_somebody_took_to_another_column_is_stale(make_task: Maker) -> None:
    task = make_task()
    Task(pk=task.pk).change(by=BY, status="in_progress")
    with pytest.raises(Stale):
        task.move(by=BY, place="top", if_status="todo")
    with pytest.raises(Stale):
        task.move(by=BY, status="done", if_status="todo")
    assert Task.objects.get().status == "in_progress"
    assert task.move(by=BY, status="done", if_status="in_progress").status == "done"


def test_a_card_that_is_gone_does_not_move(make_task: Maker) -> None:
    task = make_task()
    Task(pk=task.pk).remove(by=BY)
    with pytest.raises(Task.DoesNotExist):
        task.move(by=BY, place="top")


def test_nobody_moves_a_card_sideways(make_task: Maker) -> None:
    with pytest.raises(ValueError, match="left"):
        make_task().move(by=BY, place="left")


# --- what it costs ----------------------------------------------------------------------------------------------------


def test_a_move_is_one_update_and_one_row_in_the_log() -> None:
    lay("abcdefgh")
    task, above = card("g"), card("b")
    with CaptureQueriesContext(connection) as captured:
        task.move(by=BY, after=above.pk)
    sent = [query["sql"].removeprefix("1 times: ") for query in captured.captured_queries]
    words = [sql.split()[0] for sql in sent]
    assert [word for word in words if word in {"UPDATE", "INSERT", "DELETE"}] == ["INSERT", "UPDATE"]
    assert words.count("SELECT") == 3
    [change] = moved_rows()
    assert (change.task_id, change.fields["rank"][1], change.batch) == (task.pk, task.rank, None)
    assert task.version == 1


def test_no_way_to_move_takes_more_statements_than_pinned() -> None:
    lay("abcdefgh")
    for place, count in {"bottom": 4, "top": 4, "up": 2, "down": 4}.items():
        assert statements(lambda place=place: card("c").move(by=BY, place=place)) == count + 1  # type: ignore[misc]
    assert statements(lambda: card("c").move(by=BY, status="done")) == 4


def test_a_long_column_costs_a_move_no_more() -> None:
    Task.objects.create_tasks([{"title": f"{n}"} for n in range(3000)], by=BY)
    first, last = card("0"), card("2999")
    assert statements(lambda: last.move(by=BY, after=first.pk)) == 5
    assert statements(lambda: first.move(by=BY, place="bottom")) == 4
    assert [task.title for task in Task.objects.in_column("todo")[:2]] == ["2999", "1"]


# --- ranks that leave no room -----------------------------------------------------------------------------------------


def test_lines_of_one_call_lie_in_their_order_with_room_between(make_task: Maker) -> None:
    make_task("z")
    lay("abcdef")
    make_task("y")
    assert column() == "yabcdefz"
    ranks = [card(title).rank for title in "abcdef"]
    assert [high - low for high, low in pairwise(ranks)] == [SPACE] * 5


def test_rows_that_bring_their_times_along_lie_by_them(make_task: Maker) -> None:
    old, new = make_task("old").created_at, make_task("new").created_at
    Task.objects.create_tasks([{"title": "a", "created_at": old}, {"title": "b", "created_at": new}], by=BY)
    assert [card(title).rank for title in "ab"] == [rank_at(old), rank_at(new)]


def test_a_gap_that_is_used_up_is_made_anew_and_keeps_the_order() -> None:
    lay("abcdef")
    order = "abcdef"
    for turn in range(40):
        title = "bcdef"[turn % 5]
        card(title).move(by=BY, after=card("a").pk)
        order = "a" + title + order.replace("a", "").replace(title, "")
        assert column() == order


def test_making_room_is_told_in_the_log_as_one_batch_of_moves() -> None:
    lay("abcd", [7, 6, 5, 4])
    task = card("a")
    before = {row.pk: row.rank for row in Task.objects.all()}
    task.move(by=BY, after=card("b").pk)
    assert column() == "bacd"
    made, own = [row for row in moved_rows() if row.batch], [row for row in moved_rows() if not row.batch]
    assert [row.task_id for row in own] == [task.pk]
    assert len({row.batch for row in made}) == 1
    for row in made:
        assert row.fields["rank"][0] == before[row.task_id]
    told = before | {row.task_id: row.fields["rank"][1] for row in (*made, *own)}
    assert told == {row.pk: row.rank for row in Task.objects.all()}
    assert set(Task.objects.values_list("version", flat=True)) == {1}


def test_room_is_made_among_few_of_many() -> None:
    Task.objects.create_tasks([{"title": f"{n}"} for n in range(1000)], by=BY)
    Task.objects.filter(title="500").update(rank=card("499").rank)
    Task.objects.filter(title="501").update(rank=card("499").rank)
    card("0").move(by=BY, after=Task.objects.filter(rank=card("499").rank).order_by("id")[1].pk)
    assert 0 < len(moved_rows()) <= 65
    assert len(set(Task.objects.values_list("rank", flat=True))) == 1000


def test_a_wider_window_is_taken_where_all_lie_close() -> None:
    Task.objects.create_tasks([{"title": f"{n}"} for n in range(300)], by=BY)
    for number, task in enumerate(Task.objects.in_column("todo")):
        Task.objects.filter(pk=task.pk).update(rank=1000 - number)
    order = list(Task.objects.in_column("todo"))
    order[0].move(by=BY, before=order[150].pk)
    expected = [*order[1:150], order[0], *order[150:]]
    assert list(Task.objects.in_column("todo")) == expected
    assert len(moved_rows()) > 256


def test_a_narrow_window_is_enough_where_all_lie_as_close() -> None:
    Task.objects.create_tasks([{"title": f"{n}"} for n in range(400)], by=BY)
    order = list(Task.objects.in_column("todo"))
    update_rows(Task, ["rank"], [(10**6 - 40 * place, task.pk) for place, task in enumerate(order)])
    for _turn in range(7):
        order.insert(201, order.pop())
        order[201].move(by=BY, after=order[200].pk)
        assert list(Task.objects.in_column("todo")) == order
    assert 0 < len([row for row in moved_rows() if row.batch]) <= 2 * HALVES[0] + 1


def test_where_2000_have_no_room_a_card_lies_as_near_as_can_be() -> None:
    Task.objects.create_tasks([{"title": f"{n}"} for n in range(2500)], by=BY)
    Task.objects.update(rank=5)
    order = list(Task.objects.in_column("todo"))
    order[-1].move(by=BY, after=order[1249].pk)
    assert Task.objects.get(pk=order[-1].pk).rank == 5
    order[-1].move(by=BY, place="top")
    assert Task.objects.in_column("todo")[0] == order[-1]


RANKS = {
    "as they were made": range(0),
    "all alike": [0] * 9,
    "one apart": range(9, 0, -1),
    "at the lower end": [LOWEST] * 9,
    "at the upper end": [HIGHEST] * 9,
    "next to the upper end": range(HIGHEST, HIGHEST - 9, -1),
    "next to the lower end": range(LOWEST + 8, LOWEST - 1, -1),
}
TITLES = "abcdefg"
titles = st.sampled_from(TITLES)
moves = st.lists(
    st.tuples(
        titles,
        st.sampled_from([None, "todo", "in_progress"]),
        st.one_of(
            st.fixed_dictionaries({"place": st.sampled_from(PLACES)}),
            st.fixed_dictionaries({}, optional={"after": titles, "before": titles}),
        ),
    ),
    max_size=12,
)


def placed(order: str, title: str, wish: dict[str, str], was: int | None) -> str:
    """Return the column as a list has it. `was` is the card's index, None where it comes from another column."""
    others = order.replace(title, "")
    index = 0
    if wish.get("after", title) in others:
        index = others.index(wish["after"]) + 1
    elif wish.get("before", title) in others:
        index = others.index(wish["before"])
    elif wish.get("place") == "bottom":
        index = len(others)
    elif was is not None and wish.get("place") in ("up", "down"):
        index = max(0, was + (1 if wish["place"] == "down" else -1))
    return others[:index] + title + others[index:]


class MovesTest(TestCase):
    @hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(ranks=st.sampled_from(sorted(RANKS)), done=moves)
    def test_any_moves_give_the_order_that_a_list_has(
        self, ranks: str, done: list[tuple[str, str | None, dict[str, str]]]
    ) -> None:
        lay(TITLES, RANKS[ranks])
        order = {"todo": column(), "in_progress": ""}
        keys = {title: card(title).pk for title in TITLES}
        for title, status, wish in done:
            was = "todo" if title in order["todo"] else "in_progress"
            to = status or was
            place = order[was].index(title) if to == was else None
            order[was] = order[was].replace(title, "") if to != was else order[was]
            order[to] = placed(order[to], title, wish, place)
            Task(pk=keys[title]).move(by=BY, status=status, **named(wish))
            assert {name: column(name) for name in order} == order
