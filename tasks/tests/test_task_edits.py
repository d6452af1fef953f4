"""Edits of a task: what is written, what is refused, and how they are merged with those of others."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from tasks.board.forms import clashes, edits_of, news
from tasks.due import parse_instant
from tasks.models import Actor, Change, Task
from tasks.tests.conftest import BY
from tasks.tests.task_pages import Controls, form_of, page, save, words

Make = Callable[..., Task]


# --- Edits ------------------------------------------------------------------------------------------------------------
def test_saving_the_page_as_it_is_shown_changes_nothing(person: Client, make_task: Make) -> None:
    for fields in (
        {"title": "a\nb", "description": "a\r\nb\nc\rd"},
        {"title": "“quoted” <b>", "description": "\n\n x \n"},
        {"assignee": " spaced\nout ", "description": ""},
        {"due_date": datetime.datetime(2026, 11, 20, 9, 15, 30, 123456, tzinfo=datetime.UTC)},
        {"due_date": "2026-11-20", "status": "done", "priority": "high"},
    ):
        task = make_task(**fields)
        response = save(person, task, form_of(person, task))
        assert (response.status_code, response["Location"]) == (303, f"/t/{task.number}")
        assert Task.objects.get(pk=task.pk).version == 1


def test_only_what_the_person_changed_is_written(person: Client, make_task: Make) -> None:
    task = make_task(description="a\r\nb")
    form = form_of(person, task) | {"title": "  New\r\ntitle ", "assignee": " Ann ", "due_date_0": "2026-11-20"}
    response = save(person, task, form)
    assert (response.status_code, response["Location"]) == (303, f"/t/{task.number}")
    task.refresh_from_db()
    assert (task.title, task.assignee, task.description) == ("New title", "Ann", "a\r\nb")
    assert Change.objects.latest("id").fields.keys() == {"title", "assignee", "due_date"}
    assert "saved" in words(page(person, task))


@override_settings(TIME_ZONE="Europe/Paris")
@pytest.mark.parametrize(
    ("date", "time", "instant"),
    [
        ("2026-11-20", "", "2026-11-19T23:00:00Z"),
        ("2026-11-20", "00:00", "2026-11-19T23:00:00Z"),
        ("2026-07-20", "17:30", "2026-07-20T15:30:00Z"),
        ("", "", None),
    ],
)
def test_a_due_date_is_meant_in_time_zone(
    person: Client, make_task: Make, date: str, time: str, instant: str | None
) -> None:
    task = make_task(due_date="2026-01-01T12:00:00Z")
    form = form_of(person, task)
    assert (form["due_date_0"], form["due_date_1"], form["was_due_date"]) == ("2026-01-01", "13:00", "2026-01-01T13:00")
    save(person, task, form | {"due_date_0": date, "due_date_1": time})
    task.refresh_from_db()
    assert task.due_date == (parse_instant(instant) if instant else None)


def test_one_field_alone_is_an_edit(scripted: Client, make_task: Make) -> None:
    task = make_task(description="kept")
    response = save(scripted, task, {"priority": "high", "was_priority": "medium"})
    html = response.content.decode()
    assert response.status_code == 200
    assert 'data-undo="' in html
    assert f"#{task.number}: priority changed" in html
    assert html.index("data-changes") < html.index("<article")
    assert f'data-version="{task.version + 1}"' in html
    task.refresh_from_db()
    assert (task.priority, task.description) == ("high", "kept")


def test_the_change_says_who_made_it(scripted: Client, make_task: Make, alice: User) -> None:
    task = make_task()
    scripted.force_login(alice)
    save(scripted, task, {"status": "done", "was_status": "todo"})
    change = Change.objects.latest("id")
    assert (change.actor, change.source, change.fields["status"]) == ("alice", "board", ["todo", "done"])


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"title": " \r\n "}, "A task needs a title."),
        ({"title": "x" * 201}, "At most 200 characters; this has 201."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"description": "x" * 1001}, "At most 1000 characters; this has 1001."),
        ({"description": "\x00"}, "Null characters are not allowed."),
        ({"assignee": "x" * 101}, "At most 100 characters; this has 101."),
        ({"assignee": "a\x00"}, "Null characters are not allowed."),
        ({"status": "later"}, "later is not one of the available choices."),
        ({"priority": ""}, "This field is required."),
        ({"due_date_0": "2026-02-30"}, "Enter a valid date."),
        ({"due_date_0": "\x00"}, "Enter a valid date."),
        ({"due_date_0": "9999-12-31"}, "Input should be a date and time"),
        ({"due_date_1": "10:00"}, "A time needs a date."),
        ({"due_date_0": "2026-11-20", "due_date_1": "25:00"}, "Enter a valid time."),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_kept(
    person: Client, scripted: Client, make_task: Make, fields: dict[str, str], fault: str
) -> None:
    task = make_task()
    form = form_of(person, task) | {"assignee": "Ann"} | fields
    for client in (person, scripted):
        response = save(client, task, form)
        assert response.status_code == 422
        html = response.content.decode()
        assert fault in words(html)
        kept = Controls(html).sent
        for name in fields.keys() - {"status", "priority"}:
            assert kept[name].strip() == fields[name].strip()
    assert Task.objects.get().version == 1


def test_lengths_are_counted_in_characters_with_one_for_a_line_break(person: Client, make_task: Make) -> None:
    task = make_task()
    save(
        person, task, form_of(person, task) | {"title": "🎉" * 200, "description": "\r\n" * 1000, "assignee": "é" * 100}
    )
    task.refresh_from_db()
    assert (len(task.title), task.description, len(task.assignee or "")) == (200, "\n" * 1000, 100)


@pytest.mark.parametrize("name", ["title", "description", "assignee"])
def test_huge_texts_are_refused_quickly(person: Client, make_task: Make, name: str) -> None:
    task = make_task()
    for text in (" " * 500_000, "\n" * 500_000, " \n" * 250_000 + "x", "x" * 900_000):
        response = save(person, task, {name: text, f"was_{name}": ""})
        assert response.status_code in {303, 409, 422}


# --- Two people -------------------------------------------------------------------------------------------------------
# What the page had shown, what is there now, what the person sends, and what is there then.
MERGES = {
    "nobody changed it": ("aaaa", 303),
    "only the person changed it": ("aabb", 303),
    "only somebody else changed it": ("abab", 303),
    "both made the same of it": ("abbb", 303),
    "both changed it": ("abcb", 409),
}
VALUES = {
    "status": {"a": "todo", "b": "done", "c": "in_progress"},
    "priority": {"a": "low", "b": "high", "c": "medium"},
    "due_date": {"a": "2026-11-20", "b": "2026-11-21T10:00", "c": "2027-01-01"},
}


@pytest.mark.parametrize("name", ["title", "description", "assignee", "status", "priority", "due_date"])
@pytest.mark.parametrize("case", MERGES)
def test_merging(person: Client, make_task: Make, name: str, case: str) -> None:
    values = VALUES.get(name, {"a": "a", "b": "b", "c": "c"})
    was, now, yours, then = (values[one] for one in MERGES[case][0])
    task = make_task(**{name: was})
    form = form_of(person, task)
    others: dict[str, Any] = {name: parse_instant(now) if name == "due_date" else now}
    Task.objects.get().change(by=BY, **others)
    response = save(person, task, form | sent(name, yours))
    assert response.status_code == MERGES[case][1]
    stored = getattr(Task.objects.get(), name)
    assert stored == (parse_instant(then) if name == "due_date" else then)


def sent(name: str, value: str) -> dict[str, str]:
    if name != "due_date":
        return {name: value}
    date, _, time = value.partition("T")
    return {"due_date_0": date, "due_date_1": time}


def test_different_fields_of_two_people_are_both_kept(person: Client, make_task: Make) -> None:
    task = make_task(description="old")
    form = form_of(person, task)
    task.change(by=BY, description="theirs", priority="high")
    assert save(person, task, form | {"title": "Mine"}).status_code == 303
    task.refresh_from_db()
    assert (task.title, task.description, task.priority) == ("Mine", "theirs", "high")


def test_a_conflict_writes_nothing_and_shows_both(person: Client, make_task: Make, benoit: Actor) -> None:
    task = make_task("Old", description="old")
    form = form_of(person, task)
    task.change(by=benoit, title="Theirs")
    response = save(person, task, form | {"title": "Mine", "description": "mine too"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Benoît Lefèvre changed the title while you were editing" in words(html)
    assert re.search(r"Theirs Theirs Yours Mine", words(html))
    again = Controls(html).sent
    assert (again["title"], again["description"], again["was_title"], again["theirs_title"]) == (
        "Mine",
        "mine too",
        "Old",
        "Theirs",
    )
    task.refresh_from_db()
    assert (task.title, task.description, Change.objects.count()) == ("Theirs", "old", 2)


@pytest.mark.parametrize(("choice", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_choice_is_written_with_all_that_was_typed(
    person: Client, make_task: Make, choice: str, title: str
) -> None:
    task = make_task("Old", description="old")
    form = form_of(person, task)
    task.change(by=BY, title="Theirs")
    again = Controls(save(person, task, form | {"title": "Mine", "description": "mine too"}).content.decode()).sent
    assert save(person, task, again | {choice: "title"}).status_code == 303
    task.refresh_from_db()
    assert (task.title, task.description) == (title, "mine too")


def test_two_conflicts_are_decided_one_after_the_other(person: Client, make_task: Make) -> None:
    task = make_task("Old", description="old")
    form = form_of(person, task)
    task.change(by=BY, title="Theirs", description="theirs")
    first = save(person, task, form | {"title": "Mine", "description": "mine", "assignee": "Ann"})
    second = save(person, task, Controls(first.content.decode()).sent | {"mine": "title"})
    again = Controls(second.content.decode()).sent
    assert (second.status_code, "theirs_title" in again, again["theirs_description"]) == (409, False, "theirs")
    assert Task.objects.get().title == "Theirs"
    assert save(person, task, again | {"theirs": "description"}).status_code == 303
    task.refresh_from_db()
    assert (task.title, task.description, task.assignee) == ("Mine", "theirs", "Ann")


def test_a_choice_does_not_replace_what_came_after_it_was_shown(person: Client, make_task: Make) -> None:
    task = make_task("Old")
    form = form_of(person, task)
    task.change(by=BY, title="Theirs")
    again = Controls(save(person, task, form | {"title": "Mine"}).content.decode()).sent
    task.change(by=BY, title="Third")
    response = save(person, task, again | {"mine": "title"})
    assert (response.status_code, Task.objects.get().title) == (409, "Third")


def test_line_breaks_alone_are_no_change_and_no_conflict(person: Client, make_task: Make) -> None:
    task = make_task(description="one\ntwo")
    form = form_of(person, task)
    assert form["description"] == "one\r\ntwo"
    task.change(by=BY, description="one\r\ntwo")
    assert save(person, task, form | {"title": "New"}).status_code == 303
    assert Task.objects.get().description == "one\r\ntwo"


TEXT = st.sampled_from(["", "a", "b", "a\nb", "a\r\nb", " a", "\n"])


@given(before=TEXT, theirs=TEXT, yours=TEXT)
def test_nothing_of_anybody_is_ever_lost_silently(before: str, theirs: str, yours: str) -> None:
    was, now, mine = (text.replace("\r\n", "\n") for text in (before, theirs, yours))
    form = QueryDict(mutable=True)
    form.update({"description": mine.replace("\n", "\r\n"), "was_description": before})
    edits = edits_of(form)
    task = Task(title="Fix login", description=theirs)
    assert ("description" in clashes(edits, task)) == (len({was, now, mine}) == 3)
    assert ("description" in news(edits, task)) == (mine not in {was, now})


@pytest.mark.postgresql
def test_a_writer_waits_for_the_other_instead_of_refusing(person: Client, make_task: Make) -> None:
    task = make_task()
    with CaptureQueriesContext(connection) as captured:
        save(person, task, {"title": "New", "was_title": "Fix login"})
    assert any("FOR UPDATE" in query["sql"] for query in captured.captured_queries)
