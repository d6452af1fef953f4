"""The filters beside the lists. What each means is the QuerySet's to say."""

import datetime
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tasks.models import Action, Priority, Source, Status, Task

if TYPE_CHECKING:
    from tasks.models.queryset import TaskQuerySet

MOST_NAMES = 50  # assignees listed; others are found by the field below them
DAY = datetime.timedelta(days=1)


class Filter(admin.SimpleListFilter):
    """One of the `lookups`; anything else is refused."""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        value = self.value()
        if value is None:
            return queryset
        if value not in {choice for choice, _label in self.lookup_choices}:
            raise IncorrectLookupParameters(value)
        return self.narrowed(queryset, value)

    def narrowed(self, rows: Any, value: str) -> "QuerySet[Any]":
        return cast("QuerySet[Any]", rows.filter(**{str(self.parameter_name): value}))


class StatusFilter(Filter):
    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Status.choices


class PriorityFilter(Filter):
    title = _("priority")
    parameter_name = "priority"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Priority.choices


class AssigneeFilter(Filter):
    """Nobody, the first names of the alphabet, and any other name by typing it."""

    title = _("assignee")
    parameter_name = "assignee"
    template = "admin/tasks/task/assignee_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        names = Task.objects.assignees(MOST_NAMES + 1)
        self.has_more = len(names) > MOST_NAMES
        names = names[:MOST_NAMES]
        asked = self.value()
        if asked and asked not in names:
            names.append(asked)
        return [("", _("Nobody")), *((name, name) for name in names)]

    def narrowed(self, rows: "TaskQuerySet", value: str) -> "QuerySet[Any]":
        return rows.assigned_to(value or None)

    def choices(self, changelist: Any) -> Any:
        self.others = [pair for pair in changelist.params.items() if pair[0] != self.parameter_name]
        return super().choices(changelist)


class DueFilter(Filter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("overdue", _("Overdue")),
            ("today", _("Today")),
            ("week", _("This week")),
            ("none", _("No date")),
        ]

    def narrowed(self, rows: "TaskQuerySet", value: str) -> "QuerySet[Any]":
        today = timezone.localdate()
        if value == "overdue":
            return rows.overdue()
        if value == "today":
            return rows.due_between(today, today)
        if value == "week":
            monday = today - today.weekday() * DAY
            return rows.due_between(monday, monday + 6 * DAY)
        return rows.filter(due_date__isnull=True)


class CreatedFilter(Filter):
    title = _("created")
    parameter_name = "created"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [
            ("today", _("Today")),
            ("week", _("Past 7 days")),
            ("month", _("This month")),
            ("year", _("This year")),
        ]

    def narrowed(self, rows: "TaskQuerySet", value: str) -> "QuerySet[Any]":
        today = timezone.localdate()
        first = {
            "today": today,
            "week": today - 6 * DAY,
            "month": today.replace(day=1),
            "year": today.replace(month=1, day=1),
        }
        return rows.created_since(first[value])


class ActionFilter(Filter):
    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Action.choices


class SourceFilter(Filter):
    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Source.choices
