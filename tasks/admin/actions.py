"""What a person can do with the selected tasks: through the bulk verbs, bounded, and told what was done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tasks.admin.export import csv_lines
from tasks.admin.forms import AssignForm
from tasks.admin.pages import MOST
from tasks.models import Actor, Priority, Source, Status
from tasks.models.queryset import Outcome, TaskQuerySet

if TYPE_CHECKING:
    TaskAdmin = admin.ModelAdmin[Any]

Action = Callable[["TaskAdmin", HttpRequest, TaskQuerySet], HttpResponse | StreamingHttpResponse | None]
SHOWN = 10  # titles that a page which asks back shows


def actor_of(request: HttpRequest) -> Actor:
    return Actor(Source.ADMIN, request.user if request.user.is_authenticated else None)


def too_many(request: HttpRequest, tasks: TaskQuerySet) -> bool:
    """Whether the selection is larger than one action takes; the person is told."""
    if tasks.order_by()[: MOST + 1].count() <= MOST:
        return False
    text = _("More than %(most)s tasks are selected. Nothing was done: narrow the list down by its filters first.")
    messages.error(request, text % {"most": f"{MOST:,}"})
    return True


def tell(request: HttpRequest, outcome: Outcome) -> None:
    """Tell how many tasks were changed, and of how many it was true already."""
    changed, same = outcome.changed, outcome.matched - outcome.changed
    parts = [ngettext("%(n)s task was changed.", "%(n)s tasks were changed.", changed) % {"n": changed}]
    if same:
        parts.append(ngettext("%(n)s was so already.", "%(n)s were so already.", same) % {"n": same})
    messages.success(request, " ".join(parts))


# --- At once ----------------------------------------------------------------------------------------------------------
def setting(field: str, choice: Any, description: Any) -> Action:
    @admin.action(description=format_lazy(description, choice.label), permissions=["change"])
    def act(_model_admin: "TaskAdmin", request: HttpRequest, tasks: TaskQuerySet) -> None:
        if not too_many(request, tasks):
            tell(request, tasks.change_all(by=actor_of(request), **{field: choice.value}))

    act.__name__ = f"set_{field}_{choice.value}"
    return act


@admin.action(description=gettext_lazy("Export as CSV"), permissions=["view"])
def export(_model_admin: "TaskAdmin", _request: HttpRequest, tasks: TaskQuerySet) -> StreamingHttpResponse:
    name = f"tasks-{timezone.localdate().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(csv_lines(tasks), content_type="text/csv; charset=utf-8", headers=headers)


# --- After asking back ------------------------------------------------------------------------------------------------
@admin.action(description=gettext_lazy("Assign…"), permissions=["change"])
def assign(model_admin: "TaskAdmin", request: HttpRequest, tasks: TaskQuerySet) -> HttpResponse | None:
    if too_many(request, tasks):
        return None
    form = AssignForm(request.POST if "confirmed" in request.POST else None)
    if form.is_valid():
        tell(request, tasks.change_all(by=actor_of(request), assignee=form.cleaned_data["assignee"] or None))
        return None
    texts = {"title": _("Assign tasks"), "button": _("Assign"), "form": form}
    return asking(model_admin, request, tasks, action="assign", **texts)


@admin.action(description=gettext_lazy("Delete…"), permissions=["delete"])
def delete_selected(model_admin: "TaskAdmin", request: HttpRequest, tasks: TaskQuerySet) -> HttpResponse | None:
    if too_many(request, tasks):
        return None
    if "confirmed" in request.POST:
        gone = tasks.remove_all(by=actor_of(request)).changed
        messages.success(request, ngettext("%(n)s task was deleted.", "%(n)s tasks were deleted.", gone) % {"n": gone})
        return None
    return asking(model_admin, request, tasks, action="delete_selected", title=_("Delete tasks"), button=_("Delete"))


def asking(model_admin: "TaskAdmin", request: HttpRequest, tasks: TaskQuerySet, **texts: Any) -> TemplateResponse:
    """Return the page that asks before an action; it sends the same selection again."""
    total = tasks.order_by().count()
    context = {
        **model_admin.admin_site.each_context(request),
        **texts,
        "opts": model_admin.opts,
        "total": total,
        "shown": tasks[:SHOWN],
        "rest": max(0, total - SHOWN),
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "checkbox": ACTION_CHECKBOX_NAME,
        "across": request.POST.get("select_across", "0"),
        "back": request.get_full_path(),
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, "admin/tasks/task/ask.html", context)


ACTIONS: tuple[Any, ...] = (
    *(setting("status", status, gettext_lazy("Set status: {}")) for status in Status),
    *(setting("priority", priority, gettext_lazy("Set priority: {}")) for priority in Priority),
    assign,
    export,
    delete_selected,
)
