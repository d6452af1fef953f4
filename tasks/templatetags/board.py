"""What a card says about its task, in words, initials and tones."""

import datetime
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tasks.board.activity import precisely
from tasks.board.filters import BoardFilter, days
from tasks.due import day_in_words, in_words, is_whole_day, relative_day, time_in_words
from tasks.models import Priority, Status, Task

register = template.Library()
TONES = 6  # of avatars
MANY = 99  # what the sidebar counts to
# Two statuses on, by the button that works without a menu.
NEXT = {Status.TODO.value: "in_progress", Status.IN_PROGRESS.value: "done", Status.DONE.value: "todo"}


@register.filter
def initials(name: str) -> str:
    """Return the first letters of the first two words, or the first two of a single one."""
    words = name.replace(".", " ").replace("_", " ").split() or [name]
    return (words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]).upper()


@register.filter
def tone(name: str) -> int:
    """Return a number that stays the same for a name, in every process and on every machine."""
    return zlib.crc32(name.encode(errors="replace")) % TONES + 1


@register.filter
def plain(value: int | str) -> SafeString:
    """Return a number, or a value of ours, as it is: localizing and escaping cost more than all else of a variable."""
    return mark_safe(str(value))  # noqa: S308


@register.filter
def card_data(task: Task) -> SafeString:
    """Return what the page's scripts know of a card. Nothing in it is text that somebody wrote."""
    return mark_safe(  # noqa: S308
        f'id="card-{task.pk}" data-id="{task.pk}" data-number="{task.number}" data-status="{task.status}" '
        f'data-place="{task.place}" data-version="{task.version}"'
    )


@register.filter
def status_button(task: Task) -> SafeString:
    """Return the button that shows a task's status, and without scripts moves the task on."""
    attributes, glyph = status_parts(task.status, get_language())
    action = f'class="card-status" form="act" formaction="/t/{task.number}/move" name="status" aria-haspopup="menu"'
    return mark_safe(f"<button {action} {attributes}>{glyph}</button>")  # noqa: S308


@cache
def status_parts(status: str, _language: str | None) -> tuple[SafeString, SafeString]:
    said = _("Status: %(status)s") % {"status": Status(status).label}
    attributes = format_html('value="{}" aria-label="{}"', NEXT[status], said)
    glyph = '<svg class="glyph glyph-{0}" aria-hidden="true"><use href="#g-{0}"/></svg>'
    return attributes, format_html(glyph, status)


@register.filter
def avatar(name: str | None) -> SafeString:
    """Return whose a task is: initials for the eye, the name for readers."""
    return avatar_of(name, get_language())


@lru_cache(maxsize=1024)
def avatar_of(name: str | None, _language: str | None) -> SafeString:
    if not name:
        nobody = '<span class="avatar avatar-nobody" title="{0}"><span class="visually-hidden">{0}</span></span>'
        return format_html(nobody, _("Unassigned"))
    return format_html(
        '<span class="avatar" data-tone="{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        tone(name),
        name,
        initials(name),
        _("Assigned to %(name)s") % {"name": name},
    )


@register.filter
def priority_mark(priority: str) -> SafeString:
    return priority_mark_of(priority, get_language())


@cache
def priority_mark_of(priority: str, _language: str | None) -> SafeString:
    name = Priority(priority).label
    return format_html(
        '<span class="priority" data-name="{1}"><svg class="bars bars-{0}" role="img" aria-label="{2}">'
        '<title>{1}</title><use href="#b-{0}"/></svg></span>',
        priority,
        name,
        _("Priority: %(priority)s") % {"priority": name},
    )


@register.filter
def actions_said(number: int) -> str:
    return _("Actions for #%(number)s") % {"number": number}


@register.filter
def due_mark(task: Task) -> SafeString | str:
    """Return when a task is due, or was completed, as a <time> whose title is the whole date."""
    moment = task.completed_at or task.due_date
    if moment is None:
        return ""
    # All that the words depend on: they are the same for most tasks of a day.
    today, zone = timezone.localdate(), timezone.get_current_timezone_name()
    mark = completed_mark if task.completed_at else open_mark
    return mark(moment, task.is_overdue, today, get_language(), zone)


