"""Cards moved by mouse: dragged, by the status button, by the card's menu; and what happens when it is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from tasks.models import Actor, Change, Source, Task
from tasks.tests.browser.board import (
    card,
    carry_to,
    column,
    drag,
    grab,
    open_board,
    ready,
    shows,
    status,
    title,
    toast,
)

BY = Actor(Source.API)


@pytest.fixture
def board(page: Page, make_task: Callable[..., Task]) -> Page:
    """A board with A B C to do, D E in progress, F G done."""
    for name, where in zip("GFEDCBA", ("done", "done", "in_progress", "in_progress", *["todo"] * 3), strict=True):
        make_task(name, status=where)
    return open_board(page)


def status_of(name: str) -> str:
    return Task.objects.get(title=name).status


def number(name: str) -> str:
    return f"#{Task.objects.get(title=name).number}"


def broken(route: Route) -> None:
    body = "<p data-advice>The database does not answer right now.</p>"
    route.fulfill(status=503, content_type="text/html", body=body)


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
    for number in range(30):
        make_task(f"T{number}")
    open_board(page)
    grab(page, "T29")
    body = page.locator("#column-todo .column-body")
    box = body.bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + box["height"] - 10, steps=4)
    page.mouse.move(box["x"] + 101, box["y"] + box["height"] - 10, steps=12)  # nobody's hand is quite still
    expect(title(page, "T15")).to_be_in_viewport()
    page.mouse.up()


# --- Menus ------------------------------------------------------------------------------------------------------------
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
    for number in range(12):
        make_task(f"T{number}", status="done" if number == 0 else "todo")
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


def test_menu_toast_and_banner_are_accessible(board: Page, accessible: Callable[..., None]) -> None:
    title(board, "A").focus()
    board.keyboard.press("2")
    expect(toast(board)).to_be_visible()
    board.route("**/move", broken)
    board.keyboard.press("3")
    expect(board.get_by_role("alert")).to_be_visible()
    toast(board).hover()  # or it would go
    status(board, "B").focus()
    board.keyboard.press("Enter")
    expect(board.get_by_role("menu", name="Status")).to_be_visible()
    accessible()


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


# --- Order ------------------------------------------------------------------------------------------------------------
def test_moves_one_upon_the_other_arrive_in_order(board: Page) -> None:
    title(board, "A").focus()
    for key in "213":
        board.keyboard.press(key)
    shows(board, done="A F G")
    expect(toast(board)).to_contain_text(f"{number('A')} moved to Done")
    statuses = [change.fields["status"][1] for change in Change.objects.filter(action="changed").order_by("id")]
    assert statuses == ["in_progress", "todo", "done"]


def test_card_behind_those_that_are_loaded_is_not_shown(page: Page, make_task: Callable[..., Task]) -> None:
    for number in range(60):
        make_task(f"T{number}")
    open_board(page)
    expect(column(page, "todo").locator(".more")).to_be_attached()
    card(page, "T59").locator(".card-menu").focus()
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Bottom").click()
    expect(card(page, "T59")).to_have_count(0)
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
