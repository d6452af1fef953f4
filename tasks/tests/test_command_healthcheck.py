"""What /health says, as exit code."""

import socket
import time

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tasks.models import Task
from tasks.tests import scratch
from tasks.tests.conftest import BY


@pytest.fixture
def migrated(url: str, in_use: None) -> None:
    call_command("migrate", verbosity=0)


def test_a_healthy_database_is_described(url: str, migrated: None) -> None:
    Task.objects.create_task(by=BY, title="One")
    asked = scratch.manage(url, "healthcheck")
    assert asked.returncode == 0
    assert asked.stdout == f"healthy: database connected, storage {connection.vendor}, tasks 1\n"
    assert asked.stderr == ""


def test_with_verbosity_0_the_exit_code_alone_speaks(url: str, migrated: None) -> None:
    asked = scratch.manage(url, "healthcheck", "-v0")
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "", "")


def test_migrations_that_are_not_applied_are_a_fault(url: str) -> None:
    asked = scratch.manage(url, "healthcheck")
    assert asked.returncode == 1
    assert "migrations are not applied" in asked.stderr


def test_one_migration_that_is_missing_is_a_fault(url: str) -> None:
    scratch.manage(url, "migrate", "-v0", "tasks", "0001")
    assert scratch.manage(url, "healthcheck").returncode == 1


def test_a_database_that_is_away_is_a_fault_without_its_address() -> None:
    asked = scratch.manage("postgresql://someone:s3cret@127.0.0.1:1/nothing", "healthcheck")
    assert asked.returncode == 1
    assert asked.stderr == "CommandError: degraded: the database is not usable (OperationalError)\n"


def test_a_database_that_never_answers_is_a_fault_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # it takes connections and says nothing
        address = f"postgresql://someone@127.0.0.1:{mute.getsockname()[1]}/nothing?connect_timeout=60"
        started = time.monotonic()
        asked = scratch.manage(address, "healthcheck", "--timeout", "0.5")
        assert time.monotonic() - started < 15
    assert asked.returncode == 1
    assert "has not answered for 0.5 s" in asked.stderr


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "nan", "601"])
def test_a_timeout_that_is_none_is_refused(timeout: str) -> None:
    with pytest.raises(CommandError, match="timeout"):
        call_command("healthcheck", f"--timeout={timeout}")
