"""A task's history as sentences for people: "Alice moved this from To do to In progress · yesterday, 17:05"."""

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tasks.due import day_in_words, is_whole_day, time_in_words
from tasks.history import UNTOLD, account_names, label, value
from tasks.models import Action, Change
from tasks.models.columns import PRIORITY_RANK

LATEST = 50  # lines that the page shows at once
MOST = 1000  # changes; those before are in the log
WITHOUT_KEYS: Mapping[str, tuple[str, Any]] = {
    Action.CREATED.value: ("plus", gettext_lazy("{who} created this")),
    Action.DELETED.value: ("trash-2", gettext_lazy("{who} deleted this")),
    Action.RESTORED.value: ("rotate-ccw", gettext_lazy("{who} restored this")),
}
ICONS: Mapping[str, str] = {
    "title": "pencil",
    "description": "file-text",
    "priority": "flag",
    "assignee": "user-round",
    "due_date": "calendar",
    "user_id": "circle-user",
}
# For a value that came, one that changed, and one that went.
SENTENCES: Mapping[str, tuple[Any, Any, Any]] = {
    "title": (gettext_lazy("{who} edited the title"),) * 3,
    "description": (
        gettext_lazy("{who} added a description"),
        gettext_lazy("{who} edited the description"),
        gettext_lazy("{who} removed the description"),
    ),
    "status": (gettext_lazy("{who} moved this from {old} to {new}"),) * 3,
    "assignee": (
        gettext_lazy("{who} assigned this to {new}"),
        gettext_lazy("{who} reassigned this from {old} to {new}"),
        gettext_lazy("{who} took {old} off this"),
    ),
    "due_date": (
        gettext_lazy("{who} set the due date to {new}"),
        gettext_lazy("{who} changed the due date from {old} to {new}"),
        gettext_lazy("{who} removed the due date {old}"),
    ),
    "user_id": (
        gettext_lazy("{who} gave this to the account {new}"),
        gettext_lazy("{who} passed this from the account {old} to {new}"),
        gettext_lazy("{who} took this from the account {old}"),
    ),
}


class Entry(NamedTuple):
    """One line. `status` is the glyph to show in place of the `icon`."""

    text: SafeString
    at: datetime.datetime
    icon: str
    status: str = ""


class Activity(NamedTuple):
    """Oldest first. `is_cut`: the log has more, before these."""

    entries: list[Entry]
    is_cut: bool

    @property
    def older(self) -> list[Entry]:
        return self.entries[:-LATEST]

    @property
    def latest(self) -> list[Entry]:
        return self.entries[-LATEST:]


def activity(task_id: uuid.UUID) -> Activity:
    """Return the latest MOST changes of a task, of those that are more than a place in a column."""
    told = Change.objects.of_task(task_id).exclude(action=Action.MOVED).select_related("user")
    rows = list(told[: MOST + 1])
    kept = rows[:MOST][::-1]
    return Activity(list(entries(kept)), is_cut=len(rows) > MOST)


def entries(changes: Iterable[Change]) -> Iterator[Entry]:
    rows = list(changes)
    accounts = account_names(rows)
    for row in rows:
        if row.action in WITHOUT_KEYS:
            icon, text = WITHOUT_KEYS[row.action]
            yield Entry(format_html(str(text), who=strong(name_of(row))), row.at, icon)
        else:
            yield from (entry(row, key, accounts) for key in row.fields if key not in UNTOLD)


def entry(change: Change, key: str, accounts: Mapping[int, str]) -> Entry:
    old, new = change.fields[key]
    words = in_words(key, old, new, accounts)
    names = {"who": strong(name_of(change)), "old": words[0], "new": strong(words[1]), "label": label(key)}
    text = format_html(str(sentence(key, old, new)), **names)
    return Entry(text, change.at, ICONS.get(key, "pencil"), new if key == "status" else "")


def sentence(key: str, old: Any, new: Any) -> Any:
    if key == "priority":
        is_raised = PRIORITY_RANK.get(new, 0) > PRIORITY_RANK.get(old, 0)
        return (
            _("{who} raised priority from {old} to {new}")
            if is_raised
            else _("{who} lowered priority from {old} to {new}")
        )
    if key not in SENTENCES:
        return _("{who} changed “{label}” from {old} to {new}")
    came, changed, went = SENTENCES[key]
    return came if old is None else went if new is None else changed


def in_words(key: str, old: Any, new: Any, accounts: Mapping[int, str]) -> tuple[str, str]:
    if key == "due_date":
        return due_in_words(old, new)
    return value(key, old, accounts), value(key, new, accounts)


def due_in_words(old: str | None, new: str | None) -> tuple[str, str]:
    """Return both dates; of two days in one month the first without it."""
    before, after = (parse_datetime(text) if text else None for text in (old, new))
    if before and after and is_whole_day(before) and is_whole_day(after):
        first, second = timezone.localdate(before), timezone.localdate(after)
        if (first.year, first.month) == (second.year, second.month):
            return day_in_words(first).split(" ")[0], day_in_words(second)
    return (moment(before) if before else ""), (moment(after) if after else "")


def strong(text: str) -> SafeString:
    return format_html('<b dir="auto">{}</b>', text)


def name_of(change: Change) -> str:
    """Return who made `change`, by the name that people know, which stays when the account goes."""
    full_name = change.user.get_full_name() if change.user else ""
    return full_name or change.actor or _("Somebody")


# --- When -------------------------------------------------------------------------------------------------------------
def moment(instant: datetime.datetime) -> str:
    """Return "16 Nov" for a whole day, "16 Nov, 09:12" for any other instant; with its year where that is another."""
    local = timezone.localtime(instant)
    day = day_in_words(local.date())
    return day if is_whole_day(instant) else f"{day}, {time_in_words(instant)}"


def precisely(instant: datetime.datetime) -> str:
    """Return "2 Nov 2026, 10:31"."""
    local = timezone.localtime(instant)
    return f"{day_in_words(local.date(), with_year=True)}, {time_in_words(instant)}"


def ago(instant: datetime.datetime) -> str:
    """Return "8 min ago" within the hour, "today, 08:55" and "yesterday, 16:40", else the date with its time."""
    passed = timezone.now() - instant
    minutes = int(passed.total_seconds() // 60)
    if 0 <= minutes < 60:
        return (
            ngettext("%(count)d min ago", "%(count)d min ago", minutes) % {"count": minutes}
            if minutes
            else _("just now")
        )
    local = timezone.localtime(instant)
    clock = {"time": time_in_words(instant)}
    days = (timezone.localdate() - local.date()).days
    if days == 0:
        return _("today, %(time)s") % clock
    if days == 1:
        return _("yesterday, %(time)s") % clock
    return f"{day_in_words(local.date())}, {clock['time']}"
