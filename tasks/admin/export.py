"""Tasks as CSV (RFC 4180), written while it is sent, and safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator
from typing import Any

from tasks.api.rows import TASK_KEYS
from tasks.keyset import Ordering, Place
from tasks.models.change import as_json
from tasks.models.queryset import TaskQuerySet

CHUNK = 1000  # rows read by one statement
BOM = "\ufeff"  # by which spreadsheets know UTF-8
# What a spreadsheet may take for a formula (OWASP, CSV Injection), and the mark itself, so that it can be taken off.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")


def safe(text: str) -> str:
    """Return `text` such that no spreadsheet computes it: with an apostrophe before a risky first character."""
    return f"'{text}" if text.startswith(RISKY) else text


def original(cell: str) -> str:
    """Return what `safe` was given."""
    return cell.removeprefix("'")


class Echo:
    """A file whose write hands the line on, through the csv writer to its caller."""

    def write(self, line: str) -> str:
        return line


def csv_lines(tasks: TaskQuerySet) -> Iterator[str]:
    """Yield a header and a line a task, in the order of `tasks`; memory holds CHUNK rows at a time."""
    writer: Any = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield BOM + writer.writerow(TASK_KEYS)
    for row in rows_in_order(tasks):
        yield writer.writerow([cell(row[key]) for key in TASK_KEYS])


def cell(value: Any) -> str:
    return "" if value is None else safe(str(as_json(value)))


def rows_in_order(tasks: TaskQuerySet) -> Iterator[dict[str, Any]]:
    """Yield the tasks' columns, chunk by chunk from the last row's place: no cursor stays open while a client reads."""
    name = str(tasks.query.order_by[0])
    column = name.lstrip("-")
    order = Ordering(name, column, str, nullable=column == "due_date")
    place: Place | None = None
    columns = dict.fromkeys((*TASK_KEYS, column))
    while rows := order.page(tasks.values(*columns), place, CHUNK):
        yield from rows
        if len(rows) < CHUNK:
            break
        place = Place(rows[-1][column], rows[-1]["id"])
