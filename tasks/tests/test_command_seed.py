"""The command that fills a database with believable tasks."""

import datetime
import io
import os
import signal
import subprocess
import time
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.utils import timezone

from tasks.demo.generator import believable_tasks
from tasks.demo.showcase import SKETCHES, showcase
from tasks.demo.teams import TEAMS
from tasks.due import is_whole_day, start_of_today
from tasks.management.progress import Progress
from tasks.models import Change, Task
from tasks.tests import scratch
from tasks.tests.conftest import BY

GIVEN = ("title", "description", "status", "priority", "assignee", "due_date", "created_at", "updated_at", "rank")
MONDAY = datetime.date(2026, 3, 2)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def rows() -> list[Any]:
    return list(Task.objects.order_by("number").values_list(*GIVEN))


# --- what is made -----------------------------------------------------------------------------------------------------
def test_without_a_count_a_small_set_for_every_view_is_made(db: None) -> None:
    call_command("seed", verbosity=0)
    assert Task.objects.count() == len(SKETCHES) == 35
    assert {row["status"] for row in Task.objects.counts() if row["count"] >= 8} == {"todo", "in_progress", "done"}
    assert Task.objects.overdue().count() >= 3
    assert Task.objects.filter(due_date=start_of_today()).exists()
    assert Task.objects.filter(assignee=None).exists()
    assert Task.objects.filter(due_date=None).exists()


def test_every_task_has_its_row_in_the_log(db: None) -> None:
    call_command("seed", count=60, verbosity=0)
    logged = dict(
        Change.objects.filter(action="created", source="command", actor=None).values_list("task_id", "fields")
    )
    assert logged.keys() == set(Task.objects.values_list("pk", flat=True))
    assert all(logged[task.pk]["title"] == [None, task.title] for task in Task.objects.all())


def test_the_same_seed_makes_the_same_tasks_on_the_same_day(db: None) -> None:
    call_command("seed", count=50, random_seed=7, verbosity=0)
    first = rows()
    call_command("seed", count=50, random_seed=7, verbosity=0)
    assert rows()[50:] == first
    call_command("seed", count=50, random_seed=8, verbosity=0)
    assert rows()[100:] != first


def test_the_small_set_is_always_the_same_on_the_same_day() -> None:
    assert list(showcase(MONDAY)) == list(showcase(MONDAY))
    assert [row["title"] for row in showcase(MONDAY)] == [row["title"] for row in showcase()]


def test_shares_are_those_of_teams_at_work() -> None:
    made = list(believable_tasks(3000, 1))
    statuses, priorities = (Counter(row[key] for row in made) for key in ("status", "priority"))
    assert statuses["done"] > statuses["todo"] > statuses["in_progress"] > 100
    assert priorities["medium"] > priorities["low"] > priorities["high"] > 300
    late = [row for row in made if row["status"] != "done" and row.get("due_date", timezone.now()) < start_of_today()]
    assert 20 < len(late) < 200
    for key, least, most in (("due_date", 0.6, 0.7), ("description", 0.35, 0.45), ("assignee", 0.75, 0.9)):
        assert least < sum(key in row for row in made) / 3000 < most, key


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "Pacific/Auckland", "America/Los_Angeles"])
def test_times_are_in_order_and_before_today(zone: str, settings: Any) -> None:
    settings.TIME_ZONE = zone
    today = start_of_today()
    made = list(believable_tasks(400, 3))
    assert [row["created_at"] for row in made] == sorted(row["created_at"] for row in made)
    for row in [*made, *showcase()]:
        assert row["created_at"] <= row["updated_at"] < today
    whole = [row for row in made if "due_date" in row and is_whole_day(row["due_date"])]
    assert len(whole) > 150


def test_done_tasks_are_completed_and_others_are_not(db: None) -> None:
    call_command("seed", count=80, verbosity=0)
    done = Task.objects.filter(status="done")
    assert done.count() > 20
    assert all(task.created_at <= task.completed_at <= task.updated_at for task in done if task.completed_at)
    assert not done.filter(completed_at=None).exists()


def test_titles_are_whole_and_fit() -> None:
    titles = [title for team in TEAMS for title in team.every_title()]
    assert len(titles) > 1500
    assert len(set(titles)) == len(titles)
    assert not [title for title in titles if len(title) > 200 or "{" in title or title != title.strip()]


