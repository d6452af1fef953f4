"""The database of the workshop's TaskFlow, made as its documents make it."""

import datetime
import uuid
from enum import Enum
from typing import Any

from django.core.management import call_command
from sqlalchemy import Column, DateTime, ForeignKey, String, inspect, text
from sqlalchemy import Enum as TypedEnum
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Session, relationship
from sqlalchemy.sql import func

SQLEnum: Any = TypedEnum
Made = tuple[type[Any], type[Any], type[Any] | None]
# What somebody made by hand in the workshop's place: nothing is required.
PLAIN_TABLE = """CREATE TABLE tasks (id VARCHAR(99), title TEXT, description TEXT, status VARCHAR(20),
    priority VARCHAR(20), assignee TEXT, due_date TIMESTAMP, created_at TIMESTAMP, updated_at TIMESTAMP, tag TEXT)"""


class TaskStatus(str, Enum):  # noqa: UP042  as the workshop has it
    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class TaskPriority(str, Enum):  # noqa: UP042
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def values(choices: type[Enum]) -> list[str]:
    return [choice.value for choice in choices]


def with_values() -> Made:
    """Make the models of the document on databases."""

    class Base(DeclarativeBase):
        pass

    class TaskModel(Base):
        __tablename__ = "tasks"
        id = Column(String, primary_key=True, index=True)
        title = Column(String(200), nullable=False)
        description = Column(String(1000), nullable=True)
        status = Column(SQLEnum(TaskStatus, values_callable=values), nullable=False, default=TaskStatus.TODO.value)
        priority = Column(SQLEnum(TaskPriority, values_callable=values), nullable=False, default="medium")
        assignee = Column(String(100), nullable=True)
        due_date = Column(DateTime, nullable=True)
        created_at = Column(DateTime, nullable=False, server_default=func.now())
        updated_at = Column(DateTime, nullable=False, server_default=func.now(), onupdate=func.now())

    return Base, TaskModel, None


def with_names() -> Made:
    """Make the models of the document on deployment."""

    class Base(DeclarativeBase):
        pass

    class TaskModel(Base):
        __tablename__ = "tasks"
        id = Column(String, primary_key=True, index=True)
        title = Column(String(200), nullable=False)
        description = Column(String(1000), nullable=True)
        status = Column(SQLEnum(TaskStatus), default=TaskStatus.TODO)
        priority = Column(SQLEnum(TaskPriority), default=TaskPriority.MEDIUM)
        assignee = Column(String(100), nullable=True)
        due_date = Column(DateTime, nullable=True)
        created_at = Column(DateTime, server_default=func.now())
        updated_at = Column(DateTime, server_default=func.now(), onupdate=func.now())

    return Base, TaskModel, None


def with_people() -> Made:
    """Make the models of the second exercise, an index as in the first one included."""

    class Base(DeclarativeBase):
        pass

    class UserModel(Base):
        __tablename__ = "users"
        id = Column(String, primary_key=True)
        name = Column(String(100))
        tasks = relationship("TaskModel", back_populates="user")

    class TaskModel(Base):
        __tablename__ = "tasks"
        id = Column(String, primary_key=True, index=True)
        title = Column(String(200), nullable=False)
        description = Column(String(1000))
        status = Column(SQLEnum(TaskStatus), index=True)
        priority = Column(SQLEnum(TaskPriority))
        assignee = Column(String(100))
        due_date = Column(DateTime)
        created_at = Column(DateTime, server_default=func.now())
        updated_at = Column(DateTime, onupdate=func.now())
        user_id = Column(String, ForeignKey("users.id"))
        user = relationship("UserModel", back_populates="tasks")

    return Base, TaskModel, UserModel


def migrate(*arguments: str) -> None:
    call_command("migrate", *(arguments or ["tasks"]), verbosity=0)


def fill(old: Engine, made: Made, rows: list[dict[str, Any]], people: dict[str, str] | None = None) -> None:
    base, task, user = made
    base.metadata.create_all(old)
    with Session(old) as session:
        if user:
            session.add_all(user(id=key, name=name) for key, name in (people or {}).items())
            session.flush()
        session.add_all(task(**row) for row in rows)
        session.commit()


def run_sql(old: Engine, *statements: str) -> None:
    with old.begin() as database:
        for statement in statements:
            database.execute(text(statement))


def rows_of(old: Engine, table: str) -> list[tuple[Any, ...]]:
    with old.connect() as database:
        return sorted(tuple(row) for row in database.execute(text(f"SELECT * FROM {table}")))  # noqa: S608


def shape_of(old: Engine, table: str) -> Any:
    """Return the columns, key, indexes and references of a table."""
    look = inspect(old)
    columns = [(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)]
    references = [(key["name"], key["referred_table"]) for key in look.get_foreign_keys(table)]
    indexes = sorted(str(index["name"]) for index in look.get_indexes(table))
    return columns, look.get_pk_constraint(table), indexes, references


def row(number: int, **fields: Any) -> dict[str, Any]:
    created = datetime.datetime(2025, 10, 22, 9, 0, 0, 123456) + datetime.timedelta(minutes=number)  # noqa: DTZ001
    later = created + datetime.timedelta(hours=1)
    return {"id": str(uuid.uuid4()), "title": f"Task {number}", "created_at": created, "updated_at": later} | fields


def three_rows() -> list[dict[str, Any]]:
    due = datetime.datetime(2026, 1, 31, 17, 30)  # noqa: DTZ001
    return [
        row(3, title="Écrire les tests 🧪", status=TaskStatus.DONE, priority=TaskPriority.HIGH, assignee="Zoé"),
        row(1, description=" مرحبا\n\ttab \\ \\N ", status=TaskStatus.IN_PROGRESS, priority=TaskPriority.LOW),
        row(2, status=TaskStatus.TODO, priority=TaskPriority.MEDIUM, due_date=due),
    ]


def insert(old: Engine, *rows: dict[str, Any]) -> None:
    with old.begin() as database:
        for fields in rows:
            names = ", ".join(fields)
            marks = ", ".join(f":{name}" for name in fields)
            database.execute(text(f"INSERT INTO tasks ({names}) VALUES ({marks})"), fields)  # noqa: S608
