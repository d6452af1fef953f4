"""The cast, and what most tests need."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from rest_framework.test import APIClient
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from accounts.models import User
from tasks.due import parse_instant
from tasks.models import Actor, Source, Task
from tasks.tests import scratch
from tasks.tests.task_pages import HTML, HTMX

BY = Actor(Source.COMMAND)

# A job in a shell's background ignores Ctrl+C, and so would the commands that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database alone."""
    others = {"postgresql": {"sqlite", "once"}, "sqlite": {"postgresql"}}[connection.vendor]
    foreign = [item for item in items if any(mark.name in others for mark in item.iter_markers())]
    config.hook.pytest_deselected(items=foreign)
    items[:] = [item for item in items if item not in foreign]


def statements(work: Callable[[], object]) -> int:
    """Return how many statements `work` sends, without the transaction's own."""
    with CaptureQueriesContext(connection) as captured:
        work()
    words = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(words) for query in captured.captured_queries)


@pytest.fixture(scope="session", autouse=True)
def _no_session_outlives_the_tests(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """PostgreSQL drops no database that somebody uses, as a page's last request may, whose answer nobody awaits."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _english() -> None:
    """A request leaves its language behind in the thread, and with it in the next test."""
    translation.deactivate()


@pytest.fixture
def client() -> APIClient:
    """A program that sends and takes JSON, signed in as nobody."""
    return APIClient()


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.org", "wonderland-42")


@pytest.fixture
def maria(db: None) -> User:
    """The administrator."""
    return User.objects.create(username="maria", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(maria: User) -> Client:
    """Maria's browser."""
    client = Client()
    client.force_login(maria)
    return client


@pytest.fixture
def benoit(db: None) -> Actor:
    """A colleague at the board."""
    return Actor(Source.BOARD, User.objects.create(username="benoit", first_name="Benoît", last_name="Lefèvre"))


@pytest.fixture
def person(db: None) -> Client:
    """A browser without scripts."""
    return Client(headers=HTML)


@pytest.fixture
def scripted(db: None) -> Client:
    """A browser whose requests come from htmx, on the board without filters."""
    return Client(headers=HTMX)


@pytest.fixture
def make_task(db: None) -> Callable[..., Task]:
    def make(title: str = "Fix login", **fields: Any) -> Task:
        if isinstance(fields.get("due_date"), str):
            fields["due_date"] = parse_instant(fields["due_date"])
        return Task.objects.create_task(by=BY, title=title, **fields)

    return make


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The address of a database that is empty and not migrated."""
    with scratch.database(tmp_path) as address:
        yield address


@pytest.fixture
def old(url: str) -> Iterator[Engine]:
    """The same database as the workshop's TaskFlow reaches it."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    yield engine
    engine.dispose()


@pytest.fixture
def in_use(url: str, django_db_blocker: Any) -> Iterator[None]:
    """The same database as TaskFlow reaches it, in this process."""
    with django_db_blocker.unblock(), scratch.in_use(url):
        yield
