"""The fields of a task, each of which saves itself; and the one form that they are without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tasks.models import Actor, Change, Source, Task
from tasks.tests.browser.board import card, open_board, shows, title, toast
from tasks.tests.browser.task import field, heading, opened, saved, stored

Make = Callable[..., Task]
BY = Actor(Source.API)


# --- Fields that save themselves --------------------------------------------------------------------------------------
def test_the_title_is_saved_with_enter_and_the_card_follows(panel: Page, task: Task) -> None:
    field(panel, "Title").fill("Fix the login")
    field(panel, "Title").press("Enter")
    saved(panel)
    assert stored(task, "title", "version") == ("Fix the login", 2)
    expect(panel).to_have_title(f"#{task.number} Fix the login · TaskFlow")
    expect(card(panel, "Fix the login")).to_be_attached()
    expect(panel.locator(".activity")).to_contain_text("Somebody edited the title · just now")
    expect(field(panel, "Title")).to_be_focused()


def test_a_field_is_saved_when_it_is_left(panel: Page, task: Task) -> None:
    field(panel, "Description").fill("New\ntext")
    field(panel, "Title").focus()
    saved(panel)
    assert stored(task, "description") == ("New\ntext",)


def test_ctrl_enter_saves_the_description(panel: Page, task: Task) -> None:
    field(panel, "Description").fill("New")
    panel.keyboard.press("ControlOrMeta+Enter")
    saved(panel)
    assert stored(task, "description") == ("New",)


def test_escape_puts_back_what_was(panel: Page, task: Task) -> None:
    field(panel, "Description").fill("Gone")
    panel.keyboard.press("Escape")
    expect(field(panel, "Description")).to_have_value("One\nTwo")
    expect(heading(panel, "Fix login")).to_be_focused()
    expect(panel.locator("#panel")).to_be_visible()
    assert stored(task, "version") == (1,)


def test_escape_takes_a_refusal_away_with_what_was_refused(panel: Page, task: Task) -> None:
    field(panel, "Title").fill(" ")
    panel.keyboard.press("Enter")
    expect(panel.locator("#faults-title")).to_have_text("A task needs a title.")
    panel.keyboard.press("Escape")
    expect(panel.locator("#faults-title")).to_have_text("")
    expect(field(panel, "Title")).to_have_value("Fix login")
    saved(panel)


def test_status_and_priority_are_saved_when_they_are_chosen(panel: Page, task: Task) -> None:
    field(panel, "Priority").select_option("high")
    saved(panel)
    field(panel, "Status").focus()
    field(panel, "Status").select_option("in_progress")
    expect(panel.locator(".activity")).to_contain_text("moved this from To do to In progress")
    assert stored(task, "priority", "status") == ("high", "in_progress")
    expect(field(panel, "Status")).to_be_focused()
    shows(panel, todo="Above Below")
    expect(panel.locator(".pick-of[data-status=in_progress]")).to_be_visible()


def test_an_assignee_is_offered_and_taken(panel: Page, task: Task, make_task: Make) -> None:
    expect(field(panel, "Assignee")).to_have_value("")
    field(panel, "Assignee").fill("Alice Martin")
    panel.keyboard.press("Enter")
    saved(panel)
    assert stored(task, "assignee") == ("Alice Martin",)
    field(panel, "Title").focus()
    expect(panel.locator("[data-part=assignee] .avatar")).to_have_text("AM")
    expect(card(panel, "Fix login").locator(".avatar")).to_have_attribute("title", "Alice Martin")
    expect(panel.locator("#task-names option")).to_have_attribute("value", "Alice Martin")


def test_a_due_date_is_set_with_its_time_and_taken_away(panel: Page, task: Task) -> None:
    panel.locator(".due-of summary").click()
    field(panel, "Date").fill("2031-11-20")
    saved(panel)
    field(panel, "Time").fill("17:30")
    expect(panel.locator(".due-words")).not_to_contain_text("17:30")
    heading(panel, "Fix login").focus()
    expect(panel.locator(".due-words")).to_contain_text("Thu 20 Nov 2031, 17:30")
    assert str(stored(task, "due_date")[0]) == "2031-11-20 17:30:00+00:00"
    panel.locator(".due-of summary").click()
    panel.get_by_role("button", name="No due date").click()
    saved(panel)
    heading(panel, "Fix login").focus()
    expect(panel.locator(".due-words")).to_have_text("None")
    assert stored(task, "due_date") == (None,)


def test_half_a_date_is_no_date(panel: Page, task: Task) -> None:
    task.change(by=BY, due_date=timezone.now())
    panel.reload()
    expect(panel.locator("#task-state")).to_be_visible()
    panel.locator(".due-of summary").click()
    field(panel, "Date").press("Backspace")
    field(panel, "Title").focus()
    expect(panel.locator("#faults-due_date .fault")).to_be_visible()
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    assert stored(task, "version") == (2,)
    field(panel, "Date").press("Escape")
    saved(panel)


def test_texts_with_other_line_breaks_are_no_edits(page: Page, make_task: Make) -> None:
    task = make_task("a\rb", description="c\rd\r\ne", assignee="x\ny")
    open_board(page)
    page.locator("#board .card h3 a").click()
    opened(page, task)
    page.locator("#task .task-acts button").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert stored(task, "version") == (1,)


def test_every_edit_can_be_undone(panel: Page, task: Task) -> None:
    field(panel, "Priority").select_option("high")
    expect(toast(panel)).to_contain_text(f"#{task.number}: priority changed")
    toast(panel).get_by_role("button", name="Undo").click()
    expect(field(panel, "Priority")).to_have_value("medium")
    assert stored(task, "priority") == ("medium",)


def test_a_refused_text_is_kept_and_told_at_its_field(panel: Page, task: Task, accessible: Any) -> None:
    field(panel, "Title").fill("x" * 201)
    panel.keyboard.press("Enter")
    expect(panel.locator("#faults-title")).to_have_text("At most 200 characters; this has 201.")
    expect(field(panel, "Title")).to_have_attribute("aria-invalid", "true")
    expect(field(panel, "Title")).to_have_attribute("aria-describedby", "faults-title")
    expect(field(panel, "Title")).to_have_value("x" * 201)
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    accessible()
    with panel.expect_response("**/edit"):
        panel.get_by_role("link", name="Back to the board").click()
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    expect(panel.locator("#panel")).to_be_visible()
    field(panel, "Title").fill("Fix it")
    panel.keyboard.press("Enter")
    saved(panel)
    expect(panel.locator("#faults-title")).to_have_text("")
    expect(field(panel, "Title")).not_to_have_attribute("aria-invalid", "true")


def test_what_cannot_be_sent_is_kept_and_sent_later(context: BrowserContext, task: Task) -> None:
    panel = open_board(context.new_page())  # the browser tells of the failure in the console
    title(panel, "Fix login").click()
    opened(panel, task)
    panel.route("**/edit", lambda route: route.abort())
    field(panel, "Title").fill("Fix it")
    panel.keyboard.press("Enter")
    expect(panel.locator("#faults-title")).to_contain_text("cannot be reached")
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    panel.unroute("**/edit")
    panel.evaluate("dispatchEvent(new Event('online'))")
    saved(panel)
    assert stored(task, "title") == ("Fix it",)


def test_what_was_typed_outlives_the_session(
    context: BrowserContext, signed_in: User, task: Task, settings: Any
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    panel = open_board(context.new_page())
    title(panel, "Fix login").click()
    opened(panel, task)
    cookies: Any = context.cookies()
    context.clear_cookies(name="sessionid")
    field(panel, "Title").fill("Fix it")
    panel.keyboard.press("Enter")
    expect(panel.locator("#signed-out")).to_be_visible()
    context.add_cookies(cookies)  # as signing in in another tab does
    panel.locator("#signed-out button[value=again]").click()
    saved(panel)
    assert stored(task, "title") == ("Fix it",)
    assert Change.objects.latest("id").actor == "alice"


def test_what_is_typed_is_saved_before_the_panel_closes(panel: Page, task: Task) -> None:
    field(panel, "Title").fill("Fix it")
    panel.go_back()
    expect(title(panel, "Fix it")).to_be_focused()
    assert stored(task, "title") == ("Fix it",)


def test_deleting_closes_the_panel_and_can_be_undone(panel: Page, task: Task) -> None:
    panel.get_by_role("button", name="Delete task").last.click()
    expect(panel.locator("#panel")).to_be_hidden()
    shows(panel, todo="Above Below")
    expect(title(panel, "Below")).to_be_focused()
    toast(panel).get_by_role("button", name="Undo").click()
    expect(card(panel, "Fix login")).to_be_visible()
    assert stored(task, "number") == (task.number,)


def test_the_menu_moves_the_task_in_its_column(panel: Page, task: Task) -> None:
    panel.get_by_label("More").click()
    panel.get_by_role("button", name="Move to the top").click()
    expect(panel.locator("#board [data-cards=todo] .card h3")).to_have_text(["Fix login", "Above", "Below"])
    expect(panel.get_by_role("link", name="Previous task")).to_have_attribute("aria-disabled", "true")
    expect(panel.locator(".menu-of[open]")).to_have_count(0)


# --- Without scripts --------------------------------------------------------------------------------------------------
@pytest.fixture
def plain(browser: Browser, live_server: LiveServer, task: Task) -> Page:
    """The task's page in a browser without scripts."""
    page = browser.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    page.goto("/")
    page.get_by_role("link", name="Fix login", exact=True).click()
    return page


