"""The pages around the API: home, sign-in and sign-out, errors."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from tasks.models import Task

pytestmark = pytest.mark.once


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/tasks/stats", "/changes"])
def test_page_is_whole_and_accessible(page: Page, accessible: Callable[..., None], path: str) -> None:
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("main")).to_have_count(1)
    assert page.title().endswith(" · TaskFlow")
    accessible()


def test_first_page_leads_to_api_documents_and_admin(page: Page) -> None:
    page.goto("/")
    for name, path in (("API", "/tasks"), ("Open the API", "/docs"), ("Open the admin", "/admin/")):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("href", path)


def test_home_is_in_the_language_that_the_browser_asks_for(new_context: Callable[..., Any]) -> None:
    page = new_context(locale="fr-FR").new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def test_first_tab_stop_skips_to_the_tasks(page: Page, make_task: Callable[..., Task]) -> None:
    make_task()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the tasks")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the tasks")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#board")).to_be_focused()


# --- Signing in and out -----------------------------------------------------------------------------------------------
def test_keyboard_alone_signs_in_and_out(page: Page, alice: User) -> None:
    page.goto("/sign-in")
    expect(page.get_by_label("Username")).to_be_focused()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("wonderland-42")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/")
    page.locator("summary", has_text="alice").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    expect(page.locator("summary", has_text="Guest")).to_be_visible()


@pytest.mark.parametrize(("name", "password"), [("alice", "wrong"), ("nobody", "wonderland-42")])
def test_wrong_name_and_wrong_password_read_the_same(
    page: Page, alice: User, accessible: Callable[..., None], name: str, password: str
) -> None:
    page.goto("/sign-in")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That username and password do not match.")
    expect(page.get_by_label("Username")).to_have_value(name)
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    accessible()


def test_password_managers_know_the_fields(page: Page) -> None:
    page.goto("/sign-in")
    expect(page.get_by_label("Username")).to_have_attribute("autocomplete", "username")
    expect(page.get_by_label("Password")).to_have_attribute("autocomplete", "current-password")


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc", "/tasks?status=todo&limit=5"])
def test_private_server_sends_a_browser_to_sign_in_and_back(page: Page, alice: User, settings: Any, path: str) -> None:
    settings.TASKFLOW_ACCESS = "private"
    page.goto(path)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("wonderland-42")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(path)


def test_signing_out_of_a_private_server_ends_at_sign_in(page: Page, signed_in: User, settings: Any) -> None:
    settings.TASKFLOW_ACCESS = "private"
    page.goto("/")
    page.locator("summary", has_text="alice").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/sign-in?next=/")


# --- Errors -----------------------------------------------------------------------------------------------------------
def test_unknown_address_tells_what_to_do_and_the_request_id(page: Page) -> None:
    response = page.goto("/nowhere")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading")).to_have_text("There is no such page")
    expect(page.locator(".id")).to_contain_text(response.headers["x-request-id"])
    page.get_by_role("link", name="To the start").click()
    expect(page).to_have_url("/")
