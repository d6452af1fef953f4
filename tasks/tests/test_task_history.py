"""The history of a task in sentences, on the screen and on paper."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from tasks.board.activity import activity, ago
from tasks.due import parse_instant
from tasks.models import Action, Actor, Change, Source, Task
from tasks.tests.conftest import BY
from tasks.tests.task_pages import HTML, page, words

Make = Callable[..., Task]


EDITS: tuple[dict[str, Any], ...] = (
    {"status": "in_progress"},
    {"priority": "high"},
    {"priority": "low"},
    {"due_date": parse_instant("2026-11-19")},
    {"due_date": parse_instant("2026-12-01T17:05Z")},
    {"due_date": None},
    {"title": "Fix <b>login</b>"},
    {"description": "why"},
    {"description": "because"},
    {"description": None},
    {"assignee": "Ann"},
    {"assignee": "Bob"},
    {"assignee": None},
)


def sentences(task: Task) -> list[str]:
    return [re.sub(r"<[^>]+>", "", line.text) for line in activity(task.pk).entries]


# --- History ----------------------------------------------------------------------------------------------------------
def test_the_history_tells_each_change_in_a_sentence(make_task: Make, benoit: Actor, alice: User) -> None:
    task = Task.objects.create_task(by=benoit, title="Fix login", due_date=parse_instant("2026-11-21"))
    for fields in (*EDITS, {"user_id": alice.pk}, {"rank": 7}):
        task.change(by=benoit, **fields)
    year = "" if timezone.localdate().year == 2026 else " 2026"
    assert sentences(task) == [
        f"Benoît Lefèvre {done}"
        for done in (
            "created this",
            "moved this from To do to In progress",
            "raised priority from Medium to High",
            "lowered priority from High to Low",
            f"changed the due date from 21 to 19 Nov{year}",
            f"changed the due date from 19 Nov{year} to 1 Dec{year}, 17:05",
            f"removed the due date 1 Dec{year}, 17:05",
            "edited the title",
            "added a description",
            "edited the description",
            "removed the description",
            "assigned this to Ann",
            "reassigned this from Ann to Bob",
            "took Bob off this",
            "gave this to the account alice",
        )
    ]


def test_a_stranger_is_somebody_and_an_account_that_went_keeps_its_name(make_task: Make, alice: User) -> None:
    task = make_task()
    task.change(by=Actor(Source.BOARD, alice), priority="high")
    alice.delete()
    assert sentences(task) == ["Somebody created this", "alice raised priority from Medium to High"]


def test_a_task_that_came_back_tells_it(make_task: Make) -> None:
    task = make_task()
    key = task.pk
    task.remove(by=BY)
    back = Task.objects.restore(key, by=BY)
    assert sentences(back) == ["Somebody created this", "Somebody deleted this", "Somebody restored this"]


def test_several_keys_of_one_change_are_lines_of_their_own(make_task: Make) -> None:
    task = make_task()
    task.change(by=BY, status="done", priority="high")
    lines = activity(task.pk).entries
    assert [line.status for line in lines] == ["", "done", ""]
    assert len({line.at for line in lines[1:]}) == 1


def test_the_newest_fifty_are_shown_and_the_older_ones_are_in_the_page(person: Client, make_task: Make) -> None:
    task = make_task()
    for number in range(60):
        task.change(by=BY, title=f"Title {number}")
    html = page(person, task)
    folded, shown = html.split('class="thread"')[1:]
    assert (folded.count("edited the title"), shown.count("edited the title")) == (10, 50)
    assert "Show 11 older changes" in words(html)


def test_a_history_beyond_all_measure_ends_with_a_link(
    person: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.board.activity.MOST", 3)
    task = make_task()
    for number in range(4):
        task.change(by=BY, title=f"Title {number}")
    html = page(person, task)
    assert f'href="/tasks/{task.pk}/changes"' in html
    assert html.count("edited the title") == 3


def test_keys_that_are_not_known_yet_are_told_too(make_task: Make) -> None:
    task = make_task()
    Change.objects.write(BY, Action.CHANGED, [(task.pk, {"colour {x}": [None, "<red>"]})], at=timezone.now())
    assert sentences(task)[-1] == "Somebody changed “colour {x}” from  to &lt;red&gt;"


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (datetime.timedelta(seconds=5), "just now"),
        (datetime.timedelta(minutes=8, seconds=30), "8 min ago"),
        (datetime.timedelta(hours=3), "today, 12:00"),
        (datetime.timedelta(hours=16), "yesterday, 23:00"),
        (datetime.timedelta(days=30), "20 Oct, 15:00"),
        (datetime.timedelta(days=400), "15 Oct 2025, 15:00"),
        (datetime.timedelta(days=-1), "20 Nov, 15:00"),
    ],
)
def test_when_it_was_is_told_as_people_tell_it(
    monkeypatch: pytest.MonkeyPatch, passed: datetime.timedelta, text: str
) -> None:
    now = datetime.datetime(2026, 11, 19, 15, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert ago(now - passed) == text


def test_dates_are_absolute_on_paper(person: Client, make_task: Make) -> None:
    task = make_task()
    moment = timezone.localtime(task.created_at)
    assert f'<span class="on-paper">{moment.day} {moment:%b %Y}, {moment:%H:%M}</span>' in page(person, task)


def test_the_page_speaks_french(make_task: Make) -> None:
    task = make_task(due_date="2031-05-01")
    with override("fr"):  # a request leaves its language behind in the thread
        html = Client(headers=HTML | {"Accept-Language": "fr"}).get(f"/t/{task.number}").content.decode()
    assert "1er mai 2031" in words(html)
