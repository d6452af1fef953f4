"""One task in the admin: its form, its deletion, its history; and the change log of all."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tasks.admin import changes
from tasks.models import Action, Actor, Change, Source, Task
from tasks.tests.admin_pages import LIST, LOG, fields_of, last_change, notes, text_of
from tasks.tests.conftest import BY

Make = Callable[..., Task]
NEW = {"title": "Buy seeds", "description": "", "status": "todo", "priority": "medium", "assignee": "", "user": ""}
NEW |= {"due_date_0": "", "due_date_1": ""}


def add(desk: Client, **fields: str) -> Any:
    return desk.post(f"{LIST}add/", NEW | fields, follow=True)


def form_of(desk: Client, task: Task) -> dict[str, str]:
    sent = fields_of(desk.get(f"{LIST}{task.pk}/change/"), "form")
    return {name: value for name, value in sent.items() if not name.startswith("_")}


def save(desk: Client, task: Task, form: dict[str, str]) -> Any:
    return desk.post(f"{LIST}{task.pk}/change/", form, follow=True)


def errors(response: Any) -> dict[str, Any]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


# --- The form ---------------------------------------------------------------------------------------------------------
def test_a_new_task_has_its_number_and_its_log_row(desk: Client, maria: User) -> None:
    response = add(
        desk, title="  Buy seeds ", assignee="Ann", description="a\r\nb", user=str(maria.pk), priority="high"
    )
    task = Task.objects.get()
    assert (task.title, task.assignee, task.description, task.user) == ("Buy seeds", "Ann", "a\nb", maria)
    assert f"#{task.number} Buy seeds" in notes(response)
    change = last_change(task)
    assert (change.action, change.source, change.user) == (Action.CREATED, Source.ADMIN, maria)
    assert change.fields["title"] == [None, "Buy seeds"]
    assert not LogEntry.objects.exists()


def test_empty_fields_of_a_new_task_are_none(desk: Client) -> None:
    add(desk)
    task = Task.objects.get()
    assert (task.description, task.assignee, task.due_date, task.user) == (None, None, None, None)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"title": ""}, "title"),
        ({"title": " \t "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"description": "x" * 1001}, "description"),
        ({"description": "\x00"}, "description"),
        ({"assignee": "x" * 101}, "assignee"),
        ({"assignee": "a\x00"}, "assignee"),
        ({"status": "later"}, "status"),
        ({"status": "\x00"}, "status"),
        ({"priority": ""}, "priority"),
        ({"user": "x"}, "user"),
        ({"user": "\x00"}, "user"),
        ({"user": "9" * 30}, "user"),
        ({"due_date_0": "tomorrow"}, "due_date"),
        ({"due_date_0": "2026-02-30"}, "due_date"),
        ({"due_date_0": "\x00"}, "due_date"),
        ({"due_date_0": "0001-01-01"}, "due_date"),
        ({"due_date_0": "9999-12-31"}, "due_date"),
        ({"due_date_1": "10:00"}, "due_date"),
        ({"due_date_0": "2026-11-20", "due_date_1": "25:00"}, "due_date"),
        ({"due_date_0": "2026-11-20", "due_date_1": "\x00"}, "due_date"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(desk: Client, fields: dict[str, str], fault: str) -> None:
    assert set(errors(add(desk, **fields))) == {fault}
    assert not Task.objects.exists()


def test_lengths_are_counted_in_characters_with_one_for_a_line_break(desk: Client) -> None:
    add(desk, title="🎉" * 200, description="\r\n" * 1000, assignee="é" * 100)
    assert Task.objects.get().description == "\n" * 1000


@pytest.mark.parametrize(
    ("date", "time", "instant"),
    [
        ("2026-11-20", "", "2026-11-19T23:00:00+00:00"),
        ("2026-11-20", "00:00", "2026-11-19T23:00:00+00:00"),
        ("2026-07-20", "17:30", "2026-07-20T15:30:00+00:00"),
        ("2026-10-25", "02:30", "2026-10-25T00:30:00+00:00"),  # twice on that day: the first is meant
    ],
)
def test_a_due_date_is_meant_in_time_zone(desk: Client, settings: Any, date: str, time: str, instant: str) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    add(desk, due_date_0=date, due_date_1=time)
    task = Task.objects.get()
    assert task.due_date == datetime.datetime.fromisoformat(instant)
    form = form_of(desk, task)
    assert (form["due_date_0"], form["due_date_1"]) == (date, "" if time == "00:00" else time)


def test_only_changed_fields_are_written(desk: Client, make_task: Make, maria: User) -> None:
    task = make_task(description="old", assignee="Ann", due_date=timezone.now())
    form = form_of(desk, task)
    save(desk, task, form | {"assignee": "", "user": str(maria.pk)})
    change = last_change(task)
    assert change.fields == {"assignee": ["Ann", None], "user_id": [None, maria.pk]}
    assert (change.actor, change.source) == ("maria", "admin")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "a\nb", "description": "a\r\nb\nc\rd"},
        {"title": "“quoted” <b>", "description": "\n\n x \n"},
        {"assignee": " spaced ", "description": ""},
        {"due_date": datetime.datetime(2026, 11, 20, 9, 15, 30, 123456, tzinfo=datetime.UTC)},
        {"due_date": datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC), "status": "done", "priority": "high"},
    ],
)
def test_saving_a_form_as_it_is_shown_changes_nothing(desk: Client, make_task: Make, fields: dict[str, Any]) -> None:
    task = make_task(**fields)
    form = {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in form_of(desk, task).items()}
    form["title"] = form["title"].replace("\n", "")  # as a browser does in a line
    save(desk, task, form)
    assert last_change(task).action == Action.CREATED
    assert Task.objects.get(pk=task.pk).version == 1


def test_an_old_form_puts_nothing_back_that_others_changed(desk: Client, make_task: Make) -> None:
    task = make_task(description="old", due_date=timezone.now())
    form = form_of(desk, task)
    task.change(by=BY, status="done", description="new", due_date=None, assignee="Bob")
    save(desk, task, form | {"title": "Renamed"})
    task.refresh_from_db()
    assert (task.title, task.status, task.description, task.due_date) == ("Renamed", "done", "new", None)
    assert last_change(task).fields == {"title": ["Fix login", "Renamed"]}


def test_a_form_that_is_shown_again_still_knows_what_it_had_shown(desk: Client, make_task: Make) -> None:
    task = make_task()
    form = form_of(desk, task)
    task.change(by=BY, status="done")
    again = save(desk, task, form | {"title": ""})
    assert set(errors(again)) == {"title"}
    sent = {name: value for name, value in fields_of(again, "form").items() if not name.startswith("_")}
    save(desk, task, sent | {"title": "Renamed"})
    task.refresh_from_db()
    assert (task.title, task.status) == ("Renamed", "done")


def test_what_taskflow_keeps_is_shown_and_not_taken(desk: Client, make_task: Make) -> None:
    task = make_task()
    page = text_of(desk.get(f"{LIST}{task.pk}/change/"))
    assert "Kept by TaskFlow" in page
    save(desk, task, form_of(desk, task) | {"number": "99", "version": "7", "created_at": "2001-01-01", "rank": "1"})
    assert Task.objects.get(pk=task.pk).number == task.number
    assert last_change(task).action == Action.CREATED


def test_the_form_offers_known_names_and_hides_what_a_new_task_has_not(desk: Client, make_task: Make) -> None:
    make_task(assignee="Ann & Bob")
    page = text_of(desk.get(f"{LIST}add/?title=a&due_date=b&user=c"))
    assert '<option value="Ann &amp; Bob">' in page
    assert "Kept by TaskFlow" not in page
    assert '<input type="text" name="title"' in page


def test_a_task_deleted_while_its_form_is_open_says_so(desk: Client, make_task: Make) -> None:
    task = make_task()
    form = form_of(desk, task)
    task.remove(by=BY)
    assert "doesn’t exist" in notes(save(desk, task, form))


def test_a_task_deleted_while_it_is_saved_says_so(
    desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.admin.tasks import TaskAdmin

    task = make_task()
    form = form_of(desk, task) | {"title": "late"}
    loaded = TaskAdmin.get_object

    def loaded_then_gone(*args: Any) -> Any:
        found = loaded(*args)
        Task(pk=task.pk).remove(by=BY)
        return found

    monkeypatch.setattr(TaskAdmin, "get_object", loaded_then_gone)
    assert "no such task" in notes(save(desk, task, form))


def test_deleting_asks_and_then_logs_every_column(desk: Client, make_task: Make) -> None:
    task = make_task(assignee="Ann")
    assert "Are you sure" in text_of(desk.get(f"{LIST}{task.pk}/delete/"))
    assert Task.objects.exists()
    desk.post(f"{LIST}{task.pk}/delete/", {"post": "yes"})
    assert not Task.objects.exists()
    change = last_change(task)
    assert (change.action, change.actor, change.fields["assignee"]) == (Action.DELETED, "maria", ["Ann", None])
    assert Task.objects.restore(task.pk, by=BY).number == task.number
    assert not LogEntry.objects.exists()


# --- The history ------------------------------------------------------------------------------------------------------
def test_the_history_tells_who_did_what_in_words(desk: Client, make_task: Make, maria: User) -> None:
    task = make_task("Paint <wall>")
    due = datetime.datetime(2031, 5, 4, tzinfo=datetime.UTC)
    task.change(by=Actor(Source.BOARD, maria), status="in_progress", due_date=due, user_id=maria.pk)
    task.change(by=Actor(Source.API), rank=7)
    page = text_of(desk.get(f"{LIST}{task.pk}/history/"))
    for words in (
        "<del>To do</del>",
        "<ins>In progress</ins>",
        "<ins>May 4, 2031</ins>",
        "<ins>maria</ins>",
        "<small>board</small>",
        "Moved within its column",
        "Paint &lt;wall&gt;",
    ):
        assert words in page, words
    assert page.index("Moved") < page.index("In progress") < page.index("Created")
    assert "completed" not in page.lower()


def test_the_history_of_a_deleted_task_stays(desk: Client, make_task: Make) -> None:
    task = make_task("Gone")
    task.remove(by=BY)
    page = text_of(desk.get(f"{LIST}{task.pk}/history/"))
    assert "History: deleted task" in page
    assert "Deleted" in page


def test_a_long_history_has_pages(desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "EVENTS", 3)
    task = make_task()
    for number in range(6):
        task.change(by=BY, title=f"title {number}")
    response, seen = desk.get(f"{LIST}{task.pk}/history/"), []
    while True:
        seen += [event.change.pk for event in response.context["events"]]
        if response.context["older"] is None:
            break
        response = desk.get(f"{LIST}{task.pk}/history/?before={response.context['older']}")
    assert seen == list(Change.objects.of_task(task.pk).values_list("pk", flat=True))
    for odd in ("x", "-1", "9" * 30, "٣", "0"):
        assert desk.get(f"{LIST}{task.pk}/history/", {"before": odd}).status_code == 200


def test_an_account_that_is_gone_and_keys_of_later_versions_are_shown_as_they_are(
    desk: Client, make_task: Make, maria: User
) -> None:
    task = make_task()
    task.change(by=BY, user_id=maria.pk)
    Change.objects.of_task(task.pk).update(
        fields={"user_id": [None, 4711], "mood": ["sad", {"a": 1}], "status": ["x", None]}
    )
    page = text_of(desk.get(f"{LIST}{task.pk}/history/"))
    assert "<ins>#4711</ins>" in page
    assert "mood" in page


def test_a_purged_row_of_the_log_is_no_fault(desk: Client, make_task: Make) -> None:
    task = make_task()
    task.remove(by=BY)
    Change.objects.of_task(task.pk).update(fields={})
    assert "deleted task" in text_of(desk.get(LOG))
    assert "Deleted" in text_of(desk.get(f"{LIST}{task.pk}/history/"))


# --- The change log ---------------------------------------------------------------------------------------------------
def logged(response: Any) -> list[tuple[str, str]]:
    return [(event.change.action, event.subject) for event in (row.event for row in response.context["cl"].result_list)]


def test_the_log_is_newest_first_with_task_and_person(desk: Client, make_task: Make, maria: User) -> None:
    task = make_task("Paint")
    task.change(by=Actor(Source.API, maria), title="Paint it")
    gone = make_task("Gone")
    gone.remove(by=BY)
    assert logged(desk.get(LOG)) == [
        ("deleted", f"#{gone.number} Gone"),
        ("created", f"#{gone.number} Gone"),
        ("changed", f"#{task.number} Paint it"),
        ("created", f"#{task.number} Paint it"),
    ]


def test_the_log_narrows_by_action_source_and_task(desk: Client, make_task: Make, maria: User) -> None:
    task, other = make_task("Paint"), make_task("Other")
    task.change(by=Actor(Source.API, maria), title="Paint it")
    other.remove(by=BY)
    found = [("changed", f"#{task.number} Paint it")]
    assert logged(desk.get(f"{LOG}?action=changed")) == found
    assert logged(desk.get(f"{LOG}?source=api")) == found
    assert logged(desk.get(f"{LOG}?source=api&action=created")) == []
    for words in (str(task.number), f"#{task.number}", str(task.pk), task.pk.hex):
        assert len(logged(desk.get(LOG, {"q": words}))) == 2
    assert logged(desk.get(LOG, {"q": f"#{other.number}"}))[0] == ("deleted", f"#{other.number} Other")
    for words in ("Paint", "#9999", "9" * 30, str(uuid.uuid4()), "٣"):
        assert logged(desk.get(LOG, {"q": words})) == []


def test_filters_of_the_log_look_through_its_latest_part(
    desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        make_task(str(number))
    monkeypatch.setattr(changes, "WINDOW", 2)
    assert len(logged(desk.get(f"{LOG}?action=created"))) == 2
    assert len(logged(desk.get(LOG))) == 5


def test_nobody_writes_in_the_log(desk: Client, make_task: Make) -> None:
    change = last_change(make_task("Paint"))
    page = text_of(desk.get(f"{LOG}{change.pk}/change/"))
    assert "Paint" in page
    assert 'name="_save"' not in page
    assert desk.post(f"{LOG}{change.pk}/change/", {"action": "deleted"}).status_code == 403
    assert desk.get(f"{LOG}add/").status_code == 403
    assert desk.post(f"{LOG}{change.pk}/delete/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{LOG}{change.pk}/history/").status_code == 404
    desk.post(LOG, {"action": "delete_selected", "index": "0", "_selected_action": str(change.pk)})
    assert Change.objects.filter(pk=change.pk, action="created").exists()


@pytest.mark.parametrize("query", ["action=x", "source=x", "p=99"])
def test_odd_parameters_of_the_log_do_no_harm(desk: Client, make_task: Make, query: str) -> None:
    make_task()
    assert desk.get(f"{LOG}?{query}", follow=True).status_code == 200


# --- Pages around it --------------------------------------------------------------------------------------------------
def test_the_start_page_shows_the_latest_changes(desk: Client, make_task: Make) -> None:
    assert "Nothing has happened yet." in text_of(desk.get("/admin/"))
    task = make_task("Paint")
    assert f"#{task.number} Paint" in text_of(desk.get("/admin/"))


def test_people_and_groups_are_kept_as_usual(desk: Client, maria: User) -> None:
    response = desk.post(
        "/admin/accounts/user/add/",
        {"username": "bob", "password1": "wonderland-42", "password2": "wonderland-42", "usable_password": "true"},
        follow=True,
    )
    assert "bob" in notes(response)
    assert desk.post("/admin/auth/group/add/", {"name": "Team"}).status_code == 302
    assert "Team" in text_of(desk.get("/admin/auth/group/"))
    assert "wonderland" not in text_of(desk.get(f"/admin/accounts/user/{maria.pk}/change/"))
    choice = desk.get(
        "/admin/autocomplete/?app_label=tasks&model_name=task&field_name=user&term=bo", headers={"accept": "*/*"}
    )
    assert [found["text"] for found in choice.json()["results"]] == ["bob"]


def test_deleting_an_account_keeps_its_tasks_and_its_name_in_the_log(desk: Client, make_task: Make) -> None:
    bob = User.objects.create(username="bob")
    task = make_task(user_id=bob.pk)
    task.change(by=Actor(Source.BOARD, bob), title="Renamed")
    desk.post(f"/admin/accounts/user/{bob.pk}/delete/", {"post": "yes"})
    task.refresh_from_db()
    assert task.user is None
    assert (last_change(task).user, last_change(task).actor) == (None, "bob")


def test_a_group_past_64_bits_is_no_fault_of_ours(desk: Client, maria: User) -> None:
    path = f"/admin/accounts/user/{maria.pk}/change/"
    answer = desk.post(path, {"username": "maria", "groups": ["9" * 30]}, headers={"accept": "*/*"})
    assert answer.status_code in {200, 400}
