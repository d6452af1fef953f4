"""Typing tasks: what is tinted and told while typing, and adding by keys, mouse, finger and without scripts."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from tasks.models import Task

pytestmark = pytest.mark.once

LINE = "Call the hosting provider !high @dan due:2027-11-20"


@pytest.fixture(autouse=True)
def _daniel(transactional_db: None, make_task: Callable[..., Task]) -> None:
    User.objects.create(username="daniel", first_name="Daniel", last_name="Ortiz")
    make_task("Renew the certificate")


@pytest.fixture
def board(page: Page) -> Page:
    page.goto("/")
    return page


def field_of(page: Page) -> Locator:
    return page.get_by_label("Add a task", exact=True).filter(visible=True)


def cards(page: Page, status: str = "todo") -> Locator:
    return page.locator(f"[data-cards={status}] > .card h3")


def chips(page: Page) -> Locator:
    return page.locator(".understood-chips button:visible > [dir]")


# --- While typing -----------------------------------------------------------------------------------------------------
def test_tokens_are_tinted_and_told_in_chips(board: Page) -> None:
    field_of(board).fill(LINE)
    expect(chips(board)).to_have_text(["High", "Daniel Ortiz", "Sat 20 Nov 2027"])
    marks = board.locator(".quick-add-header .quick-add-mirror mark")
    expect(marks).to_have_text(["!high", "@dan", "due:2027-11-20"])
    field_of(board).press_sequentially(" now")  # the tint stays while the server is asked again
    expect(marks).to_have_text(["!high", "@dan", "due:2027-11-20"])


@pytest.mark.parametrize("kind", ["header", "composer"])
def test_mirror_lies_exactly_behind_the_text(board: Page, kind: str) -> None:
    if kind == "composer":
        board.locator("#column-todo .column-add").click()
    for text in ("short", "long words that go on " * 12, "one\n\nthree\n", "x" * 300, "line\n" * 60):
        board.locator(f".quick-add-{kind} textarea").fill(text)
        sizes = board.evaluate(
            """(kind) => [...document.querySelectorAll(`.quick-add-${kind} .quick-add-text > *`)].map((one) =>
                [one.clientWidth, one.clientHeight, one.scrollHeight, one.scrollTop, one.offsetTop])""",
            kind,
        )
        assert sizes[0] == sizes[1], text


def test_chip_takes_its_token_away(board: Page) -> None:
    field = field_of(board)
    field.fill("Call !high the 👩🏽‍🔧 @dan now")
    board.get_by_role("button", name="Priority: High, remove").click()
    expect(field).to_have_value("Call the 👩🏽‍🔧 @dan now")
    expect(field).to_be_focused()
    expect(chips(board)).to_have_text(["Daniel Ortiz"])
    board.keyboard.press("Tab")
    expect(board.get_by_role("button", name="Assignee: Daniel Ortiz, remove")).to_be_focused()
    board.keyboard.press("Enter")
    expect(field).to_have_value("Call the 👩🏽‍🔧 now")
    expect(chips(board)).to_have_count(0)


def test_chips_are_read_out_when_typing_stops(board: Page) -> None:
    field_of(board).press_sequentially("Call !high ")
    expect(board.locator("#said")).to_have_text("Priority: High")
    field_of(board).press_sequentially("@dan")
    expect(board.locator("#said")).to_have_text("Priority: High, Assignee: Daniel Ortiz")
    field_of(board).fill("Call")
    expect(board.locator("#said")).to_have_text("No details")


def test_characters_are_counted_from_180_and_too_many_are_a_fault(board: Page) -> None:
    field = field_of(board)
    counter = board.locator(".quick-add-header .counter")
    field.fill("x" * 179)
    field.press_sequentially("x !high")
    expect(counter).to_contain_text("180/200")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.fill("x" * 201)
    fault = board.get_by_role("alert").filter(visible=True)
    expect(fault).to_have_text("The title has 201 characters; at most 200 fit.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("The title has 201 characters"))
    field.press("Enter")
    expect(field).to_have_value("x" * 201)
    field.fill("x" * 10_000)
    expect(fault).to_have_text("The title has 10000 characters; at most 200 fit.")
    field.fill("fine")
    expect(fault).to_have_count(0)
    assert Task.objects.count() == 1


def test_newest_text_wins_over_slow_answers(board: Page) -> None:
    held: list[Any] = []

    def slow(route: Any) -> None:
        if "slow" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    board.route("**/add/understood*", slow)
    field_of(board).fill("slow !high")
    board.wait_for_timeout(300)
    field_of(board).fill("quick @dan")
    expect(chips(board)).to_have_text(["Daniel Ortiz"])
    assert held
    for route in held:
        route.fulfill(body="<ul class='understood-chips'><li><button><i dir>High</i></button></li></ul>")
    board.wait_for_timeout(200)
    expect(chips(board)).to_have_text(["Daniel Ortiz"])


@pytest.mark.parametrize("status", [500, 401, 422])
def test_without_chips_tasks_are_added_all_the_same(board: Page, status: int) -> None:
    board.route("**/add/understood*", lambda route: route.fulfill(status=status, body="<p data-problem>No</p>"))
    field_of(board).press_sequentially("Call !high")
    board.wait_for_timeout(400)
    expect(board.locator(".banner, dialog[open]")).to_have_count(0)
    field_of(board).press("Enter")
    expect(cards(board)).to_have_text(["Call", "Renew the certificate"])


# --- Keys -------------------------------------------------------------------------------------------------------------
def test_keyboard_alone_adds_one_task_after_the_other(board: Page) -> None:
    expect(board.locator(".card")).to_have_count(1)
    board.keyboard.press("n")
    expect(field_of(board)).to_be_focused()
    board.keyboard.type(LINE)
    board.keyboard.press("Enter")
    expect(field_of(board)).to_have_value("")
    board.keyboard.type("Water the plants")
    board.keyboard.press("Enter")
    expect(cards(board)).to_have_text(["Water the plants", "Call the hosting provider", "Renew the certificate"])
    expect(board.locator("#toast")).to_contain_text("Added “Water the plants”")
    expect(field_of(board)).to_be_focused()
    task = Task.objects.get(title="Call the hosting provider")
    assert (task.priority, task.assignee) == ("high", "daniel")


def test_second_enter_adds_no_second_task(board: Page) -> None:
    field_of(board).fill("Only once")
    board.evaluate(
        """() => { const field = document.activeElement;
            for (const repeat of [false, false, true])
                field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", repeat, bubbles: true})); }"""
    )
    expect(cards(board)).to_have_text(["Only once", "Renew the certificate"])
    assert Task.objects.count() == 2


