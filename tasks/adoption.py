"""Taking over the database that the workshop's TaskFlow (FastAPI and SQLAlchemy) left; called by migrations alone.

Every column is named here, so that later models change nothing.
"""

import datetime
import logging
import re
import unicodedata
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone
from uuid_utils.compat import uuid7

from taskflow_project.environment import text
from tasks.database import SET_ASIDE, lock_away
from tasks.due import EARLIEST, LATEST
from tasks.models.bulk import insert_rows
from tasks.models.columns import rank_at
from tasks.models.number import Number

log = logging.getLogger("taskflow.adoption")

Old = Mapping[str, str | None]
New = dict[str, Any]
Accounts = Mapping[str | None, int]  # by old id

CHUNK = 2000  # rows
PROGRESS = 10_000  # rows
REQUIRED = frozenset({"id", "title", "status", "priority"})
OPTIONAL = ("description", "assignee", "due_date", "created_at", "updated_at", "completed_at", "user_id")
READ = (*sorted(REQUIRED), *OPTIONAL)
OURS = frozenset({"number", "version", "rank"})
STORED = ("id", "number", *READ[1:], "version", "rank")
LOGGED = ("task_id", "fields", "at", "source", "action", "batch")
# Ids of adopted tasks come from it: it never changes.
NAMESPACE = uuid.UUID("6d1e52b0-3f0f-5c0e-9a52-6f3d8a3b7c11")
UUID_TEXT = re.compile(r"\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?", re.ASCII | re.IGNORECASE)
STATUSES = ("todo", "in_progress", "done")
PRIORITIES = ("low", "medium", "high")


def set_aside(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rename the workshop's tables. Raises CommandError for a table `tasks` that is not its."""
    if "tasks" not in tables():
        return
    columns = columns_of("tasks")
    if not columns >= REQUIRED or columns & OURS:
        raise CommandError(
            'The database has a table "tasks" that the workshop\'s TaskFlow did not make:'
            " rename it, or give TaskFlow a database of its own (DATABASE_URL)."
        )
    for name in ["tasks", *people_tables()]:
        rename(schema_editor, name, SET_ASIDE[name])


def bring_back(_apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for name, kept in SET_ASIDE.items():
        if kept in tables():
            rename(schema_editor, kept, name)


def tables() -> list[str]:
    return connection.introspection.table_names()


def columns_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def people_tables() -> list[str]:
    """Return ["users"] where tasks.user_id points to it, as in the workshop's second exercise."""
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, "tasks").values()
    pointing = any(c["columns"] == ["user_id"] and c["foreign_key"] == ("users", "id") for c in constraints)
    return ["users"] if pointing else []


def rename(schema_editor: BaseDatabaseSchemaEditor, old: str, new: str) -> None:
    if new in tables():
        raise CommandError(f'The database has a table "{new}" already, so "{old}" cannot take that name: rename one.')
    schema_editor.execute(f'ALTER TABLE "{old}" RENAME TO "{new}"')
    log.info("The table %s is now called %s", old, new)
    if connection.vendor == "postgresql":  # a key's index keeps its name, which the new table would want
        with connection.cursor() as cursor:
            cursor.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", [new])
            names = [name for (name,) in cursor.fetchall() if name.startswith(f"{old}_")]
        for name in names:
            renamed = new + name.removeprefix(old)
            schema_editor.execute(f'ALTER TABLE "{new}" RENAME CONSTRAINT "{name}" TO "{renamed}"')


def complete_people(*, using: str, **_signal: Any) -> None:
    """Add the people to `users` whom tasks name but who are not there: Django on SQLite would refuse any migration."""
    if connection.vendor != "sqlite" or using != connection.alias or "tasks" not in tables() or not people_tables():
        return
    name = ", name" if "name" in columns_of("users") else ""
    missing = "SELECT DISTINCT user_id FROM tasks WHERE user_id NOT IN (SELECT id FROM users WHERE id IS NOT NULL)"
    values = f"SELECT user_id{', user_id' if name else ''} FROM ({missing})"  # noqa: S608  names of ours
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO users (id{name}) {values}")
            if cursor.rowcount > 0:
                log.warning("Added %d people to users whom tasks name but who were not there", cursor.rowcount)
    except IntegrityError:
        raise CommandError(
            "Some rows of tasks have a user_id that is not in users: set it to NULL there, then migrate again."
        ) from None


def adopt(apps: Any, _schema_editor: Any) -> None:
    table = SET_ASIDE["tasks"]
    if table not in tables():
        return
    lock_away(connection)  # before there are rows in the new tables
    copy = Copy(apps.get_model("tasks", "Task"), apps.get_model("tasks", "Change"), adopt_people(apps))
    for rows in old_rows(table):
        copy.take(rows)
        if copy.seen % PROGRESS == 0:
            log.info("Read %d tasks of %s", copy.seen, table)
    log.info("Took %d tasks over from %s; %d had been taken before", copy.taken, table, copy.seen - copy.taken)
    log.info("Mended %d of them: the history shows what stood there (batch %s)", copy.mended, copy.batch)


def old_rows(table: str) -> Iterator[list[Old]]:
    """Yield chunks, oldest first, every value as text, however its column was declared."""
    there = columns_of(table)
    columns = {name: text_of(name) if name in there else "NULL" for name in READ}
    age = ", ".join([columns["created_at"], columns["updated_at"], text_of("'9999'")])
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns.values())} FROM {table} ORDER BY COALESCE({age}), {columns['id']}")  # noqa: S608
        while rows := cursor.fetchmany(CHUNK):
            yield [dict(zip(READ, map(as_text, row), strict=True)) for row in rows]


