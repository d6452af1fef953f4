"""A progress bar on a terminal, and nothing where the output goes into a pipe or a file."""

import shutil
import time
from types import TracebackType
from typing import Self

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

REDRAWN = 0.1  # seconds between two drawings
BAR = 30  # characters
CLEAR_LINE = "\r\x1b[K"


class Progress:
    """Counts what is done of `total`; as a context it removes its bar at the end."""

    def __init__(self, total: int, output: OutputWrapper) -> None:
        self.total, self.output = total, output
        self.done, self.started, self.drawn = 0, time.monotonic(), 0.0

    def __enter__(self) -> Self:
        self.started = time.monotonic()
        self.draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.output.isatty():
            self.output.write(CLEAR_LINE, ending="")

    def advance(self, count: int) -> None:
        self.done += count
        if time.monotonic() - self.drawn > REDRAWN:
            self.draw()

    def draw(self) -> None:
        if self.output.isatty():
            width = shutil.get_terminal_size().columns - 1
            self.output.write(CLEAR_LINE + self.line()[:width], ending="")
            self.output.flush()
            self.drawn = time.monotonic()

    def line(self) -> str:
        share = self.done / self.total if self.total else 1.0
        bar = ("#" * round(share * BAR)).ljust(BAR, ".")
        counts = _("%(done)s of %(total)s, %(rate)s a second") % {
            "done": f"{self.done:,}",
            "total": f"{self.total:,}",
            "rate": f"{self.rate:,.0f}",
        }
        return f"[{bar}] {share:4.0%}  {counts}"

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        return self.done / max(self.seconds, 1e-6)
