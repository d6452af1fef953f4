"""PostgreSQL ends what takes too long while serving; the answer is 503 and nothing is written."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from rest_framework.test import APIClient

from tasks import database
from tasks.models import Change, Task
from tasks.tests.conftest import BY

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _short(settings: Any) -> Iterator[None]:
    settings.STATEMENT_TIMEOUT, settings.LOCK_TIMEOUT = 2, 1
    yield
    connection.close()  # and with it what was set for its session


def test_a_statement_that_takes_too_long_is_ended() -> None:
    database.set_deadlines(connection)
    with pytest.raises(OperationalError, match="statement timeout"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(10)")


def test_a_writer_that_waits_too_long_is_503_and_may_try_again(make_task: Callable[..., Task]) -> None:
    task = make_task()

    def write() -> Any:
        try:
            database.set_deadlines(connection)
            return APIClient().patch(f"/tasks/{task.pk}", {"title": "late"})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            task.change(by=BY, title="first")
            refused = other.submit(write).result()
        assert (refused.status_code, int(refused["Retry-After"]) > 0) == (503, True)
        assert Change.objects.count() == 2
        assert other.submit(write).result().status_code == 200


def test_nothing_is_set_behind_a_transaction_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", value=True)
    database.set_deadlines(connection)
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
