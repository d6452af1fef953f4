"""What has been done is taken back; what is refused is put back, told and tried again."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import User
from tasks.models import Actor, Source, Task
from tasks.tests.browser.board import (
    broken,
    card,
    drag,
    number,
    open_board,
    shows,
    status,
    status_of,
    title,
    toast,
)

BY = Actor(Source.API)


# --- Undo -------------------------------------------------------------------------------------------------------------
def test_toast_undoes_a_move(board: Page) -> None:
    drag(board, "B", card(board, "E"))
    toast(board).get_by_role("button", name="Undo").click()
    shows(board, todo="A B C", in_progress="D E")
    expect(toast(board)).to_contain_text("Undone")
    assert status_of("B") == "todo"


def test_deleted_task_comes_back_with_its_number(board: Page) -> None:
    before = Task.objects.get(title="B")
    card(board, "B").locator(".card-menu").focus()
    board.keyboard.press("Enter")
    board.get_by_role("menuitem", name="Delete").click()
    shows(board, todo="A C")
    expect(title(board, "C")).to_be_focused()
    toast(board).get_by_role("button", name="Undo").click()
    shows(board, todo="A B C")
    after = Task.objects.get(title="B")
    assert (after.pk, after.number) == (before.pk, before.number)


def test_changes_are_undone_one_after_the_other_newest_first(board: Page) -> None:
    title(board, "A").focus()
    board.keyboard.press("2")
    board.keyboard.press("3")
    # Not waiting for the answers: what was done last is undone first all the same.
    board.keyboard.press("Control+z")
    shows(board, in_progress="A D E", done="F G")
    board.keyboard.press("Control+z")
    shows(board, todo="A B C", in_progress="D E")
    board.keyboard.press("Control+z")
    shows(board, todo="A B C", in_progress="D E", done="F G")


def test_what_somebody_changed_since_is_not_undone(board: Page, alice: User) -> None:
    drag(board, "B", card(board, "E"))
    undo = toast(board).get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    Task.objects.get(title="B").move(by=Actor(Source.API, alice), status="done")
    undo.click()
    expect(board.locator(".banner")).to_contain_text("cannot be undone any more")
    assert status_of("B") == "done"


def test_toast_waits_under_the_pointer(board: Page) -> None:
    board.clock.install()
    drag(board, "B", card(board, "E"))
    toast(board).hover()
    board.clock.run_for(20_000)
    expect(toast(board)).to_be_visible()
    board.mouse.move(5, 5)
    board.clock.run_for(6_100)
    expect(toast(board)).to_be_hidden()


# --- Refusals ---------------------------------------------------------------------------------------------------------
def test_move_of_a_card_that_somebody_moved_is_refused_and_offered_again(board: Page, alice: User) -> None:
    Task.objects.get(title="B").move(by=Actor(Source.API, alice), status="done")
    drag(board, "B", card(board, "E"))
    banner = board.locator(".banner")
    expect(banner).to_contain_text(f"alice moved {number('B')} to Done in the meantime.")
    shows(board, todo="A B C", in_progress="D E")
    assert status_of("B") == "done"
    banner.get_by_role("button", name="Move to In progress all the same").click()
    shows(board, todo="A C", in_progress="B D E")
    assert status_of("B") == "in_progress"


def test_refused_move_puts_the_card_back_and_is_tried_again(board: Page) -> None:
    board.route("**/move", broken)
    drag(board, "B", card(board, "E"))
    banner = board.get_by_role("alert")
    expect(banner).to_contain_text("The database does not answer right now.")
    shows(board, todo="A B C", in_progress="D E")
    expect(status(board, "B")).to_have_attribute("aria-label", "Status: To do")
    board.unroute("**/move")
    banner.get_by_role("button", name="Try again").click()
    shows(board, todo="A C", in_progress="D B E")
    expect(toast(board)).to_be_visible()
    expect(banner).to_be_hidden()
    assert status_of("B") == "in_progress"


def test_move_of_a_deleted_task_is_told(board: Page) -> None:
    Task.objects.get(title="B").remove(by=BY)
    drag(board, "B", card(board, "E"))
    expect(board.get_by_role("alert")).to_contain_text("no longer there")
    expect(board.get_by_role("button", name="Try again")).to_be_hidden()


def test_ended_session_offers_to_sign_in_and_repeats_the_move(
    page: Page, signed_in: User, make_task: Callable[..., Task], settings: Any
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    make_task("A")
    open_board(page)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    title(page, "A").focus()
    page.keyboard.press("2")
    dialog = page.get_by_role("dialog", name="Your session has ended")
    expect(dialog.get_by_role("link", name="Sign in in a new tab")).to_have_attribute("target", "_blank")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    dialog.get_by_role("button", name="Try again").click()
    expect(toast(page)).to_contain_text(f"{number('A')} moved to In progress")
    assert status_of("A") == "in_progress"


# --- Toasts over a dialog ---------------------------------------------------------------------------------------------
def test_toast_can_be_used_over_an_open_task_and_outlives_it(board: Page) -> None:
    title(board, "A").click()
    panel = board.get_by_role("dialog")
    expect(panel).to_be_visible()
    board.keyboard.press("2")
    expect(panel.locator(".toast")).to_contain_text("moved to In progress")
    board.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    toast(board).get_by_role("button", name="Undo").click()
    shows(board, todo="A B C")
