"""Rows of the workshop's that break a rule: what they become, and what the log keeps of them."""

import datetime
import uuid
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from sqlalchemy.engine import Engine

from tasks import adoption
from tasks.models import Change, Task
from tasks.tests.workshop import PLAIN_TABLE, insert, migrate, run_sql

POSTGRESQL = connection.vendor == "postgresql"
SAME = "0b0e4a58-1f9e-4a6e-9c55-52b7e3b8a001"


def adopted_alone(old: Engine, breaches: list[tuple[str, str | None]]) -> list[tuple[Task, dict[str, Any]]]:
    """Take over a row for each breach, sound but for that key; return the tasks with what the log holds of each."""
    sound = {"title": "A", "status": "todo", "priority": "low", "updated_at": "2025-01-02 10:00:00"}
    run_sql(old, PLAIN_TABLE)
    for number, (key, original) in enumerate(breaches):
        created = f"2025-01-01 10:00:{number:02}"
        insert(old, sound | {"id": str(uuid.uuid4()), "created_at": created, key: original})
    migrate()
    logged = {change.task_id: change.fields for change in Change.objects.all()}
    return [(task, logged[task.pk]) for task in Task.objects.order_by("number")]


def test_value_that_breaks_a_rule_gets_the_smallest_change_and_the_log_the_original(old: Engine, in_use: None) -> None:
    cases: list[tuple[str, str | None, str | None]] = [
        ("status", None, "todo"),
        ("status", "archived", "todo"),
        ("status", "In Progress", "in_progress"),
        ("status", "TaskStatus.DONE", "done"),
        ("priority", None, "medium"),
        ("priority", "urgent", "medium"),
        ("title", "x" * 201, "x" * 200),
        ("title", " \t", "Untitled"),
        ("title", None, "Untitled"),
        ("title", " padded ", "padded"),
        ("description", "🎈" * 1001, "🎈" * 1000),
        ("assignee", "y" * 101, "y" * 100),
        ("assignee", "", None),
    ]
    adopted = adopted_alone(old, [(key, original) for key, original, _stored in cases])

    for (key, original, stored), (task, logged) in zip(cases, adopted, strict=True):
        assert getattr(task, key) == stored
        assert logged.get(key, [None, None]) == [original, stored]
        assert logged["number"] == [None, task.number]


NEVER = (
    ["infinity", "0044-03-15 00:00:00 BC", "12026-01-01 00:00:00"] if POSTGRESQL else ["soon", "", "2025-02-30", "7"]
)


def test_due_date_that_cannot_be_read_or_shown_is_left_out(old: Engine, in_use: None) -> None:
    moments = [*NEVER, "0001-01-01 00:00:00"]
    adopted = adopted_alone(old, [("due_date", moment) for moment in moments])

    assert [task.due_date for task, _logged in adopted] == [None] * len(moments)
    assert [logged["due_date"] for _task, logged in adopted] == [[moment, None] for moment in moments]


def test_missing_time_is_the_other_or_now(old: Engine, in_use: None) -> None:
    run_sql(old, PLAIN_TABLE)
    sound = {"title": "A", "status": "todo", "priority": "low"}
    insert(
        old,
        sound | {"id": "1", "created_at": "2025-01-01 10:00:00"},
        sound | {"id": "2", "updated_at": "2025-01-02 10:00:00"},
        sound | {"id": "3"},
    )
    migrate()

    first, second, third = Task.objects.order_by("number")
    assert first.updated_at == first.created_at == datetime.datetime(2025, 1, 1, 10, tzinfo=datetime.UTC)
    assert second.created_at == second.updated_at == datetime.datetime(2025, 1, 2, 10, tzinfo=datetime.UTC)
    assert third.created_at == third.updated_at == Change.objects.get(task_id=third.pk).at


