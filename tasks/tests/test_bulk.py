"""Many rows in one statement: what goes in comes out, and what goes wrong is told as it is."""

import datetime
import os
import signal
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils.safestring import SafeString

from tasks.models import Change, Task
from tasks.tests.conftest import BY

TEXTS = [
    "a\tb",
    "a\nb\r\nc",
    "\\N",
    "\\.",
    "back\\slash",
    "quo\"te's",
    "é 🚲 \u202eשלום",
    "\\t\\n",
    "{}",
    "\x01\x1f\x7f",
]
PARIS = datetime.timezone(datetime.timedelta(hours=2))
DUE = datetime.datetime(2026, 5, 4, 1, 30, tzinfo=PARIS)


def create(*rows: Mapping[str, Any]) -> list[dict[str, Any]]:
    return Task.objects.create_tasks(rows, by=BY)


@pytest.mark.parametrize("kind", [str, SafeString])
def test_texts_survive_byte_for_byte(kind: type[str], db: None) -> None:
    create(*({"title": f"[{text}]", "description": kind(text)} for text in TEXTS))
    stored = list(Task.objects.order_by("number").values_list("title", "description"))
    assert stored == [(f"[{text}]", text) for text in TEXTS]
    logged = Change.objects.order_by("id").values_list("fields", flat=True)
    assert [fields["description"][1] for fields in logged] == TEXTS


def test_values_that_differ_from_row_to_row_are_written_byte_for_byte(db: None) -> None:
    create(*({"title": f"[{text}]", "description": text} for text in TEXTS), {"title": "Due", "due_date": DUE})
    Task.objects.all().change_all(by=BY, description="Other", due_date=None, priority="high")
    ids = Change.objects.filter(action="changed").values_list("pk", flat=True)
    Task.objects.undo(ids, by=BY)
    *texts, due = Task.objects.order_by("number")
    assert [task.description for task in texts] == TEXTS
    assert {(task.due_date, task.priority, task.version) for task in texts} == {(None, "medium", 3)}
    assert (due.description, due.due_date) == (None, DUE)


@pytest.mark.parametrize("count", [1, 2])
def test_instants_of_any_zone_are_the_same_instants(count: int, db: None) -> None:
    create(*[{"title": "Due", "due_date": DUE}] * count)
    assert {task.due_date for task in Task.objects.all()} == {DUE}
    assert {row.fields["due_date"][1] for row in Change.objects.all()} == {"2026-05-03T23:30:00Z"}


def test_a_change_logs_instants_of_any_zone_in_utc(make_task: Any) -> None:
    task = make_task(due_date="2026-05-04T00:00:00Z")
    task.change(by=BY, due_date=DUE)
    assert Change.objects.of_task(task.pk)[0].fields["due_date"] == ["2026-05-04T00:00:00Z", "2026-05-03T23:30:00Z"]


def test_the_same_instant_in_another_zone_is_no_change(make_task: Any) -> None:
    task = make_task(due_date="2026-05-04T00:00:00Z")
    task.change(by=BY, due_date=datetime.datetime(2026, 5, 4, 2, tzinfo=PARIS))
    assert task.version == 1


def test_what_is_returned_is_what_is_stored(db: None) -> None:
    made = create(*({"title": f"Task {n}", "status": "done" if n % 2 else "todo"} for n in range(9)))
    stored = Task.objects.order_by("number").values(*made[0])
    assert list(stored) == made


def test_a_faulty_row_is_told_as_it_is_and_nothing_is_written(db: None) -> None:
    with pytest.raises(KeyError, match="title"):
        create({"title": "Good"}, {"title": "Good"}, {"description": "No title"})
    assert not Task.objects.exists()
    assert not Change.objects.exists()


class Interrupting(dict[str, Any]):
    """A row that a Ctrl-C interrupts while it is read."""

    def items(self) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return super().items()


def test_ctrl_c_in_the_middle_of_a_batch_writes_nothing(db: None) -> None:
    with pytest.raises(KeyboardInterrupt):
        create({"title": "One"}, {"title": "Two"}, Interrupting(title="Three"))
    assert not Task.objects.exists()
