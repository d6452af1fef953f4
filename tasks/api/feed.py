"""The change log as answers: one task's history, and the feed of everything, which skips nothing."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from tasks.api.query import PageForm
from tasks.filters import ParsedField
from tasks.models import Change, Position
from tasks.models.change import ChangeQuerySet
from tasks.models.position import START


def unpacked(text: str) -> Position:
    """Return the position that `Position.packed` wrote. Raises ValidationError, whatever the text holds."""
    try:
        return Position.unpacked(text)._replace(at=None)
    except ValueError as error:
        raise ValidationError(_("This cursor is not from this list"), "string_type") from error


class FeedForm(PageForm):
    after = ParsedField(parse=unpacked, required=False)


class HistoryForm(PageForm):
    cursor = ParsedField(parse=unpacked, required=False)


def feed_page(after: Position | None, limit: int) -> "models.QuerySet[Change, Any]":
    """Return up to `limit` changes behind a position, oldest first."""
    return Change.objects.since(after or START)[:limit]


def history_page(changes: ChangeQuerySet, after: Position | None, limit: int) -> "models.QuerySet[Change, Any]":
    """Return up to `limit` of one task's changes behind a position, newest first."""
    return (changes.filter(id__lt=after.id) if after else changes)[:limit]


def position_of(row: dict[str, Any]) -> Position:
    return Position(row["transaction"], row["id"])
