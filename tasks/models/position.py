"""Positions in the change feed and places in a column, as texts that a reader keeps and hands back."""

import base64
import datetime
import re
import uuid
from typing import NamedTuple

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)
OFFSET = 2**63  # no number in a text is negative, so that texts sort like what they stand for
PLACE = re.compile(r"(\d{20})-([0-9a-f]{32})", re.ASCII)


class BadCursor(ValueError):
    """The cursor is not one that this ordering gave out."""


class Position(NamedTuple):
    """A row's place in the feed. With `at` it also tells this log from another that has a row of the same number."""

    transaction: int
    id: int
    at: datetime.datetime | None = None

    def packed(self) -> str:
        moment = [] if self.at is None else [(self.at - EPOCH) // MICROSECOND]
        numbers = ".".join(map(str, [self.transaction, self.id, *moment]))
        return base64.urlsafe_b64encode(numbers.encode()).decode().rstrip("=")

    @classmethod
    def unpacked(cls, text: str) -> "Position":
        """Return the position that `packed` wrote. Raises BadCursor, whatever the text holds."""
        try:
            numbers = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii").split(".")
            transaction, change, *moment = map(int, numbers)
            if not -1 <= transaction < 2**63 or not -1 <= change < 2**63 or len(moment) > 1:
                raise BadCursor(text)
            return cls(transaction, change, *(EPOCH + MICROSECOND * number for number in moment))
        except (ValueError, OverflowError) as error:
            raise BadCursor(text) from error


START = Position(-1, -1)


def packed_place(value: int | datetime.datetime, task_id: uuid.UUID) -> str:
    """Return 20 digits and the id: texts of one column that sort, upwards, as its tasks do from the bottom."""
    number = (value - EPOCH) // MICROSECOND if isinstance(value, datetime.datetime) else value
    return f"{number + OFFSET:020d}-{task_id.hex}"


def unpacked_place(text: str, *, is_instant: bool) -> tuple[int | datetime.datetime, uuid.UUID]:
    """Return what `packed_place` wrote. Raises BadCursor, whatever the text holds."""
    found = PLACE.fullmatch(text)
    number = int(found[1]) - OFFSET if found else OFFSET
    if found is None or number >= OFFSET:
        raise BadCursor(text)
    try:
        return (EPOCH + MICROSECOND * number if is_instant else number), uuid.UUID(found[2])
    except OverflowError as error:
        raise BadCursor(text) from error
