"""The change log: one row for everything that happens to a task, written in the same transaction."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from tasks.models.bulk import insert_rows
from tasks.models.lookups import RowIsBeyond, ServedTransactions, TransactionId
from tasks.models.position import START, Position


class Source(models.TextChoices):
    API = "api", _("API")
    BOARD = "board", _("board")
    ADMIN = "admin", _("admin")
    COMMAND = "command", _("command")
    IMPORT = "import", _("import")


class Action(models.TextChoices):
    """What a row tells. `moved` is a new place in a column: neither version nor `updated_at` moved with it."""

    CREATED = "created", _("created")
    CHANGED = "changed", _("changed")
    MOVED = "moved", _("moved")
    DELETED = "deleted", _("deleted")
    RESTORED = "restored", _("restored")


class Stale(Exception):
    """The task is no longer what the writer had seen; nothing was written."""


@dataclass(frozen=True, slots=True)
class Actor:
    """`user` is None for a stranger or a command."""

    source: Source
    user: AbstractBaseUser | None = None

    @property
    def name(self) -> str | None:
        return self.user.get_username() if self.user else None


def as_json(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    return value


# {key: [old, new]}; instants are in UTC and become RFC 3339 texts.
Fields = Mapping[str, Sequence[Any]]


RECENT = 100_000  # changes, of all tasks


class ChangeQuerySet(models.QuerySet["Change"]):
    def write(
        self,
        by: Actor,
        action: Action,
        rows: Iterable[tuple[uuid.UUID, Fields]],
        *,
        at: datetime.datetime,
        batch: uuid.UUID | None = None,
    ) -> None:
        user_id = by.user.pk if by.user else None
        fixed = (at, user_id, by.name, by.source.value, action.value, batch)
        insert_rows(self.model, Change.WRITTEN, ((task_id, fields, *fixed) for task_id, fields in rows))

    def of_task(self, task_id: uuid.UUID) -> "ChangeQuerySet":
        """Return one task's history, newest first. A task's writers wait for each other, so ids tell the order."""
        return self.filter(task_id=task_id).order_by("-id")

    def with_tasks(self) -> "ChangeQuerySet":
        """Bring `task_number` and `task_title` along, None where the task is gone; looked up for returned rows only."""
        task = apps.get_model("tasks", "Task")._default_manager.filter(pk=models.OuterRef("task_id"))
        found = {f"task_{name}": models.Subquery(task.values(name)) for name in ("number", "title")}
        return self.annotate(**found)

    def newest(self, count: int) -> "ChangeQuerySet":
        """Return about the latest `count` changes, which bounds what a filter without an index reads."""
        last = self.aggregate(last=models.Max("id"))["last"] or 0
        return self.filter(id__gt=last - count)

    def deletions_of(self, number: int) -> "ChangeQuerySet":
        """Return the deletions of a task by its number, newest first, among the latest changes: no index serves it."""
        return self.newest(RECENT).filter(action=Action.DELETED, fields__number__0=number).order_by("-id")

    def served(self) -> "ChangeQuerySet":
        """Return the feed, oldest first: rows before which none can still appear (PostgreSQL docs, 9.28.8).

        There rows become visible in the order of commits: a reader that remembers the last id would miss some.
        """
        if connection.vendor == "postgresql":
            return self.filter(transaction__lt=ServedTransactions()).order_by("transaction", "id")
        return self.order_by("transaction", "id")

    def since(self, position: Position) -> "ChangeQuerySet":
        """Return what the feed has behind `position`, oldest first."""
        return self.served().filter(RowIsBeyond(("transaction", "id"), position[:2], descending=False))

    def newest_served(self) -> Position:
        """Return the feed's end, one step on its index; START where nothing has happened yet."""
        last = self.served().reverse().values_list("transaction", "id", "at")[:1]
        return next((Position(*row) for row in last), START)

    def has(self, position: Position) -> bool:
        """Return whether the position is of this very log, and not of another database or of what a backup undid."""
        return position == START or self.filter(**position._asdict()).exists()

    def last_of(
        self, task_ids: Iterable[uuid.UUID], *, by: Actor | None = None, since: datetime.datetime | None = None
    ) -> list[int]:
        """Return the ids of the tasks' newest rows, of those that the actor wrote and not before `since`.

        Without these a verb that changed nothing would leave older rows for its own.
        """
        rows = self.filter(task_id__in=list(task_ids))
        if by:
            rows = rows.filter(models.Q(user_id=by.user.pk if by.user else None), source=by.source)
        if since:
            rows = rows.filter(at__gte=since)
        newest = rows.order_by().values("task_id").annotate(newest=models.Max("id"))
        return sorted(newest.values_list("newest", flat=True))


class Change(models.Model):
    """One event of one task. `created`, `deleted` and `restored` rows hold every column that is not null.

    `at` is the task's new `updated_at`, unless it was given. `task_id` is no foreign key: the log outlives the task.
    """

    WRITTEN: ClassVar = ("task_id", "fields", "at", "user_id", "actor", "source", "action", "batch")

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(_("transaction"), db_default=TransactionId(), editable=False)
    task_id = models.UUIDField(_("task"))
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="changes",
        verbose_name=_("account"),
    )
    actor = models.TextField(_("who"), null=True, blank=True)  # noqa: DJ001  null is a stranger, "" would be a name
    source = models.TextField(_("source"), choices=Source)
    action = models.TextField(_("action"), choices=Action)
    batch = models.UUIDField(_("batch"), null=True, blank=True)
    fields = models.JSONField(_("fields"))

    objects = ChangeQuerySet.as_manager()

    class Meta:
        db_table = "tasks_change"
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        indexes = (
            models.Index("transaction", "id", name="change_feed"),
            models.Index("task_id", "id", name="change_task"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="change_source_known"),
            models.CheckConstraint(condition=models.Q(action__in=Action.values), name="change_action_known"),
        )

    def __str__(self) -> str:
        return f"{self.task_id} {self.action}"