def test_tasks_typed_faster_than_the_server_answers_all_arrive_in_order(board: Page) -> None:
    def slow(route: Any) -> None:
        board.wait_for_timeout(150)
        route.continue_()

    board.route("**/add", slow)
    for title in ("one", "two", "three"):
        field_of(board).fill(title)
        field_of(board).press("Enter")
    expect(cards(board)).to_have_text(["three", "two", "one", "Renew the certificate"])


def test_shift_enter_adds_and_opens(board: Page) -> None:
    field_of(board).fill("Open me !high")
    field_of(board).press("Shift+Enter")
    board.wait_for_url(re.compile(r"/t/\d+"))
    expect(board.get_by_text("Open me").first).to_be_visible()


def test_escape_clears_then_leaves(board: Page) -> None:
    board.keyboard.press("n")
    board.keyboard.type(LINE)
    expect(chips(board)).to_have_count(3)
    board.keyboard.press("Escape")
    expect(field_of(board)).to_have_value("")
    expect(field_of(board)).to_be_focused()
    expect(chips(board)).to_have_count(0)
    board.keyboard.press("Escape")
    expect(field_of(board)).not_to_be_focused()


# --- Several lines ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("by", ["enter", "click"])
def test_pasted_lines_become_tasks(board: Page, by: str) -> None:
    field_of(board).fill("Buy milk\nWalk the dog !low\n\nCall mum @dan")
    button = board.get_by_role("button", name="Add 3 tasks")
    expect(button).to_be_visible()
    expect(board.get_by_text("3 tasks, one a line")).to_be_visible()
    expect(board.locator("#said")).to_have_text("Add 3 tasks")
    if by == "click":
        button.click()
    else:
        field_of(board).press("Enter")
    expect(cards(board)).to_have_text(["Buy milk", "Walk the dog", "Call mum", "Renew the certificate"])
    expect(board.locator("#toast")).to_contain_text("3 tasks added")
    expect(board.get_by_role("button", name="Add 3 tasks")).to_have_count(0)


