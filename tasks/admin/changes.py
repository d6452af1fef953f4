"""The change log in the admin: everything that happened to tasks, for reading only."""

import uuid
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.admin.filters import ActionFilter, SourceFilter
from tasks.admin.pages import BoundedList, BoundedPaginator
from tasks.history import Event, subject, told
from tasks.models import Action, Change, Task

EVENTS = 100  # on a page of one task's history
WINDOW = 100_000  # changes, the latest, that filters look through: no index serves them


def task_id_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def history_page(task_id: str, before: str) -> dict[str, Any] | None:
    """Return the `events` of a task before a change's id ("" for the newest) and `older`, an id or None.

    None where nothing is known of such a task.
    """
    key = task_id_of(task_id)
    history = Change.objects.of_task(key) if key else Change.objects.none()
    page = history.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else history
    rows = list(page[: EVENTS + 1])
    if not rows and not history.exists():
        return None
    events = told(rows[:EVENTS])
    return {"events": events, "older": events[-1].change.pk if len(rows) > EVENTS else None, "before": before}


class ChangeLog(BoundedList):
    def get_results(self, request: HttpRequest) -> None:
        """Put the page's changes into words all at once."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        for event in told(self.result_list):
            vars(event.change)["event"] = event


@admin.register(Change)
class ChangeAdmin(admin.ModelAdmin):
    list_display = ("at", "task", "what", "actor", "source")
    list_display_links = ("at",)
    list_filter = (ActionFilter, SourceFilter)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("task_id",)  # that there is a search; get_search_results searches
    search_help_text = gettext_lazy(
        "A task's number, such as #12, or its id. Filters look through the latest 100,000 changes."
    )
    actions = None
    fields = ("at", "task", "action", "contents", "actor", "source", "batch")
    readonly_fields = fields

    # --- Nobody writes here -----------------------------------------------------------------------------------------
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {"title": _("Changes")} | (extra_context or {}))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        raise Http404  # a change has none of its own

    # --- What is shown ----------------------------------------------------------------------------------------------
    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeLog]:
        return ChangeLog

    def get_queryset(self, request: HttpRequest) -> Any:
        changes = Change.objects.with_tasks()
        filtered = {one.parameter_name for one in self.list_filter} & request.GET.keys()
        return changes.newest(WINDOW) if filtered else changes

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term:
            return queryset, False
        number = search_term.strip().removeprefix("#")
        if number.isascii() and number.isdecimal() and len(number) < 19:
            return queryset.filter(task_id__in=ids_of_number(int(number))), False
        key = task_id_of(search_term.strip())
        return (queryset.filter(task_id=key) if key else queryset.none()), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in {one.parameter_name for one in self.list_filter}

    @admin.display(description=gettext_lazy("task"))
    def task(self, change: Any) -> SafeString:
        address = reverse("admin:tasks_task_history", args=[change.task_id])
        return format_html('<a href="{}">{}</a>', address, subject(change))

    @admin.display(description=gettext_lazy("what"))
    def what(self, change: Any) -> SafeString:
        return lines_of(change.event) if change.action == Action.CHANGED else format_html("{}", change.event.what)

    @admin.display(description=gettext_lazy("contents"))
    def contents(self, change: Change) -> SafeString:
        return lines_of(told([change])[0])  # the page of one change


def lines_of(event: Event) -> SafeString:
    return render_to_string("admin/tasks/lines.html", {"event": event})


def ids_of_number(number: int) -> list[uuid.UUID]:
    """Return the id of the task of that number, of a deleted one too where its deletion is among the latest changes."""
    there = list(Task.objects.filter(number=number).values_list("pk", flat=True))
    return there or list(Change.objects.deletions_of(number).values_list("task_id", flat=True)[:1])
