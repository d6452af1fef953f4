"""The cast, and what most tests need."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tasks.due import parse_instant
from tasks.models import Actor, Source, Task

BY = Actor(Source.COMMAND)


@pytest.fixture
def client() -> APIClient:
    """A program that sends and takes JSON, signed in as nobody."""
    return APIClient()


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", "alice@example.org", "wonderland-42")


@pytest.fixture
def make_task(db: None) -> Callable[..., Task]:
    def make(title: str = "Fix login", **fields: Any) -> Task:
        if isinstance(fields.get("due_date"), str):
            fields["due_date"] = parse_instant(fields["due_date"])
        return Task.objects.create_task(by=BY, title=title, **fields)

    return make
