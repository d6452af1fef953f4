"""One task and two people: conflicts, an open panel that follows the others, a task that is deleted meanwhile."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tasks.models import Actor, Source, Task
from tasks.tests.browser.board import follow_quickly
from tasks.tests.browser.task import field, heading, saved, stored

Make = Callable[..., Task]
BY = Actor(Source.API)


# --- Two people at once -----------------------------------------------------------------------------------------------
def test_a_conflict_shows_both_and_theirs_can_be_kept(panel: Page, task: Task, benoit: Actor, accessible: Any) -> None:
    field(panel, "Title").fill("Mine")
    task.change(by=benoit, title="Theirs", priority="high")
    panel.keyboard.press("Enter")
    clash = panel.get_by_role("group", name="Benoît Lefèvre changed the title while you were editing")
    expect(clash).to_contain_text("Theirs")
    expect(field(panel, "Title")).to_have_value("Mine")
    expect(field(panel, "Priority")).to_have_value("high")
    assert stored(task, "title") == ("Theirs",)
    accessible()
    clash.get_by_role("button", name="Keep theirs").click()
    expect(clash).to_have_count(0)
    expect(field(panel, "Title")).to_have_value("Theirs")
    saved(panel)
    assert stored(task, "title", "version") == ("Theirs", 2)


def test_escape_leaves_a_conflict_to_them(panel: Page, task: Task) -> None:
    field(panel, "Title").fill("Mine")
    task.change(by=BY, title="Theirs")
    panel.keyboard.press("Enter")
    expect(panel.locator(".conflict")).to_be_visible()
    panel.keyboard.press("Escape")
    expect(panel.locator(".conflict")).to_have_count(0)
    expect(field(panel, "Title")).to_have_value("Theirs")
    saved(panel)


def test_mine_replaces_theirs_when_the_person_says_so(panel: Page, task: Task, benoit: Actor) -> None:
    field(panel, "Description").fill("Mine\nof two lines")
    task.change(by=benoit, description="Theirs")
    field(panel, "Title").focus()
    panel.get_by_role("button", name="Use mine").click()
    saved(panel)
    assert stored(task, "description") == ("Mine\nof two lines",)
    expect(panel.locator(".conflict")).to_have_count(0)


def test_two_people_who_edit_different_fields_both_keep_theirs(panel: Page, task: Task) -> None:
    field(panel, "Title").fill("Mine")
    task.change(by=BY, description="Theirs")
    panel.keyboard.press("Enter")
    expect(field(panel, "Description")).to_have_value("Theirs")
    assert stored(task, "title", "description") == ("Mine", "Theirs")


def test_an_open_panel_follows_the_others_but_never_touches_what_is_typed(panel: Page, task: Task) -> None:
    field(panel, "Title").fill("Half a ti")
    task.change(by=BY, title="Theirs", priority="high", description="Theirs")
    follow_quickly(panel)
    expect(field(panel, "Priority")).to_have_value("high")
    expect(field(panel, "Description")).to_have_value("Theirs")
    expect(field(panel, "Title")).to_have_value("Half a ti")
    expect(field(panel, "Title")).to_be_focused()
    expect(panel.locator(".activity")).to_contain_text("raised priority")


def test_a_focused_field_is_not_touched(panel: Page, task: Task) -> None:
    field(panel, "Description").focus()
    task.change(by=BY, description="Theirs", assignee="Ann")
    follow_quickly(panel)
    expect(field(panel, "Assignee")).to_have_value("Ann")
    expect(field(panel, "Description")).to_have_value("One\nTwo")


def test_a_task_deleted_meanwhile_is_restored_with_what_was_typed(panel: Page, task: Task, benoit: Actor) -> None:
    field(panel, "Title").fill("Mine")
    number, key = task.number, task.pk
    task.remove(by=benoit)
    follow_quickly(panel)
    expect(panel.locator("[data-gone-banner]")).to_contain_text("Benoît Lefèvre deleted this task")
    expect(field(panel, "Title")).to_have_value("Mine")
    panel.get_by_role("button", name="Restore").click()
    expect(panel.locator("[data-gone-banner]")).to_have_count(0)
    field(panel, "Title").press("Enter")
    saved(panel)
    found = Task.objects.get(pk=key)
    assert (found.title, found.number) == ("Mine", number)


def test_two_browsers_see_each_others_edits(
    panel: Page, task: Task, new_context: Callable[..., BrowserContext]
) -> None:
    other = new_context(reduced_motion="reduce").new_page()
    other.goto(f"/t/{task.number}")
    field(other, "Title").fill("From elsewhere")
    other.keyboard.press("Enter")
    saved(other)
    follow_quickly(panel)
    expect(heading(panel, "From elsewhere")).to_be_attached()
    field(panel, "Title").fill("From here")
    panel.keyboard.press("Enter")
    saved(panel)
    field(other, "Title").fill("Once more")
    other.keyboard.press("Enter")
    expect(other.locator(".conflict")).to_contain_text("From here")