@lru_cache(maxsize=2048)
def completed_mark(moment: datetime.datetime, _is_late: bool, _today: datetime.date, *_place: str | None) -> SafeString:  # noqa: FBT001
    return marked(moment, day_in_words(timezone.localdate(moment)), "", _("Completed %(when)s"))


@lru_cache(maxsize=2048)
def open_mark(moment: datetime.datetime, is_late: bool, today: datetime.date, *_place: str | None) -> SafeString:  # noqa: FBT001
    day = timezone.localdate(moment)
    text = relative_day(day) or day_in_words(day)
    if day == today and not is_whole_day(moment):
        text = f"{text} {time_in_words(moment)}"
    return marked(moment, text, "late" if is_late else "today" if day == today else "", _("Due %(when)s"))


def marked(moment: datetime.datetime, text: str, style: str, title: str) -> SafeString:
    return format_html(
        '<time class="due {}" datetime="{}" title="{}">{}</time>',
        style,
        moment.isoformat(),
        title % {"when": in_words(moment)},
        text,
    )


@register.filter
def up_to(count: int, limit: int) -> str:
    """Return a count that ends at `limit` as people read it: "8", or "1,000+"."""
    return str(count) if count < limit else _("1,000+") if limit == 1000 else f"{limit}+"


@register.simple_tag
def printed() -> str:
    """Return when a page on paper was true."""
    return precisely(timezone.now())


@register.simple_tag
def total_in_words(counts: dict[str, int], limit: int, chosen: BoardFilter) -> str:
    """Return how many tasks the columns hold together, each counted up to `limit`."""
    if any(count >= limit for count in counts.values()):
        return _("more than 1,000 tasks")
    total = sum(counts.values())
    if not total and not chosen.is_set:
        return _("no tasks yet")
    return ngettext("%(count)d task", "%(count)d tasks", total) % {"count": total}


@dataclass(frozen=True)
class View:
    """One line of the sidebar: a board with filters. `count` is "" where nobody counts."""

    text: str
    icon: str
    address: str
    count: str = ""


@register.simple_tag(takes_context=True)
def views(context: template.Context) -> list[View]:
    """Return the boards that the sidebar offers; counting stops early, so that it never costs a scan."""
    user, today = context["request"].user, timezone.localdate()
    monday = today - datetime.timedelta(today.weekday())
    week = days(monday, 7)
    own = urlencode({"assignee": user.get_username()})
    mine = [View(_("My tasks"), "circle-user", f"/?{own}")] if user.is_authenticated else []
    due = Task.objects.open().due_between(monday, monday + datetime.timedelta(6))
    return [
        *mine,
        View(
            _("Due this week"),
            "calendar-clock",
            f"/?{urlencode(week)}",
            counted(due.count_to(MANY + 1)),
        ),
        View(_("Overdue"), "triangle-alert", "/?overdue=true", counted(Task.objects.overdue().count_to(MANY + 1))),
        View(_("Unassigned"), "user-round-x", "/?assignee="),
    ]


def counted(count: int) -> str:
    return f"{MANY}+" if count > MANY else str(count or "")


@register.simple_tag(takes_context=True)
def late_chip(context: template.Context) -> SafeString | str:
    """Return a link to what is overdue, which a phone shows in the place of the sidebar's."""
    late = next((view for view in context.get("lines") or views(context) if view.icon == "triangle-alert"), None)
    if late is None or not late.count:
        return ""
    return format_html(
        '<a class="late-chip" href="{}">{}</a>', late.address, _("%(count)s overdue") % {"count": late.count}
    )


@register.filter
def and_list(words: list[str]) -> str:
    """Return "a, b and c"."""
    *first, last = words
    return _("%(some)s and %(last)s") % {"some": ", ".join(first), "last": last} if first else last


@register.simple_tag
def tasks_hidden(chosen: BoardFilter, limit: int) -> str:
    """Return how many tasks the filters hide, counted up to `limit`."""
    count, filters = Task.objects.count_to(limit), len(chosen.words)
    if count >= limit:
        return _("More than 1,000 tasks are hidden by the filters.")
    hidden = ngettext("%(count)d task is hidden", "%(count)d tasks are hidden", count) % {"count": count}
    by = ngettext("by %(count)d filter.", "by %(count)d filters.", filters) % {"count": filters}
    return f"{hidden} {by}"
