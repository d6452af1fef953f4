"""A task in its panel: opened over the board, by mouse and by keys, and closed again; its page; a phone; paper."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tasks.models import Actor, Source, Task
from tasks.tests.browser.board import open_board, title, toast
from tasks.tests.browser.task import field, heading, opened, saved, stored

Make = Callable[..., Task]
BY = Actor(Source.API)
PAYLOAD = "<img src=x onerror=alert(1)>\"'</textarea><script>alert(2)</script>"


# --- Opening and closing ----------------------------------------------------------------------------------------------
def test_a_card_opens_its_task_over_the_board(panel: Page, task: Task) -> None:
    expect(panel).to_have_url(f"/t/{task.number}")
    expect(panel).to_have_title(f"#{task.number} Fix login · TaskFlow")
    expect(heading(panel, "Fix login")).to_be_focused()
    expect(panel.locator("#board .card")).to_have_count(3)


@pytest.mark.parametrize("way", ["back", "escape", "button", "scrim"])
def test_closing_returns_to_the_card_and_the_address_of_the_board(page: Page, task: Task, way: str) -> None:
    open_board(page, "/?q=fix")
    page.evaluate("window.isTheSame = true")
    title(page, "Fix login").click()
    opened(page, task)
    if way == "back":
        page.go_back()
    elif way == "escape":
        page.keyboard.press("Escape")
    elif way == "button":
        page.get_by_role("link", name="Close").click()
    else:
        page.mouse.click(200, 400)
    expect(page.locator("#panel")).to_be_hidden()
    expect(page).to_have_url("/?q=fix")
    expect(page).to_have_title("Board · TaskFlow")
    expect(title(page, "Fix login")).to_be_focused()
    assert page.evaluate("window.isTheSame")


def test_forward_opens_it_again(panel: Page, task: Task) -> None:
    panel.go_back()
    expect(panel.locator("#panel")).to_be_hidden()
    panel.go_forward()
    opened(panel, task)
    expect(panel).to_have_url(f"/t/{task.number}")


def test_another_click_opens_the_page_in_a_tab_of_its_own(page: Page, task: Task, context: BrowserContext) -> None:
    open_board(page)
    with context.expect_page() as other:
        title(page, "Fix login").click(modifiers=["ControlOrMeta"])
    expect(other.value.get_by_role("heading", level=1)).to_have_text("Fix login")
    expect(other.value.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#panel")).to_be_hidden()


def test_the_panel_opened_as_page_is_the_page(panel: Page, task: Task) -> None:
    panel.get_by_label("More").click()
    panel.get_by_role("link", name="Open as page").click()
    expect(panel.locator("main #task")).to_be_visible()
    expect(panel).to_have_url(f"/t/{task.number}")


def test_previous_and_next_walk_the_column_and_back_still_leads_to_the_board(panel: Page, task: Task) -> None:
    panel.get_by_role("link", name="Next task").click()
    expect(heading(panel, "Below")).to_be_focused()
    expect(panel.get_by_role("link", name="Next task")).to_have_attribute("aria-disabled", "true")
    panel.keyboard.press("k")
    expect(heading(panel, "Fix login")).to_be_focused()
    panel.keyboard.press("k")
    expect(heading(panel, "Above")).to_be_focused()
    panel.go_back()
    expect(panel).to_have_url("/")
    expect(title(panel, "Above")).to_be_focused()


def test_the_link_is_copied(panel: Page, task: Task, context: BrowserContext, live_server: LiveServer) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.get_by_role("link", name="Copy link").click()
    expect(toast(panel)).to_contain_text(f"Link to #{task.number} copied")
    assert panel.evaluate("navigator.clipboard.readText()") == f"{live_server.url}/t/{task.number}"


def test_a_task_that_cannot_be_loaded_says_so_on_the_board(page: Page, task: Task) -> None:
    open_board(page)
    page.route(f"**/t/{task.number}", lambda route: route.fulfill(status=500, body="<p data-advice>Broken</p>"))
    title(page, "Fix login").click()
    expect(page.locator("#banners")).to_contain_text("Broken")
    expect(page.locator("#panel")).to_be_hidden()
    page.unroute(f"**/t/{task.number}")
    page.get_by_role("button", name="Try again").click()
    opened(page, task)


def test_a_slow_server_shows_an_empty_panel_first(page: Page, task: Task) -> None:
    open_board(page)
    held: list[Route] = []
    page.route(f"**/t/{task.number}", lambda route: held.append(route))
    title(page, "Fix login").click()
    expect(page.locator("#panel [aria-busy=true]")).to_be_visible()
    held[0].continue_()
    opened(page, task)
    expect(heading(page, "Fix login")).to_be_focused()


# --- Keyboard alone ---------------------------------------------------------------------------------------------------
def test_keyboard_alone_opens_edits_and_closes(page: Page, task: Task) -> None:
    open_board(page)
    title(page, "Fix login").focus()
    page.keyboard.press("Enter")
    opened(page, task)
    page.keyboard.press("e")
    expect(field(page, "Title")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type(" now")
    page.keyboard.press("Enter")
    saved(page)
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    expect(field(page, "Status")).to_have_value("done")
    page.keyboard.press("D")
    expect(field(page, "Date")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(title(page, "Fix login now")).to_be_focused()
    assert stored(task, "title", "status") == ("Fix login now", "done")


def test_the_focus_stays_in_the_panel_and_reaches_every_field(panel: Page) -> None:
    reached = set()
    for _step in range(30):
        panel.keyboard.press("Tab")
        assert panel.evaluate(
            "document.activeElement.closest('#panel') !== null || document.activeElement === document.body"
        )
        reached.add(panel.evaluate("document.activeElement.name ?? document.activeElement.ariaLabel"))
    assert {"title", "description", "status", "priority", "assignee"} <= reached


def test_escape_closes_the_menu_before_the_panel(panel: Page) -> None:
    panel.get_by_label("More").click()
    panel.keyboard.press("Escape")
    expect(panel.locator(".menu-of[open]")).to_have_count(0)
    expect(panel.locator("#panel")).to_be_visible()
    expect(panel.get_by_label("More")).to_be_focused()


def test_letters_do_nothing_when_shortcuts_are_off(panel: Page, task: Task) -> None:
    panel.evaluate("document.body.dataset.shortcuts = 'off'")
    panel.keyboard.press("3")
    panel.keyboard.press("j")
    expect(panel).to_have_url(f"/t/{task.number}")
    assert stored(task, "status") == ("todo",)


# --- The page of its own ----------------------------------------------------------------------------------------------
def test_the_page_of_its_own_saves_by_field_too(page: Page, task: Task) -> None:
    page.goto(f"/t/{task.number}")
    field(page, "Title").fill("Fix it")
    page.keyboard.press("Enter")
    saved(page)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(field(page, "Status")).to_have_value("in_progress")
    page.get_by_role("link", name="Close").click()
    expect(page).to_have_url("/")
    assert stored(task, "title", "status") == ("Fix it", "in_progress")


def test_panel_page_and_deleted_task_are_accessible(panel: Page, task: Task, accessible: Any) -> None:
    accessible()
    panel.goto(f"/t/{task.number}")
    accessible()
    panel.get_by_label("More").click()
    panel.locator(".due-of summary").click()
    accessible()
    task.remove(by=BY)
    panel.reload()
    expect(panel.get_by_role("heading", name="This task was deleted")).to_be_visible()
    accessible()


def test_a_phone_has_the_task_as_a_page_with_three_status_buttons(page: Page, task: Task) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_board(page)
    title(page, "Fix login").click()
    opened(page, task)
    box = page.locator("#panel").bounding_box()
    assert box
    assert (box["width"], box["x"]) == (390, 0)
    buttons = page.get_by_role("group", name="Status").get_by_role("button")
    expect(buttons).to_have_count(3)
    buttons.nth(1).click()
    expect(buttons.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(buttons.nth(1)).to_be_focused()
    for control in (*buttons.all(), field(page, "Priority"), field(page, "Assignee")):
        size = control.bounding_box()
        assert size
        assert size["height"] >= 44
    assert stored(task, "status") == ("in_progress",)
    page.get_by_role("link", name="Back to the board").click()
    expect(page.locator("#panel")).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390, 700, 1000])
def test_nothing_scrolls_sideways(page: Page, make_task: Make, width: int) -> None:
    task = make_task("x" * 200, description="y" * 1000, assignee="z" * 100, due_date="2031-11-20T17:30:00Z")
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/t/{task.number}")
    expect(page.locator("#task-state")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(
        "document.querySelector('.task-body').scrollWidth <= document.querySelector('.task-body').clientWidth"
    )


def test_what_was_typed_is_never_executed(page: Page, make_task: Make, alice: User) -> None:
    alice.first_name = PAYLOAD
    alice.save()
    task = Task.objects.create_task(by=Actor(Source.BOARD, alice), title=PAYLOAD, description=PAYLOAD, assignee=PAYLOAD)
    alarms: list[str] = []

    def on_dialog(dialog: Any) -> None:
        alarms.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    open_board(page)
    title(page, PAYLOAD).click()
    opened(page, task)
    expect(heading(page, PAYLOAD)).to_be_focused()
    field(page, "Title").fill(f"{PAYLOAD}!")
    task.change(by=Actor(Source.BOARD, alice), title=f"{PAYLOAD}?")
    page.keyboard.press("Enter")
    expect(page.locator(".conflict")).to_contain_text(f"{PAYLOAD}?")
    page.get_by_role("button", name="Use mine").click()
    saved(page)
    expect(page.locator(".activity")).to_contain_text(PAYLOAD)
    assert (alarms, page.locator("#task img, #task script").count()) == ([], 0)


def test_paper_has_everything_with_names_and_dates(panel: Page, task: Task) -> None:
    for number in range(55):
        task.change(by=BY, assignee=f"Ann {number}")
    panel.reload()
    expect(panel.locator("#task-state")).to_be_visible()
    panel.emulate_media(media="print")
    expect(panel.locator(".thread li").first).to_be_visible()
    expect(panel.locator(".thread li").last.locator(".on-paper")).to_contain_text(f"{timezone.localtime():%Y}")
    expect(heading(panel, "Fix login")).to_be_visible()
    expect(panel.locator(".task-text .replica")).to_be_visible()
    for hidden in (".task-tools", ".sidebar", ".task-acts", "#task textarea >> nth=0", ".when .on-screen >> nth=0"):
        expect(panel.locator(hidden)).to_be_hidden()
