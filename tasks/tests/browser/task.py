"""How a test looks at a task in its panel or on its page."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tasks.models import Task


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
