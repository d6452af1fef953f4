"""Task, the questions it answers and the verbs that change it; Change, the log that every verb writes."""

from tasks.models.change import Action, Actor, Change, Source, Stale
from tasks.models.columns import Priority, Status
from tasks.models.number import Number
from tasks.models.position import Position
from tasks.models.task import Task

__all__ = ["Action", "Actor", "Change", "Number", "Position", "Priority", "Source", "Stale", "Status", "Task"]
