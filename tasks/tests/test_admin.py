"""The admin, through its pages: what a person sees, and that every write is in the change log under their name."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tasks.admin import pages
from tasks.models import Action, Change, Source, Task
from tasks.tests.admin_pages import LIST, LOG, act, last_change, list_form, notes, row_of, save_list, text_of, titles
from tasks.tests.conftest import BY

DAY = datetime.timedelta(days=1)
Make = Callable[..., Task]


# --- The list ---------------------------------------------------------------------------------------------------------
def test_strangers_are_sent_to_the_sign_in_page(db: None) -> None:
    response = Client().get(LIST)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_the_newest_task_comes_first(desk: Client, make_task: Make) -> None:
    for title in ("one", "two", "three"):
        make_task(title)
    assert titles(desk.get(LIST)) == ["three", "two", "one"]


def test_a_late_task_is_called_late(desk: Client, make_task: Make) -> None:
    make_task("late", due_date=timezone.now() - 3 * DAY)
    page = text_of(desk.get(LIST))
    assert 'class="late"' in page
    assert "<span>late</span>" in page


@pytest.mark.parametrize(("status", "days"), [("todo", 3), ("done", -3)])
def test_tasks_in_time_or_done_are_not_called_late(desk: Client, make_task: Make, status: str, days: int) -> None:
    make_task(status=status, due_date=timezone.now() + days * DAY)
    assert 'class="late"' not in text_of(desk.get(LIST))


def test_a_whole_day_is_shown_without_a_time(desk: Client, make_task: Make, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    make_task("whole", due_date=datetime.datetime(2031, 5, 4, 22, tzinfo=datetime.UTC))
    make_task("timed", due_date=datetime.datetime(2031, 6, 5, 15, 30, tzinfo=datetime.UTC))
    page = text_of(desk.get(LIST))
    assert '<td class="field-due">May 5, 2031</td>' in page
    assert '<td class="field-due">June 5, 2031, 5:30 p.m.</td>' in page


def test_text_is_never_markup(desk: Client, make_task: Make) -> None:
    task = make_task("<script>alert(1)</script>", assignee='"><img src=x>', description="</textarea><b>")
    for page in (LIST, LOG, "/admin/", f"{LIST}{task.pk}/change/", f"{LIST}{task.pk}/history/"):
        text = text_of(desk.get(page))
        assert "<script>alert" not in text
        assert "<img src=x>" not in text
        assert "</textarea><b>" not in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?o=1", ["b", "C", "a"]),
        ("?o=-1", ["a", "C", "b"]),
        ("?o=-4", ["C", "b", "a"]),
        ("?o=4", ["a", "b", "C"]),
        ("?o=6", ["C", "b", "a"]),
        ("?o=-6", ["b", "C", "a"]),
        ("?o=3", ["a", "C", "b"]),  # status sorts nothing: no index serves it
        ("?o=-1.2.x.99", ["a", "C", "b"]),
    ],
)
def test_columns_sort_and_tasks_without_a_date_come_last(
    desk: Client, make_task: Make, query: str, expected: list[str]
) -> None:
    make_task("b", priority="medium", due_date=timezone.now() + 2 * DAY)
    make_task("C", priority="high", due_date=timezone.now() + DAY)
    make_task("a", priority="low")
    assert titles(desk.get(LIST + query)) == expected


@pytest.mark.parametrize("order", ["6", "-6"])
def test_pages_by_due_date_show_each_task_once(
    desk: Client, make_task: Make, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tasks.admin.tasks import TaskAdmin

    monkeypatch.setattr(TaskAdmin, "list_per_page", 3)
    monkeypatch.setattr(TaskAdmin, "list_max_show_all", 3)
    for number in range(10):
        make_task(str(number), due_date=timezone.now() + number * DAY if number % 2 else None)
    seen = [title for page in range(1, 5) for title in titles(desk.get(f"{LIST}?o={order}&p={page}"))]
    assert sorted(seen) == [str(number) for number in range(10)]
    assert seen[:5] == (["1", "3", "5", "7", "9"] if order == "6" else ["9", "7", "5", "3", "1"])


def test_a_long_list_is_not_counted(desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 4)
    for number in range(6):
        make_task(str(number))
    response = desk.get(LIST)
    assert response.context["cl"].result_count == 4
    assert re.search(r"more than\s+4\s+tasks", text_of(response))


# --- Filters and search -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?status=todo", {"late", "today", "undated"}),
        ("?status=done", {"done"}),
        ("?priority=high", {"today"}),
        ("?assignee=Bob", {"today"}),
        ("?assignee=", {"late", "done", "undated"}),
        ("?due=overdue", {"late"}),
        ("?due=today", {"today"}),
        ("?due=none", {"undated", "done"}),
        ("?created=today", {"late", "today", "done", "undated"}),
        ("?status=todo&due=none&created=year", {"undated"}),
        ("?q=UNDA", {"undated"}),
        ("?q=zebra", set()),
    ],
)
def test_filters_narrow_the_list(desk: Client, make_task: Make, query: str, expected: set[str]) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    make_task("late", due_date=midnight - 9 * DAY)
    make_task("today", due_date=midnight, assignee="Bob", priority="high")
    make_task("done", status="done")
    make_task("undated")
    assert set(titles(desk.get(LIST + query))) == expected


def test_this_week_is_monday_to_sunday(desk: Client, make_task: Make) -> None:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - midnight.weekday() * DAY
    for title, day in (("before", -1), ("monday", 0), ("sunday", 6), ("after", 7)):
        make_task(title, due_date=monday + day * DAY)
    assert titles(desk.get(f"{LIST}?due=week")) == ["monday", "sunday"]


def test_created_filters_begin_where_they_say(desk: Client, make_task: Make) -> None:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    make_task("today", created_at=today)
    make_task("six days ago", created_at=today - 6 * DAY)
    make_task("a week ago", created_at=today - 7 * DAY)
    make_task("last year", created_at=today.replace(month=1, day=1) - DAY)
    assert set(titles(desk.get(f"{LIST}?created=today"))) == {"today"}
    assert {"today", "six days ago"} <= set(titles(desk.get(f"{LIST}?created=week")))
    assert "a week ago" not in titles(desk.get(f"{LIST}?created=week"))
    assert "last year" not in titles(desk.get(f"{LIST}?created=year"))


def test_assignees_are_offered_up_to_a_bound_and_others_by_name(
    desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.admin.filters.MOST_NAMES", 2)
    for name in ("Ann", "Bob", "Bob", "Cid"):
        make_task(name, assignee=name)
    page = text_of(desk.get(f"{LIST}?status=todo"))
    assert "?assignee=Bob&amp;status=todo" in page
    assert "assignee=Cid" not in page
    assert 'placeholder="Another name"' in page
    assert titles(desk.get(f"{LIST}?assignee=Cid")) == ["Cid"]


def test_names_are_read_in_order_without_repetition(make_task: Make) -> None:
    for name in ("b", "a", "b", None, "é", "a"):
        make_task(assignee=name)
    assert set(Task.objects.assignees(10)) == {"a", "b", "é"}
    assert len(Task.objects.assignees(2)) == 2
    assert Task.objects.assignees(0) == []


def test_search_finds_a_number_with_and_without_its_mark(desk: Client, make_task: Make) -> None:
    first, second = make_task("first"), make_task("second")
    make_task(f"about {second.number}")
    assert titles(desk.get(LIST, {"q": f"#{first.number}"})) == ["first"]
    assert titles(desk.get(LIST, {"q": f" {second.number} "})) == ["second"]
    assert titles(desk.get(LIST, {"q": f'"{second.number}"'})) == [f"about {second.number}"]


def test_search_takes_a_number_that_no_task_has_as_a_word(desk: Client, make_task: Make) -> None:
    make_task("plan 20261")
    assert titles(desk.get(LIST, {"q": "20261"})) == ["plan 20261"]
    assert titles(desk.get(LIST, {"q": "#20261"})) == []


def test_search_keeps_to_the_filters_and_the_order(
    desk: Client, make_task: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("pay b", "pay a", "buy"):
        make_task(title)
    make_task("pay c", status="done")
    for few in (1000, 1):
        monkeypatch.setattr(pages, "FEW", few)
        assert titles(desk.get(f"{LIST}?q=pay&o=2&status=todo")) == ["pay a", "pay b"]


# --- Changing in the list ---------------------------------------------------------------------------------------------
def test_the_list_saves_what_was_changed_and_logs_the_person(desk: Client, make_task: Make, maria: User) -> None:
    task, other = make_task("one"), make_task("two")
    form = list_form(desk)
    form[f"{row_of(form, task)}-status"] = "done"
    assert "1 task was changed" in notes(save_list(desk, form))
    change = last_change(task)
    assert (change.action, change.actor, change.user, change.source) == ("changed", "maria", maria, "admin")
    assert change.fields["status"] == ["todo", "done"]
    assert last_change(other).action == Action.CREATED
    task.refresh_from_db()
    assert task.completed_at is not None


def test_an_old_list_puts_nothing_back_that_others_changed(desk: Client, make_task: Make) -> None:
    task, other = make_task("one"), make_task("two")
    form = list_form(desk)
    task.change(by=BY, status="done", priority="low")
    form[f"{row_of(form, other)}-priority"] = "high"
    form[f"{row_of(form, task)}-priority"] = "high"
    save_list(desk, form)
    task.refresh_from_db()
    other.refresh_from_db()
    assert (task.status, task.priority, other.priority) == ("done", "high", "high")
    assert last_change(task).fields == {"priority": ["low", "high"]}


def test_a_row_deleted_meanwhile_does_not_keep_others_from_being_saved(desk: Client, make_task: Make) -> None:
    gone, task = make_task("gone"), make_task("task")
    form = list_form(desk)
    gone.remove(by=BY)
    form[f"{row_of(form, task)}-priority"] = "low"
    save_list(desk, form)
    task.refresh_from_db()
    assert task.priority == "low"
    assert not Task.objects.filter(pk=gone.pk).exists()


def test_a_change_of_a_row_deleted_meanwhile_saves_nothing_and_says_so(desk: Client, make_task: Make) -> None:
    gone, task = make_task("gone"), make_task("task")
    form = list_form(desk)
    gone.remove(by=BY)
    form[f"{row_of(form, gone)}-status"] = form[f"{row_of(form, task)}-status"] = "done"
    response = save_list(desk, form, "?status=todo")
    assert "Nothing was saved" in notes(response)
    assert titles(response) == ["task"]
    assert last_change(task).action == Action.CREATED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("form-0-status", "later"),
        ("form-0-status", "to\x00do"),
        ("form-0-id", "x"),
        ("form-0-id", "\x00"),
        ("form-TOTAL_FORMS", "x"),
        ("form-TOTAL_FORMS", "999999"),
        ("form-INITIAL_FORMS", "\x00"),
    ],
)
def test_a_list_that_was_tampered_with_saves_nothing(desk: Client, make_task: Make, name: str, value: str) -> None:
    task = make_task()
    form = list_form(desk) | {"form-0-priority": "high"}
    response = save_list(desk, form | {name: value})
    assert "Nothing was saved" in notes(response)
    assert last_change(task).action == Action.CREATED


# --- Bad parameters ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    ["status=x", "priority=", "due=x", "created=x", "p=99", "p=0", f"p={'9' * 30}", "status=todo&status=x"],
)
def test_unknown_filters_and_pages_are_told(desk: Client, make_task: Make, query: str) -> None:
    for number in range(60):
        make_task(str(number))
    response = desk.get(f"{LIST}?{query}", follow=True)
    assert "does not exist" in notes(response)
    assert len(titles(response)) == 50


@pytest.mark.parametrize("query", ["o=x", "o=-99.1", f"o={'9' * 400}", "p=x", "all=", "e=1", "_popup=1", "_facets"])
def test_odd_parameters_of_the_list_do_no_harm(desk: Client, make_task: Make, query: str) -> None:
    make_task("one")
    assert titles(desk.get(f"{LIST}?{query}")) == ["one"]


@pytest.mark.parametrize("path", [LIST, LOG, "/admin/accounts/user/", "/admin/auth/group/"])
@pytest.mark.parametrize("query", ["id__regex=[", "pk=1", "title__contains=x", "username__regex=(", "name__regex=("])
def test_lookups_of_any_column_are_refused(desk: Client, path: str, query: str) -> None:
    assert desk.get(f"{path}?{query}").status_code in {302, 400}


@pytest.mark.parametrize("query", ["is_active__exact=1", "groups__id__exact=1", "q=mar", "groups__isnull=True"])
def test_filters_of_people_work(desk: Client, query: str) -> None:
    assert "maria" in text_of(desk.get(f"/admin/accounts/user/?{query}")) or "groups" in query


@pytest.mark.parametrize("path", [LIST, LOG, "/admin/accounts/user/", "/admin/"])
def test_nul_and_broken_utf_8_in_a_query_are_refused(desk: Client, path: str) -> None:
    for broken in ("%00", "%ED%A0%80", "%FF"):
        assert desk.get(f"{path}?q={broken}").status_code == 422


def test_a_search_that_is_too_long_is_told(desk: Client, make_task: Make) -> None:
    make_task("one")
    for path in (LIST, LOG):
        assert "at most 200 characters" in notes(desk.get(path, {"q": "x" * 201}))


def test_an_address_of_djangos_view_on_site_is_not_found(desk: Client) -> None:
    kind = ContentType.objects.get_for_model(Task).pk
    assert desk.get(f"/admin/r/{kind}/no-uuid/").status_code == 404


@pytest.mark.parametrize("key", ["x", "%00", "1", "00000000-0000-0000-0000-000000000000", "_", "é"])
@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_pages_of_tasks_that_are_not_there_say_so(desk: Client, key: str, view: str) -> None:
    response = desk.get(f"{LIST}{key}/{view}/", follow=True)
    assert response.status_code == 200
    assert any(word in notes(response) for word in ("doesn’t exist", "no such task"))


# --- Permissions ------------------------------------------------------------------------------------------------------
@pytest.fixture
def viewer(db: None) -> Client:
    user = User.objects.create(username="vera", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_task"]))
    client = Client()
    client.force_login(user)
    return client


def test_who_may_only_look_can_change_nothing(viewer: Client, make_task: Make) -> None:
    task = make_task()
    page = text_of(viewer.get(LIST))
    assert "Export as CSV" in page
    for word in ("Assign…", "Delete…", 'name="form-0-status"'):
        assert word not in page
    assert viewer.post(LIST, {"_save": "Save", "form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}).status_code == 403
    assert viewer.post(f"{LIST}{task.pk}/change/", {"title": "x"}).status_code == 403
    assert viewer.post(f"{LIST}{task.pk}/delete/", {"post": "yes"}).status_code == 403
    assert viewer.get(LOG).status_code == 403
    act(viewer, "set_status_done", task)
    act(viewer, "delete_selected", task, confirmed="1")
    assert Task.objects.get(pk=task.pk).status == "todo"
    assert viewer.get(f"{LIST}{task.pk}/history/").status_code == 200


# --- Costs ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "path", [LIST, f"{LIST}?o=6", f"{LIST}?due=none&q=fix", LOG, f"{LOG}?action=changed", "/admin/"]
)
def test_pages_cost_the_same_for_3_rows_and_40(
    desk: Client, make_task: Make, django_assert_num_queries: Any, maria: User, path: str
) -> None:
    from django.db import connection

    def grow(count: int) -> None:
        for number in range(count):
            make_task(f"Fix {number}", assignee=f"name {number}").change(by=BY, user_id=maria.pk, priority="low")

    grow(3)
    desk.get(path)
    with CaptureQueriesContext(connection) as few:
        desk.get(path)
    grow(37)
    with django_assert_num_queries(len(few)):
        desk.get(path)


def test_no_log_of_django_is_written_about_tasks(desk: Client, make_task: Make) -> None:
    task = make_task()
    form = list_form(desk)
    form[f"{row_of(form, task)}-status"] = "done"
    save_list(desk, form)
    act(desk, "delete_selected", task, confirmed="1")
    assert not LogEntry.objects.exists()
    assert list(Change.objects.filter(source=Source.ADMIN).values_list("action", flat=True).order_by("id")) == [
        "changed",
        "deleted",
    ]
