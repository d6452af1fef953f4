"""Ranks: where a moved card comes to lie in its column, and how room is made where there is none."""

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from tasks.models.bulk import update_rows
from tasks.models.change import Action, Actor, Change
from tasks.models.columns import SPACE, rank_at
from tasks.models.lookups import RowIsBeyond

if TYPE_CHECKING:
    from tasks.models.queryset import TaskQuerySet
    from tasks.models.task import Task

LOWEST, HIGHEST = -(2**63), 2**63 - 1
HALVES = (32, 128, 1000)  # rows to each side of a gap that are spread; more where these stand too close
ROOM = 16  # ranks between two rows that are worth spreading so many
LEAST = 2  # ranks between two rows that let another one in
PLACES = ("top", "bottom", "up", "down")


class Row(NamedTuple):
    """A row's place in its column: the higher, the further up."""

    rank: int
    id: uuid.UUID


class Gap(NamedTuple):
    """Two neighbours as they are now; None at an end of the column."""

    above: Row | None
    below: Row | None

    def holds(self, row: Row) -> bool:
        return (self.above is None or row < self.above) and (self.below is None or row > self.below)

    @property
    def rank(self) -> int:
        """The middle. At the top the present moment, as for a new task; `holds` says whether there was room."""
        if self.above and self.below:
            return (self.above.rank + self.below.rank) // 2
        if self.above:
            return max(LOWEST, self.above.rank - SPACE)
        now = rank_at(timezone.now())
        return min(HIGHEST, max(now, self.below.rank + SPACE)) if self.below else now


class Goal(NamedTuple):
    """Where somebody wants a task. `place` is one of PLACES; else the first neighbour that is there tells."""

    status: str | None = None
    after: uuid.UUID | None = None
    before: uuid.UUID | None = None
    place: str | None = None

    def gap(self, task: "Task", column: "TaskQuerySet") -> Gap:
        """Return the gap in `column`, a question, as it is without `task`."""
        others = column.exclude(pk=task.pk)
        if self.place in ("up", "down") and self.status in (None, task.status):
            return one_further(others, Row(task.rank, task.pk), down=self.place == "down")
        if self.place == "bottom":
            return Gap(nearest(others, None, down=False), None)
        return (None if self.place else self.beside(others)) or Gap(None, nearest(others, None, down=True))

    def beside(self, column: "TaskQuerySet") -> Gap | None:
        for neighbour, down in ((self.after, True), (self.before, False)):
            for row in column.filter(pk=neighbour).values_list("rank", "id") if neighbour else ():
                other = nearest(column, Row(*row), down=down)
                return Gap(Row(*row), other) if down else Gap(other, Row(*row))
        return None


def rows(column: "TaskQuerySet", beyond: Row | None, *, down: bool, count: int) -> list[Row]:
    """Return up to `count` rows from `beyond` on, nearest first; None is the end that they are counted from."""
    sign = "-" if down else ""
    found = column.order_by(f"{sign}rank", f"{sign}id")
    if beyond:
        found = found.filter(RowIsBeyond(("rank", "id"), beyond, descending=down))
    return [Row(*row) for row in found.values_list("rank", "id")[:count]]


def nearest(column: "TaskQuerySet", beyond: Row | None, *, down: bool) -> Row | None:
    return next(iter(rows(column, beyond, down=down, count=1)), None)


def one_further(column: "TaskQuerySet", row: Row, *, down: bool) -> Gap:
    """Return the gap behind the row's neighbour; at the column's end the one where it lies."""
    neighbour, next_one, *_ = [*rows(column, row, down=down, count=2), None, None]
    return Gap(neighbour, next_one) if down else Gap(next_one, neighbour)


class Window(NamedTuple):
    """Rows about a gap, highest first. An outermost one that bounds the others stays where it is."""

    rows: list[Row]
    is_bounded_above: bool
    is_bounded_below: bool

    def evenly(self) -> tuple[int, list[tuple[Row, int]]]:
        """Return the ranks between two rows, and each row to move with its new rank."""
        inner = self.rows[self.is_bounded_above : len(self.rows) - self.is_bounded_below]
        wanted = SPACE * (len(inner) + 1)
        floor = self.rows[-1].rank if self.is_bounded_below else max(LOWEST, self.rows[-1].rank - wanted)
        highest = self.rows[0].rank
        ceiling = highest if self.is_bounded_above else min(HIGHEST, max(highest + SPACE, floor + wanted))
        step = (ceiling - floor) // (len(inner) + 1)
        return step, [(row, ceiling - step * place) for place, row in enumerate(inner, 1)]


def around(column: "TaskQuerySet", gap: Gap, half: int) -> Window:
    above = rows(column, gap.below, down=False, count=half + 1)
    below = rows(column, gap.above, down=True, count=half + 1)
    return Window(sorted({*above, *below}, reverse=True), len(above) > half, len(below) > half)


def spread(column: "TaskQuerySet", gap: Gap, *, by: Actor) -> bool:
    """Set the rows about `gap` evenly apart; return False where not even 2,000 rows have room.

    That is a transaction of its own, which must hold no lock yet: it takes them in the order of the keys, so that two
    who do this never deadlock. It writes nothing where others were quicker.
    """
    for half in HALVES:
        window = around(column, gap, half)
        step, places = window.evenly()
        if step >= ROOM:
            break
    if step < LEAST:
        return False
    with transaction.atomic():
        chosen = column.filter(pk__in=[row.id for row in window.rows]).order_by("pk")
        held = chosen.select_for_update().values_list("pk", flat=True)
        new = [(row, rank) for row, rank in places if row.rank != rank]
        if new and len(held) == len(window.rows) and around(column, gap, half) == window:
            set_ranks(column, new, by)
    return True


def set_ranks(column: "TaskQuerySet", places: Sequence[tuple[Row, int]], by: Actor) -> None:
    update_rows(column.model, ["rank"], [(rank, row.id) for row, rank in places])
    logged = ((row.id, {"rank": [row.rank, rank]}) for row, rank in places)
    Change.objects.write(by, Action.MOVED, logged, at=timezone.now(), batch=uuid7())
