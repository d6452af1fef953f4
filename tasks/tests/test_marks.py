"""What a card says of its due date is kept for the next card: in what it depends on, and in nothing else."""

import datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from tasks.models import Task
from tasks.templatetags.board import due_mark

pytestmark = pytest.mark.once
NOON = datetime.datetime(2020, 11, 20, 12, tzinfo=datetime.UTC)


def test_mark_is_in_the_language_of_who_looks() -> None:
    task = Task(due_date=NOON)
    for language, word in (("en", "late"), ("fr", "retard"), ("en", "late")):
        with translation.override(language):
            assert word in due_mark(task)


def test_mark_is_in_the_time_zone_of_the_server(settings: Any) -> None:
    task = Task(completed_at=datetime.datetime(2020, 11, 20, 23, 30, tzinfo=datetime.UTC))
    assert "20 Nov 2020<" in due_mark(task)
    settings.TIME_ZONE = "Europe/Paris"
    assert "21 Nov 2020<" in due_mark(task)


def test_task_of_today_becomes_late_at_its_hour() -> None:
    soon = timezone.now() + datetime.timedelta(seconds=1)
    assert 'class="due late"' not in due_mark(Task(due_date=soon))
    passed = Task(due_date=timezone.now() - datetime.timedelta(seconds=1))
    assert 'class="due late"' in due_mark(passed)


def test_completed_task_is_marked_with_its_day_and_never_late() -> None:
    mark = due_mark(Task(due_date=NOON, completed_at=NOON + datetime.timedelta(days=2), status="done"))
    assert "22 Nov 2020<" in mark
    assert "late" not in mark


def test_task_without_a_date_has_no_mark() -> None:
    assert due_mark(Task()) == ""