def text_of(column: str) -> str:
    """Return SQL for a column's text. SQLite gives bytes: it may hold some that are not UTF-8."""
    return f"CAST({column} AS {'BLOB' if connection.vendor == 'sqlite' else 'text'})"


def as_text(value: Any) -> str | None:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


@dataclass
class Copy:
    task: Any
    change: Any
    accounts: Accounts
    now: datetime.datetime = field(default_factory=timezone.now)
    batch: uuid.UUID = field(default_factory=uuid7)
    repeated: Counter[uuid.UUID] = field(default_factory=Counter)
    seen: int = 0
    taken: int = 0
    mended: int = 0

    def take(self, rows: list[Old]) -> None:
        made = [adopted(row, task_id, self.accounts, self.now) for row, task_id in self.with_ids(rows)]
        for number, (new, _originals) in zip(Number.take(len(made)) if made else (), made, strict=True):
            new["number"] = number
        fixed = (self.now, "import", "created", self.batch)
        insert_rows(self.task, STORED, ([new[name] for name in STORED] for new, _originals in made))
        insert_rows(self.change, LOGGED, ((new["id"], logged(new, originals), *fixed) for new, originals in made))
        self.seen += len(rows)
        self.taken += len(made)
        self.mended += sum(bool(originals) for _new, originals in made)

    def with_ids(self, rows: list[Old]) -> Iterator[tuple[Old, uuid.UUID]]:
        """Yield each row that no earlier adoption took, with the id of its task. Of two alike the later one yields."""
        wanted = [as_uuid(row["id"] or "") for row in rows]
        batches = dict(self.change.objects.filter(task_id__in=set(wanted)).values_list("task_id", "batch"))
        for row, task_id in zip(rows, wanted, strict=True):
            if task_id not in batches:
                batches[task_id] = self.batch
                yield row, task_id
            elif batches[task_id] == self.batch:
                self.repeated[task_id] += 1
                yield row, uuid.uuid5(NAMESPACE, f"{row['id'] or ''}\0{self.repeated[task_id]}")


def as_uuid(text: str) -> uuid.UUID:
    return uuid.UUID(text) if UUID_TEXT.fullmatch(text) else uuid.uuid5(NAMESPACE, text)


def adopt_people(apps: Any) -> Accounts:
    """Return an account for each old user; one that an earlier adoption made is known by username and name."""
    table = SET_ASIDE["users"]
    if table not in tables():
        return {}
    user = apps.get_model(settings.AUTH_USER_MODEL)
    found = user.objects.values_list("username", "first_name", "pk")
    names: dict[str, str | None] = {username.casefold(): first_name for username, first_name, _pk in found}
    # Left to the first administrator, who may come after: see createadmin.
    names |= {"admin": None, text("DJANGO_SUPERUSER_USERNAME").casefold(): None}
    keys = {username.casefold(): pk for username, _first_name, pk in found}
    accounts: dict[str | None, int] = {}
    for old_id, name in old_people(table):
        username = next(free for free in usernames(name) if names.get(free.casefold(), name) == name)
        key = username.casefold()
        if key not in keys:
            made = user.objects.create(username=username, first_name=name, password=make_password(None))
            keys[key] = made.pk
        accounts[old_id], names[key] = keys[key], None  # nobody else's
    log.info("Took %d people over from %s; nobody can sign in as one without a new password", len(accounts), table)
    return accounts


