"""The API's pages for people: the same answers, with forms, and nothing that a strict CSP refuses."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from rest_framework import renderers
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.serializer_helpers import BoundField, ReturnDict

from tasks.api.exceptions import phrase
from tasks.api.renderers import JSONRenderer, plain
from tasks.due import parse_instant

TITLES = {
    "task-list": _("Tasks"),
    "task-detail": _("Task"),
    "task-stats": _("Statistics"),
    "task-changes": _("History"),
    "task-restore": _("Restore"),
    "changes": _("Changes"),
}
TOKEN = re.compile(
    r'(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>:)?|(?P<number>-?\d[\d.eE+-]*)|(?P<word>true|false|null)|(?P<rest>[^"\w-]+)'
)
EDITS = ("PUT", "PATCH")
FORMLESS = frozenset({204, 401, 403, 404})
BOXES = ("status", "priority")
UUID = re.compile(r'"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"')


class PrettyJSONRenderer(JSONRenderer):
    def render(self, data: Any, _type: str | None = None, context: Mapping[str, Any] | None = None) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=plain, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2)


class BrowsableAPIRenderer(renderers.BrowsableAPIRenderer):
    """DRF's logic with pages of ours. `response.task` and `response.next_page` are what a view tells it."""

    def get_default_renderer(self, view: Any) -> renderers.BaseRenderer:
        return PrettyJSONRenderer()

    def get_context(self, data: Any, accepted_media_type: str | None, renderer_context: Any) -> dict[str, Any]:
        view, request, response = (renderer_context[name] for name in ("view", "request", "response"))
        task = getattr(response, "task", None)
        if task is not None:
            # DRF fills the forms from the serializer that an answer carries.
            data = ReturnDict(data, serializer=view.get_serializer(instance=task))
        context: dict[str, Any] = super().get_context(data, accepted_media_type, renderer_context)
        route = request.resolver_match.url_name if request.resolver_match else ""
        if not (task or request.method in EDITS):
            context["put_form"] = None
        return context | {
            "content": highlighted(context["content"]),
            "count": len(data) if isinstance(data, list) else None,
            "has_forms": response.status_code not in FORMLESS and (context["post_form"] or context["put_form"]),
            "json_address": with_format_json(request),
            "name": task.title if task else TITLES.get(route, context["name"]),
            "phrase": phrase(response.status_code),
            "next_page": getattr(response, "next_page", None),
            "route": route,
            "task": task,
        }

    def get_filter_form(self, data: Any, view: Any, request: Request) -> Any:
        """Return the filters that are always in sight, the others, and whether one of those is set."""
        if getattr(view, "action", None) != "list":
            return None
        form = view.filterset().form
        form.label_suffix = ""
        for name, field in form.fields.items():
            if name not in BOXES:
                field.widget.attrs["class"] = "input"
        more = [field for field in form if not field.is_hidden and field.name not in (*BOXES, "q")]
        boxes = [form[name] for name in BOXES]
        return {"form": form, "boxes": boxes, "more": more, "more_is_set": any(field.value() for field in more)}

    def get_raw_data_form(self, data: Any, view: Any, method: str, request: Request) -> Any:
        """Return the text that the form for JSON begins with, None where the method has no form."""
        form = super().get_raw_data_form(data, view, method, request)
        return (form["_content"].initial or "{}") if form else None

    def render_form_for_serializer(self, serializer: "BaseSerializer[Any]") -> str:
        if hasattr(serializer, "initial_data"):
            serializer.is_valid()
        fields = [form_field(field) for field in serializer if not field.read_only]  # type: ignore[attr-defined]
        return render_to_string("tasks/api/_form.html", {"fields": fields})


def form_field(field: BoundField) -> BoundField:
    """Return `field` with its value as an input shows it; instants as the local time of TIME_ZONE."""
    shown = field.as_form_field()
    if field.style.get("base_template") == "instant.html" and shown.value:
        shown.value = local_text(shown.value)
    return shown


def local_text(text: str) -> str:
    """Return what <input type="datetime-local"> takes; text that is no instant, as it was typed, stays."""
    try:
        local = timezone.localtime(parse_instant(text)).replace(tzinfo=None)
    except ValueError:
        return text
    return local.isoformat(timespec="milliseconds" if local.microsecond else "auto")


def with_format_json(request: Request) -> str:
    query = request.query_params.copy()
    query["format"] = "json"
    return f"{request.path}?{query.urlencode()}"


def highlighted(json: str) -> SafeString:
    """Return JSON as HTML: each kind of token in its own colour, the ids of tasks as links."""
    parts = []
    key = ""
    for match in TOKEN.finditer(json):
        token, kind = match[0], match.lastgroup
        if kind == "colon":
            key = match["text"]
            parts.append(f'<span class="json-key">{escape(key)}</span>:')
        elif kind == "rest":
            parts.append(token)
        elif kind == "text" and key in {'"id"', '"task_id"'} and UUID.fullmatch(token):
            parts.append(f'"<a href="/tasks/{token[1:-1]}">{token[1:-1]}</a>"')
        else:
            parts.append(f'<span class="json-{kind}">{escape(token)}</span>')
    return mark_safe("".join(parts))  # noqa: S308  every token is escaped, or has no character that HTML minds