def test_both_languages_and_all_teams_are_there() -> None:
    made = list(believable_tasks(500, 1))
    people = {row.get("assignee") for row in made}
    assert all(people & set(team.people) for team in TEAMS)


# --- options ----------------------------------------------------------------------------------------------------------
def test_if_empty_makes_nothing_where_a_task_is(make_task: Any) -> None:
    make_task()
    call_command("seed", if_empty=True, verbosity=0)
    assert Task.objects.count() == 1


def test_if_empty_makes_nothing_where_a_task_was(make_task: Any) -> None:
    make_task().remove(by=BY)
    call_command("seed", if_empty=True, verbosity=0)
    assert not Task.objects.exists()


def test_if_empty_fills_an_empty_database(db: None) -> None:
    call_command("seed", if_empty=True, verbosity=0)
    assert Task.objects.exists()


def test_clear_takes_the_tasks_away_and_tells_the_log(make_task: Any) -> None:
    old = make_task("Old")
    call_command("seed", clear=True, yes=True, verbosity=0)
    assert not Task.objects.filter(pk=old.pk).exists()
    assert Task.objects.count() == len(SKETCHES)
    assert Change.objects.of_task(old.pk)[0].action == "deleted"


@pytest.mark.parametrize(("answer", "left"), [("yes\n", 35), ("no\n", 1), ("\n", 1), ("", 1)])
def test_clear_asks_first(answer: str, left: int, make_task: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_task("Old")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    if left == 1:
        with pytest.raises(CommandError):
            call_command("seed", clear=True, verbosity=0)
    else:
        call_command("seed", clear=True, verbosity=0)
    assert Task.objects.count() == left


def test_clear_keeps_out_of_production_without_force(make_task: Any, settings: Any) -> None:
    make_task()
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--force"):
        call_command("seed", clear=True, yes=True, verbosity=0)
    assert Task.objects.count() == 1
    call_command("seed", clear=True, yes=True, force=True, verbosity=0)
    assert Task.objects.count() == 35


@pytest.mark.parametrize("count", ["0", "-3", "many", "1.5", "１２", "1" * 30])
def test_a_count_that_is_none_is_refused(count: str) -> None:
    with pytest.raises(CommandError, match="count"):
        call_command("seed", "--count", count)


# --- what it says -----------------------------------------------------------------------------------------------------
def test_it_says_how_many_a_second_and_draws_no_bar_in_a_pipe(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed", count=20)
    said = capsys.readouterr().out
    assert "Made 20 tasks in" in said
    assert "tasks a second" in said
    assert "\r" not in said


def test_it_is_silent_with_verbosity_0(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed", count=20, verbosity=0)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_that_goes_at_the_end(db: None) -> None:
    terminal = Terminal()
    call_command("seed", count=20, stdout=terminal)
    assert "[....." in terminal.getvalue()
    assert "\r\x1b[KMade 20 tasks" in terminal.getvalue()


def test_a_bar_tells_share_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    terminal = Terminal()
    with Progress(2000, OutputWrapper(terminal)) as progress:
        progress.advance(500)
        progress.draw()
    assert "25%  500 of 2,000" in terminal.getvalue()


def test_a_bar_stays_within_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = Terminal()
    Progress(0, OutputWrapper(terminal)).draw()
    assert len(terminal.getvalue().removeprefix("\r\x1b[K")) == 19


def test_a_database_without_tables_gets_one_sentence(url: str) -> None:
    tried = scratch.manage(url, "seed")
    assert tried.returncode == 1
    assert tried.stderr.splitlines() == ["CommandError: The database is not migrated. Run: manage.py migrate"]


def test_ctrl_c_leaves_whole_batches(url: str, in_use: None) -> None:
    scratch.manage(url, "migrate", "-v0")
    command = [*scratch.MANAGE, "seed", "--count", "5000000"]
    running = subprocess.Popen(command, env=scratch.environment(url), stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not Task.objects.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert "in whole batches" in said
    made = Task.objects.count()
    assert made > 0
    assert made % 10_000 == 0
    assert Change.objects.count() == made
