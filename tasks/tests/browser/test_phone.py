"""The board on a phone: 390 px wide, by touch."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import Task
from tasks.tests.browser.board import card, column, open_board, ready, shows, status, toast
from tasks.tests.browser.conftest import watched

pytestmark = pytest.mark.once


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer, make_task: Callable[..., Task]) -> Iterator[Page]:
    """A board with A B C to do and D in progress."""
    for name in "DCBA":
        make_task(name, status="in_progress" if name == "D" else "todo")
    size = {"width": 390, "height": 844}
    context = browser.new_context(base_url=live_server.url, viewport=size, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    problems = watched(page, live_server.url)
    yield open_board(page)
    page.evaluate("0")
    context.close()
    assert problems == []


class Finger:
    """What a finger does, from below the browser: Playwright itself can only tap."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def slide(self, start: tuple[float, float], end: tuple[float, float], steps: int = 8) -> None:
        for step in range(1, steps + 1):
            part = step / steps
            self.send("touchMove", (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part))


def middle(spot: Locator) -> tuple[float, float]:
    box = spot.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_long_press_lifts_a_card_and_a_slide_moves_it(phone: Page) -> None:
    finger = Finger(phone)
    start, end = middle(card(phone, "A")), middle(card(phone, "C"))
    finger.send("touchStart", start)
    expect(card(phone, "A")).to_have_class("card sortable-chosen")
    finger.slide(start, (end[0], end[1] + 20))
    expect(phone.locator(".card-slot")).to_be_visible()
    finger.send("touchEnd")
    shows(phone, todo="B C A")
    expect(toast(phone)).to_contain_text("moved")
    phone.reload()
    shows(ready(phone), todo="B C A")


def test_slide_without_a_long_press_scrolls(phone: Page, make_task: Callable[..., Task]) -> None:
    for number in range(20):
        make_task(f"T{number}")
    phone.reload()
    ready(phone)
    finger = Finger(phone)
    x, y = middle(card(phone, "T10"))
    finger.send("touchStart", (x, y))
    finger.slide((x, y), (x, y - 300))
    finger.send("touchEnd")
    expect(phone.locator(".card-slot")).to_have_count(0)
    expect(toast(phone)).to_be_hidden()
    expect(column(phone, "todo").locator(".card h3").first).to_have_text("T19")


def test_tap_on_the_status_opens_its_menu_and_a_tap_moves(phone: Page) -> None:
    status(phone, "A").tap()
    menu = phone.get_by_role("menu", name="Status")
    for row in menu.get_by_role("menuitemradio").all():
        box = row.bounding_box()
        assert box
        assert box["height"] >= 44
    menu.get_by_role("menuitemradio", name="Done").tap()
    shows(phone, todo="B C")
    expect(toast(phone)).to_contain_text("moved to Done")
    expect(card(phone, "B")).to_be_in_viewport(ratio=1)
    toast(phone).get_by_role("button", name="Undo").tap()
    shows(phone, todo="A B C")


def test_card_menu_moves_without_dragging(phone: Page) -> None:
    card(phone, "C").locator(".card-menu").tap()
    phone.get_by_role("menuitem", name="Top").tap()
    shows(phone, todo="C A B")


def test_toast_and_menus_fit_in_320_px(phone: Page) -> None:
    phone.set_viewport_size({"width": 320, "height": 640})
    card(phone, "A").locator(".card-menu").tap()
    box = phone.get_by_role("menu", name="Actions").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    phone.get_by_role("menuitem", name="Delete").tap()
    expect(toast(phone)).to_be_in_viewport(ratio=1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
