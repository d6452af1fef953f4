"""The change log: one row for everything that happens, and a feed from which the table can be rebuilt."""

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tasks.api.renderers import json_bytes
from tasks.models import Actor, Change, Source, Task
from tasks.models.columns import LOGGED
from tasks.tests.conftest import BY
from tasks.tests.test_paging import next_of

pytestmark = pytest.mark.django_db(transaction=True)
Maker = Callable[..., Task]


def rebuilt(changes: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the table as the feed alone tells it."""
    table: dict[str, dict[str, Any]] = {}
    for change in changes:
        new = {key: pair[1] for key, pair in change["fields"].items()}
        match change["action"]:
            case "created" | "restored":
                assert change["task_id"] not in table
                table[change["task_id"]] = {key: value for key, value in new.items() if value is not None}
            case "deleted":
                del table[change["task_id"]]
            case _:
                row = table[change["task_id"]]
                assert {key: row.get(key) for key in new} == {key: pair[0] for key, pair in change["fields"].items()}
                row |= new
                if change["action"] == "changed":
                    row |= {"version": row["version"] + 1, "updated_at": change["at"]}
                for key in [key for key, value in row.items() if value is None]:
                    del row[key]
    return table


def table_now() -> dict[str, dict[str, Any]]:
    """Return the table as it is, in the words of the log."""
    return {
        str(task.pk): json.loads(
            json_bytes({key: getattr(task, key) for key in LOGGED if getattr(task, key) is not None})
        )
        for task in Task.objects.all()
    }


def until_served() -> None:
    """Wait for what other tests write on this server: the feed of PostgreSQL waits for them too."""
    deadline = time.monotonic() + 60
    while Change.objects.served().count() < Change.objects.count():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def whole_feed(client: APIClient, start: str = "/changes?limit=7") -> list[dict[str, Any]]:
    until_served()
    found, address = [], start
    while True:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        found += answer.json()
        address = next_of(answer) or ""
        if not answer.json():
            return found


def test_the_feed_alone_rebuilds_the_table(client: APIClient) -> None:
    made = [client.post("/tasks", {"title": f"t{i}", "assignee": "a" if i % 2 else None}).json() for i in range(12)]
    for i, task in enumerate(made):
        client.put(f"/tasks/{task['id']}", {"status": ("done", "todo", "in_progress")[i % 3], "description": "d"})
    Task.objects.filter(number__lte=made[5]["number"]).change_all(by=BY, priority="high", assignee=None)
    client.delete(f"/tasks/{made[0]['id']}")
    client.delete(f"/tasks/{made[1]['id']}")
    client.post(f"/tasks/{made[0]['id']}/restore")
    Task.objects.filter(status="done").remove_all(by=BY)
    Task.objects.create_tasks([{"title": "bulk"}] * 3, by=BY)
    Task.objects.get(pk=made[2]["id"]).change(by=BY, rank=5)
    told, there = rebuilt(whole_feed(client)), table_now()
    assert told.keys() == there.keys()
    for task_id, row in there.items():
        assert told[task_id] == row


def test_one_row_tells_who_when_what_and_through_which_door(client: APIClient, alice: User) -> None:
    client.force_authenticate(alice)
    task = client.post("/tasks", {"title": "x", "priority": "low"}).json()
    changed = client.patch(f"/tasks/{task['id']}", {"priority": "high", "title": "x"}).json()
    newest, oldest = client.get(f"/tasks/{task['id']}/changes").json()
    assert newest.keys() == {"id", "task_id", "at", "actor", "source", "action", "batch", "fields"}
    assert (
        newest
        | {
            "task_id": task["id"],
            "at": changed["updated_at"],
            "actor": "alice",
            "source": "api",
            "action": "changed",
            "batch": None,
            "fields": {"priority": ["low", "high"]},
        }
        == newest
    )
    assert oldest["action"] == "created"
    assert oldest["fields"]["title"] == [None, "x"]
    assert "description" not in oldest["fields"]


def test_the_actors_name_outlives_the_account(client: APIClient, alice: User) -> None:
    task = Task.objects.create_task(by=Actor(Source.BOARD, alice), title="x", user_id=alice.pk)
    alice.delete()
    task.refresh_from_db()
    assert task.user is None
    assert client.get(f"/tasks/{task.pk}/changes").json()[0]["actor"] == "alice"
    assert Change.objects.get().user is None


def test_a_change_that_changes_nothing_writes_nothing(client: APIClient, make_task: Maker) -> None:
    task = make_task("same", assignee="alice")
    before = client.get(f"/tasks/{task.pk}")
    answer = client.put(f"/tasks/{task.pk}", {"title": " same ", "assignee": "alice", "status": "todo"})
    assert answer.json() == before.json()
    assert answer["ETag"] == before["ETag"]
    assert Change.objects.count() == 1


def test_a_new_place_is_logged_and_moves_neither_version_nor_time(make_task: Maker) -> None:
    task = make_task()
    version, updated_at, rank = task.version, task.updated_at, task.rank
    task.change(by=BY, rank=rank - 1)
    task.refresh_from_db()
    assert (task.version, task.updated_at, task.rank) == (version, updated_at, rank - 1)
    newest = Change.objects.of_task(task.pk)[0]
    assert (newest.action, newest.fields) == ("moved", {"rank": [rank, rank - 1]})


def test_completion_follows_the_status(client: APIClient, make_task: Maker) -> None:
    task = make_task()
    done = client.patch(f"/tasks/{task.pk}", {"status": "done"}).json()
    assert done["completed_at"] == done["updated_at"]
    again = client.patch(f"/tasks/{task.pk}", {"title": "other"}).json()
    assert again["completed_at"] == done["completed_at"]
    assert client.patch(f"/tasks/{task.pk}", {"status": "todo"}).json()["completed_at"] is None


def test_a_deleted_task_comes_back_with_id_number_and_history(client: APIClient, make_task: Maker) -> None:
    task = make_task("back", description="kept\n", status="done", due_date="2026-11-20T00:00:00Z", assignee="bob")
    before = client.get(f"/tasks/{task.pk}").json()
    client.delete(f"/tasks/{task.pk}")
    assert client.get(f"/tasks/{task.pk}").status_code == 404
    assert [row["action"] for row in client.get(f"/tasks/{task.pk}/changes").json()] == ["deleted", "created"]
    answer = client.post(f"/tasks/{task.pk}/restore")
    assert answer.status_code == 200
    assert answer.json() == before | {"updated_at": answer.json()["updated_at"]}
    task.refresh_from_db()
    assert task.version == 2
    assert client.post(f"/tasks/{task.pk}/restore").status_code == 409
    assert client.post(f"/tasks/{uuid.uuid4()}/restore").status_code == 404
    assert client.post("/tasks/nonsense/restore").status_code == 404


def test_a_purged_task_cannot_come_back(client: APIClient, make_task: Maker) -> None:
    task = make_task()
    task.remove(by=BY)
    Change.objects.filter(task_id=task.pk).update(fields={})
    assert client.post(f"/tasks/{task.pk}/restore").status_code == 404


def test_a_restored_task_forgets_an_account_that_is_gone(alice: User) -> None:
    task = Task.objects.create_task(by=BY, title="x", user_id=alice.pk)
    task.remove(by=BY)
    alice.delete()
    assert Task.objects.restore(task.pk, by=BY).user is None


def test_history_is_paged_newest_first(client: APIClient, make_task: Maker) -> None:
    task = make_task()
    for i in range(5):
        task.change(by=BY, title=f"t{i}")
    make_task("another")
    first = client.get(f"/tasks/{task.pk}/changes?limit=4")
    second = client.get(next_of(first) or "")
    told = [row["fields"]["title"][1] for row in first.json() + second.json()]
    assert told == ["t4", "t3", "t2", "t1", "t0", "Fix login"]
    assert "Link" not in second.headers


def test_history_of_a_task_that_never_was_is_404(client: APIClient) -> None:
    for task_id in (str(uuid.uuid4()), "nonsense"):
        assert client.get(f"/tasks/{task_id}/changes").json() == {"detail": f"Task with ID '{task_id}' not found"}


def test_the_feeds_cursor_outlives_the_page(client: APIClient, make_task: Maker) -> None:
    empty = client.get("/changes")
    assert empty.json() == []
    make_task("first")
    until_served()
    after_first = client.get(next_of(empty) or "")
    assert len(after_first.json()) == 1
    nothing_new = client.get(next_of(after_first) or "")
    assert nothing_new.json() == []
    assert next_of(nothing_new) == next_of(after_first)
    make_task("second")
    until_served()
    assert [row["fields"]["title"][1] for row in client.get(next_of(nothing_new) or "").json()] == ["second"]


def test_polling_the_feed_costs_a_304_when_nothing_happened(client: APIClient, make_task: Maker) -> None:
    make_task()
    until_served()
    address = next_of(client.get("/changes")) or ""
    quiet = client.get(address)
    assert client.get(address, headers={"If-None-Match": quiet["ETag"]}).status_code == 304
    make_task()
    until_served()
    assert client.get(address, headers={"If-None-Match": quiet["ETag"]}).status_code == 200


@pytest.mark.parametrize("after", ['MC4x"\r\nX: 1', "MC4x", "LTkuMQ", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5LjE", "!!"])
def test_no_cursor_reaches_a_header_as_it_came(client: APIClient, after: str) -> None:
    answer = client.get("/changes", {"after": after})
    assert answer.status_code in {200, 422}
    assert "X" not in answer.headers
