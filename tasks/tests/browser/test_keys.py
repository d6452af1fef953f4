"""The board by keyboard alone: shortcuts, picked-up cards and what is spoken, the order of focus, the overlay."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tasks.models import Change, Task
from tasks.tests.browser.board import card, column, open_board, ready, shows, spoken, status, title, toast

pytestmark = pytest.mark.once

AZERTY = {"&": "Digit1", "é": "Digit2", '"': "Digit3"}
HINT = "Arrow keys move, Space drops, Escape puts it back."


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def type_azerty(page: Page, character: str) -> None:
    """What a French keyboard sends; Playwright's own is an American one."""
    key, code = character, AZERTY[character]
    keydown = "([key, code]) => document.activeElement.dispatchEvent("
    keydown += "new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))"
    page.evaluate(keydown, [key, code])


# --- Moving around ----------------------------------------------------------------------------------------------------
def test_j_and_k_go_from_task_to_task(board: Page) -> None:
    for key, name in (("j", "A"), ("j", "B"), ("j", "C"), ("j", "C"), ("k", "B"), ("ArrowUp", "A"), ("ArrowDown", "B")):
        press(board, key)
        expect(title(board, name)).to_be_focused()


def test_arrows_go_to_the_nearest_card_of_the_other_column(board: Page) -> None:
    press(board, "j", "j")
    for key, name in (
        ("ArrowRight", "E"),
        ("ArrowRight", "G"),
        ("ArrowRight", "G"),
        ("ArrowLeft", "E"),
        ("ArrowLeft", "B"),
    ):
        press(board, key)
        expect(title(board, name)).to_be_focused()


def test_arrows_pass_an_empty_column(page: Page, make_task: Callable[..., Task]) -> None:
    make_task("A", status="done")
    make_task("B")
    open_board(page)
    press(page, "j", "ArrowRight")
    expect(title(page, "A")).to_be_focused()


def test_arrows_scroll_the_page_when_no_card_has_the_focus(board: Page) -> None:
    press(board, "ArrowDown")
    expect(board.locator(".card :focus")).to_have_count(0)


def test_each_column_is_one_tab_stop_and_leads_on_to_status_and_menu(board: Page) -> None:
    title(board, "A").focus()
    press(board, "j")
    for key, part in (
        ("Tab", ".card-status"),
        ("Tab", ".card-menu"),
        ("Shift+Tab", ".card-status"),
        ("Shift+Tab", "a"),
    ):
        press(board, key)
        expect(card(board, "B").locator(part)).to_be_focused()
    press(board, "Tab", "Tab", "Tab")
    expect(board.locator("#column-todo .column-foot")).to_be_focused()
    press(board, "Tab", "Tab")
    expect(title(board, "D")).to_be_focused()
    press(board, "Shift+Tab", "Shift+Tab", "Shift+Tab")
    expect(title(board, "B")).to_be_focused()


def test_cards_that_come_later_are_no_tab_stops(page: Page, make_task: Callable[..., Task]) -> None:
    for number in range(60):
        make_task(f"T{number}")
    open_board(page)
    page.locator("#column-todo .column-body").evaluate("body => body.scrollTo(0, body.scrollHeight)")
    expect(column(page, "todo").locator(".card")).to_have_count(60)
    expect(column(page, "todo").locator("h3 a[tabindex='0']")).to_have_count(1)
    expect(column(page, "todo").locator("h3 a[tabindex='-1']")).to_have_count(59)


def test_g_then_b_goes_to_the_board(board: Page) -> None:
    board.goto("/?priority=medium")
    ready(board)
    press(board, "g", "b")
    expect(board).to_have_url("/")


# --- Changing ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("key", "where"), [("2", "in_progress"), ("3", "done")])
def test_digits_set_the_status(board: Page, key: str, where: str) -> None:
    press(board, "j", key)
    expect(column(board, where).locator(".card h3").first).to_have_text("A")
    expect(title(board, "A")).to_be_focused()
    expect(toast(board)).to_contain_text("moved to")
    assert Task.objects.get(title="A").status == where


