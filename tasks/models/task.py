"""The task: its columns, rules and indexes, and the verbs that are the only way to change it."""

import uuid
from collections.abc import Mapping
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from tasks.due import start_of_today
from tasks.models.change import Action, Actor, Change, Stale
from tasks.models.columns import (
    ASSIGNEE_LENGTH,
    DESCRIPTION_LENGTH,
    DONE,
    PRIORITY_RANK,
    TITLE_LENGTH,
    Priority,
    Status,
    action_of,
    differences,
    logged_change,
    logged_whole,
    now_after,
)
from tasks.models.position import packed_place
from tasks.models.queryset import TaskQuerySet
from tasks.models.ranks import PLACES, Gap, Goal, Row, spread

TURNS = 3  # times that a move makes room before it takes the nearest place


def at_most(column: str, length: int) -> LessThanOrEqual:
    return LessThanOrEqual(Length(column), length)


class Task(models.Model):
    """One thing to do. `rank` is its place in a board column, highest on top; `version` counts its changes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.BigIntegerField(_("number"), unique=True, editable=False)
    title = models.TextField(_("title"), max_length=TITLE_LENGTH)
    # Null is "none given" in the API; an empty text is a text.
    description = models.TextField(_("description"), max_length=DESCRIPTION_LENGTH, null=True, blank=True)  # noqa: DJ001
    status = models.TextField(_("status"), choices=Status, default=Status.TODO)
    priority = models.TextField(_("priority"), choices=Priority, default=Priority.MEDIUM)
    assignee = models.TextField(_("assignee"), max_length=ASSIGNEE_LENGTH, null=True, blank=True)  # noqa: DJ001
    due_date = models.DateTimeField(_("due"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), editable=False)
    updated_at = models.DateTimeField(_("updated"), editable=False)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    rank = models.BigIntegerField(_("rank"), editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("account"),
    )
    # A column, because SQLite uses no expression index whose values Django binds as parameters.
    priority_rank = models.GeneratedField(
        expression=models.Case(
            *(models.When(priority=name, then=models.Value(rank)) for name, rank in PRIORITY_RANK.items()),
            default=models.Value(0),
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        db_table = "tasks"
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = (
            models.Index("created_at", "id", name="task_created"),
            models.Index("updated_at", "id", name="task_updated"),
            models.Index("due_date", "id", name="task_due"),
            # Nearly all that are past their day are done. SQLite uses a condition only where it has no value to bind.
            models.Index("due_date", "id", condition=models.Q(completed_at__isnull=True), name="task_open_due"),
            models.Index("priority_rank", "id", name="task_priority"),
            models.Index("title", "id", name="task_title"),
            models.Index("status", "created_at", "id", name="task_status_created"),
            models.Index("assignee", "created_at", "id", name="task_assignee_created"),
            models.Index("status", "rank", "id", name="task_board"),
            models.Index("completed_at", "id", condition=models.Q(completed_at__isnull=False), name="task_done"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(GreaterThanOrEqual(Length("title"), 1)) & models.Q(at_most("title", TITLE_LENGTH)),
                name="task_title_length",
                violation_error_message=_("The title must have 1 to 200 characters."),
            ),
            models.CheckConstraint(
                condition=models.Q(at_most("description", DESCRIPTION_LENGTH)),
                name="task_description_length",
                violation_error_message=_("The description must have at most 1000 characters."),
            ),
            models.CheckConstraint(
                condition=models.Q(GreaterThanOrEqual(Length("assignee"), 1))
                & models.Q(at_most("assignee", ASSIGNEE_LENGTH)),
                name="task_assignee_length",
                violation_error_message=_("The assignee must have at most 100 characters."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values),
                name="task_status_known",
                violation_error_message=_("The status must be todo, in_progress or done."),
            ),
            models.CheckConstraint(
                condition=models.Q(priority__in=Priority.values),
                name="task_priority_known",
                violation_error_message=_("The priority must be low, medium or high."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=Status.DONE, completed_at__isnull=False)
                | (~models.Q(status=Status.DONE) & models.Q(completed_at__isnull=True)),
                name="task_completed_when_done",
                violation_error_message=_("A task has a completion time exactly when it is done."),
            ),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="task_version_positive"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="task_number_positive"),
        )

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"

    @property
    def is_overdue(self) -> bool:
        """Whether it is late now: see tasks.due."""
        if self.due_date is None or self.status == Status.DONE:
            return False
        return self.due_date <= timezone.now() and self.due_date != start_of_today()

    @property
    def etag(self) -> str:
        """A strong entity tag (RFC 9110, 8.8.3). The time tells a version from its namesake in a restored backup."""
        return f'"{self.version}-{int(self.updated_at.timestamp() * 1_000_000):x}"'

    @property
    def place(self) -> str:
        """Its place in its column, for TaskQuerySet.behind; the greater the text, the further up."""
        return packed_place(self.completed_at or self.rank, self.pk)

    def change(self, *, by: Actor, if_version: int | None = None, **fields: Any) -> Self:
        """Write those of the named `fields` that differ, and the log row.

        Raises Task.DoesNotExist, and Stale when the task is no longer `if_version`.
        """
        with transaction.atomic():
            self.lock(if_version)
            self.write(by, fields)
        return self

    def move(
        self,
        *,
        by: Actor,
        status: str | None = None,
        after: uuid.UUID | None = None,
        before: uuid.UUID | None = None,
        place: str | None = None,
        if_status: str | None = None,
    ) -> Self:
        """Put it into a column (without `status` its own), right below the task `after`, or else right above `before`.

        Neighbours that are not there are ignored; without any, and as `place` "top", it comes to lie on top. Other
        places: "bottom", and "up" or "down" by one. Where others leave no room again and again it lies as near as can
        be. What is done has its place by its time. Raises Task.DoesNotExist, and Stale when it is not in `if_status`.
        """
        if place not in (None, *PLACES):
            raise ValueError(place)
        goal = Goal(status, after, before, place)
        for _turn in range(TURNS):
            full = self.move_once(goal, by, if_status)
            if full is None:
                return self
            if not spread(Task.objects.filter(status=status or self.status), full, by=by):
                break
        self.move_once(goal, by, if_status, or_near=True)
        return self

    def move_once(self, goal: Goal, by: Actor, if_status: str | None, *, or_near: bool = False) -> Gap | None:
        """Move; return the gap, and write nothing, where it has no room."""
        with transaction.atomic():
            self.lock(None)
            if if_status not in (None, self.status):
                raise Stale
            status = goal.status or self.status
            if status == DONE:
                self.write(by, {"status": status})
                return None
            gap = goal.gap(self, Task.objects.filter(status=status))
            if status == self.status and gap.holds(Row(self.rank, self.pk)):
                return None
            rank = gap.rank
            if not or_near and not gap.holds(Row(rank, self.pk)):
                return gap
            self.write(by, {"status": status, "rank": rank})
        return None

    def remove(self, *, by: Actor, if_version: int | None = None) -> None:
        """Take the row out of the table; its log row keeps every column. Raises like `change`."""
        with transaction.atomic():
            self.lock(if_version)
            whole = logged_whole(self.__dict__, gone=True)
            Change.objects.write(by, Action.DELETED, [(self.pk, whole)], at=timezone.now())
            Task.objects.filter(pk=self.pk).delete()

    def write(self, by: Actor, fields: Mapping[str, Any]) -> None:
        """Write what differs of the locked row, and the log row."""
        at = now_after(self.updated_at)
        new = differences(self, fields, at)
        if new:
            action = action_of(new)
            Change.objects.write(by, action, [(self.pk, logged_change(self, new))], at=at)
            if action is Action.CHANGED:
                new |= {"version": self.version + 1, "updated_at": at}
            self.update_if_unchanged(new)

    def lock(self, if_version: int | None) -> None:
        """Load the row as it is now and keep other writers waiting until the transaction ends."""
        self.refresh_from_db(from_queryset=Task.objects.select_for_update())
        if if_version not in (None, self.version):
            raise Stale

    def update_if_unchanged(self, new: dict[str, Any]) -> None:
        if not Task.objects.filter(pk=self.pk, version=self.version).update(**new):
            raise Stale
        for name, value in new.items():
            setattr(self, name, value)
        self.__dict__.pop("priority_rank", None)  # the database's to compute: read again when asked for
