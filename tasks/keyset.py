"""Pages by the place of their last row, never by OFFSET: as quick at the millionth row as at the first, and a row
that does not move is shown exactly once while others come and go (use-the-index-luke.com, "no offset").
"""

import base64
import binascii
import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import models

from tasks.due import parse_instant
from tasks.models.columns import PRIORITY_RANK
from tasks.models.lookups import RowIsBeyond
from tasks.models.position import BadCursor
from tasks.text import is_storable

Item = Mapping[str, Any]

__all__ = ["NEWEST_FIRST", "ORDERINGS", "BadCursor", "Item", "Ordering", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place in an ordering. `value` is None among the rows that have none, which come last."""

    value: Any
    id: Any


@dataclass(frozen=True, slots=True)
class Ordering:
    """One order of tasks: a column, ties broken by id in the same direction. Each has its index (column, id)."""

    name: str
    column: str
    type: type
    nullable: bool = False

    @property
    def descending(self) -> bool:
        return self.name.startswith("-")

    def page(self, rows: "models.QuerySet[Any, Any]", after: Place | None, limit: int) -> list[Any]:
        """Return up to `limit` of the `rows` behind `after`, in this order.

        Rows without a value are a second range of the same index: no database serves NULLS LAST in both directions.
        """
        sign = "-" if self.descending else ""
        ordered = rows.order_by(f"{sign}{self.column}", f"{sign}id")
        if not self.nullable:
            return list(self.behind(ordered, after)[:limit])
        found: list[Any] = []
        if after is None or after.value is not None:
            dated = ordered.filter(**{f"{self.column}__isnull": False})
            found = list(self.behind(dated, after)[:limit])
            after = None
        if len(found) < limit:
            undated = ordered.filter(**{f"{self.column}__isnull": True})
            if after is not None:
                undated = undated.filter(**{f"id__{'lt' if self.descending else 'gt'}": after.id})
            found += undated[: limit - len(found)]
        return found

    def behind(self, rows: "models.QuerySet[Any, Any]", after: Place | None) -> "models.QuerySet[Any, Any]":
        if after is None:
            return rows
        return rows.filter(RowIsBeyond((self.column, "id"), (after.value, after.id), descending=self.descending))

    def cursor(self, item: Item) -> str:
        value = PRIORITY_RANK[item["priority"]] if self.column == "priority_rank" else item[self.column]
        packed = orjson.dumps([self.name, value, item["id"]], option=orjson.OPT_UTC_Z)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    def place(self, cursor: str) -> Place:
        """Return the place that `cursor` names. Raises BadCursor, whatever it holds."""
        try:
            name, value, task_id = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if name != self.name or (value is None and not self.nullable):
                raise BadCursor
            return Place(self.parsed(value), uuid.UUID(task_id))
        except (ValueError, TypeError, AttributeError, binascii.Error) as error:
            raise BadCursor from error

    def parsed(self, value: Any) -> Any:
        if value is None:
            return None
        if self.type is datetime.datetime:
            if not value.endswith("Z"):
                raise BadCursor
            return parse_instant(value)
        if type(value) is not self.type or (isinstance(value, int) and not 0 <= value <= 3):
            raise BadCursor
        if isinstance(value, str) and not is_storable(value):
            raise BadCursor
        return value


def both_ways(name: str, column: str, kind: type, *, nullable: bool = False) -> dict[str, Ordering]:
    return {sign + name: Ordering(sign + name, column, kind, nullable) for sign in ("", "-")}


ORDERINGS: dict[str, Ordering] = (
    both_ways("created_at", "created_at", datetime.datetime)
    | both_ways("updated_at", "updated_at", datetime.datetime)
    | both_ways("due_date", "due_date", datetime.datetime, nullable=True)
    | both_ways("priority", "priority_rank", int)
    | both_ways("title", "title", str)
)
NEWEST_FIRST = ORDERINGS["-created_at"]
