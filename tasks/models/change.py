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
from tasks.models.lookups import ServedTransactions, TransactionId


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

    def served(self) -> "ChangeQuerySet":
        """Return the feed, oldest first: rows before which none can still appear (PostgreSQL docs, 9.28.8).

        There rows become visible in the order of commits: a reader that remembers the last id would miss some.
        """
        if connection.vendor == "postgresql":
            return self.filter(transaction__lt=ServedTransactions()).order_by("transaction", "id")
        return self.order_by("transaction", "id")


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
