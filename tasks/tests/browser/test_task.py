"""A task in its panel and on its page: editing in place, two people at once, without a mouse, without scripts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tasks.models import Actor, Change, Source, Task
from tasks.tests.browser.board import card, follow_quickly, open_board, shows, title, toast

Make = Callable[..., Task]
BY = Actor(Source.API)
PAYLOAD = "<img src=x onerror=alert(1)>\"'</textarea><script>alert(2)</script>"


@pytest.fixture
def task(make_task: Make) -> Task:
    """Fix login, in a column between Above and Below."""
    make_task("Below")
    found = make_task("Fix login", description="One\nTwo")
    make_task("Above")
    return found


@pytest.fixture
def panel(page: Page, task: Task) -> Page:
    """The board with the panel of Fix login over it."""
    open_board(page)
    title(page, "Fix login").click()
    return opened(page, task)


@pytest.fixture
def benoit(db: None) -> Actor:
    return Actor(Source.BOARD, User.objects.create(username="benoit", first_name="Benoît", last_name="Lefèvre"))


def opened(page: Page, task: Task) -> Page:
    expect(page.locator("#panel #task")).to_have_attribute("data-number", str(task.number))
    expect(page.locator("#panel")).to_be_visible()
    return page


def field(page: Page, label: str) -> Locator:
    return page.locator("#task").get_by_label(label, exact=True).filter(visible=True)


def heading(page: Page, text: str) -> Locator:
    return page.locator("#task").get_by_role("heading", level=1, name=text, exact=True)


def saved(page: Page) -> None:
    expect(page.locator("#task-state[data-state=saved]")).to_be_visible()


def stored(task: Task, *names: str) -> tuple[Any, ...]:
    found = Task.objects.get(pk=task.pk)
    return tuple(getattr(found, name) for name in names)


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


# --- Fields that save themselves --------------------------------------------------------------------------------------
def test_the_title_is_saved_with_enter_and_the_card_follows(panel: Page, task: Task) -> None:
    field(panel, "Title").fill("Fix the login")
    field(panel, "Title").press("Enter")
    saved(panel)
    assert stored(task, "title", "version") == ("Fix the login", 2)
    expect(panel).to_have_title(f"#{task.number} Fix the login · TaskFlow")
    expect(card(panel, "Fix the login")).to_be_attached()
    expect(panel.locator(".activity")).to_contain_text("Somebody edited the title · just now")
    expect(field(panel, "Title")).to_be_focused()


def test_a_field_is_saved_when_it_is_left(panel: Page, task: Task) -> None:
    field(panel, "Description").fill("New\ntext")
    field(panel, "Title").focus()
    saved(panel)
    assert stored(task, "description") == ("New\ntext",)


def test_ctrl_enter_saves_the_description(panel: Page, task: Task) -> None:
    field(panel, "Description").fill("New")
    panel.keyboard.press("ControlOrMeta+Enter")
    saved(panel)
    assert stored(task, "description") == ("New",)


def test_escape_puts_back_what_was(panel: Page, task: Task) -> None:
    field(panel, "Description").fill("Gone")
    panel.keyboard.press("Escape")
    expect(field(panel, "Description")).to_have_value("One\nTwo")
    expect(heading(panel, "Fix login")).to_be_focused()
    expect(panel.locator("#panel")).to_be_visible()
    assert stored(task, "version") == (1,)


def test_escape_takes_a_refusal_away_with_what_was_refused(panel: Page, task: Task) -> None:
    field(panel, "Title").fill(" ")
    panel.keyboard.press("Enter")
    expect(panel.locator("#faults-title")).to_have_text("A task needs a title.")
    panel.keyboard.press("Escape")
    expect(panel.locator("#faults-title")).to_have_text("")
    expect(field(panel, "Title")).to_have_value("Fix login")
    saved(panel)


def test_status_and_priority_are_saved_when_they_are_chosen(panel: Page, task: Task) -> None:
    field(panel, "Priority").select_option("high")
    saved(panel)
    field(panel, "Status").focus()
    field(panel, "Status").select_option("in_progress")
    expect(panel.locator(".activity")).to_contain_text("moved this from To do to In progress")
    assert stored(task, "priority", "status") == ("high", "in_progress")
    expect(field(panel, "Status")).to_be_focused()
    shows(panel, todo="Above Below")
    expect(panel.locator(".pick-of[data-status=in_progress]")).to_be_visible()


def test_an_assignee_is_offered_and_taken(panel: Page, task: Task, make_task: Make) -> None:
    expect(field(panel, "Assignee")).to_have_value("")
    field(panel, "Assignee").fill("Alice Martin")
    panel.keyboard.press("Enter")
    saved(panel)
    assert stored(task, "assignee") == ("Alice Martin",)
    field(panel, "Title").focus()
    expect(panel.locator("[data-part=assignee] .avatar")).to_have_text("AM")
    expect(card(panel, "Fix login").locator(".avatar")).to_have_attribute("title", "Alice Martin")
    expect(panel.locator("#task-names option")).to_have_attribute("value", "Alice Martin")


def test_a_due_date_is_set_with_its_time_and_taken_away(panel: Page, task: Task) -> None:
    panel.locator(".due-of summary").click()
    field(panel, "Date").fill("2031-11-20")
    saved(panel)
    field(panel, "Time").fill("17:30")
    expect(panel.locator(".due-words")).not_to_contain_text("17:30")
    heading(panel, "Fix login").focus()
    expect(panel.locator(".due-words")).to_contain_text("Thu 20 Nov 2031, 17:30")
    assert str(stored(task, "due_date")[0]) == "2031-11-20 17:30:00+00:00"
    panel.locator(".due-of summary").click()
    panel.get_by_role("button", name="No due date").click()
    saved(panel)
    heading(panel, "Fix login").focus()
    expect(panel.locator(".due-words")).to_have_text("None")
    assert stored(task, "due_date") == (None,)


def test_half_a_date_is_no_date(panel: Page, task: Task) -> None:
    task.change(by=BY, due_date=timezone.now())
    panel.reload()
    expect(panel.locator("#task-state")).to_be_visible()
    panel.locator(".due-of summary").click()
    field(panel, "Date").press("Backspace")
    field(panel, "Title").focus()
    expect(panel.locator("#faults-due_date .fault")).to_be_visible()
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    assert stored(task, "version") == (2,)
    field(panel, "Date").press("Escape")
    saved(panel)


def test_texts_with_other_line_breaks_are_no_edits(page: Page, make_task: Make) -> None:
    task = make_task("a\rb", description="c\rd\r\ne", assignee="x\ny")
    open_board(page)
    page.locator("#board .card h3 a").click()
    opened(page, task)
    page.locator("#task .task-acts button").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert stored(task, "version") == (1,)


def test_every_edit_can_be_undone(panel: Page, task: Task) -> None:
    field(panel, "Priority").select_option("high")
    expect(toast(panel)).to_contain_text(f"#{task.number}: priority changed")
    toast(panel).get_by_role("button", name="Undo").click()
    expect(field(panel, "Priority")).to_have_value("medium")
    assert stored(task, "priority") == ("medium",)


def test_a_refused_text_is_kept_and_told_at_its_field(panel: Page, task: Task, accessible: Any) -> None:
    field(panel, "Title").fill("x" * 201)
    panel.keyboard.press("Enter")
    expect(panel.locator("#faults-title")).to_have_text("At most 200 characters; this has 201.")
    expect(field(panel, "Title")).to_have_attribute("aria-invalid", "true")
    expect(field(panel, "Title")).to_have_attribute("aria-describedby", "faults-title")
    expect(field(panel, "Title")).to_have_value("x" * 201)
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    accessible()
    with panel.expect_response("**/edit"):
        panel.get_by_role("link", name="Back to the board").click()
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    expect(panel.locator("#panel")).to_be_visible()
    field(panel, "Title").fill("Fix it")
    panel.keyboard.press("Enter")
    saved(panel)
    expect(panel.locator("#faults-title")).to_have_text("")
    expect(field(panel, "Title")).not_to_have_attribute("aria-invalid", "true")


def test_what_cannot_be_sent_is_kept_and_sent_later(context: BrowserContext, task: Task) -> None:
    panel = open_board(context.new_page())  # the browser tells of the failure in the console
    title(panel, "Fix login").click()
    opened(panel, task)
    panel.route("**/edit", lambda route: route.abort())
    field(panel, "Title").fill("Fix it")
    panel.keyboard.press("Enter")
    expect(panel.locator("#faults-title")).to_contain_text("cannot be reached")
    expect(panel.locator("#task-state")).to_have_text("Not saved")
    panel.unroute("**/edit")
    panel.evaluate("dispatchEvent(new Event('online'))")
    saved(panel)
    assert stored(task, "title") == ("Fix it",)


def test_what_was_typed_outlives_the_session(
    context: BrowserContext, signed_in: User, task: Task, settings: Any
) -> None:
    settings.TASKFLOW_ACCESS = "private"
    panel = open_board(context.new_page())
    title(panel, "Fix login").click()
    opened(panel, task)
    cookies = context.cookies()
    context.clear_cookies(name="sessionid")
    field(panel, "Title").fill("Fix it")
    panel.keyboard.press("Enter")
    expect(panel.locator("#signed-out")).to_be_visible()
    context.add_cookies(cookies)  # as signing in in another tab does
    panel.locator("#signed-out button[value=again]").click()
    saved(panel)
    assert stored(task, "title") == ("Fix it",)
    assert Change.objects.latest("id").actor == "alice"


def test_what_is_typed_is_saved_before_the_panel_closes(panel: Page, task: Task) -> None:
    field(panel, "Title").fill("Fix it")
    panel.go_back()
    expect(title(panel, "Fix it")).to_be_focused()
    assert stored(task, "title") == ("Fix it",)


def test_deleting_closes_the_panel_and_can_be_undone(panel: Page, task: Task) -> None:
    panel.get_by_role("button", name="Delete task").last.click()
    expect(panel.locator("#panel")).to_be_hidden()
    shows(panel, todo="Above Below")
    expect(title(panel, "Below")).to_be_focused()
    toast(panel).get_by_role("button", name="Undo").click()
    expect(card(panel, "Fix login")).to_be_visible()
    assert stored(task, "number") == (task.number,)


def test_the_menu_moves_the_task_in_its_column(panel: Page, task: Task) -> None:
    panel.get_by_label("More").click()
    panel.get_by_role("button", name="Move to the top").click()
    expect(panel.locator("#board [data-cards=todo] .card h3")).to_have_text(["Fix login", "Above", "Below"])
    expect(panel.get_by_role("link", name="Previous task")).to_have_attribute("aria-disabled", "true")
    expect(panel.locator(".menu-of[open]")).to_have_count(0)


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


# --- Without scripts --------------------------------------------------------------------------------------------------
@pytest.fixture
def plain(browser: Browser, live_server: LiveServer, task: Task) -> Page:
    """The task's page in a browser without scripts."""
    page = browser.new_context(java_script_enabled=False, base_url=live_server.url).new_page()
    page.goto("/")
    page.get_by_role("link", name="Fix login", exact=True).click()
    return page


