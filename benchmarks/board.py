"""How long the board takes, and how much it sends: python -m benchmarks.board [--rows 1000000] [sqlite] [postgresql]

Makes a scratch database of each kind, fills it through the bulk verb and prints fastest, median and slowest of each
request in milliseconds: the whole request inside the server, middleware, templates and compression included, without
the network. On a machine that does other work too, compare with the bare request of the same run, which asks nothing.
With --here it measures the database that DATABASE_URL names, and fills it only when it holds no task.
"""

import gzip
import posixpath
import re
from collections.abc import Callable, Iterator
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.measuring import milliseconds, on_each, prepare, say, tell

HTML = {"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_ENCODING": "gzip"}
HTMX = HTML | {"HTTP_HX_REQUEST": "true"}
LINKED = re.compile(r'<(?:script|link)\b[^>]*?\b(?:src|href)="/static/([^"]+)"')
IMPORTED = re.compile(r"""(?:from|import)\s*\(?["'](\.[^"']+)["']""")


class Board:
    """The board as a signed-in person's browser asks for it."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.html = text(self.get("/"))
        self.numbers = [int(number) for number in re.findall(r'data-number="(\d+)"', self.html)]
        self.turn = count()

    def get(self, address: str, **headers: str) -> Any:
        return self.client.get(address, **(headers or HTML))

    def next_page(self) -> str:
        return unescape(re.findall(r'hx-get="(/board/[^"]+)"', self.html)[0])

    def position(self) -> str:
        return re.findall(r'data-position="([^"]+)"', text(self.get("/")))[0]

    def move(self) -> Any:
        """Move one of the first cards to the next column, or to the top of its own: what people do all day."""
        turn = next(self.turn)
        place = {"status": ("in_progress", "done", "todo")[turn // 2 % 3]} if turn % 2 else {"place": "top"}
        return self.client.post(f"/t/{self.numbers[turn % 20]}/move", place, **HTMX)

    def live(self, position: str) -> Callable[[], Any]:
        return lambda: self.get("/live", **HTMX, HTTP_IF_NONE_MATCH=f'"{position}"')


def text(answer: Any) -> str:
    return gzip.decompress(answer.content).decode()


def measure(rows: int) -> None:
    client = prepare(rows)
    board = Board(client)
    bare = tell("bare request", milliseconds(lambda: client.get("/health/live")))
    task = f"/t/{board.numbers[0]}"
    for name, address, headers in (
        ("board", "/", HTML),
        ("board, part that a filter replaces", "/?priority=high", HTMX),
        ("board, one person's tasks", "/?assignee=Eva+D", HTML),
        ("board, overdue", "/?overdue=true", HTML),
        ("board, a word that many have", "/?q=garden", HTML),
        ("column's next page", board.next_page(), HTMX),
        ("task page", task, HTML),
        ("task panel", task, HTMX),
        ("quick-add, while typing", "/add/understood?text=Call+the+bank+!high+%40eva+due:friday", HTMX),
    ):
        tell(name, milliseconds(lambda address=address, headers=headers: board.get(address, **headers)), bare=bare)
    before = board.position()
    tell("move", milliseconds(board.move), bare=bare)
    tell("add", milliseconds(lambda: client.post("/add", {"text": "Call the bank !high"}, **HTMX)), bare=bare)
    tell("live, nothing new", milliseconds(board.live(board.position()), 304), bare=bare)
    tell("live, 20 changes", milliseconds(board.live(before)), bare=bare)
    sizes(board, task)


def sizes(board: Board, task: str) -> None:
    say("\nbytes as sent, compressed")
    for name, address in (("board", "/"), ("task page", task)):
        answer = board.get(address)
        say(f"  {name + ', HTML':34}{len(answer.content):9,}  ({len(text(answer)):,} plain)")
        files = {path: sent(path) for path in sorted(loaded(text(answer)))}
        say(f"  {name + ', assets of the first load':34}{sum(files.values()):9,}")
        if address == "/":
            for path, size in files.items():
                say(f"    {path:32}{size:9,}")


def loaded(html: str) -> set[str]:
    """Return the static files that a page names, and those that its modules import."""
    found, waiting = set(), LINKED.findall(html)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imports(path)
    return found


def imports(path: str) -> Iterator[str]:
    if path.endswith(".js") and path.startswith("tasks/"):
        for imported in IMPORTED.findall(file(path).read_text()):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), imported))


def file(path: str) -> Path:
    from django.contrib.staticfiles import finders

    return Path(finders.find(path))


def sent(path: str) -> int:
    """Return the bytes of a file on the wire: WhiteNoise sends its gzip twin where that is smaller."""
    content = file(path).read_bytes()
    return min(len(content), len(gzip.compress(content, 9)))


if __name__ == "__main__":
    on_each("benchmarks.board", __doc__, measure, {"sqlite": 100_000, "postgresql": 1_000_000})