def test_without_scripts_the_fields_are_one_form(plain: Page, task: Task) -> None:
    field(plain, "Title").fill("Fix it")
    field(plain, "Description").fill("a\nb")
    field(plain, "Priority").select_option("high")
    field(plain, "Assignee").fill("Ann")
    plain.locator(".due-of summary").click()
    field(plain, "Date").fill("2031-11-20")
    plain.get_by_role("button", name="Save", exact=True).last.click()
    expect(plain).to_have_url(f"/t/{task.number}")
    expect(plain.locator("#toast")).to_contain_text(f"#{task.number} saved")
    assert stored(task, "title", "description", "priority", "assignee") == ("Fix it", "a\nb", "high", "Ann")
    plain.get_by_role("button", name="Undo").click()
    expect(field(plain, "Title")).to_have_value("Fix login")


def test_without_scripts_enter_saves(plain: Page, task: Task) -> None:
    field(plain, "Assignee").fill("Ann")
    plain.keyboard.press("Enter")
    expect(plain.locator(".activity")).to_contain_text("assigned this to Ann")


def test_without_scripts_both_are_shown_and_one_is_chosen(plain: Page, task: Task, benoit: Actor) -> None:
    field(plain, "Title").fill("Mine")
    field(plain, "Assignee").fill("Ann")
    task.change(by=benoit, title="Theirs")
    plain.get_by_role("button", name="Save", exact=True).last.click()
    expect(plain.locator(".conflict")).to_contain_text("Benoît Lefèvre changed the title while you were editing")
    expect(field(plain, "Title")).to_have_value("Mine")
    plain.get_by_role("button", name="Use mine").click()
    expect(plain.locator(".conflict")).to_have_count(0)
    assert stored(task, "title", "assignee") == ("Mine", "Ann")


def test_without_scripts_a_refused_text_is_kept(plain: Page, task: Task) -> None:
    field(plain, "Title").fill("")
    field(plain, "Description").fill("kept")
    plain.get_by_role("button", name="Save", exact=True).last.click()
    expect(plain.locator("#faults-title")).to_have_text("A task needs a title.")
    expect(field(plain, "Description")).to_have_value("kept")


def test_without_scripts_a_task_is_marked_moved_deleted_and_restored(plain: Page, task: Task) -> None:
    plain.get_by_label("More").click()
    plain.get_by_role("button", name="Move to the top").click()
    assert Change.objects.latest("id").action == "moved"
    expect(plain).to_have_url(f"/t/{task.number}")
    plain.get_by_role("button", name=re.compile("Mark as done")).click()
    expect(plain.locator(".activity")).to_contain_text("moved this from To do to Done")
    plain.get_by_role("button", name="Delete task").last.click()
    expect(plain).to_have_url("/")
    plain.goto(f"/t/{task.number}")
    plain.get_by_role("button", name="Restore").click()
    expect(heading(plain, "Fix login")).to_be_attached()
    assert stored(task, "status", "number") == ("done", task.number)
