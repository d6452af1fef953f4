from django import template

from tasks.history import Event, told
from tasks.models import Change

register = template.Library()


@register.simple_tag
def latest_changes(count: int) -> list[Event]:
    """Return the latest `count` changes of all tasks in words, newest first."""
    return told(Change.objects.with_tasks().order_by("-id")[:count])
