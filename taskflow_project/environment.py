"""Typed readers of environment variables. A wrong value ends the process with one sentence."""

import os
from collections.abc import Collection
from typing import NoReturn

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def refuse(name: str, problem: str) -> NoReturn:
    """End the process: `problem` says what is allowed and never repeats a value, which may be a secret."""
    raise SystemExit(f"TaskFlow cannot start: {name} {problem}")


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding spaces; an empty one counts as not set."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name, "true" if default else "false").lower()
    if value not in TRUE | FALSE:
        refuse(name, "must be true or false.")
    return value in TRUE


def integer(name: str, *, default: int, minimum: int, maximum: int) -> int:
    value = text(name, str(default))
    if not (value.isascii() and value.isdecimal() and minimum <= int(value[:20]) <= maximum):
        refuse(name, f"must be a whole number from {minimum} to {maximum}.")
    return int(value)


def choice(name: str, allowed: Collection[str], *, default: str) -> str:
    value = text(name, default)
    if value not in allowed:
        refuse(name, f"must be one of {', '.join(sorted(allowed))}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated parts, without empty ones."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
