"""What others change: two browsers at once, changes that wait, another database, a server that is away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import Actor, Change, Source, Status, Task
from tasks.tests.browser.board import (
    card,
    drag,
    follow_quickly,
    grab,
    open_board,
    shows,
    status,
    title,
    toast,
)
from tasks.tests.browser.conftest import watched

BY = Actor(Source.API)
HIDDEN = """
is => {
  Object.defineProperty(document, "hidden", {value: Boolean(is), configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


@pytest.fixture
def board(page: Page, make_task: Callable[..., Task]) -> Page:
    """A board with A B C to do and D in progress, that sees the changes of others at once."""
    for name in "DCBA":
        make_task(name, status="in_progress" if name == "D" else "todo")
    open_board(page)
    follow_quickly(page)
    return page


@pytest.fixture
def other(board: Page, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """Somebody else's browser."""
    page = browser.new_context(base_url=live_server.url).new_page()
    problems = watched(page, live_server.url)
    open_board(page)
    follow_quickly(page)
    yield page
    page.context.close()
    assert problems == []


def change(name: str, **fields: Any) -> None:
    Task.objects.get(title=name).change(by=BY, **fields)


@contextmanager
def without_live(page: Page) -> Iterator[None]:
    """Keep the page's request for changes unanswered until the end."""
    held: list[Route] = []
    page.route("**/live*", lambda route: held.append(route))
    while not held:
        page.wait_for_timeout(10)
    yield
    for route in held:
        route.continue_()
    page.unroute("**/live*")


# --- Two at once ------------------------------------------------------------------------------------------------------
def test_what_one_moves_the_other_sees(board: Page, other: Page) -> None:
    drag(board, "B", card(board, "D"))
    shows(other, todo="A C", in_progress="B D")
    expect(other.locator("#column-todo [data-count=todo]")).to_have_text("2")
    expect(toast(other)).to_be_hidden()


def test_both_see_one_order_when_both_move_at_once(board: Page, other: Page) -> None:
    with without_live(other):
        drag(board, "A", card(board, "C"), below=True)
        expect(toast(board)).to_be_visible()
        drag(other, "C", card(other, "A"))
        expect(toast(other)).to_be_visible()
    order = " ".join(Task.objects.in_column(Status.TODO).values_list("title", flat=True))
    shows(board, todo=order)
    shows(other, todo=order)


def test_who_moves_a_task_second_is_told_and_asked(board: Page, other: Page) -> None:
    with without_live(other):
        drag(board, "B", card(board, "D"))
        expect(toast(board)).to_be_visible()
        title(other, "B").focus()
        other.keyboard.press("3")
        banner = other.locator(".banner")
        expect(banner).to_contain_text("to In progress in the meantime")
        shows(other, todo="A B C")
        banner.get_by_role("button", name="Move to Done all the same").click()
        shows(other, todo="A C", done="B")
    shows(board, todo="A C", in_progress="D", done="B")
    expect(banner).to_be_hidden()


# --- Coming in --------------------------------------------------------------------------------------------------------
def test_new_task_appears_where_it_belongs(board: Page, make_task: Callable[..., Task]) -> None:
    make_task("Z", status="in_progress")
    expect(card(board, "Z")).to_be_visible()
    shows(board, todo="A B C", in_progress="Z D")
    expect(board.locator("#total")).to_have_text("5 tasks")


def test_task_that_no_longer_matches_the_filter_leaves(page: Page, make_task: Callable[..., Task]) -> None:
    make_task("A", priority="high")
    make_task("B", priority="high")
    open_board(page, "/?priority=high")
    follow_quickly(page)
    title(page, "A").focus()
    change("A", priority="low")
    shows(page, todo="B")
    expect(title(page, "B")).to_be_focused()


def test_last_card_before_those_that_are_not_loaded_changes_where_it_is(
    page: Page, make_task: Callable[..., Task]
) -> None:
    for number in range(9):
        make_task(f"T{number}", status="done")
    open_board(page)
    shows(page, done="T8 T7 T6 T5 T4")
    follow_quickly(page)
    change("T4", title="Changed")
    change("T1", title="Unseen")
    shows(page, done="T8 T7 T6 T5 Changed")


def test_card_that_went_behind_those_that_are_loaded_is_gone(page: Page, make_task: Callable[..., Task]) -> None:
    for number in range(51):
        make_task(f"T{number}")
    open_board(page)
    follow_quickly(page)
    Task.objects.get(title="T49").move(by=BY, place="bottom")
    expect(card(page, "T49")).to_have_count(0)
    expect(title(page, "T50")).to_be_visible()


def test_what_happens_out_of_sight_is_no_news(page: Page, make_task: Callable[..., Task]) -> None:
    for number in range(9):
        make_task(f"T{number}", status="done")
    open_board(page)
    follow_quickly(page)
    status(page, "T8").click()
    change("T1", title="Unseen")
    with page.expect_response(lambda answer: "/live" in answer.url and answer.status == 200):
        pass
    with page.expect_response("**/live*"):
        pass
    expect(page.locator("#news")).to_have_count(0)


def test_changed_card_keeps_focus_scroll_and_selection(page: Page, make_task: Callable[..., Task]) -> None:
    for number in range(30):
        make_task(f"T{number}")
    open_board(page)
    follow_quickly(page)
    title(page, "T5").focus()
    body = page.locator("#column-todo .column-body")
    before = body.evaluate("body => body.scrollTop")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#column-todo h2'))")
    change("T5", title="Another title", due_date=None, assignee="Zoé")
    expect(title(page, "Another title")).to_be_focused()
    expect(card(page, "Another title").locator(".avatar")).to_have_attribute("title", "Zoé")
    assert body.evaluate("body => body.scrollTop") == before > 0
    assert page.evaluate("String(getSelection())") == "To do"


def test_changed_card_is_lit_once_and_not_with_reduced_motion(board: Page) -> None:
    change("A", priority="high")
    expect(card(board, "A").locator(".bars-high")).to_be_visible()
    expect(card(board, "A")).not_to_have_class("card card-changed")
    board.emulate_media(reduced_motion="no-preference")
    change("B", priority="high")
    expect(card(board, "B")).to_have_css("animation-name", "changed")
    expect(card(board, "B")).to_have_css("animation-name", "none")


def test_ones_own_move_is_not_lit(board: Page) -> None:
    board.emulate_media(reduced_motion="no-preference")
    title(board, "A").focus()
    board.keyboard.press("2")
    expect(toast(board)).to_be_visible()
    expect(card(board, "A")).not_to_have_class("card card-changed")


# --- Waiting ----------------------------------------------------------------------------------------------------------
def test_changes_wait_while_a_card_is_dragged(board: Page) -> None:
    grab(board, "A")
    change("C", title="Changed")
    change("D", priority="high")
    expect(board.get_by_role("button", name="2 new changes")).to_be_visible()
    shows(board, todo="A B C")
    board.mouse.up()
    expect(card(board, "Changed")).to_be_visible()
    expect(board.locator("#news")).to_have_count(0)


def test_changes_wait_while_a_menu_is_open(board: Page) -> None:
    status(board, "A").click()
    change("A", title="Changed")
    expect(board.get_by_role("button", name="1 new change")).to_be_visible()
    board.keyboard.press("Escape")
    expect(card(board, "Changed")).to_be_visible()


def test_changes_wait_while_one_types_in_a_column_and_come_at_a_click(board: Page) -> None:
    board.locator("#column-todo .column-add").click()
    field = board.locator("#compose textarea")
    field.fill("Call the ho")
    change("A", title="Changed")
    board.get_by_role("button", name="1 new change").click()
    expect(card(board, "Changed")).to_be_visible()
    expect(field).to_have_value("Call the ho")


def test_ones_own_changes_are_no_news(board: Page) -> None:
    title(board, "A").focus()
    board.keyboard.press("2")
    expect(toast(board)).to_be_visible()
    status(board, "B").click()
    with board.expect_response("**/live*"), board.expect_response("**/live*"):
        pass
    expect(board.locator("#news")).to_have_count(0)


# --- Asking -----------------------------------------------------------------------------------------------------------
def test_nothing_new_is_answered_by_304(board: Page) -> None:
    with board.expect_response(lambda answer: "/live" in answer.url and answer.status == 304) as waiting:
        pass
    assert waiting.value.request.headers["if-none-match"]


def test_hidden_tab_does_not_ask_and_asks_at_once_when_it_is_shown(board: Page) -> None:
    board.evaluate(HIDDEN, "hidden")
    asked: list[Request] = []
    board.on("request", lambda request: asked.append(request))
    board.clock.install()
    change("A", title="Changed")
    board.clock.run_for(10_000)
    assert asked == []
    board.evaluate(HIDDEN, "")
    expect(card(board, "Changed")).to_be_visible()


def test_another_database_makes_the_page_load_itself_anew(board: Page) -> None:
    Change.objects.all().delete()
    with board.expect_navigation():
        pass
    shows(board, todo="A B C")


def test_another_database_asks_before_it_loads_away_what_is_typed(board: Page) -> None:
    field = board.locator(".quick-add-header textarea")
    field.fill("Call the ho")
    Change.objects.all().delete()
    banner = board.get_by_role("alert").filter(has_text="no longer those that you see")
    expect(banner).to_be_visible()
    expect(field).to_have_value("Call the ho")
    with board.expect_navigation():
        banner.get_by_role("button", name="Reload").click()


def test_answer_for_a_board_that_a_filter_has_replaced_is_dropped(board: Page) -> None:
    with without_live(board):
        change("A", title="Changed")
        with board.expect_response("**/?q=*"):
            board.locator("#q").fill("B")
        shows(board, todo="B")
    follow_quickly(board)
    with board.expect_response("**/live?q=B"):
        pass
    shows(board, todo="B")


# --- Away -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def away(browser: Browser, live_server: LiveServer, make_task: Callable[..., Task]) -> Iterator[Page]:
    """A board with A B C whose server cannot be reached. The browser writes that into the console itself."""
    for name in "CBA":
        make_task(name)
    page = browser.new_context(base_url=live_server.url).new_page()
    open_board(page)
    page.route("**/*", lambda route: route.abort())
    follow_quickly(page)
    yield page
    page.context.close()


def back(page: Page) -> None:
    page.unroute("**/*")
    page.evaluate("dispatchEvent(new Event('online'))")


def test_state_tells_when_the_server_is_away_and_back(away: Page) -> None:
    expect(away.locator("#live")).to_have_text("Reconnecting")
    expect(away.locator("#live")).to_have_text("Offline")
    back(away)
    expect(away.locator("#live")).to_have_text("Live")


def test_moves_made_offline_wait_and_are_sent_in_order(away: Page) -> None:
    title(away, "A").focus()
    away.keyboard.press("2")
    banner = away.locator(".banner[data-kind=away]")
    expect(banner).to_contain_text("Offline. Changes wait here until you are back.")
    expect(banner).to_contain_text("1 waiting")
    drag(away, "B", card(away, "A"))
    expect(banner).to_contain_text("2 waiting")
    expect(card(away, "A").locator(".waits")).to_be_visible()
    shows(away, todo="C", in_progress="B A")
    assert not Change.objects.filter(action="changed").exists()
    back(away)
    expect(banner).to_be_hidden()
    expect(away.locator(".waits")).to_have_count(0)
    shows(away, todo="C", in_progress="B A")
    assert list(Task.objects.in_column(Status.IN_PROGRESS).values_list("title", flat=True)) == ["B", "A"]
