"""The browsable API: every verb with forms, by mouse, by keyboard, and creating without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tasks.models import Change, Task

pytestmark = pytest.mark.once


def test_list_and_task_are_accessible(page: Page, make_task: Callable[..., Task], accessible: Any) -> None:
    task = make_task("Renew the certificate", description="<b>today</b>", due_date="2026-11-20")
    for path in ("/tasks", "/tasks?overdue=maybe", f"/tasks/{task.pk}", f"/tasks/{task.pk}/changes", "/tasks/0"):
        page.goto(path)
        accessible()


def test_json_is_shown_as_text_with_ids_as_links(page: Page, make_task: Callable[..., Task]) -> None:
    task = make_task("<img src=x onerror=alert(1)>")
    page.goto("/tasks")
    expect(page.get_by_role("region", name="Body")).to_contain_text('"title": "<img src=x onerror=alert(1)>"')
    page.get_by_role("link", name=str(task.pk)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("<img src=x onerror=alert(1)>")


# --- Creating ---------------------------------------------------------------------------------------------------------
def test_form_creates_a_task_and_offers_the_models_defaults(page: Page, db: None) -> None:
    page.goto("/tasks")
    form = page.get_by_role("complementary")
    expect(form.get_by_label("Status")).to_have_value("todo")
    expect(form.get_by_label("Priority")).to_have_value("medium")
    form.get_by_label("Title").fill("Order chairs")
    form.get_by_label("Description").fill("Two rows\nof six")
    form.get_by_label("Due").fill("2026-11-20T00:00")
    page.get_by_role("button", name="POST").first.click()
    expect(page.get_by_role("status")).to_have_text("201 Created")
    task = Task.objects.get()
    assert (task.title, task.description, task.assignee) == ("Order chairs", "Two rows\nof six", None)
    assert (task.status, task.priority) == ("todo", "medium")
    assert str(task.due_date) == "2026-11-20 00:00:00+00:00"


def test_keyboard_alone_creates_a_task(page: Page, signed_in: User) -> None:
    page.goto("/tasks")
    page.get_by_label("Title").focus()
    page.keyboard.type("Order chairs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("201 Created")
    assert Change.objects.get().actor == "alice"


def test_refused_task_keeps_what_was_typed_and_says_why(page: Page, accessible: Any) -> None:
    page.goto("/tasks")
    page.get_by_label("Title").fill("   ")
    page.get_by_label("Description").fill("kept")
    page.get_by_role("complementary").get_by_label("Priority").select_option("high")
    page.get_by_role("button", name="POST").first.click()
    expect(page.get_by_role("status")).to_have_text("422 Unprocessable Content")
    expect(page.get_by_label("Title")).to_be_focused()
    expect(page.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#faults-title")).to_have_text("Text should have at least 1 character")
    expect(page.get_by_label("Description")).to_have_value("kept")
    expect(page.get_by_role("complementary").get_by_label("Priority")).to_have_value("high")
    accessible()


def test_mended_task_is_taken_and_leaves_no_fault(page: Page, db: None) -> None:
    page.goto("/tasks")
    page.get_by_label("Title").fill(" ")
    page.get_by_role("button", name="POST").first.click()
    page.get_by_label("Title").fill("Order chairs")
    page.get_by_role("button", name="POST").first.click()
    expect(page.get_by_role("status")).to_have_text("201 Created")
    expect(page.locator(".fault")).to_have_count(0)


def test_raw_json_creates_a_task(page: Page, db: None) -> None:
    page.goto("/tasks")
    page.get_by_text("Raw JSON").click()
    raw = page.get_by_role("textbox", name="Body")
    assert '"priority": "medium"' in raw.input_value()
    raw.fill('{"title": "Order chairs", "assignee": "Zoé"}')
    page.get_by_role("button", name="POST").last.click()
    expect(page.get_by_role("status")).to_have_text("201 Created")
    assert Task.objects.get().assignee == "Zoé"


def test_without_javascript_a_task_is_created_and_a_refused_one_keeps_its_text(
    browser: Browser, live_server: LiveServer
) -> None:
    page = browser.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    page.goto("/tasks")
    page.get_by_label("Title").fill("   ")
    page.get_by_label("Description").fill("Two rows\nof six")
    page.get_by_role("button", name="POST").first.click()
    expect(page.locator("#faults-title")).to_have_text("Text should have at least 1 character")
    expect(page.get_by_label("Description")).to_have_value("Two rows\nof six")
    page.get_by_label("Title").fill("Order chairs")
    page.get_by_role("button", name="POST").first.click()
    expect(page.get_by_role("status")).to_have_text("201 Created")
    task = Task.objects.get()
    assert (task.description, task.assignee, task.due_date) == ("Two rows\nof six", None, None)


# --- Changing and deleting --------------------------------------------------------------------------------------------
def test_form_changes_only_what_was_changed(page: Page, make_task: Callable[..., Task], settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Paris"
    task = make_task("Order chairs", description="a\r\nb", due_date="2026-11-20T17:00:00.123456Z")
    page.goto(f"/tasks/{task.pk}")
    expect(page.get_by_label("Due")).to_have_value("2026-11-20T18:00:00.123")
    page.get_by_label("Status").select_option("done")
    page.get_by_label("Assignee").fill("Zoé")
    page.get_by_role("button", name="PUT").first.click()
    expect(page.get_by_role("region", name="Body")).to_contain_text('"status": "done"')
    assert {"status", "assignee"} <= Change.objects.latest("id").fields.keys()
    assert Change.objects.latest("id").fields.keys().isdisjoint({"title", "description", "due_date", "priority"})


def test_emptied_fields_become_null(page: Page, make_task: Callable[..., Task]) -> None:
    task = make_task("Order chairs", description="x", assignee="Zoé", due_date="2026-11-20")
    page.goto(f"/tasks/{task.pk}")
    for label in ("Description", "Assignee", "Due"):
        page.get_by_label(label).fill("")
    page.get_by_role("button", name="PUT").first.click()
    expect(page.get_by_role("region", name="Body")).to_contain_text('"due_date": null')
    task.refresh_from_db()
    assert (task.description, task.assignee, task.due_date) == (None, None, None)


def test_task_is_deleted_after_asking_and_restored_from_its_address(
    page: Page, make_task: Callable[..., Task], accessible: Any
) -> None:
    task = make_task("Order chairs")
    page.goto(f"/tasks/{task.pk}")
    page.get_by_role("button", name="DELETE").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    accessible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="DELETE").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("204 No Content")
    assert not Task.objects.exists()
    page.goto(f"/tasks/{task.pk}/restore")
    page.get_by_role("button", name="POST").click()
    expect(page.get_by_role("status")).to_have_text("200 OK")
    assert Task.objects.get().title == "Order chairs"


def test_task_that_went_away_meanwhile_is_told_and_nothing_typed_is_lost(
    page: Page, make_task: Callable[..., Task]
) -> None:
    task = make_task("Order chairs")
    page.goto(f"/tasks/{task.pk}")
    Task.objects.all().delete()
    page.get_by_label("Title").fill("Order tables")
    page.get_by_role("button", name="PUT").first.click()
    expect(page.get_by_role("status")).to_have_text("404 Not Found")
    expect(page.get_by_label("Title")).to_have_value("Order tables")


def test_signed_out_meanwhile_is_told_and_nothing_typed_is_lost(page: Page, signed_in: User, settings: Any) -> None:
    settings.TASKFLOW_ACCESS = "private"
    page.goto("/tasks")
    page.get_by_label("Title").fill("Order chairs")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="POST").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed. Sign in")
    expect(page.get_by_label("Title")).to_have_value("Order chairs")


@pytest.mark.parametrize("signed", [True, False])
def test_options_tells_what_an_address_takes(page: Page, signed: bool, request: pytest.FixtureRequest) -> None:
    if signed:
        request.getfixturevalue("signed_in")
    page.goto("/tasks")
    page.get_by_role("button", name="OPTIONS").click()
    expect(page.get_by_role("region", name="Body")).to_contain_text('"max_length": 200')


# --- Finding ----------------------------------------------------------------------------------------------------------
def test_filter_form_sends_only_what_is_filled_in(page: Page, make_task: Callable[..., Task]) -> None:
    for status in ("todo", "in_progress", "done"):
        make_task(f"A {status} chair", status=status)
    page.goto("/tasks")
    page.get_by_label("Words").fill("chair")
    page.get_by_role("checkbox", name="To do").check()
    page.get_by_role("checkbox", name="Done").check()
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url("/tasks?q=chair&status=todo&status=done")
    expect(page.get_by_text("2 on this page")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Done")).to_be_checked()
    page.get_by_role("link", name="Clear").click()
    expect(page.get_by_text("3 on this page")).to_be_visible()


def test_filter_form_shows_what_an_address_asks_for(page: Page, db: None) -> None:
    page.goto("/tasks?status=todo,done&ordering=-priority&due_after=2026-11-20")
    expect(page.get_by_role("checkbox", name="To do")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Done")).to_be_checked()
    expect(page.get_by_role("checkbox", name="In progress")).not_to_be_checked()
    expect(page.get_by_label("Order")).to_have_value("-priority")
    expect(page.get_by_label("Due from")).to_have_value("2026-11-20")


def test_next_page_goes_on_after_a_hundred(page: Page, make_task: Callable[..., Task]) -> None:
    for number in range(101):
        make_task(f"Chair {number}")
    page.goto("/tasks?q=chair")
    expect(page.get_by_text("100 on this page")).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("1 on this page")).to_be_visible()
    expect(page.get_by_role("region", name="Body")).to_contain_text('"Chair 0"')
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)