def test_without_scripts_the_fields_are_one_form(plain: Page, task: Task) -> None:
    field(plain, "Title").fill("Fix it")
    field(plain, "Description").fill("a\nb")
    field(plain, "Priority").select_option("high")
    field(plain, "Assignee").fill("Ann")
    plain.locator(".due-of summary").click()
    field(plain, "Date").fill("2031-11-20")
    plain.get_by_role("button", name="Save", exact=True).last.click()
    expect(plain).to_have_url(f"/t/{task.number}")
    expect(plain.locator("#toast")).to_contain_text(f"#{task.number} saved")
    assert stored(task, "title", "description", "priority", "assignee") == ("Fix it", "a\nb", "high", "Ann")
    plain.get_by_role("button", name="Undo").click()
    expect(field(plain, "Title")).to_have_value("Fix login")


def test_without_scripts_enter_saves(plain: Page, task: Task) -> None:
    field(plain, "Assignee").fill("Ann")
    plain.keyboard.press("Enter")
    expect(plain.locator(".activity")).to_contain_text("assigned this to Ann")


def test_without_scripts_both_are_shown_and_one_is_chosen(plain: Page, task: Task, benoit: Actor) -> None:
    field(plain, "Title").fill("Mine")
    field(plain, "Assignee").fill("Ann")
    task.change(by=benoit, title="Theirs")
    plain.get_by_role("button", name="Save", exact=True).last.click()
    expect(plain.locator(".conflict")).to_contain_text("Benoît Lefèvre changed the title while you were editing")
    expect(field(plain, "Title")).to_have_value("Mine")
    plain.get_by_role("button", name="Use mine").click()
    expect(plain.locator(".conflict")).to_have_count(0)
    assert stored(task, "title", "assignee") == ("Mine", "Ann")


def test_without_scripts_a_refused_text_is_kept(plain: Page, task: Task) -> None:
    field(plain, "Title").fill("")
    field(plain, "Description").fill("kept")
    plain.get_by_role("button", name="Save", exact=True).last.click()
    expect(plain.locator("#faults-title")).to_have_text("A task needs a title.")
    expect(field(plain, "Description")).to_have_value("kept")


def test_without_scripts_a_task_is_marked_moved_deleted_and_restored(plain: Page, task: Task) -> None:
    plain.get_by_label("More").click()
    plain.get_by_role("button", name="Move to the top").click()
    assert Change.objects.latest("id").action == "moved"
    expect(plain).to_have_url(f"/t/{task.number}")
    plain.get_by_role("button", name=re.compile("Mark as done")).click()
    expect(plain.locator(".activity")).to_contain_text("moved this from To do to Done")
    plain.get_by_role("button", name="Delete task").last.click()
    expect(plain).to_have_url("/")
    plain.goto(f"/t/{task.number}")
    plain.get_by_role("button", name="Restore").click()
    expect(heading(plain, "Fix login")).to_be_attached()
    assert stored(task, "status", "number") == ("done", task.number)
