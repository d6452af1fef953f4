"""Swagger UI and ReDoc: from this server alone, under the strict policy, and of use.

What is inside of them is their makers': axe looks at what is around it.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tasks.models import Change

pytestmark = pytest.mark.once


def test_swagger_lists_every_route(page: Page, accessible: Callable[..., None]) -> None:
    page.goto("/docs")
    for summary in ("List tasks", "Create a task", "Follow everything that happens", "Say what this server is"):
        expect(page.get_by_text(summary, exact=True)).to_be_visible()
    accessible("#docs")


def test_swagger_creates_a_task_for_a_signed_in_person(page: Page, signed_in: User) -> None:
    page.goto("/docs")
    page.get_by_text("Create a task", exact=True).click()
    page.get_by_role("button", name="Try it out").click()
    page.locator(".opblock-post textarea").first.fill('{"title": "Order chairs"}')
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response .response-col_status")).to_contain_text("201")
    assert Change.objects.get().actor == "alice"


def test_redoc_shows_the_whole_document(page: Page, accessible: Callable[..., None]) -> None:
    page.goto("/redoc")
    expect(page.get_by_role("heading", name="TaskFlow API")).to_be_visible()
    expect(page.get_by_role("heading", name="Bring a deleted task back")).to_be_attached()
    search = page.get_by_role("searchbox").or_(page.get_by_placeholder("Search"))
    search.first.fill("feed")
    page.wait_for_timeout(500)
    accessible("#docs")