def test_ids_stay_the_same_or_become_one_that_is_always_the_same(old: Engine, in_use: None) -> None:
    run_sql(old, PLAIN_TABLE)
    texts = [SAME, SAME.upper(), "42", SAME.replace("-", ""), "", "42", None, "not-a-uuid", None]
    for number, old_id in enumerate(texts):
        insert(old, {"id": old_id, "title": f"{number}", "created_at": f"2025-01-0{number + 1} 10:00:00"})
    migrate()

    tasks = list(Task.objects.order_by("number"))
    assert [task.title for task in tasks] == [str(number) for number in range(len(texts))]
    ids = [str(task.pk) for task in tasks]
    assert ids[0] == SAME
    assert ids[2] == str(uuid.uuid5(adoption.NAMESPACE, "42"))
    assert [task.pk.version for task in tasks] == [4] + [5] * 8
    logged = {str(change.task_id): change.fields for change in Change.objects.all()}
    assert [logged[new].get("id") for new in ids] == [
        None if before == new else [before, new] for before, new in zip(texts, ids, strict=True)
    ]


def test_other_spellings_of_a_uuid_are_the_same_uuid(old: Engine, in_use: None) -> None:
    ids = [str(uuid.uuid4()) for _ in range(3)]
    spelled = [ids[0].upper(), ids[1].replace("-", ""), f"{{{ids[2]}}}"]
    adopted = adopted_alone(old, [("id", old_id) for old_id in spelled])

    assert [str(task.pk) for task, _logged in adopted] == ids
    assert [logged["id"] for _task, logged in adopted] == [list(pair) for pair in zip(spelled, ids, strict=True)]


def test_table_with_nothing_but_what_is_required_is_taken_over(old: Engine, in_use: None) -> None:
    run_sql(
        old,
        "CREATE TABLE tasks (id INTEGER PRIMARY KEY, title TEXT, status TEXT, priority TEXT)",
        "INSERT INTO tasks VALUES (1, 'A', 'DONE', 'HIGH'), (2, 'B', NULL, NULL)",
    )
    migrate()

    tasks = Task.objects.order_by("number").values_list("title", "status", "priority")
    assert list(tasks) == [("A", "done", "high"), ("B", "todo", "medium")]


@pytest.mark.postgresql
def test_times_with_an_offset_are_kept_as_the_same_instant(old: Engine, in_use: None) -> None:
    run_sql(old, PLAIN_TABLE.replace("TIMESTAMP", "TIMESTAMPTZ"))
    insert(old, {"id": "1", "title": "A", "created_at": "2025-01-01 10:00:00+02", "due_date": "2025-07-01 00:00-04"})
    migrate()

    task = Task.objects.get()
    assert task.created_at == datetime.datetime(2025, 1, 1, 8, tzinfo=datetime.UTC)
    assert task.due_date == datetime.datetime(2025, 7, 1, 4, tzinfo=datetime.UTC)


@pytest.mark.sqlite
def test_nul_goes_and_bytes_that_are_no_text_become_visible(old: Engine, in_use: None, client: APIClient) -> None:
    run_sql(old, PLAIN_TABLE)
    insert(old, {"id": SAME, "title": "a\0b"})
    run_sql(old, "UPDATE tasks SET description = CAST(X'61FF' AS TEXT)")
    migrate()

    assert client.get(f"/tasks/{SAME}").json()["title"] == "ab"
    assert client.get(f"/tasks/{SAME}").json()["description"] == "a\\xff"
    assert Change.objects.get().fields["title"] == ["a␀b", "ab"]


anything = st.none() | st.text(max_size=300) | st.sampled_from(["DONE", "todo", "2025-01-01 10:00:00", "9999-12-31"])


@settings(deadline=None, max_examples=50)
@given(st.fixed_dictionaries(dict.fromkeys(adoption.READ, anything)))
def test_whatever_stands_in_a_row_every_rule_is_kept(row: dict[str, str | None]) -> None:
    now = datetime.datetime.now(datetime.UTC)
    new, originals = adoption.adopted(row, adoption.as_uuid(row["id"] or ""), {}, now)

    task = Task(**new, number=1)
    task.clean_fields()
    assert task.title.strip() == task.title
    assert (task.completed_at is not None) == (task.status == "done")
    assert abs(task.rank) <= 2**63
    assert {key: row[key] for key in originals} == originals
    assert "\0" not in f"{task.title}{task.description}{task.assignee}"
