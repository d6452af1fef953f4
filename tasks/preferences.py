"""What somebody chose in this browser, kept in cookies: every page has it at its first paint, without a query."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# The first of each is what holds where nothing was chosen.
CHOICES = {
    "theme": ("system", "light", "dark"),
    "language": ("", *(code for code, _name in settings.LANGUAGES)),  # "": the browser's
    "shortcuts": ("on", "off"),
    "first_run": ("shown", "hidden"),
}
COOKIES = {name: f"taskflow_{name}" for name in CHOICES} | {"language": settings.LANGUAGE_COOKIE_NAME}
YEAR = 365 * 24 * 3600  # seconds


def chosen(request: HttpRequest) -> dict[str, str]:
    """Return a value of CHOICES for each of them. Anybody can write a cookie, so others count for nothing."""
    given = {name: request.COOKIES.get(cookie, "") for name, cookie in COOKIES.items()}
    return {name: given[name] if given[name] in values else values[0] for name, values in CHOICES.items()}


def context(request: HttpRequest) -> dict[str, dict[str, str]]:
    """A context processor: templates find what was chosen in `preferences`."""
    return {"preferences": chosen(request)}


def keep(response: HttpResponse, name: str, value: str) -> None:
    if value == CHOICES[name][0]:
        response.delete_cookie(COOKIES[name], samesite="Lax")
        return
    response.set_cookie(
        COOKIES[name], value, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