def test_unshifted_digits_of_a_french_keyboard_set_the_status(board: Page) -> None:
    press(board, "j")
    for character, where in (("é", "in_progress"), ('"', "done"), ("&", "todo")):
        type_azerty(board, character)
        expect(column(board, where).locator(".card h3").first).to_have_text("A")


def test_digits_without_a_card_do_nothing(board: Page) -> None:
    press(board, "2")
    shows(board, todo="A B C", in_progress="D E", done="F G")


def test_control_z_undoes_the_last_change(board: Page) -> None:
    press(board, "j", "2")
    shows(board, todo="B C", in_progress="A D E")
    press(board, "Control+z")
    shows(board, todo="A B C", in_progress="D E")
    expect(title(board, "A")).to_be_focused()
    expect(board.locator("#said")).to_have_text("Undone")


def test_control_z_in_a_field_is_the_fields_own(board: Page) -> None:
    press(board, "j", "2")
    expect(toast(board)).to_be_visible()
    board.locator("#q").focus()
    press(board, "Control+z")
    shows(board, in_progress="A D E")


@pytest.mark.parametrize("key", ["Enter", "e"])
def test_enter_and_e_open_the_task(board: Page, key: str) -> None:
    press(board, "j", key)
    expect(board).to_have_url(f"/t/{Task.objects.get(title='A').number}")


@pytest.mark.parametrize(("key", "name"), [("Shift+D", "due_date_0"), ("a", "assignee"), ("p", "priority")])
def test_letters_open_the_task_at_a_property(board: Page, key: str, name: str) -> None:
    press(board, "j", key)
    expect(board.get_by_role("dialog").locator(f"[name={name}]")).to_be_focused()


def test_letters_work_with_caps_lock(board: Page) -> None:
    keydown = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))"
    board.evaluate(keydown, "J")
    expect(title(board, "A")).to_be_focused()


# --- Fields -----------------------------------------------------------------------------------------------------------
def test_n_goes_to_where_a_task_is_typed_and_slash_to_the_filter(board: Page) -> None:
    press(board, "n")
    expect(board.locator(".quick-add-header textarea")).to_be_focused()
    press(board, "Escape", "/")
    expect(board.locator("#q")).to_be_focused()
    expect(board.locator("#q")).to_have_value("")


def test_letters_typed_into_a_field_are_text(board: Page) -> None:
    press(board, "j", "/")
    board.keyboard.type("2jn?")
    expect(board.locator("#q")).to_have_value("2jn?")
    expect(board.locator("#help")).to_be_hidden()
    assert not Change.objects.filter(action="changed").exists()


def test_escape_leaves_a_field_for_the_card_it_came_from(board: Page) -> None:
    press(board, "j", "j", "/", "Escape")
    expect(title(board, "B")).to_be_focused()


# --- Picked up --------------------------------------------------------------------------------------------------------
def test_space_picks_a_card_up_and_every_step_is_spoken(board: Page) -> None:
    press(board, "j", "j", " ")
    expect(card(board, "B")).to_have_css("outline-style", "dashed")
    spoken(board, f"B, picked up. To do, position 2 of 3. {HINT}")
    for key, text in (
        ("ArrowDown", "To do, position 3 of 3."),
        ("ArrowUp", "To do, position 2 of 3."),
        ("ArrowRight", "In progress, position 2 of 3."),
        ("ArrowUp", "In progress, position 1 of 3."),
    ):
        press(board, key)
        spoken(board, text)
        expect(title(board, "B")).to_be_focused()
    press(board, " ")
    spoken(board, "B, dropped. In progress, position 1 of 3.")
    shows(board, todo="A C", in_progress="B D E")
    expect(toast(board)).to_contain_text("moved to In progress")
    expect(title(board, "B")).to_be_focused()
    board.reload()
    shows(ready(board), in_progress="B D E")


def test_enter_drops_too_and_opens_nothing(board: Page) -> None:
    press(board, "j", " ", "ArrowDown", "Enter")
    shows(board, todo="B A C")
    expect(toast(board)).to_contain_text("moved")
    expect(board).to_have_url("/")


