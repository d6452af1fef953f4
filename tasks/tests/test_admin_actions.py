"""What the admin does with many tasks at once: set, assign, export, delete."""

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tasks.admin import actions
from tasks.admin.export import RISKY, original, safe
from tasks.models import Change, Source, Task
from tasks.tests.admin_pages import LIST, act, last_change, notes, text_of
from tasks.tests.conftest import BY

Make = Callable[..., Task]


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("set_status_todo", "status", "todo"),
        ("set_status_in_progress", "status", "in_progress"),
        ("set_status_done", "status", "done"),
        ("set_priority_low", "priority", "low"),
        ("set_priority_medium", "priority", "medium"),
        ("set_priority_high", "priority", "high"),
    ],
)
def test_an_action_sets_what_it_says_for_the_selected(
    desk: Client, make_task: Make, action: str, field: str, value: str
) -> None:
    chosen = [make_task(status="done", priority="low"), make_task(status="in_progress", priority="high")]
    chosen.append(make_task(status="todo", priority="medium"))
    other = make_task(status="todo", priority="medium")
    response = act(desk, action, *chosen)
    assert notes(response) == "2 tasks were changed. 1 was so already."
    assert {getattr(task, field) for task in Task.objects.filter(pk__in=[task.pk for task in chosen])} == {value}
    changes = Change.objects.filter(action="changed")
    assert {(one.actor, one.source, one.batch) for one in changes} == {("maria", Source.ADMIN, changes[0].batch)}
    assert changes.count() == 2
    assert last_change(other).action == "created"


def test_an_action_over_all_pages_keeps_to_the_filters(desk: Client, make_task: Make) -> None:
    tasks = [make_task(f"Fix {number}", assignee="Ann" if number % 2 else None) for number in range(60)]
    response = act(desk, "set_status_done", tasks[1], query="?assignee=Ann&q=Fix", select_across="1")
    assert notes(response) == "30 tasks were changed."
    assert Task.objects.filter(status="done").count() == 30


