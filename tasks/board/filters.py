"""The board's filters: those of the API, in the same words of the address, and what they are called on the page."""

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from tasks.board.request import Request
from tasks.due import day_in_words, in_words, is_whole_day
from tasks.filters import TaskFilter
from tasks.models import Priority, Status, Task

OF_THE_PAGE = frozenset({"after", "compose"})  # parameters of the page that say nothing about tasks
NAMES = 50  # assignees that the menu offers
CHOICES: dict[str, dict[Any, Any]] = {"status": dict(Status.choices), "priority": dict(Priority.choices)}


class Option(NamedTuple):
    """One line of a filter's menu, or one chip: `address` is the board with it switched."""

    text: str
    address: str
    is_set: bool = False
    value: str = ""


class BoardFilter(TaskFilter):
    """A board has an order and pages of its own."""

    class Meta:
        model = Task
        fields: tuple[str, ...] = ()
        form = forms.Form

    @classmethod
    def get_filters(cls) -> Any:
        return {name: one for name, one in super().get_filters().items() if name != "ordering"}

    @classmethod
    def of(cls, request: Request) -> "BoardFilter":
        """Return the filters of the board that `request` is about: its own, or those of the page it came from."""
        return cls.asked(request.GET) if request.method == "GET" else cls.behind(request)

    @classmethod
    def behind(cls, request: Request) -> "BoardFilter":
        """Return the filters of the board that the page which asks lies over, or is."""
        address = request.htmx.current_url or request.headers.get("Referer", "")
        return cls.asked(QueryDict(address[:2000].partition("?")[2].partition("#")[0]))

    @classmethod
    def asked(cls, query: QueryDict) -> "BoardFilter":
        given = query.copy()
        for name in query:
            # An empty field of a form; an empty assignee is nobody.
            if name in OF_THE_PAGE or (name != "assignee" and not any(query.getlist(name))):
                del given[name]
        return cls(given, Task.objects.all())

    @property
    def unknown(self) -> list[str]:
        """Return the parameters that are no filter, or whose value none understands."""
        return [name for name in self.data if name not in self.form.fields or name in self.form.errors]

    @property
    def is_set(self) -> bool:
        return bool(self.data)

    @property
    def query(self) -> str:
        return str(self.data.urlencode())

    @property
    def address(self) -> str:
        return self.address_with()

    def address_with(self, **values: Iterable[str]) -> str:
        """Return the board's address with other `values` of some parameters; none takes the parameter away."""
        data = self.data.copy()
        for name, some in values.items():
            data.setlist(name, list(some))
        query = data.urlencode(safe=",:")
        return f"/?{query}" if query else "/"

    def picked(self, name: str) -> list[str]:
        """Return the values that are set for `name`, which commas may hold too; names of people may contain commas."""
        values: list[str] = self.data.getlist(name)
        return values if name == "assignee" else [part for value in values for part in value.split(",")]

    def switched(self, name: str, value: str) -> str:
        picked = self.picked(name)
        if name == "assignee" and value not in picked:  # asked for everybody in the menu
            return f"{self.address}{'&' if self.is_set else '?'}{urlencode({name: value})}"
        values = [one for one in picked if one != value] if value in picked else [*picked, value]
        return self.address_with(**{name: values if name == "assignee" or not values else [",".join(values)]})

    # --- What the page shows ---------------------------------------------------------------------------------------
    @property
    def chips(self) -> list[Option]:
        """Return what is set, in words, each with the address without it."""
        return [
            Option(self.in_words(name, value), self.without(name, value))
            for name in self.data
            if name != "q"
            for value in self.picked(name)
        ]

    @property
    def words(self) -> list[str]:
        """Return what is set as a sentence names it."""
        text = self.data.get("q")
        quoted = [_("“%(text)s”") % {"text": text}] if text else []
        return quoted + [chip.text for chip in self.chips]

    def without(self, name: str, value: str) -> str:
        return self.switched(name, value) if name in CHOICES or name == "assignee" else self.address_with(**{name: ()})

    def in_words(self, name: str, value: str) -> str:
        if name in CHOICES:
            return str(CHOICES[name].get(value, value))
        if name == "assignee":
            return value or _("Unassigned")
        if name == "overdue":
            return _("Overdue") if value == "true" else _("Not overdue")
        if name == "due":
            return _("No due date")
        moment = self.form.cleaned_data.get(name)
        if not isinstance(moment, datetime.datetime):
            return f"{self.form.fields[name].label} {value}" if name in self.form.fields else name
        day = day_in_words(timezone.localdate(moment)) if is_whole_day(moment) else in_words(moment)
        return f"{self.form.fields[name].label} {day}"

    @property
    def priorities(self) -> list[Option]:
        return [self.option("priority", value, str(text)) for value, text in reversed(Priority.choices)]

    @property
    def people(self) -> list[Option]:
        names = dict.fromkeys([*self.picked("assignee"), *Task.objects.assignees(NAMES)])
        named = [self.option("assignee", name, name) for name in sorted(filter(None, names), key=str.casefold)]
        return [self.option("assignee", "", _("Unassigned")), *named]

    def option(self, name: str, value: str, text: str) -> Option:
        return Option(text, self.switched(name, value), value in self.picked(name), value)

    @property
    def dues(self) -> list[Option]:
        """Return the ranges that people ask for; each takes the place of another one."""
        today = timezone.localdate()
        week = today - datetime.timedelta(today.weekday())
        ranges: tuple[tuple[str, dict[str, str]], ...] = (
            (_("Overdue"), {"overdue": "true"}),
            (_("Today"), days(today, 1)),
            (_("This week"), days(week, 7)),
            (_("Next week"), days(week + datetime.timedelta(7), 7)),
            (_("No due date"), {"due": "none"}),
        )
        empty: dict[str, tuple[str, ...]] = dict.fromkeys(("overdue", "due", "due_after", "due_before"), ())
        present = {name: self.data[name] for name in empty if name in self.data}
        return [
            Option(
                text,
                self.address_with(**(empty if values == present else empty | {k: (v,) for k, v in values.items()})),
                values == present,
            )
            for text, values in ranges
        ]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Return what the form of the words must carry along."""
        return [(name, value) for name in self.data if name != "q" for value in self.data.getlist(name)]


def days(first: datetime.date, count: int) -> dict[str, str]:
    return {"due_after": first.isoformat(), "due_before": (first + datetime.timedelta(count)).isoformat()}
