"""The page of a task and its panel: who gets it, what it shows, and what is left of a deleted one."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tasks.models import Actor, Change, Source, Task
from tasks.tests.conftest import BY, statements
from tasks.tests.task_pages import HTML, HTMX, Controls, form_of, page, save, words

Make = Callable[..., Task]
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}{% load x %}",
    "{who}{old}{new}{0}",
    "%(who)s%s",
    "<!--",
    "]]><![CDATA[<b>",
    "&lt;b&gt;",
    "<noscript><style></noscript><script>alert(1)</script>",
]


# --- The page ---------------------------------------------------------------------------------------------------------
def test_a_task_is_found_by_its_number_and_by_its_id(person: Client, make_task: Make) -> None:
    task = make_task("Fix login")
    for key in (str(task.number), str(task.pk), task.pk.hex, f"0{task.number}"):
        response = person.get(f"/t/{key}")
        assert response.status_code == 200
        assert f"<title>#{task.number} Fix login · TaskFlow</title>" in response.content.decode()


@pytest.mark.parametrize(
    "key", ["0", "9" * 18, "9" * 30, "-1", "+1", "1.0", "٣", "x", "%00", "None", "0" * 32, "%F0%9F%8E%89"]
)
def test_what_names_no_task_is_not_found(person: Client, make_task: Make, key: str) -> None:
    make_task()
    assert person.get(f"/t/{key}").status_code == 404
    assert person.post(f"/t/{key}/edit", {"title": "x"}).status_code in {303, 404}


def test_the_panel_gets_the_same_without_the_page_around_it(scripted: Client, person: Client, make_task: Make) -> None:
    task = make_task("Fix login")
    fragment = page(scripted, task)
    assert fragment.lstrip().startswith("<article")
    assert "<html" not in fragment
    assert Controls(fragment).sent == form_of(person, task)
    assert "HX-Request" in scripted.get(f"/t/{task.number}")["Vary"]


def test_stranger_sees_and_edits_nothing_where_access_is_private(
    person: Client, scripted: Client, make_task: Make, settings: Any
) -> None:
    task = make_task()
    settings.TASKFLOW_ACCESS = "private"
    assert person.get(f"/t/{task.number}").status_code == 302
    assert scripted.get(f"/t/{task.number}").status_code == 401
    assert save(person, task, {"title": "x"}).status_code == 401
    assert Task.objects.get().title == "Fix login"


def test_an_edit_without_a_token_is_refused(make_task: Make) -> None:
    task = make_task()
    response = save(Client(enforce_csrf_checks=True, headers=HTML), task, {"title": "x"})
    assert (response.status_code, Task.objects.get().title) == (403, "Fix login")


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/t/1"), ("get", "/t/1/edit"), ("put", "/t/1"), ("delete", "/t/1")]
)
def test_other_methods_are_refused(person: Client, method: str, path: str) -> None:
    assert getattr(person, method)(path).status_code == 405


@pytest.mark.parametrize("payload", XSS)
def test_whatever_is_typed_is_shown_as_typed(
    person: Client, scripted: Client, make_task: Make, payload: str, alice: User
) -> None:
    alice.first_name = payload
    alice.save()
    task = Task.objects.create_task(by=Actor(Source.BOARD, alice), title="Plain")
    task.change(by=Actor(Source.BOARD, alice), title=payload, description=payload, assignee=payload)
    sent = form_of(person, task)
    assert (sent["title"], sent["description"], sent["assignee"]) == (payload, payload, payload)
    assert payload in words(page(person, task))
    for html in (page(person, task), page(scripted, task), clash_of(person, task)):
        for tag in ("<script>alert", "<img src=x", "<svg onload", "<style>"):
            assert tag not in html
    task.remove(by=Actor(Source.BOARD, alice))
    assert "<script>alert" not in page(person, task, 410)


def clash_of(person: Client, task: Task) -> str:
    response = save(person, task, {"title": XSS[0] + "mine", "was_title": XSS[1] + "old"})
    assert response.status_code == 409
    return str(response.content.decode())


def test_previous_and_next_are_the_neighbours_in_the_column(person: Client, make_task: Make) -> None:
    low, middle, high = make_task("Low"), make_task("Middle"), make_task("High")
    other = make_task("Elsewhere", status="in_progress")
    assert beside(page(person, middle)) == (high.number, low.number)
    assert beside(page(person, high)) == (None, middle.number)
    assert beside(page(person, other)) == (None, None)
    for task in (low, middle, high):
        task.change(by=BY, status="done")
    assert beside(page(person, middle)) == (high.number, low.number)


def beside(html: str) -> tuple[int | None, ...]:
    found = (re.search(rf'rel="{rel}"[^>]* href="/t/(\d+)"', html) for rel in ("prev", "next"))
    return tuple(int(one[1]) if one else None for one in found)


def test_neighbours_are_those_that_the_filters_of_the_board_show(make_task: Make) -> None:
    bottom = make_task("Bottom", assignee="Ann")
    make_task("Between")
    top = make_task("Top", assignee="Ann")
    filtered = Client(headers=HTMX | {"HX-Current-URL": "http://testserver/?assignee=Ann&nonsense=1"})
    assert beside(page(Client(headers=HTMX), top))[1] != bottom.number
    filtered = Client(headers=HTMX | {"HX-Current-URL": "http://testserver/?assignee=Ann"})
    assert beside(page(filtered, top)) == (None, bottom.number)
    for address in ("http://testserver/?overdue=maybe", "nonsense", "http://[", "x" * 5000, "http://testserver/?q=%00"):
        assert page(Client(headers=HTMX | {"HX-Current-URL": address}), top)


def test_the_page_reads_as_much_for_a_long_history_as_for_a_short_one(person: Client, make_task: Make) -> None:
    task = make_task(assignee="Ann")
    make_task()
    few = statements(lambda: page(person, task))
    for number in range(60):
        task.change(by=BY, title=f"Title {number}", assignee=f"Ann {number}")
    assert statements(lambda: page(person, task)) == few


def test_statements_are_few(person: Client, scripted: Client, make_task: Make) -> None:
    task = make_task()
    assert statements(lambda: page(scripted, task)) == 5
    form = form_of(person, task)
    assert statements(lambda: save(scripted, task, form)) == 7
    assert statements(lambda: save(scripted, task, form | {"title": "New"})) == 15


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (3, "in 3 days"),
        (9, ""),
        (-2, "2 days late"),
    ],
)
def test_the_due_date_has_its_weekday_and_how_far_it_is(person: Client, make_task: Make, due: int, shown: str) -> None:
    day = timezone.localdate() + datetime.timedelta(due)
    task = make_task(due_date=day.isoformat())
    assert f"{day:%a} {day.day} {day:%b}" in words(page(person, task))
    assert shown in words(page(person, task))
    form = form_of(person, task)
    assert (form["due_date_0"], form["due_date_1"]) == (day.isoformat(), "")


# --- Deleted tasks ----------------------------------------------------------------------------------------------------
def test_a_deleted_task_says_who_deleted_it_and_comes_back(person: Client, make_task: Make, benoit: Actor) -> None:
    task = make_task("Fix <login>", assignee="Ann")
    key, number = task.pk, task.number
    task.remove(by=benoit)
    for path in (f"/t/{number}", f"/t/{key}"):
        response = person.get(path)
        html = response.content.decode()
        assert response.status_code == 410
        assert "Benoît Lefèvre deleted this task · just now" in words(html)
        assert "Fix <login>" in words(html)
    change = re.search(r'name="change" value="(\d+)"', html)
    assert change
    back = person.post("/undo", {"change": change[1], "next": f"/t/{key}"})
    assert (back.status_code, back["Location"]) == (303, f"/t/{key}")
    found = Task.objects.get()
    assert (found.pk, found.number, found.assignee) == (key, number, "Ann")
    assert person.get(f"/t/{number}").status_code == 200


def test_a_purged_task_says_so_and_offers_nothing(person: Client, make_task: Make, alice: User) -> None:
    task = make_task("Secret")
    key = task.pk
    task.remove(by=Actor(Source.BOARD, alice))
    Change.objects.filter(task_id=key).update(fields={})
    html = person.get(f"/t/{key}").content.decode()
    assert "alice deleted this task" in words(html)
    assert "no longer kept" in words(html)
    assert 'name="change"' not in html


def test_an_edit_of_a_deleted_task_keeps_what_was_typed(person: Client, scripted: Client, make_task: Make) -> None:
    task = make_task()
    form = form_of(person, task) | {"description": "an hour’s work"}
    number = task.number
    task.remove(by=BY)
    for client in (person, scripted):
        response = client.post(f"/t/{number}/edit", form)
        assert response.status_code == 410
        assert "an hour’s work" in words(response.content.decode())