def test_more_than_an_action_takes_is_refused_and_said(
    desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST", 2)
    tasks = [make_task() for _ in range(3)]
    for action in ("set_status_done", "assign", "delete_selected"):
        response = act(desk, action, tasks[0], select_across="1", confirmed="1", assignee="Bob")
        assert "More than 2 tasks are selected. Nothing was done" in notes(response)
    assert {last_change(task).action for task in tasks} == {"created"}


@pytest.mark.parametrize("key", ["x", "\x00", "", "9" * 40])
def test_a_selection_of_no_tasks_is_refused(desk: Client, make_task: Make, key: str) -> None:
    task = make_task()
    given = {"action": "set_status_done", "index": "0", "_selected_action": [str(task.pk), key]}
    assert "Nothing was done" in notes(desk.post(LIST, given, follow=True))
    assert last_change(task).action == "created"


@pytest.mark.parametrize("path", ["/admin/accounts/user/", "/admin/auth/group/"])
@pytest.mark.parametrize("key", ["x", "\x00", "", "9" * 40])
def test_a_selection_of_nobody_is_refused(desk: Client, path: str, key: str) -> None:
    given = {"action": "delete_selected", "index": "0", "_selected_action": ["1", key], "post": "yes"}
    assert "Nothing was done" in notes(desk.post(path, given, follow=True))


@pytest.mark.parametrize(
    "given",
    [{"action": "x"}, {"action": "\x00"}, {"index": "x"}, {"index": "-7"}, {"select_across": "?"}, {"action": ""}],
)
def test_an_unknown_action_does_nothing(desk: Client, make_task: Make, given: dict[str, str]) -> None:
    task = make_task()
    whole = {"action": "delete_selected", "index": "0", "_selected_action": str(task.pk), **given}
    assert desk.post(LIST, whole, follow=True).status_code == 200
    assert Task.objects.exists()


def test_nothing_selected_is_said(desk: Client, make_task: Make) -> None:
    make_task()
    assert "Items must be selected" in notes(act(desk, "set_status_done"))


# --- Assign -----------------------------------------------------------------------------------------------------------
def test_assigning_asks_for_a_name_and_then_assigns(desk: Client, make_task: Make) -> None:
    tasks = [make_task(f"task {number}", assignee="Ann") for number in range(12)]
    page = text_of(act(desk, "assign", *tasks, query="?assignee=Ann"))
    assert "12 tasks are selected:" in page
    assert "and 2 more" in page
    assert '<option value="Ann">' in page
    response = assigned(desk, *tasks, assignee=" Bob ")
    assert notes(response) == "12 tasks were changed."
    assert set(Task.objects.values_list("assignee", flat=True)) == {"Bob"}
    assert last_change(tasks[3]).fields == {"assignee": ["Ann", "Bob"]}


def assigned(desk: Client, *tasks: Task, query: str = "", **fields: str) -> Any:
    given = {"action": "assign", "_selected_action": [str(task.pk) for task in tasks], "select_across": "0"}
    return desk.post(LIST + query, {**given, "confirmed": "1", **fields}, follow=True)


def test_assigning_to_nobody_and_over_all_pages(desk: Client, make_task: Make) -> None:
    tasks = [make_task(assignee="Ann"), make_task(assignee="Ann"), make_task(assignee="Bob")]
    assigned(desk, tasks[0], query="?assignee=Ann", assignee="", select_across="1")
    assert list(Task.objects.order_by("number").values_list("assignee", flat=True)) == [None, None, "Bob"]


@pytest.mark.parametrize("name", ["x" * 101, "a\x00b"])
def test_a_name_that_does_not_fit_is_asked_for_again(desk: Client, make_task: Make, name: str) -> None:
    task = make_task(assignee="Ann")
    assert 'class="errorlist"' in text_of(assigned(desk, task, assignee=name))
    assert last_change(task).action == "created"


# --- Delete -----------------------------------------------------------------------------------------------------------
def test_deleting_asks_first_and_can_be_undone(desk: Client, make_task: Make) -> None:
    tasks = [make_task("one"), make_task("two"), make_task("three")]
    assert "2 tasks are selected:" in text_of(act(desk, "delete_selected", *tasks[:2]))
    assert Task.objects.count() == 3
    given = {"action": "delete_selected", "_selected_action": [str(task.pk) for task in tasks[:2]], "confirmed": "1"}
    assert notes(desk.post(LIST, given, follow=True)) == "2 tasks were deleted."
    assert [task.title for task in Task.objects.all()] == ["three"]
    assert last_change(tasks[0]).actor == "maria"
    assert Task.objects.restore(tasks[0].pk, by=BY).title == "one"


# --- Export -----------------------------------------------------------------------------------------------------------
def exported(desk: Client, *tasks: Task, query: str = "", **more: str) -> list[dict[str, str]]:
    given = {"action": "export", "index": "0", "_selected_action": [str(task.pk) for task in tasks], **more}
    response = desk.post(LIST + query, given)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="tasks-{timezone.localdate()}.csv"'
    assert response.streaming
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_export_holds_the_selected_with_every_column(desk: Client, make_task: Make) -> None:
    task = make_task('say "hi"; a,b', description="line\nline", assignee="Zoé 🎉", due_date="2026-11-20", status="done")
    make_task("other")
    (row,) = exported(desk, task)
    assert row["title"] == 'say "hi"; a,b'
    assert (row["description"], row["assignee"], row["status"]) == ("line\nline", "Zoé 🎉", "done")
    assert (row["number"], row["id"], row["due_date"]) == (str(task.number), str(task.pk), "2026-11-20T00:00:00Z")


@pytest.mark.parametrize("order", ["-1", "1", "2", "-4", "6", "-6", "7", ""])
def test_the_export_is_in_the_order_of_the_list_in_chunks(
    desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr("tasks.admin.export.CHUNK", 3)
    for number in range(10):
        due = timezone.now() + datetime.timedelta(days=number) if number % 3 else None
        make_task(f"t{number}", priority=["low", "high"][number % 2], due_date=due)
    shown = [str(task.pk) for task in desk.get(f"{LIST}?o={order}").context["cl"].result_list]
    task = Task.objects.all()[0]
    rows = exported(desk, task, query=f"?o={order}", select_across="1")
    assert [row["id"] for row in rows] == shown


@pytest.mark.parametrize("first", RISKY)
def test_no_cell_of_the_export_is_a_formula(desk: Client, make_task: Make, first: str) -> None:
    text = f"{first}HYPERLINK(1)"
    task = make_task("x", assignee=text, description=text)
    (row,) = exported(desk, task)
    assert row["assignee"] == row["description"] == f"'{text}"
    assert original(row["assignee"]) == text


@given(st.text())
def test_what_makes_a_cell_safe_can_be_taken_off(text: str) -> None:
    assert original(safe(text)) == text
    assert not safe(text).startswith(RISKY[:-1])
