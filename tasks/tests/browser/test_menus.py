"""The menu of a status and the menu of a card, by mouse and by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tasks.models import Task
from tasks.tests.browser.board import (
    broken,
    card,
    number,
    open_board,
    ready,
    shows,
    status,
    title,
    toast,
)

pytestmark = pytest.mark.once


def test_status_menu_moves_a_card_to_the_top_of_a_column(board: Page) -> None:
    status(board, "B").click()
    menu = board.get_by_role("menu", name="Status")
    expect(menu.get_by_role("menuitemradio", name="To do")).to_be_checked()
    expect(menu.get_by_role("menuitemradio", name="To do")).to_be_focused()
    menu.get_by_role("menuitemradio", name="In progress").click()
    shows(board, todo="A C", in_progress="B D E")
    expect(menu).to_be_hidden()
    expect(toast(board)).to_contain_text(f"{number('B')} moved to In progress")


def test_shift_click_on_the_status_marks_as_done(board: Page) -> None:
    status(board, "A").click(modifiers=["Shift"])
    shows(board, todo="B C", done="A F G")
    expect(toast(board)).to_contain_text("Done")


@pytest.mark.parametrize(
    ("name", "order"), [("Top", "C A B D"), ("Up", "A C B D"), ("Down", "A B D C"), ("Bottom", "A B D C")]
)
def test_card_menu_moves_within_the_column(page: Page, make_task: Callable[..., Task], name: str, order: str) -> None:
    for text in "DCBA":
        make_task(text)
    open_board(page)
    card(page, "C").hover()
    card(page, "C").get_by_role("button", name=f"Actions for {number('C')}").click()
    page.get_by_role("menu", name="Actions").get_by_role("menuitem", name=name).click()
    shows(page, todo=order)
    expect(toast(page)).to_contain_text(f"{number('C')} moved")
    page.reload()
    shows(ready(page), todo=order)


def test_card_menu_offers_only_what_is_possible(board: Page) -> None:
    menu = board.get_by_role("menu", name="Actions")
    for name, possible in (("A", ["Down", "Bottom"]), ("C", ["Top", "Up"]), ("F", [])):
        card(board, name).locator(".card-menu").focus()
        board.keyboard.press("Enter")
        expect(menu.get_by_role("menuitem")).to_have_text([*possible, "Open", "Copy link", "Delete"])
        board.keyboard.press("Escape")
        expect(menu).to_be_hidden()


def test_keyboard_goes_through_a_menu_and_back(board: Page) -> None:
    button = status(board, "A")
    button.focus()
    board.keyboard.press("Enter")
    rows = board.get_by_role("menu", name="Status").get_by_role("menuitemradio")
    expect(button).to_have_attribute("aria-expanded", "true")
    for key, at in (("ArrowDown", 1), ("End", 2), ("ArrowDown", 0), ("ArrowUp", 2), ("Home", 0), ("d", 2)):
        board.keyboard.press(key)
        expect(rows.nth(at)).to_be_focused()
    board.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    board.keyboard.press("Enter")
    board.keyboard.press("3")
    shows(board, done="A F G")


def test_menu_at_the_edge_of_the_screen_flips(page: Page, make_task: Callable[..., Task]) -> None:
    for at in range(12):
        make_task(f"T{at}", status="done" if at == 0 else "todo")
    open_board(page)
    for name in ("T0", "T3"):
        card(page, name).locator(".card-menu").focus()
        page.keyboard.press("Enter")
        box = page.get_by_role("menu", name="Actions").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1440
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 900
        page.keyboard.press("Escape")


def test_link_of_a_card_is_copied(board: Page) -> None:
    board.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card(board, "A").locator(".card-menu").focus()
    board.keyboard.press("Enter")
    board.get_by_role("menuitem", name="Copy link").click()
    expect(toast(board)).to_contain_text(f"Link to {number('A')} copied")
    assert board.evaluate("navigator.clipboard.readText()").endswith(f"/t/{number('A')[1:]}")


def test_link_is_copied_without_tls_too(board: Page) -> None:
    board.context.grant_permissions(["clipboard-read"])
    board.evaluate("delete Clipboard.prototype.writeText")
    card(board, "A").locator(".card-menu").focus()
    board.keyboard.press("Enter")
    board.get_by_role("menuitem", name="Copy link").click()
    expect(toast(board)).to_contain_text(f"Link to {number('A')} copied")
    expect(card(board, "A").locator(".card-menu")).to_be_focused()
    assert board.evaluate("navigator.clipboard.readText()").endswith(f"/t/{number('A')[1:]}")


def test_menu_toast_and_banner_are_accessible(board: Page, accessible: Callable[..., None]) -> None:
    board.route(f"**{title(board, 'A').get_attribute('href')}/move", broken)
    title(board, "B").focus()
    board.keyboard.press("2")
    expect(toast(board)).to_be_visible()
    title(board, "A").focus()
    board.keyboard.press("3")
    expect(board.get_by_role("alert")).to_be_visible()
    toast(board).hover()  # or it would go
    status(board, "C").focus()
    board.keyboard.press("Enter")
    expect(board.get_by_role("menu", name="Status")).to_be_visible()
    accessible()
