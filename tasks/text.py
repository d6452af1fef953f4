"""The one gate for text from outside: what passes can be stored, logged and sent back by both databases.

PostgreSQL stores no NUL, UTF-8 no lone surrogate, and no client needs deep nesting or integers past 64 bits.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_DEPTH = 32
SMALLEST, LARGEST = -(2**63), 2**63 - 1


class TooDeep(ValueError):
    pass


class Flaw(NamedTuple):
    """What is wrong and where: the path of keys and positions, and the name of the fault that clients know."""

    path: tuple[str | int, ...]
    code: str


def is_storable(text: str) -> bool:
    return UNSTORABLE.search(text) is None


def shown(key: str) -> str:
    """Return `key` in a form that can be sent: lone surrogates as question marks."""
    return key.encode("utf-8", "replace").decode()


def flaws(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[Flaw]:
    """Yield what is wrong with a parsed JSON value, its keys included. Raises TooDeep."""
    if isinstance(value, str):
        if not is_storable(value):
            yield Flaw(path, "string_unicode")
    elif isinstance(value, dict):
        for key, inner in descend(value.items(), path):
            if not is_storable(key):
                yield Flaw((*path, shown(key)), "string_unicode")
            yield from flaws(inner, (*path, shown(key)))
    elif isinstance(value, list):
        for position, inner in descend(enumerate(value), path):
            yield from flaws(inner, (*path, position))
    elif isinstance(value, int) and not SMALLEST <= value <= LARGEST:
        yield Flaw(path, "less_than_equal" if value > 0 else "greater_than_equal")


def descend(items: Any, path: tuple[str | int, ...]) -> Any:
    if len(path) >= MAX_DEPTH:
        raise TooDeep
    return items


def is_clean_query(encoded: str) -> bool:
    """Whether a URL-encoded query or form is UTF-8 without NUL once decoded; Django would put U+FFFD for the rest."""
    if "%" not in encoded and encoded.isascii():
        return "\x00" not in encoded
    try:
        return is_storable(unquote_to_bytes(encoded.encode("latin-1", "replace")).decode())
    except UnicodeDecodeError:
        return False
