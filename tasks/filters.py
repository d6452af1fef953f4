"""One definition of every filter, for the API, the board and the admin: names, values and what they mean."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from tasks.due import parse_instant
from tasks.faults import refuse
from tasks.keyset import NEWEST_FIRST, ORDERINGS, BadCursor, Ordering
from tasks.models import Priority, Status, Task
from tasks.text import is_storable

if TYPE_CHECKING:
    from tasks.models.queryset import TaskQuerySet

MAX_LIMIT = 1000  # tasks a page
MAX_WORDS_LENGTH = 200  # characters of q


# --- What a parameter's text means, or which fault it is --------------------------------------------------------------
def one_of(allowed: Any, text: str) -> str:
    if text not in allowed:
        refuse("enum")
    return text


def any_of(allowed: Any, texts: list[str]) -> list[str]:
    """Return the values; commas and repetition both mean any of them."""
    return [one_of(allowed, part) for text in texts for part in text.split(",")]


def instant(text: str) -> datetime.datetime:
    try:
        return parse_instant(text)
    except ValueError:
        refuse("datetime_parsing")


def truth(text: str) -> bool:
    if text not in {"true", "false"}:
        refuse("bool_parsing")
    return text == "true"


def limit(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        refuse("int_parsing")
    number = int(digits[:20]) * (-1 if text.startswith("-") else 1)
    if not 1 <= number <= MAX_LIMIT:
        refuse("greater_than_equal" if number < 1 else "less_than_equal")
    return number


def words(text: str) -> str:
    if len(text) > MAX_WORDS_LENGTH:
        refuse("string_too_long")
    return text


class ParsedField(forms.Field):
    """A parameter that is None when absent; an empty value is a value, and mostly a fault."""

    def __init__(self, *, parse: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parse = parse

    def to_python(self, value: Any) -> Any:
        if value is None or value == []:
            return None
        if not all(is_storable(text) for text in ([value] if isinstance(value, str) else value)):
            refuse("string_unicode")
        return self.parse(value)


class AllValues(forms.TextInput):
    """A text input that reads every value given for its name."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return data.getlist(name)

    def format_value(self, value: Any) -> str | None:
        return value[0] if value else None


class AnyOf(forms.CheckboxSelectMultiple):
    """Boxes to tick; `status=todo,done` ticks two."""

    def format_value(self, value: Any) -> list[str]:
        return [part for text in value or () for part in text.split(",")]


class Parsed(django_filters.Filter):
    field_class = ParsedField


def choices(model: Any) -> dict[str, Any]:
    return {"parse": partial(any_of, model.values), "widget": AnyOf(choices=model.choices)}


def select(*options: tuple[str, Any]) -> forms.Select:
    return forms.Select(choices=[("", "---------"), *options])


INSTANT = {"parse": instant, "widget": forms.TextInput(attrs={"placeholder": "2026-11-20T17:00Z"})}


class QueryForm(forms.Form):
    """What a list takes beside its filters."""

    limit = ParsedField(parse=limit, required=False, label=_("Limit"), widget=forms.NumberInput)
    cursor = ParsedField(parse=str, required=False, widget=forms.HiddenInput)
    format = ParsedField(parse=partial(one_of, ("json", "api")), required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Turn the cursor into a place, which only the ordering can do."""
        cleaned = self.cleaned_data
        order: Ordering = ORDERINGS[cleaned.get("ordering") or NEWEST_FIRST.name]
        cleaned["order"], cleaned["after"] = order, None
        if cleaned.get("cursor") is not None and "ordering" in cleaned:
            try:
                cleaned["after"] = order.place(cleaned["cursor"])
            except BadCursor:
                self.add_error("cursor", forms.ValidationError(_("This cursor is not from this list"), "string_type"))
        return cleaned


class TaskFilter(django_filters.FilterSet):
    """All filters combine with "and". `…_before` is before, `…_after` is at or after: ranges can be laid end to end."""

    status = Parsed(method="by_status", label=_("Status"), **choices(Status))
    priority = Parsed(method="by_priority", label=_("Priority"), **choices(Priority))
    assignee = Parsed(method="by_assignee", label=_("Assignee"), parse=list, widget=AllValues)
    q = Parsed(method="by_words", label=_("Words"), parse=words)
    overdue = Parsed(
        method="by_overdue",
        label=_("Overdue"),
        parse=truth,
        widget=select(("true", _("Yes")), ("false", _("No"))),
    )
    due = Parsed(
        method="by_due",
        label=_("Due"),
        parse=partial(one_of, ("none",)),
        widget=select(("none", _("No date"))),
    )
    due_before = Parsed("due_date", "lt", label=_("Due before"), **INSTANT)
    due_after = Parsed("due_date", "gte", label=_("Due from"), **INSTANT)
    created_before = Parsed("created_at", "lt", label=_("Created before"), **INSTANT)
    created_after = Parsed("created_at", "gte", label=_("Created from"), **INSTANT)
    updated_before = Parsed("updated_at", "lt", label=_("Updated before"), **INSTANT)
    updated_after = Parsed("updated_at", "gte", label=_("Updated from"), **INSTANT)
    ordering = Parsed(
        method="in_order",
        label=_("Order"),
        parse=partial(one_of, ORDERINGS),
        widget=select(*((name, name) for name in ORDERINGS)),
    )

    class Meta:
        model = Task
        fields: tuple[str, ...] = ()
        form = QueryForm

    def filter_queryset(self, tasks: "TaskQuerySet") -> "TaskQuerySet":
        """Apply the filters; the form also has what is none."""
        for name, one in self.filters.items():
            tasks = one.filter(tasks, self.form.cleaned_data[name])
        return tasks

    def by_status(self, tasks: "TaskQuerySet", _name: str, statuses: list[str]) -> "TaskQuerySet":
        return tasks.with_status(*statuses)

    def by_priority(self, tasks: "TaskQuerySet", _name: str, priorities: list[str]) -> "TaskQuerySet":
        """By the rank only where it is the order too: else SQLite would read all of a priority to sort it."""
        is_order = (self.form.cleaned_data.get("ordering") or "").endswith("priority")
        return tasks.ranked(*priorities) if is_order else tasks.filter(priority__in=priorities)

    def by_assignee(self, tasks: "TaskQuerySet", _name: str, names: list[str]) -> "TaskQuerySet":
        return tasks.assigned_to(*(name or None for name in names))

    def by_words(self, tasks: "TaskQuerySet", _name: str, text: str) -> "TaskQuerySet":
        return tasks.matching(text)

    def by_overdue(self, tasks: "TaskQuerySet", _name: str, late: bool) -> "TaskQuerySet":  # noqa: FBT001
        return tasks.overdue() if late else tasks.not_overdue()

    def by_due(self, tasks: "TaskQuerySet", _name: str, _none: str) -> "TaskQuerySet":
        return tasks.filter(due_date__isnull=True)

    def in_order(self, tasks: "TaskQuerySet", _name: str, _ordering: str) -> "TaskQuerySet":
        return tasks  # the page sorts, see keyset.Ordering
