"""How a test looks at the board and takes hold of its cards."""

from playwright.sync_api import Locator, Page, Route, expect

from tasks.models import Task

COLUMNS = ("todo", "in_progress", "done")
QUICKLY = """
() => {
  document.getElementById("board").dataset.every = 100;
  dispatchEvent(new Event("online"));
}
"""


def open_board(page: Page, address: str = "/") -> Page:
    """Open the board without motion, ready to be used."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    return ready(page)


def ready(page: Page) -> Page:
    expect(page.locator("#board[data-is-set-up]")).to_be_attached()
    return page


def follow_quickly(page: Page) -> None:
    """Ask for the changes of others at once and every 0.1 s."""
    page.evaluate(QUICKLY)


def card(page: Page, title: str) -> Locator:
    return page.locator("#board .card").filter(has=page.get_by_role("link", name=title, exact=True))


def title(page: Page, text: str) -> Locator:
    return card(page, text).get_by_role("link")


def status(page: Page, text: str) -> Locator:
    return card(page, text).locator(".card-status")


def column(page: Page, name: str) -> Locator:
    return page.locator(f"[data-cards={name}]")


def shows(page: Page, **columns: str) -> None:
    """Assert the titles in each column that is named: todo="A B C"."""
    for name, titles in columns.items():
        expect(column(page, name).locator(".card h3")).to_have_text(titles.split())


def grab(page: Page, text: str) -> None:
    """Press the mouse on a card and move it far enough to be a drag."""
    box = card(page, text).bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 106, box["y"] + 26, steps=2)
    expect(page.locator(".card-dragged")).to_be_visible()


def carry_to(page: Page, spot: Locator, *, below: bool = False) -> None:
    """Move the dragged card over the upper or the lower half of `spot`, and wait until the slot is settled there."""
    box = spot.bounding_box()
    assert box
    x, y = box["x"] + 100, box["y"] + (box["height"] - 6 if below else 6)
    page.mouse.move(x, y, steps=6)
    page.mouse.move(x + 1, y, steps=2)


def drag(page: Page, text: str, spot: Locator, *, below: bool = False) -> None:
    grab(page, text)
    carry_to(page, spot, below=below)
    page.mouse.up()


def toast(page: Page) -> Locator:
    return page.locator("#toast .toast")


def spoken(page: Page, text: str) -> None:
    expect(page.locator("#said-now")).to_have_text(text)


def number(name: str) -> str:
    """Return what a card calls its task: #12."""
    return f"#{Task.objects.get(title=name).number}"


def status_of(name: str) -> str:
    return Task.objects.get(title=name).status


def broken(route: Route) -> None:
    """Answer in the server's place that the database is away."""
    body = "<p data-advice>The database does not answer right now.</p>"
    route.fulfill(status=503, content_type="text/html", body=body)
