"""What a person does at the admin's pages: read them, fill their forms in, send them off."""

import re
from typing import Any

from django.test import Client

from tasks.models import Change, Task

LIST, LOG = "/admin/tasks/task/", "/admin/tasks/change/"


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def titles(response: Any) -> list[str]:
    return [task.title for task in response.context["cl"].result_list]


def notes(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def fields_of(response: Any, form: str) -> dict[str, str]:
    """Return what a browser would send of a page's form, as it is shown."""
    shown = response.context["adminform"].form if form == "form" else response.context["cl"].formset
    page = text_of(response)
    names = re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page)
    assert names, shown
    sent = {}
    for name in names:
        tag = re.search(rf'<(input|select|textarea)[^>]* name="{re.escape(name)}"[^>]*>', page)
        assert tag is not None
        rest = page[tag.end() :]
        if tag[1] == "select":
            chosen = re.search(r'value="([^"]*)" selected', rest[: rest.index("</select>")])
            sent[name] = chosen[1] if chosen else ""
        elif tag[1] == "textarea":
            sent[name] = re.sub(
                "\r\n|\r|\n", "\r\n", rest[: rest.index("</textarea>")].removeprefix("\r\n").removeprefix("\n")
            )
        elif 'type="checkbox"' not in tag[0] and 'type="submit"' not in tag[0]:
            value = re.search(r' value="([^"]*)"', tag[0])
            sent[name] = value[1] if value else ""
    return sent


def list_form(desk: Client, query: str = "") -> dict[str, str]:
    sent = fields_of(desk.get(LIST + query), "list")
    return {name: value for name, value in sent.items() if "form-" in name} | {"_save": "Save"}


def row_of(form: dict[str, str], task: Task) -> str:
    return next(name.removesuffix("-id") for name, value in form.items() if value == str(task.pk))


def save_list(desk: Client, form: dict[str, str], query: str = "") -> Any:
    return desk.post(LIST + query, form, follow=True)


def act(desk: Client, action: str, *tasks: Task, query: str = "", **more: str) -> Any:
    given = {"action": action, "index": "0", "_selected_action": [str(task.pk) for task in tasks], **more}
    return desk.post(LIST + query, given, follow=True)


def last_change(task: Task) -> Change:
    return Change.objects.of_task(task.pk)[0]
