"""Cards moved by mouse and the order in which moves arrive."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tasks.models import Change, Task
from tasks.tests.browser.board import (
    card,
    carry_to,
    column,
    drag,
    grab,
    number,
    open_board,
    ready,
    shows,
    status,
    status_of,
    title,
    toast,
)


# --- Dragging ---------------------------------------------------------------------------------------------------------
def test_card_dragged_to_another_column_stays_where_it_was_dropped(board: Page) -> None:
    drag(board, "B", card(board, "E"))
    shows(board, todo="A C", in_progress="D B E")
    expect(toast(board)).to_contain_text(f"{number('B')} moved to In progress")
    expect(status(board, "B")).to_have_attribute("aria-label", "Status: In progress")
    assert status_of("B") == "in_progress"
    board.reload()
    shows(ready(board), todo="A C", in_progress="D B E", done="F G")


def test_card_dragged_within_its_column_keeps_its_place(board: Page) -> None:
    drag(board, "A", card(board, "C"), below=True)
    shows(board, todo="B C A")
    expect(toast(board)).to_contain_text(f"{number('A')} moved")
    board.reload()
    shows(ready(board), todo="B C A")
    assert Change.objects.latest("id").action == "moved"


def test_counts_follow_a_move(board: Page) -> None:
    drag(board, "A", card(board, "D"))
    expect(board.locator("#column-todo [data-count=todo]")).to_have_text("2")
    expect(board.locator("#column-in_progress [data-count=in_progress]")).to_have_text("3")


def test_card_dropped_into_done_lies_on_top(board: Page) -> None:
    drag(board, "A", card(board, "G"), below=True)
    shows(board, done="A F G")
    expect(toast(board)).to_contain_text(f"{number('A')} moved to Done")
    board.reload()
    shows(ready(board), done="A F G")


def test_done_cannot_be_sorted(board: Page) -> None:
    drag(board, "F", card(board, "G"), below=True)
    shows(board, done="F G")
    expect(toast(board)).to_be_hidden()


def test_card_dragged_back_to_where_it_was_sends_nothing(board: Page) -> None:
    grab(board, "A")
    carry_to(board, card(board, "E"))
    carry_to(board, card(board, "B"))
    board.mouse.up()
    shows(board, todo="A B C", in_progress="D E")
    expect(toast(board)).to_be_hidden()


def test_card_dropped_into_an_empty_column_lands_there(page: Page, make_task: Callable[..., Task]) -> None:
    make_task("A")
    open_board(page)
    drag(page, "A", page.locator("#column-in_progress .column-body"))
    shows(page, todo="", in_progress="A")


def test_escape_gives_a_drag_up(board: Page) -> None:
    grab(board, "A")
    carry_to(board, card(board, "E"))
    board.keyboard.press("Escape")
    shows(board, todo="A B C", in_progress="D E")
    board.mouse.up()
    expect(board.locator(".card-dragged")).to_have_count(0)
    assert not Change.objects.exclude(action="created").exists()


def test_slot_is_as_high_as_the_card(board: Page) -> None:
    high = card(board, "A").bounding_box()
    grab(board, "A")
    slot = board.locator(".card-slot")
    expect(slot).to_have_css("border-style", "dashed")
    box = slot.bounding_box()
    assert high
    assert box
    assert box["height"] == high["height"]
    board.mouse.up()


@pytest.mark.parametrize(("motion", "turned"), [("no-preference", "1.2deg"), ("reduce", "none")])
def test_dragged_card_tilts_unless_motion_is_reduced(board: Page, motion: Any, turned: str) -> None:
    board.emulate_media(reduced_motion=motion)
    grab(board, "A")
    expect(board.locator(".card-dragged")).to_have_css("rotate", turned)
    board.mouse.up()


def test_click_after_a_drag_opens_nothing(board: Page) -> None:
    grab(board, "A")
    board.mouse.up()
    expect(board).to_have_url("/")
    expect(board.locator("#panel")).to_be_hidden()


def test_column_scrolls_while_a_card_is_held_at_its_edge(page: Page, make_task: Callable[..., Task]) -> None:
    for at in range(30):
        make_task(f"T{at}")
    open_board(page)
    grab(page, "T29")
    body = page.locator("#column-todo .column-body")
    box = body.bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + box["height"] - 10, steps=4)
    page.mouse.move(box["x"] + 101, box["y"] + box["height"] - 10, steps=12)  # nobody's hand is quite still
    expect(title(page, "T15")).to_be_in_viewport()
    page.mouse.up()


# --- Order ------------------------------------------------------------------------------------------------------------
def test_moves_one_upon_the_other_arrive_in_order(board: Page) -> None:
    title(board, "A").focus()
    for key in "213":
        board.keyboard.press(key)
    shows(board, done="A F G")
    expect(toast(board)).to_contain_text(f"{number('A')} moved to Done")
    statuses = [change.fields["status"][1] for change in Change.objects.filter(action="changed").order_by("id")]
    assert statuses == ["in_progress", "todo", "done"]


def test_card_moved_behind_those_that_are_loaded_is_the_last_of_all(page: Page, make_task: Callable[..., Task]) -> None:
    for at in range(60):
        make_task(f"T{at}")
    open_board(page)
    expect(column(page, "todo").locator(".more")).to_be_attached()
    card(page, "T59").locator(".card-menu").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Bottom").click()
    page.locator("#column-todo .column-body").evaluate("body => body.scrollTo(0, body.scrollHeight)")
    expect(column(page, "todo").locator(".card")).to_have_count(60)
    expect(column(page, "todo").locator(".card h3").last).to_have_text("T59")


def test_done_puts_what_was_finished_last_on_top(board: Page) -> None:
    for name in "AD":
        title(board, name).focus()
        board.keyboard.press("3")
    shows(board, done="D A F G")
    expect(toast(board)).to_contain_text(f"{number('D')} moved to Done")
    times = [Task.objects.get(title=name).completed_at for name in "DAFG"]
    assert times == sorted(times, key=str, reverse=True)
