"""Quick-add: what a person types, one task a line, such as `Fix login !high @alice due:friday status:done`.

Words in English or French, whatever the page's language, in any case and with or without accents. A token counts only
as a whole word with a known value; of two tokens of a kind the last counts. A backslash before a token makes words of
it. What does not count stays in the title, so that nothing typed is ever lost without a chip that shows it.
"""

import datetime
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from tasks.due import EARLIEST, LATEST, day_in_words, start_of_day
from tasks.models.columns import ASSIGNEE_LENGTH, TITLE_LENGTH, Priority, Status
from tasks.text import is_storable

MAX_LINES = 200  # tasks in one text
MAX_SIZE = 64 * 1024  # bytes of a text as UTF-8
LONGEST_WORD = 64  # characters of a token without a name in it

# Phones put typographic quotes for straight ones. The bound keeps unclosed ones from being searched for to the end.
QUOTES = {'"': '"', "“": "”", "«": "»"}
QUOTED = "|".join(f"{left}[^{left}{right}]{{1,{ASSIGNEE_LENGTH + 10}}}{right}" for left, right in QUOTES.items())
WORD = re.compile(rf"\\?@(?:{QUOTED})(?!\S)|\S+")
SENTENCE_ENDS = ",;:.!?…"
STEP = re.compile(r"\+(\d{1,4})([djws])", re.ASCII)
DAY_MONTH = re.compile(r"(\d{1,2})/(\d{1,2})", re.ASCII)
DAY_MONTH_YEAR = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII)

PRIORITIES = {
    **dict.fromkeys(("low", "basse"), Priority.LOW),
    **dict.fromkeys(("medium", "moyenne"), Priority.MEDIUM),
    **dict.fromkeys(("high", "haute"), Priority.HIGH),
}
STATUSES = {
    **dict.fromkeys(("todo", "afaire"), Status.TODO),
    **dict.fromkeys(("progress", "inprogress", "encours"), Status.IN_PROGRESS),
    **dict.fromkeys(("done", "fait", "faite", "termine", "terminee"), Status.DONE),
}
DAYS_AHEAD = {"today": 0, "aujourd'hui": 0, "tomorrow": 1, "demain": 1}
WEEK = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
)
WEEKDAYS = {name: position % 7 for position, full in enumerate(WEEK) for name in (full, full[:3])}
DAYS_OF_UNIT = {"d": 1, "j": 1, "w": 7, "s": 7}


def folded(text: str) -> str:
    """Return `text` in the form in which names and words are compared: no case, no accents, one kind of apostrophe."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("’", "'")


class Person(NamedTuple):
    """Somebody to whom tasks are given: what a task stores, what people read, and the folded names to find them by."""

    stored: str
    shown: str
    names: tuple[str, ...]

    @classmethod
    def known_as(cls, stored: str, *names: str, shown: str = "") -> "Person":
        return cls(stored, shown or stored, tuple(folded(name) for name in (stored, *names) if name))


class People:
    """Those who are known, to be found by name; of several who fit the one given first."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = list(people)
        named = sorted((name, place) for place, person in enumerate(self.people) for name in person.names)
        self.names, self.places = [name for name, _place in named], [place for _name, place in named]

    def known_as(self, name: str) -> Person | None:
        wanted = folded(name)
        found = bisect_left(self.names, wanted)
        is_there = self.names[found : found + 1] == [wanted]
        return self.people[self.places[found]] if is_there else None

    def beginning_with(self, name: str) -> Person | None:
        begun = folded(name)
        found = self.places[bisect_left(self.names, begun) : bisect_left(self.names, f"{begun}\U0010ffff")]
        return self.people[min(found)] if begun and found else None


class Token(NamedTuple):
    """A part of a line that sets the task's field `kind` to `value`. `start` and `end` count characters of the line."""

    start: int
    end: int
    kind: str
    value: Any
    shown: str = ""

    @property
    def words(self) -> str:
        """What it means, in the reader's language: "High", "Daniel", "Fri 20 Nov", "In progress"."""
        if self.kind == "due_date":
            return day_in_words(timezone.localdate(self.value), with_weekday=True)
        return self.shown or str(self.value.label)


class Draft(NamedTuple):
    """A task as one line describes it. `parts` is the whole line in pieces, each with its token or None."""

    line: str
    title: str
    status: str
    tokens: Sequence[Token]

    @property
    def fields(self) -> dict[str, Any]:
        """Return what the verbs take to make the task; only where there is no `fault`."""
        return {"title": self.title, "status": self.status, **{token.kind: token.value for token in self.tokens}}

    @property
    def fault(self) -> str:
        """Why there can be no such task, as a sentence; "" where there can."""
        if not is_storable(self.line):
            return _("A character in it cannot be stored.")
        if not self.title:
            return _("Write what is to be done: there are only details so far.")
        if len(self.title) > TITLE_LENGTH:
            words = {"count": len(self.title), "limit": TITLE_LENGTH}
            return _("The title has %(count)d characters; at most %(limit)d fit.") % words
        return ""

    @property
    def parts(self) -> Iterator[tuple[str, Token | None]]:
        end = 0
        for token in self.tokens:
            yield self.line[end : token.start], None
            yield self.line[token.start : token.end], token
            end = token.end
        yield self.line[end:], None