def test_faulty_line_among_many_is_named_and_nothing_is_added(board: Page) -> None:
    text = "Buy milk\n!high\nCall mum"
    field_of(board).fill(text)
    field_of(board).press("Enter")
    fault = "Line 2: Write what is to be done: there are only details so far."
    expect(board.get_by_role("alert").filter(visible=True)).to_have_text(fault)
    expect(field_of(board)).to_have_value(text)
    board.wait_for_timeout(400)  # what is asked about the text again does not take the reason away
    expect(board.get_by_role("alert").filter(visible=True)).to_have_text(fault)
    expect(board.locator(".banner")).to_have_count(0)
    assert Task.objects.count() == 1


# --- Failures ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def unwatched(context: BrowserContext, live_server: Any) -> Iterator[Page]:
    """A page whose server fails, which the console tells too."""
    page = context.new_page()
    page.goto("/")
    yield page
    page.close()


@pytest.mark.parametrize("failure", ["gone", 500, 503])
def test_failed_save_keeps_what_was_typed(unwatched: Page, failure: str | int) -> None:
    def fail(route: Any) -> None:
        route.abort() if failure == "gone" else route.fulfill(status=failure, body="<p data-advice>Later.</p>")

    unwatched.route("**/add", fail)
    field = field_of(unwatched)
    field.fill("Call !high")
    field.press("Enter")
    expect(unwatched.locator(".banner")).to_be_visible()
    expect(field).to_have_value("Call !high")
    expect(chips(unwatched)).to_have_text(["High"])
    unwatched.unroute("**/add")
    unwatched.locator(".banner").get_by_role("button", name="Try again").click()
    expect(cards(unwatched)).to_have_text(["Call", "Renew the certificate"])
    expect(field).to_have_value("")
    assert Task.objects.count() == 2


def test_page_asks_before_it_closes_on_what_is_still_being_saved(unwatched: Page) -> None:
    unwatched.route("**/add", lambda _route: None)  # no answer
    field_of(unwatched).fill("Not yet saved")
    field_of(unwatched).press("Enter")
    with unwatched.expect_event("dialog") as dialog:
        unwatched.close(run_before_unload=True)
    assert dialog.value.type == "beforeunload"
    dialog.value.accept()


def test_failed_save_joins_what_was_typed_since(unwatched: Page) -> None:
    def fail_late(route: Any) -> None:
        unwatched.wait_for_timeout(300)
        route.abort()

    unwatched.route("**/add", fail_late)
    field_of(unwatched).fill("first")
    field_of(unwatched).press("Enter")
    field_of(unwatched).fill("second")
    expect(field_of(unwatched)).to_have_value("first\nsecond")


# --- In a column ------------------------------------------------------------------------------------------------------
def test_plus_opens_a_composer_in_its_column(board: Page) -> None:
    board.locator("#column-in_progress").get_by_role("link", name="Add a task to In progress").click()
    field = board.get_by_label("Add a task to In progress").and_(board.locator("textarea"))
    expect(field).to_be_focused()
    field.fill("Import the list !low")
    expect(chips(board)).to_have_text(["Low"])
    field.press("Enter")
    expect(cards(board, "in_progress")).to_have_text(["Import the list"])
    expect(field).to_be_focused()
    board.keyboard.press("Escape")
    expect(board.locator("#compose")).to_have_count(0)
    expect(board.locator("#column-in_progress .column-add")).to_be_focused()


def test_composer_takes_its_text_along_to_another_column(board: Page) -> None:
    board.locator("#column-todo .column-foot").click()
    board.keyboard.type("Half a thought")
    board.locator("#column-done .column-add").click()
    field = board.locator("#column-done textarea")
    expect(field).to_have_value("Half a thought")
    expect(board.locator("#compose")).to_have_count(1)
    field.press("Enter")
    expect(cards(board, "done")).to_have_text(["Half a thought"])


