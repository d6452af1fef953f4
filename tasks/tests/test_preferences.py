"""Theme, language and the like: chosen on any page, kept in cookies, right at the first paint."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings

from accounts.models import User
from tasks.preferences import CHOICES, COOKIES
from tasks.tests.test_html import HTML, token
from tasks.tests.test_static import OURS as STATIC

PAGES = ["/", "/tasks", "/sign-in", "/docs", "/redoc", "/nowhere"]


@pytest.fixture
def browser(db: None) -> Client:
    return Client(headers=HTML)


def choose(browser: Client, headers: dict[str, str] | None = None, /, **given: str) -> HttpResponse:
    return browser.post("/preferences", given, headers=headers)  # type: ignore[return-value]  # Django's own subclass


def page(browser: Client, path: str = "/sign-in", **headers: str) -> str:
    return browser.get(path, headers=headers or None).content.decode()


# --- What a choice does -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_chosen_theme_in_its_first_line(browser: Client, path: str) -> None:
    choose(browser, theme="dark")
    html = page(browser, path)
    assert 'data-theme="dark">' in html[: html.index("<head>")]
    assert '<meta name="color-scheme" content="dark">' in html
    assert '<meta name="theme-color" content="#121417">' in html


@pytest.mark.parametrize("path", PAGES)
def test_page_follows_the_system_where_nothing_was_chosen(browser: Client, path: str) -> None:
    html = page(browser, path)
    assert 'data-theme="system">' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert html.count('<meta name="theme-color"') == 2


@pytest.mark.parametrize("path", ["/", "/tasks", "/sign-in", "/nowhere"])
def test_chosen_language_wins_over_the_browsers(browser: Client, path: str) -> None:
    choose(browser, language="fr")
    assert '<html lang="fr"' in page(browser, path, **{"Accept-Language": "en"})


def test_language_can_be_left_to_the_browser_again(browser: Client) -> None:
    choose(browser, language="fr")
    choose(browser, language="")
    assert '<html lang="en"' in page(browser, **{"Accept-Language": "en"})


def test_messages_of_the_api_follow_the_chosen_language_too(browser: Client) -> None:
    choose(browser, language="fr")
    answer = browser.get("/tasks?limit=none", headers={"Accept": "application/json", "Accept-Language": "en"})
    assert "entier" in answer.json()["detail"][0]["msg"]


def test_form_shows_what_is_chosen(browser: Client) -> None:
    choose(browser, theme="light", language="fr")
    html = page(browser)
    assert 'name="theme" value="light" aria-pressed="true"' in html
    assert 'name="language" value="fr" aria-pressed="true" lang="fr">Français' in html
    assert html.count('aria-pressed="true"') == 2


def test_choices_are_kept_for_a_year_out_of_the_reach_of_scripts(browser: Client) -> None:
    cookie = choose(browser, theme="dark").cookies["taskflow_theme"]
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["samesite"] == "Lax"
    assert cookie["httponly"]
    assert not cookie["secure"]


@override_settings(SESSION_COOKIE_SECURE=True)
def test_cookies_go_over_tls_alone_in_production(browser: Client) -> None:
    assert all(cookie["secure"] for cookie in choose(browser, theme="dark", language="fr").cookies.values())


@pytest.mark.parametrize("name", CHOICES)
def test_what_holds_anyhow_needs_no_cookie(browser: Client, name: str) -> None:
    browser.cookies[COOKIES[name]] = CHOICES[name][-1]
    assert choose(browser, **{name: CHOICES[name][0]}).cookies[COOKIES[name]]["max-age"] == 0
    assert not browser.cookies[COOKIES[name]].value


def test_a_choice_leaves_the_others_alone(browser: Client) -> None:
    choose(browser, theme="dark")
    answer = choose(browser, shortcuts="off", first_run="hidden")
    assert set(answer.cookies) == {"taskflow_shortcuts", "taskflow_first_run"}


# --- Who may, and from where ------------------------------------------------------------------------------------------
def test_strangers_choose_too_where_access_is_private(browser: Client, settings: Any) -> None:
    settings.TASKFLOW_ACCESS = "private"
    assert choose(browser, theme="dark").status_code == 303


def test_choosing_asks_the_database_nothing(browser: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        choose(browser, theme="dark")


def test_foreign_page_cannot_choose(alice: User) -> None:
    browser = Client(headers=HTML, enforce_csrf_checks=True)
    browser.force_login(alice)
    assert choose(browser, theme="dark").status_code == 403
    assert choose(browser, theme="dark", csrfmiddlewaretoken=token(browser)).status_code == 303


def test_looking_at_the_address_changes_nothing(browser: Client) -> None:
    answer = browser.get("/preferences?theme=dark")
    assert answer.status_code == 405
    assert not answer.cookies


# --- Where it leads ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/", "/?q=login&status=todo", "/t/12", "http://testserver/tasks"])
def test_choosing_leads_back_to_the_page_it_was_done_on(browser: Client, address: str) -> None:
    assert choose(browser, theme="dark", next=address)["Location"] == address


def test_form_knows_the_page_it_is_on(browser: Client) -> None:
    assert '<input type="hidden" name="next" value="/sign-in?next=/tasks">' in page(browser, "/sign-in?next=/tasks")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "//evil.example.org",
        "///evil.example.org",
        "https://evil.example.org/",
        "https:evil.example.org",
        r"\\evil.example.org",
        "\x08//evil.example.org",
        "javascript:alert(1)",
        "http://[",
        "/?" + "x" * 20_000,
    ],
)
def test_choosing_leads_nobody_to_another_site(browser: Client, address: str) -> None:
    assert choose(browser, theme="dark", next=address)["Location"] == "/"


@pytest.mark.parametrize("address", ["/\r\nSet-Cookie: a=b", "/?q=\n", "/\u2028", "/é?q=ü"])
def test_no_address_breaks_the_header_it_goes_into(browser: Client, address: str) -> None:
    answer = choose(browser, theme="dark", next=address)
    assert answer.status_code == 303
    assert answer["Location"].isascii()
    assert answer["Location"].isprintable()


def test_htmx_is_told_to_load_the_page_anew(browser: Client) -> None:
    answer = choose(browser, {"HX-Request": "true"}, theme="dark")
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    assert answer.cookies["taskflow_theme"].value == "dark"


# --- What does not fit ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", CHOICES)
@pytest.mark.parametrize("value", ["DARK", "de", "../fr", "on ", "1", "\u00e9", "x" * 100_000, "'\"><script>"])
def test_value_that_there_is_not_is_refused_and_nothing_kept(browser: Client, name: str, value: str) -> None:
    answer = choose(browser, **{"theme": "dark", "language": "fr", name: value})
    assert answer.status_code == 422
    assert not answer.cookies


def test_names_that_there_are_not_are_left_alone(browser: Client) -> None:
    assert not choose(browser, colour="red").cookies


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("value", ["", "red", '"><script>', "x" * 4000, "dark; light", "système"])
def test_cookie_written_by_somebody_else_counts_for_nothing(browser: Client, path: str, value: str) -> None:
    for cookie in COOKIES.values():
        browser.cookies[cookie] = value
    html = page(browser, path)
    assert '<html lang="en" data-theme="system">' in html


# --- Installed as an application --------------------------------------------------------------------------------------
@pytest.mark.parametrize("access", ["open", "private"])
def test_manifest_answers_everybody_as_its_own_kind(browser: Client, settings: Any, access: str) -> None:
    settings.TASKFLOW_ACCESS = access
    answer = browser.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert (answer.json()["name"], answer.json()["start_url"]) == ("TaskFlow", "/")


def test_icons_are_as_large_as_the_manifest_says(browser: Client) -> None:
    icons = browser.get("/manifest.webmanifest").json()["icons"]
    assert {(icon["sizes"], icon["purpose"]) for icon in icons} >= {("192x192", "any"), ("512x512", "any")}
    assert any(icon["purpose"] == "maskable" for icon in icons)
    assert [measured(icon["src"]) for icon in icons] == [icon["sizes"] for icon in icons]


def measured(address: str) -> str:
    """Return width x height of a PNG: the first two numbers of its first chunk (RFC 2083, 4.1.1)."""
    header = (STATIC / address.removeprefix("/static/")).read_bytes()[:24]
    assert header.startswith(b"\x89PNG\r\n\x1a\n")
    return f"{int.from_bytes(header[16:20])}x{int.from_bytes(header[20:24])}"


@pytest.mark.parametrize("path", PAGES)
def test_every_page_names_manifest_and_icons(browser: Client, path: str) -> None:
    html = page(browser, path)
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html
    assert '<link rel="apple-touch-icon" href="/static/tasks/icons/apple-touch-icon.png">' in html
    assert '<link rel="icon"' in html
