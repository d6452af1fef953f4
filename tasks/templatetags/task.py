"""What the page of a task says about it, in words."""

import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from tasks.board import activity
from tasks.due import day_in_words, is_whole_day, parse_instant, relative_day, time_in_words
from tasks.history import CHOICES
from tasks.models import Task

register = template.Library()
MEANWHILE = {
    "title": gettext_lazy("%(who)s changed the title while you were editing"),
    "description": gettext_lazy("%(who)s changed the description while you were editing"),
    "status": gettext_lazy("%(who)s moved this while you were editing"),
    "priority": gettext_lazy("%(who)s changed the priority while you were editing"),
    "assignee": gettext_lazy("%(who)s changed the assignee while you were editing"),
    "due_date": gettext_lazy("%(who)s changed the due date while you were editing"),
}
FAR = 5  # days ahead that are still counted

register.filter("precisely", activity.precisely)


@register.simple_tag
def changed_meanwhile(name: str, who: str) -> str:
    return MEANWHILE[name] % {"who": who}


@register.filter
def as_iso(instant: datetime.datetime) -> str:
    return instant.astimezone(datetime.UTC).isoformat(timespec="milliseconds")


@register.filter
def ago(instant: datetime.datetime) -> SafeString:
    """Return a <time>: on paper, and in the title, the whole date."""
    exact = activity.precisely(instant)
    mark = '<time datetime="{}" title="{}"><span class="on-screen">{}</span><span class="on-paper">{}</span></time>'
    return format_html(mark, as_iso(instant), exact, activity.ago(instant), exact)


@register.filter
def as_value(text: str, name: str) -> str:
    """Return what a field holds as a person reads it."""
    if name in CHOICES:
        return str(CHOICES[name].get(text, text))
    if name == "due_date" and text:
        try:
            return activity.moment(parse_instant(text))
        except ValueError:
            return text
    return text or _("(empty)")


@register.filter
def due_words(task: Task) -> SafeString:
    """Return "Thu 19 Nov tomorrow", with its time if one is meant."""
    if task.due_date is None:
        return format_html('<span class="none">{}</span>', pgettext("due date", "None"))
    local = timezone.localtime(task.due_date)
    text = day_in_words(local.date(), with_weekday=True)
    if not is_whole_day(task.due_date):
        text = f"{text}, {time_in_words(task.due_date)}"
    style = "late" if task.is_overdue else "today" if local.date() == timezone.localdate() else ""
    mark = '<time datetime="{}">{}</time> <span class="{}">{}</span>'
    return format_html(mark, as_iso(task.due_date), text, style, "" if task.completed_at else distance(local.date()))


def distance(day: datetime.date) -> str:
    """Return "tomorrow", "in 3 days", "2 days late"; "" farther on."""
    ahead = (day - timezone.localdate()).days
    if ahead < 2:
        return relative_day(day).lower()
    return ngettext("in %(count)d day", "in %(count)d days", ahead) % {"count": ahead} if ahead <= FAR else ""