def test_link_of_a_column_can_still_be_opened_elsewhere(board: Page, context: BrowserContext) -> None:
    with context.expect_page() as opened:
        board.locator("#column-todo .column-add").click(modifiers=["Control"])
    expect(opened.value.locator("#compose textarea")).to_be_focused()
    expect(board.locator("#compose")).to_have_count(0)


# --- Phones, scripts, languages ---------------------------------------------------------------------------------------
def test_finger_adds_on_a_phone(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(has_touch=True, is_mobile=True).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    page.locator(".dock-add").tap()
    field = page.locator("#compose textarea")
    expect(field).to_be_focused()
    expect(field).to_have_css("font-size", "16px")  # less, and iOS zooms in
    field.fill(LINE + " status:todo")
    expect(chips(page)).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    button = page.locator("#compose").get_by_role("button", name="Add task")
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    button.tap()
    expect(cards(page)).to_have_text(["Call the hosting provider", "Renew the certificate"])


def test_without_scripts_the_field_is_a_form(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/")
    page.locator("#column-in_progress .column-add").click()
    page.locator("#compose textarea").fill(LINE + "\nSecond")
    page.locator("#compose").get_by_role("button", name="Add task").click()
    expect(page.get_by_text("2 tasks added")).to_be_visible()
    expect(cards(page, "in_progress")).to_have_text(["Call the hosting provider", "Second"])
    page.goto("/")
    page.get_by_label("Add a task", exact=True).fill("x" * 201)
    page.locator(".quick-add-header").get_by_role("button", name="Add task").click()
    expect(page.get_by_role("alert")).to_have_text("The title has 201 characters; at most 200 fit.")
    expect(page.locator("textarea")).to_have_value("x" * 201)
    page.locator("textarea").fill("x")
    page.get_by_role("button", name="Add task").click()
    expect(cards(page)).to_have_text(["x", "Renew the certificate"])


def test_first_run_adds_the_first_task(page: Page) -> None:
    Task.objects.all().delete()
    page.goto("/")
    field = field_of(page)
    expect(field).to_be_focused()
    field.fill("Fix login !high")
    expect(chips(page)).to_have_text(["High"])
    page.get_by_role("button", name="Add task").click()
    expect(cards(page)).to_have_text(["Fix login"])


def test_french_words_are_understood_on_an_english_page(board: Page) -> None:
    field_of(board).fill("Appeler !haute échéance:20/11/2027 status:encours")
    expect(chips(board)).to_have_text(["High", "Sat 20 Nov 2027", "In progress"])
    field_of(board).press("Enter")
    expect(cards(board, "in_progress")).to_have_text(["Appeler"])


def test_english_words_are_told_in_french_on_a_french_page(new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(locale="fr-FR").new_page()
    page.goto("/")
    page.locator(".quick-add-header textarea").fill("Call !high due:1/12/2027 status:progress")
    expect(chips(page)).to_have_text(["Haute", "mer. 1er déc. 2027", "En cours"])


@pytest.mark.parametrize(
    "title", ["<img src=x onerror=document.title='caught'>", "שלום 👩🏽‍🔧 مرحبا", "</textarea><b>x</b>"]
)
def test_title_is_shown_as_it_was_typed(board: Page, title: str) -> None:
    field_of(board).fill(f'{title} !high @"<b>{title[:20]}</b>"')
    expect(chips(board)).to_have_count(2)
    expect(board.locator(".quick-add-header .quick-add-mirror")).to_contain_text(title)
    field_of(board).press("Enter")
    expect(cards(board).first).to_have_text(title)
    assert "caught" not in board.title()


def test_fields_with_chips_and_faults_are_accessible(board: Page, accessible: Callable[..., None]) -> None:
    board.locator("#column-todo .column-add").click()
    board.keyboard.type(LINE + " status:done " + "x" * 200)
    expect(board.locator("#compose [role=alert]")).to_contain_text("at most 200 fit")
    accessible()
