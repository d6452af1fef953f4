"""Lists that stay quick however many rows there are: nothing counts the table, nothing sorts without an index."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tasks.filters import MAX_WORDS_LENGTH

MOST = 10_000  # rows that a list counts and pages through, and that an action changes at once
FEW = 1000  # rows that are better named than searched for again


class BoundedPaginator(Paginator):
    """Counts up to MOST rows and ends there; `more` tells that others follow."""

    @cached_property
    def counted(self) -> int:
        return cast("QuerySet[Any]", self.object_list).order_by().values("pk")[: MOST + 1].count()

    @property
    def more(self) -> bool:
        return self.counted > MOST

    @property
    def count(self) -> int:
        return min(self.counted, MOST)


class CheckedSelection:
    """For a ModelAdmin: refuses a selection that holds what no database takes for a key, which Django looks up."""

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> HttpResponse | None:
        key_field = self.opts.pk  # type: ignore[attr-defined]
        try:
            for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
                key_field.clean(key, None)
        except ValidationError:
            messages.error(request, _("The selection holds something that does not exist. Nothing was done."))
            return None
        return cast("HttpResponse | None", super().response_action(request, queryset, *args))  # type: ignore[misc]


class SearchForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR] = forms.CharField(required=False, max_length=MAX_WORDS_LENGTH)


class BoundedList(ChangeList):
    search_form_class = SearchForm


class TaskList(BoundedList):
    """One column sorts, ties by id in the same direction, as the indexes have it."""

    def get_ordering_field(self, field_name: Any) -> Any:
        if field_name not in (self.sortable_by or ()):
            return None
        return "priority_rank" if field_name == "priority" else super().get_ordering_field(field_name)

    def get_ordering_field_columns(self) -> dict[int, Any]:
        return dict(list(super().get_ordering_field_columns().items())[:1])

    def _get_deterministic_ordering(self, ordering: Iterable[Any]) -> list[str]:
        column = next(iter(ordering), "-created_at")
        if column.lstrip("-") == "number":
            return [column]
        return [column, "-id" if column.startswith("-") else "id"]

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> "QuerySet[Any]":
        """Read the table at most once for words that few tasks have, instead of for the count and for the page."""
        tasks = super().get_queryset(request, exclude_parameters)
        if not self.query:
            return tasks
        found = list(tasks.order_by().values_list("pk", flat=True)[: FEW + 1])
        return self.root_queryset.filter(pk__in=found).order_by(*tasks.query.order_by) if len(found) <= FEW else tasks

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if "due_date" in str(self.queryset.query.order_by[0]) and "due" not in self.params:
            whole = not self.multi_page or (self.show_all and self.can_show_all)
            start = 0 if whole else (self.page_num - 1) * self.list_per_page
            end = self.result_count if whole else min(start + self.list_per_page, self.result_count)
            self.result_list = self.dated_first(start, end)

    def dated_first(self, start: int, end: int) -> "QuerySet[Any]":
        """Return the rows from `start` to `end` with the undated last, whatever the direction.

        Two ranges of one index: no database serves NULLS LAST in both directions.
        """
        dated = self.queryset.filter(due_date__isnull=False)
        rows = list(dated[start:end])
        if len(rows) < end - start:
            skipped = 0 if rows else start - dated.order_by()[:start].count()
            undated = self.queryset.filter(due_date__isnull=True)
            rows += undated[skipped : skipped + end - start - len(rows)]
        page: QuerySet[Any] = self.queryset.all()
        page._result_cache = rows  # the formset asks for a QuerySet
        return page
