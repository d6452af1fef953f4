"""Room for the deep calls of templates."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
LARGE = 17_000  # values; more than half of 256 kB


def in_one_piece(work: Callable[P, R]) -> Callable[P, R]:
    """Return `work`, run on one large piece of Python's stack.

    CPython keeps the frames of calls in pieces of 16 kB and gives one back as soon as the last call in it returns.
    Where the innermost loop of a page happens to lie across a border, each of its calls has memory mapped anew. A frame
    as large as this one gets a piece of its own, in which those of all calls from it have room.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return work(*args, **kwargs)

    run.__code__ = run.__code__.replace(co_stacksize=LARGE)
    return wraps(work)(run)