def test_escape_puts_a_card_back_and_sends_nothing(board: Page) -> None:
    press(board, "j", "j", " ", "ArrowRight", "ArrowDown", "Escape")
    spoken(board, "B, put back. To do, position 2 of 3.")
    shows(board, todo="A B C", in_progress="D E")
    expect(title(board, "B")).to_be_focused()
    assert not Change.objects.exclude(action="created").exists()


def test_card_carried_into_done_lies_on_top_and_stays_there(board: Page) -> None:
    press(board, "j", "j", "j", " ", "ArrowRight", "ArrowRight")
    spoken(board, "Done, position 1 of 3.")
    press(board, "ArrowDown")
    spoken(board, "This column is in the order in which tasks were done.")
    press(board, "Enter")
    shows(board, done="C F G")


def test_card_left_while_picked_up_goes_back(board: Page) -> None:
    press(board, "j", " ", "ArrowDown")
    shows(board, todo="B A C")
    board.locator("#q").click()
    shows(board, todo="A B C")
    expect(board.locator("#q")).to_be_focused()


def test_shortcuts_rest_while_a_card_is_picked_up(board: Page) -> None:
    press(board, "j", " ", "n", "3", "?", "Escape")
    expect(board.locator("#help")).to_be_hidden()
    shows(board, todo="A B C", done="F G")


# --- The overlay ------------------------------------------------------------------------------------------------------
def test_question_mark_shows_the_shortcuts(board: Page, accessible: Callable[..., None]) -> None:
    press(board, "j", "?")
    dialog = board.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_role("heading", name="Keyboard shortcuts")).to_be_focused()
    accessible()
    press(board, "2", "Escape")
    expect(dialog).to_be_hidden()
    expect(title(board, "A")).to_be_focused()
    shows(board, todo="A B C")


def test_help_button_shows_the_shortcuts(board: Page) -> None:
    button = board.get_by_role("button", name="Keyboard shortcuts")
    button.click()
    board.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(button).to_be_focused()


def test_single_keys_are_switched_off_and_stay_off(board: Page) -> None:
    press(board, "?")
    switch = board.get_by_role("switch", name="Single-key shortcuts")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    expect(board.get_by_role("dialog")).to_contain_text("Single-key shortcuts are off.")
    press(board, "Escape")
    title(board, "A").focus()
    press(board, "2", "?", "n")
    shows(board, todo="A B C")
    expect(title(board, "A")).to_be_focused()
    board.reload()
    title(ready(board), "A").focus()
    press(board, "2")
    shows(board, todo="A B C")
    # What is no letter works on.
    press(board, " ", "ArrowDown", " ")
    shows(board, todo="B A C")
    board.get_by_role("button", name="Keyboard shortcuts").click()
    switch.click()
    expect(switch).to_be_checked()
    press(board, "Escape", "j", "2")
    expect(toast(board)).to_contain_text("moved to In progress")


def test_status_of_a_card_is_told_to_a_screen_reader(board: Page) -> None:
    expect(status(board, "D")).to_have_attribute("aria-label", "Status: In progress")
    expect(status(board, "D")).to_have_attribute("aria-haspopup", "menu")


def test_show_older_hands_its_focus_to_what_it_brings(page: Page, make_task: Callable[..., Task]) -> None:
    for number in range(9):
        make_task(f"T{number}", status="done")
    open_board(page)
    page.get_by_role("link", name="Show 4 older").focus()
    press(page, "Enter")
    expect(title(page, "T3")).to_be_focused()


# --- In French --------------------------------------------------------------------------------------------------------
@pytest.mark.browser_context_args(locale="fr-FR")
def test_steps_are_spoken_in_french(board: Page) -> None:
    press(board, "j", " ", "ArrowRight")
    spoken(board, "En cours, position 1 sur 3.")
    press(board, "Enter")
    expect(toast(board)).to_contain_text("En cours")
    expect(toast(board).get_by_role("button").first).to_contain_text("Annuler")
