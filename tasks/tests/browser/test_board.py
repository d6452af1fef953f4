"""The board as a person sees it: looks, filters, pages of a column, and without JavaScript."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import Task
from tasks.tests.browser.conftest import watched
from tasks.tests.conftest import BY
from tasks.tests.payloads import PAYLOADS

pytestmark = pytest.mark.once


def titles(page: Page, status: str = "todo") -> list[str]:
    return page.locator(f"[data-cards={status}] h3").all_inner_texts()


# --- Looks ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/?q=login&priority=high", "/?q=nothing", "/?overdue=maybe", "/?compose=todo"])
def test_board_is_accessible_with_and_without_tasks_that_match(
    page: Page, make_task: Callable[..., Task], accessible: Callable[..., None], path: str
) -> None:
    make_task("Fix login", priority="high", assignee="Alice Martin", due_date="2020-01-01")
    make_task("Order chairs", status="in_progress", due_date="2026-11-20")
    make_task("Renew the certificate", status="done")
    page.goto(path)
    accessible()


@pytest.mark.parametrize("menu", ["assignee", "priority", "due"])
def test_open_menu_is_accessible_and_closes_by_key_and_by_a_click_elsewhere(
    page: Page, make_task: Callable[..., Task], accessible: Callable[..., None], menu: str
) -> None:
    make_task(assignee="Alice Martin")
    page.goto("/")
    summary = page.locator(f"[data-menu={menu}] > summary")
    summary.click()
    accessible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.keyboard.press("Escape")
    expect(page.locator(f"[data-menu={menu}]")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", name="Board").click()
    expect(page.locator(f"[data-menu={menu}]")).not_to_have_attribute("open", "")


def test_theme_and_language_are_chosen_in_the_account_menu_and_kept(page: Page, make_task: Callable[..., Task]) -> None:
    make_task()
    page.goto("/")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.goto("/tasks")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_nothing_is_wider_than_a_small_phone(page: Page, make_task: Callable[..., Task]) -> None:
    make_task("W" * 200, assignee="M" * 100)
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/?assignee=" + "M" * 100, "/#sidebar"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320


# --- Filters ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def three(make_task: Callable[..., Task]) -> None:
    make_task("Order chairs", priority="low")
    make_task("Fix login", priority="high", assignee="alice")
    make_task("Fix the roof", priority="high")


@pytest.mark.usefixtures("three")
def test_words_filter_while_they_are_typed_and_live_in_the_address(page: Page) -> None:
    page.goto("/")
    page.get_by_role("searchbox").press_sequentially("fix")
    expect(page.locator(".card")).to_have_count(2)
    expect(page).to_have_url("/?q=fix")
    expect(page.get_by_role("searchbox")).to_be_focused()
    expect(page.locator("#total")).to_have_text("2 tasks")
    page.reload()
    assert titles(page) == ["Fix the roof", "Fix login"]
    page.go_back()
    expect(page.locator(".card")).to_have_count(3)


@pytest.mark.usefixtures("three")
def test_filters_combine_by_mouse_and_each_can_be_taken_away(page: Page) -> None:
    page.goto("/")
    page.locator("[data-menu=priority] summary").click()
    page.get_by_role("link", name="High").click()
    expect(page.locator(".card")).to_have_count(2)
    page.locator("[data-menu=assignee] summary").click()
    page.get_by_role("link", name="alice").click()
    expect(page.locator(".card")).to_have_count(1)
    expect(page).to_have_url("/?priority=high&assignee=alice")
    page.get_by_role("link", name="Remove the filter High").click()
    expect(page).to_have_url("/?assignee=alice")
    page.get_by_role("searchbox").fill("roof")
    expect(page.get_by_role("heading", name="No task matches “roof” and alice")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator(".card")).to_have_count(3)


@pytest.mark.usefixtures("three")
def test_keyboard_alone_filters(page: Page) -> None:
    page.goto("/")
    page.locator("[data-menu=priority] summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(2)


# --- Pages of a column ------------------------------------------------------------------------------------------------
def test_a_column_loads_more_as_one_scrolls(page: Page, db: None) -> None:
    Task.objects.create_tasks([{"title": f"Task {number}"} for number in range(120)], by=BY)
    page.goto("/")
    expect(page.locator(".card")).to_have_count(50)
    for count in (100, 120):
        page.locator("#column-todo .column-body").evaluate("body => body.scrollTo(0, body.scrollHeight)")
        expect(page.locator(".card")).to_have_count(count)
    assert titles(page) == [f"Task {number}" for number in range(120)]


def test_done_shows_the_newest_five_and_the_others_on_demand(page: Page, db: None) -> None:
    Task.objects.create_tasks([{"title": f"Task {number}", "status": "done"} for number in range(8)], by=BY)
    page.goto("/")
    expect(page.locator(".card")).to_have_count(5)
    page.get_by_role("link", name="Show 3 older").click()
    expect(page.locator(".card")).to_have_count(8)


# --- What people type -------------------------------------------------------------------------------------------------
def test_no_payload_is_ever_executed_and_each_is_shown_as_typed(page: Page, db: None) -> None:
    rows = [{"title": text, "description": text, "assignee": text, "status": "todo"} for text in PAYLOADS]
    made = Task.objects.create_tasks(rows, by=BY)
    said: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    page.goto("/")
    shown = [text.split() for text in page.locator("[data-cards=todo] h3").all_text_contents()]
    assert shown == [text.split() for text in PAYLOADS]
    page.get_by_role("searchbox").fill(PAYLOADS[5])
    expect(page.locator(".card")).to_have_count(1)
    for row in made[::7]:
        page.goto(f"/t/{row['number']}")
        assert row["title"].split() == page.locator("[name=title]").first.input_value().split()
    assert said == []


# --- Without JavaScript -----------------------------------------------------------------------------------------------
@pytest.fixture
def plain(browser: Browser, live_server: LiveServer) -> Any:
    """A page of a browser without JavaScript, held to the rules of every page."""
    page = browser.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    problems = watched(page, live_server.url)
    yield page
    assert problems == []


@pytest.mark.usefixtures("three")
def test_without_javascript_the_board_is_read_filtered_and_paged(plain: Page) -> None:
    plain.goto("/")
    plain.locator("[data-menu=priority] summary").click()
    plain.get_by_role("link", name="High").click()
    assert titles(plain) == ["Fix the roof", "Fix login"]
    plain.get_by_role("searchbox").fill("roof")
    plain.get_by_role("searchbox").press("Enter")
    assert titles(plain) == ["Fix the roof"]
    Task.objects.create_tasks([{"title": f"Task {number}"} for number in range(60)], by=BY)
    plain.goto("/")
    plain.get_by_role("link", name="Show more").click()
    expect(plain.locator(".card")).to_have_count(13)


@pytest.mark.usefixtures("three")
def test_without_javascript_a_task_is_added_moved_on_and_that_undone(plain: Page) -> None:
    plain.goto("/")
    plain.get_by_role("textbox", name="Add a task").fill("Call the plumber !low")
    plain.get_by_role("button", name="Add task").click()
    assert titles(plain)[0] == "Call the plumber"
    plain.locator(".card", has_text="Call the plumber").get_by_role("button", name="Status: To do").click()
    assert titles(plain, "in_progress") == ["Call the plumber"]
    plain.get_by_role("button", name="Undo").click()
    assert titles(plain, "in_progress") == []
    assert Task.objects.get(title="Call the plumber").status == "todo"


# --- On a phone -------------------------------------------------------------------------------------------------------
def test_tabs_of_a_phone_lead_to_a_column_and_say_which_one_is_shown(
    page: Page, make_task: Callable[..., Task]
) -> None:
    make_task()
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    tabs = page.get_by_role("navigation", name="Columns").get_by_role("link")
    expect(tabs.first).to_have_attribute("aria-current", "true")
    tabs.nth(2).click()
    expect(tabs.nth(2)).to_have_attribute("aria-current", "true")
    expect(tabs.first).not_to_have_attribute("aria-current", "true")
    expect(page.get_by_text("Nothing done yet")).to_be_in_viewport()
    expect(page).to_have_url("/")


# --- The first task ---------------------------------------------------------------------------------------------------
def test_first_task_turns_the_first_run_into_a_board_and_one_types_on(page: Page, db: None) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Add your first task")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.keyboard.type("Order chairs")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(1)
    expect(page.get_by_role("heading", name="Add your first task")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.keyboard.type("Order tables")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(2)
    assert titles(page) == ["Order tables", "Order chairs"]


# --- On paper ---------------------------------------------------------------------------------------------------------
def test_paper_shows_cards_in_words_with_date_and_filters_and_no_controls(
    page: Page, make_task: Callable[..., Task]
) -> None:
    make_task("Order chairs", priority="high", assignee="alice")
    page.goto("/?priority=high&q=chairs")
    page.emulate_media(media="print")
    for seen in (page.get_by_text("Order chairs"), page.get_by_text("Assigned to alice"), page.locator(".printed")):
        expect(seen.first).to_be_visible()
    expect(page.locator(".chip-set")).to_have_text("High")
    expect(page.get_by_role("searchbox")).to_have_value("chairs")
    words = page.locator(".priority").evaluate("mark => getComputedStyle(mark, '::after').content")
    assert words == '"High"'
    for hidden in (".sidebar", ".quick-add", ".column-add", ".card-menu", "#live", ".to-sidebar"):
        expect(page.locator(hidden).first).to_be_hidden()
