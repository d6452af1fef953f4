"""The change log as answers: one task's history, and the feed of everything, which skips nothing."""

import base64
import binascii
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.api.query import PageForm
from tasks.filters import ParsedField
from tasks.models import Change
from tasks.models.change import ChangeQuerySet
from tasks.models.lookups import RowIsBeyond

Position = tuple[int, int]
START: Position = (-1, -1)


def packed(position: Position) -> str:
    return base64.urlsafe_b64encode(f"{position[0]}.{position[1]}".encode()).decode().rstrip("=")


def unpacked(text: str) -> Position:
    """Return the position that `packed` wrote. Raises ValidationError, whatever the text holds."""
    try:
        transaction, _dot, change = (
            base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").partition(".")
        )
        position = int(transaction), int(change)
    except (ValueError, binascii.Error) as error:
        raise ValidationError(_("This cursor is not from this list"), "string_type") from error
    if not all(-1 <= number < 2**63 for number in position):
        raise ValidationError(_("This cursor is not from this list"), "string_type")
    return position


class FeedForm(PageForm):
    after = ParsedField(parse=unpacked, required=False)


class HistoryForm(PageForm):
    cursor = ParsedField(parse=unpacked, required=False)


def feed_page(after: Position | None, limit: int) -> "models.QuerySet[Change, Any]":
    """Return up to `limit` changes behind a position, oldest first."""
    start = RowIsBeyond(("transaction", "id"), after or START, descending=False)
    return Change.objects.served().filter(start)[:limit]


def history_page(changes: ChangeQuerySet, after: Position | None, limit: int) -> "models.QuerySet[Change, Any]":
    """Return up to `limit` of one task's changes behind a position, newest first."""
    return (changes.filter(id__lt=after[1]) if after else changes)[:limit]


def position_of(row: dict[str, Any]) -> Position:
    return row["transaction"], row["id"]
