"""The board's columns: the first cards of each, and the next ones from where those end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.board.filters import BoardFilter
from tasks.keyset import BadCursor
from tasks.models import Status, Task
from tasks.models.queryset import TaskQuerySet

PAGE = 50  # cards
NEWEST_DONE = 5  # cards of Done before it is asked for more
COUNTED = 1000  # tasks; who has more of them reads "1,000+"


@dataclass(frozen=True)
class Column:
    """`count` is None where it was not asked for; `more` is the place behind which there are more cards, or ""."""

    status: Status
    cards: Sequence[Task]
    count: int | None
    more: str

    @property
    def older(self) -> int | None:
        """How many cards there are behind those of Done, None where nobody counted so far."""
        return self.count - len(self.cards) if self.count is not None and self.count < COUNTED else None


def column(tasks: TaskQuerySet, status: Status, *, after: str = "") -> Column:
    """Return a page of a column behind the place `after`, without its count. Raises BadCursor."""
    ordered = tasks.in_column(status)
    limit = NEWEST_DONE if status is Status.DONE and not after else PAGE
    found = list((ordered.behind(status, after) if after else ordered).for_board()[: limit + 1])
    cards = found[:limit]
    return Column(status, cards, None, cards[-1].place if len(found) > limit else "")


def tasks_of(chosen: BoardFilter) -> TaskQuerySet:
    tasks: TaskQuerySet = chosen.qs
    return tasks.settled(COUNTED) if chosen.is_set else tasks


def columns(chosen: BoardFilter) -> list[Column]:
    tasks = tasks_of(chosen)
    pages = [column(tasks, status) for status in Status]
    return [replace(page, count=count(chosen, tasks, page.status) if page.more else len(page.cards)) for page in pages]


def count(chosen: BoardFilter, tasks: TaskQuerySet, status: Status) -> int:
    found = tasks.in_column(status)
    # With filters in no order: in the column's, a plan would walk past all that do not match.
    return (found.order_by() if chosen.is_set else found).count_to(COUNTED)


def counts(chosen: BoardFilter) -> dict[str, int]:
    """Return how many cards each column has, up to COUNTED."""
    tasks = tasks_of(chosen)
    return {status.value: count(chosen, tasks, status) for status in Status}


__all__ = ["BadCursor", "Column", "column", "columns", "counts", "tasks_of"]
