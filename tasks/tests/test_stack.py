"""Whether deep pages pay for memory with every call."""

import resource
from collections.abc import Callable

import pytest

from tasks.board.stack import in_one_piece

pytestmark = pytest.mark.once
CALLS = 500


def loop() -> int:
    """Return how many pages of memory are mapped by calls that go five deep, again and again."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        deeper(5, int)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def deeper(levels: int, work: Callable[[], int]) -> int:
    return deeper(levels - 1, work) if levels else work()


def test_at_no_depth_do_calls_map_memory() -> None:
    assert max(deeper(depth, in_one_piece(loop)) for depth in range(300)) < CALLS / 2


def test_arguments_answer_and_name_are_those_of_the_work() -> None:
    @in_one_piece
    def joined(a: str, *, b: str) -> str:
        return a + b

    assert joined("x", b="y") == "xy"
    assert joined.__name__ == "joined"


def test_what_goes_wrong_inside_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        in_one_piece(lambda: 1 // 0)()
