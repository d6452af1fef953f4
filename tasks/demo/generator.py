"""Any number of tasks as they pile up in a year of several teams, always the same for the same seed and day."""

import datetime
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.utils import timezone

from tasks.demo.teams import TEAMS, Team
from tasks.due import start_of_day

Fields = dict[str, Any]

YEAR = 365  # days before today
AHEAD = 120  # days after today
OPENS, CLOSES = 8, 18  # working hours in TIME_ZONE
RECENT_DAYS = 14

PRIORITIES = ("low",) * 28 + ("medium",) * 52 + ("high",) * 20
STATUSES_OF_OLD = ("done",) * 84 + ("in_progress",) * 6 + ("todo",) * 10
STATUSES_OF_RECENT = ("done",) * 30 + ("in_progress",) * 25 + ("todo",) * 45
HAS_DUE, HAS_DESCRIPTION, HAS_ASSIGNEE, WAS_TOUCHED = 0.65, 0.4, 0.8, 0.4
IS_WHOLE_DAY = 0.75
# Days from today at which open tasks are due: at the earliest, at the latest, most often.
OPEN_DUE = (-20, 60, 5)


class Calendar(NamedTuple):
    """Midnights in TIME_ZONE from YEAR days ago to AHEAD, and the positions of past working days among them."""

    midnights: list[datetime.datetime]
    working: list[int]

    @classmethod
    def around(cls, today: datetime.date) -> "Calendar":
        days = [today + datetime.timedelta(days=offset) for offset in range(-YEAR, AHEAD + 1)]
        working = [position for position, day in enumerate(days[:YEAR]) if day.weekday() < 5]
        return cls([start_of_day(day) for day in days], working)

    def when(self, position: float) -> tuple[int, datetime.datetime]:
        """Return the day and the instant at `position`: 0 is the first of the year, 1 the last."""
        day, share = divmod(position * len(self.working), 1)
        midnight = self.working[min(int(day), len(self.working) - 1)]
        seconds = (OPENS + share * (CLOSES - OPENS)) * 3600
        return midnight, self.midnights[midnight] + datetime.timedelta(seconds=seconds)


class Voice(NamedTuple):
    people: tuple[str, ...]
    titles: list[str]
    notes: tuple[str, ...]

    @classmethod
    def of(cls, team: Team) -> "Voice":
        return cls(team.people, team.every_title(), team.notes)


def believable_tasks(count: int, random_seed: int, today: datetime.date | None = None) -> Iterator[Fields]:
    """Yield the fields of `count` tasks, the oldest first and more of late; nothing happens after today's midnight."""
    source = random.Random(random_seed)  # noqa: S311  no secret
    calendar = Calendar.around(today or timezone.localdate())
    voices = [Voice.of(team) for team in TEAMS]
    for place in range(count):
        day, created_at = calendar.when(1 - (1 - (place + source.random()) / count) ** 1.5)
        yield task_of(source, voices[int(source.random() * len(voices))], calendar, day, created_at)


def task_of(source: random.Random, voice: Voice, calendar: Calendar, day: int, created_at: datetime.datetime) -> Fields:
    chance = source.random
    statuses = STATUSES_OF_RECENT if day > YEAR - RECENT_DAYS else STATUSES_OF_OLD
    status = statuses[int(chance() * 100)]
    fields = {
        "title": voice.titles[int(chance() * len(voice.titles))],
        "status": status,
        "priority": PRIORITIES[int(chance() * 100)],
        "created_at": created_at,
        "updated_at": created_at,
    }
    if status != "todo" or chance() < WAS_TOUCHED:
        left = calendar.midnights[YEAR] - created_at
        fields["updated_at"] = created_at + left * chance() ** 3  # soon rather than late
    if chance() < HAS_DESCRIPTION:
        fields["description"] = description(source, voice)
    if status == "in_progress" or chance() < HAS_ASSIGNEE:
        fields["assignee"] = voice.people[int(chance() * len(voice.people))]
    if chance() < HAS_DUE:
        fields["due_date"] = due_date(source, calendar, day, status)
    return fields


def description(source: random.Random, voice: Voice) -> str:
    place = int(source.random() * len(voice.notes))
    return voice.notes[place] if source.random() < 0.7 else f"{voice.notes[place - 1]} {voice.notes[place]}"


def due_date(source: random.Random, calendar: Calendar, day: int, status: str) -> datetime.datetime:
    if status == "done":
        due = min(day + 1 + int(source.random() * 21), YEAR + AHEAD)
    else:
        due = max(YEAR + int(source.triangular(*OPEN_DUE)), day + 1)
    midnight = calendar.midnights[due]
    if source.random() < IS_WHOLE_DAY:
        return midnight
    half_hours = OPENS * 2 + int(source.random() * (CLOSES - OPENS) * 2)
    return midnight + datetime.timedelta(minutes=30 * half_hours)