def old_people(table: str) -> list[tuple[str, str]]:
    """Return pairs of old id and name; the id is the name of one without."""
    name = text_of("name") if "name" in columns_of(table) else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {text_of('id')}, {name} FROM {table} WHERE id IS NOT NULL ORDER BY 1")  # noqa: S608
        people = [(as_text(old_id) or "", as_text(name)) for old_id, name in cursor.fetchall()]
    return [(old_id, (name or old_id).replace("\0", "")[:150]) for old_id, name in people]


def usernames(name: str) -> Iterator[str]:
    """Yield alice.martin, alice.martin2, …"""
    plain = re.sub(r"[^\w.@+-]+", ".", unicodedata.normalize("NFKC", name.casefold())).strip(".")[:140] or "user"
    yield plain
    number = 2
    while True:
        yield f"{plain}{number}"
        number += 1


def adopted(row: Old, task_id: uuid.UUID, accounts: Accounts, now: datetime.datetime) -> tuple[New, Old]:
    """Return the task's columns, and of each that had to be mended what stood there."""
    read = {key: READERS.get(key, str)(value) if value is not None else None for key, value in row.items()}
    new = {key: FITTERS[key](read[key]) for key in FITTERS}
    new["created_at"] = new["created_at"] or new["updated_at"] or now
    new["updated_at"] = new["updated_at"] or new["created_at"]
    done = new["status"] == "done"
    new["completed_at"] = (new["completed_at"] or new["updated_at"]) if done else None
    read["completed_at"] = new["completed_at"] if row["completed_at"] is None else read["completed_at"]
    new["user_id"] = accounts.get(row["user_id"])
    read["user_id"] = new["user_id"] if row["user_id"] in accounts else row["user_id"]
    new["id"], read["id"] = task_id, task_id if row["id"] == str(task_id) else row["id"]
    rank = max(-(2**63), min(rank_at(new["created_at"]), 2**63 - 1))
    return new | {"version": 1, "rank": rank}, {key: row[key] for key in READ if new[key] != read[key]}


def logged(new: New, originals: Old) -> dict[str, list[Any]]:
    """Return the log's {key: [original or None, stored]}. PostgreSQL's JSON holds no NUL: U+2400 is its picture."""
    fields = {key: [None, value] for key, value in new.items() if value is not None and key != "id"}
    for key, original in originals.items():
        stored = str(new[key]) if key == "id" else new[key]
        fields[key] = [original.replace("\0", "\u2400") if original else original, stored]
    return fields


def instant(text: str) -> datetime.datetime | str:
    """Return the instant, UTC where it has no zone, as the workshop wrote it; the text where it is none."""
    try:
        read = datetime.datetime.fromisoformat(text)
        return read.astimezone(datetime.UTC) if read.tzinfo else read.replace(tzinfo=datetime.UTC)
    except (ValueError, OverflowError):
        return text


def name_or_value(text: str) -> str:
    """Return an enum's value: one of the workshop's documents stores it, the other its name in capitals."""
    return text.lower() if text.isupper() else text


def fitting_instant(value: Any) -> datetime.datetime | None:
    return value if isinstance(value, datetime.datetime) and EARLIEST <= value <= LATEST else None


def fitting_text(length: int) -> Callable[[str | None], str | None]:
    return lambda value: value.replace("\0", "")[:length] if value is not None else None


def fitting_title(value: str | None) -> str:
    return (value or "").replace("\0", "").strip()[:200].rstrip() or "Untitled"


def fitting_choice(known: tuple[str, ...], otherwise: str) -> Callable[[str | None], str]:
    def fit(value: str | None) -> str:
        plain = (value or "").rpartition(".")[2].strip().lower().replace("-", "_").replace(" ", "_")
        return plain if plain in known else otherwise

    return fit


TIMES = ("due_date", "created_at", "updated_at", "completed_at")
READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(TIMES, instant),
    "status": name_or_value,
    "priority": name_or_value,
}
FITTERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(TIMES, fitting_instant),
    "title": fitting_title,
    "description": fitting_text(1000),
    "status": fitting_choice(STATUSES, "todo"),
    "priority": fitting_choice(PRIORITIES, "medium"),
    "assignee": lambda value: fitting_text(100)(value) or None,
}