class TooMuch(ValueError):
    """More than may be added at once. Its text is for people."""


def split(text: str) -> list[str]:
    """Return the lines of `text`, empty ones too, without what ends them. Raises TooMuch."""
    if len(text.encode("utf-8", "replace")) > MAX_SIZE:
        raise TooMuch(_("This is too much text at once: at most %(size)d kB fit.") % {"size": MAX_SIZE // 1024})
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    count = sum(map(bool, map(str.strip, lines)))
    if count > MAX_LINES:
        words = {"count": count, "limit": MAX_LINES}
        raise TooMuch(_("These are %(count)d tasks; at most %(limit)d can be added at once.") % words)
    return lines


def read(line: str, *, today: datetime.date, people: Callable[[], People], status: str = Status.TODO.value) -> Draft:
    """Return what `line` says. `today` is the date in TIME_ZONE; `people` is asked only where there is an @name."""
    found = [(word, literal_or_meaning(word.group(), today)) for word in WORD.finditer(line)]
    last = {meaning[0]: word for word, meaning in found if isinstance(meaning, tuple)}
    tokens, title, end = list[Token](), list[str](), 0
    for word, meaning in found:
        if isinstance(meaning, tuple) and last[meaning[0]] is word:
            tokens.append(token_of(word, *meaning, people))
            continue
        gap = line[end : word.start()]
        title += [gap if gap.isspace() else " ", meaning if isinstance(meaning, str) else word.group()]
        end = word.end()
    return Draft(line, "".join(title[1:]), status, tokens)


def literal_or_meaning(word: str, today: datetime.date) -> tuple[str, Any] | str | None:
    """Return the field and value that `word` stands for; as a text what stays of an escaped one; None for the rest."""
    if word.startswith("\\"):
        return word[1:] if meaning_of(word[1:], today) else None
    return meaning_of(word, today)


def meaning_of(word: str, today: datetime.date) -> tuple[str, Any] | None:
    if word.startswith("@"):
        name, _is_quoted = name_in(word)
        return ("assignee", word) if 0 < len(name) <= ASSIGNEE_LENGTH else None
    if len(word) > LONGEST_WORD:
        return None
    if word.startswith("!"):
        field, value = "priority", PRIORITIES.get(folded(word[1:]))
    else:
        field, value = detail_of(*folded(word).partition(":")[::2], today)
    return None if value is None else (field, value)


def name_in(word: str) -> tuple[str, bool]:
    """Return the name behind the @ and whether it is quoted; an unclosed quote makes no name."""
    closing = QUOTES.get(word[1:2])
    if closing is None:
        return word[1:], False
    return word[2:-1].strip() if word[2:].endswith(closing) else "", True


def detail_of(name: str, value: str, today: datetime.date) -> tuple[str, Any]:
    if name in {"due", "echeance"}:
        return "due_date", instant_of(value, today)
    if name in {"status", "statut"}:
        return "status", STATUSES.get(value.replace("-", "").replace("_", ""))
    return "", None


def instant_of(value: str, today: datetime.date) -> datetime.datetime | None:
    with suppress(ValueError, OverflowError):
        day = day_of(value, today)
        instant = start_of_day(day) if day else None
        return instant if instant and EARLIEST <= instant <= LATEST else None
    return None


def day_of(value: str, today: datetime.date) -> datetime.date | None:
    """Return the day that a folded `value` names. Raises ValueError or OverflowError where there is no such day."""
    if value in DAYS_AHEAD:
        return today + datetime.timedelta(DAYS_AHEAD[value])
    if value in WEEKDAYS:
        return today + datetime.timedelta((WEEKDAYS[value] - today.weekday() - 1) % 7 + 1)
    if step := STEP.fullmatch(value):
        return today + datetime.timedelta(int(step[1]) * DAYS_OF_UNIT[step[2]])
    if written := DATE.fullmatch(value) or DAY_MONTH_YEAR.fullmatch(value):
        return datetime.date(**{name: int(digits) for name, digits in written.groupdict().items()})
    if written := DAY_MONTH.fullmatch(value):
        return next_day(int(written[1]), int(written[2]), today)
    return None


def next_day(day: int, month: int, today: datetime.date) -> datetime.date | None:
    for year in range(today.year, today.year + 9):  # 29 February may be eight years away
        with suppress(ValueError):
            if (found := datetime.date(year, month, day)) >= today:
                return found
    return None


def token_of(word: re.Match[str], field: str, value: Any, people: Callable[[], People]) -> Token:
    if field != "assignee":
        return Token(word.start(), word.end(), field, value)
    person = person_named(value, people())
    return Token(word.start(), word.end(), field, person.stored, person.shown)


def person_named(word: str, people: People) -> Person:
    """Return whom an @name means: a whole name, else the beginning of one, else that text itself.

    In quotes it is never taken for a beginning. What ends a sentence belongs to a name only where somebody has it.
    """
    name, is_quoted = name_in(word)
    spoken = name if is_quoted else name.rstrip(SENTENCE_ENDS) or name
    whole = people.known_as(name) or people.known_as(spoken)
    return whole or (None if is_quoted else people.beginning_with(spoken)) or Person.known_as(spoken)
