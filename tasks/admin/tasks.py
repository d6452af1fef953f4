"""The tasks in the admin: the list, the form and the history, every write through the verbs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.admin.actions import ACTIONS, actor_of
from tasks.admin.changes import history_page
from tasks.admin.filters import AssigneeFilter, CreatedFilter, DueFilter, PriorityFilter, StatusFilter
from tasks.admin.forms import AccountSelect, RowForm, Rows, TaskForm
from tasks.admin.pages import BoundedPaginator, CheckedSelection, TaskList
from tasks.due import in_words
from tasks.models import Task

if TYPE_CHECKING:
    from tasks.models.queryset import TaskQuerySet

TIMES: Any = (
    gettext_lazy("Kept by TaskFlow"),
    {"fields": (("number", "version"), "created_at", "updated_at", "completed_at")},
)


@admin.register(Task)
class TaskAdmin(CheckedSelection, admin.ModelAdmin):
    form = TaskForm
    list_display = ("number", "title", "status", "priority", "assignee", "due", "updated")
    list_display_links = ("number", "title")
    list_editable = ("status", "priority")
    list_filter = (StatusFilter, DueFilter, PriorityFilter, CreatedFilter, AssigneeFilter)
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER  # they count the table once for each choice
    paginator = BoundedPaginator
    ordering = ("-created_at",)
    sortable_by = ("number", "title", "priority", "due", "updated")
    search_fields = ("title",)  # that there is a search; get_search_results searches
    search_help_text = gettext_lazy(
        "Words of title or description, or a number such as #12. Quotes find a number in texts."
    )
    actions = ACTIONS
    actions_on_bottom = False
    autocomplete_fields = ("user",)
    readonly_fields = ("number", "created_at", "updated_at", "completed_at", "version")
    fieldsets = (
        (None, {"fields": ("title", "description", ("status", "priority"), "assignee", "due_date", "user")}),
        TIMES,
    )

    # --- The list ---------------------------------------------------------------------------------------------------
    @admin.display(description=gettext_lazy("due"), ordering="due_date")
    def due(self, task: Task) -> str | None:
        if task.due_date is None:
            return None
        if task.is_overdue:
            return format_html('<strong class="late">{} <span>{}</span></strong>', in_words(task.due_date), _("late"))
        return in_words(task.due_date)

    @admin.display(description=gettext_lazy("updated"), ordering="updated_at")
    def updated(self, task: Task) -> str:
        """Only the date, of today only the time; the whole is in the title."""
        at = timezone.localtime(task.updated_at)
        short = date_format(at, "TIME_FORMAT" if at.date() == timezone.localdate() else "DATE_FORMAT")
        return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), localize(at), short)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TaskList]:
        return TaskList

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **kwargs | {"form": RowForm})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, **kwargs | {"formset": Rows})

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Tasks asked for by their due date come in the order of its index; undated ones newest first, by their id."""
        due = request.GET.get("due")
        return self.ordering if due is None else ("-due_date",) if due == "none" else ("due_date",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        tasks = cast("TaskQuerySet", queryset)
        return (tasks.searched_for(search_term) if search_term else tasks), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the filters: Django's own lookups reach every column and every operator, indexed or not."""
        return lookup in {one.parameter_name for one in self.list_filter}

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters:
            messages.error(request, _("That filter or page does not exist. Here is the whole list."))
            raise

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        try:
            return super().changelist_view(request, {"title": _("Tasks")} | (extra_context or {}))
        except Task.DoesNotExist:
            text = _("Nothing was saved: the list has changed meanwhile. Here it is as it is now.")
            messages.error(request, text)
            return HttpResponseRedirect(request.get_full_path())

    # --- The form ---------------------------------------------------------------------------------------------------
    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Accounts are made and changed on their own pages, not beside a task."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        widget = AccountSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **{"widget": widget} | kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {}  # an address is no form: its values are unchecked

    def save_model(self, request: HttpRequest, obj: Task, form: Any, change: bool) -> None:  # noqa: FBT001  Django's
        if change:
            obj.change(by=actor_of(request), **form.values())
        else:
            Task.objects.create_task(by=actor_of(request), id=obj.pk, **form.values())
            obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Task) -> None:
        obj.remove(by=actor_of(request))

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        return self.or_gone(super().changeform_view, request, object_id, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        return self.or_gone(super().delete_view, request, object_id, *args, **kwargs)

    def or_gone(
        self, view: Callable[..., Any], request: HttpRequest, object_id: str | None, *args: Any, **kwargs: Any
    ) -> Any:
        """Return the view's answer, or say so where somebody deletes the task at this very moment."""
        try:
            return view(request, object_id, *args, **kwargs)
        except Task.DoesNotExist:
            return gone(request)

    # --- The history ------------------------------------------------------------------------------------------------
    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """What happened to the task, newest first; also when it is deleted."""
        task = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, task):
            raise PermissionDenied
        found = history_page(unquote(object_id), request.GET.get("before", ""))
        if found is None:
            return gone(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %s") % (task or _("deleted task")),
            "task": task,
            "opts": self.opts,
            **found,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/tasks/task/history.html", context)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Write nothing: the verb has logged it. So do the two below."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        pass

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        pass


def gone(request: HttpRequest) -> HttpResponse:
    messages.warning(request, _("There is no such task. It may have been deleted meanwhile."))
    return HttpResponseRedirect(reverse("admin:tasks_task_changelist"))
