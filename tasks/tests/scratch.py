"""Databases of a test's own, empty and unmigrated, on the server that the tests run on."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import psycopg2
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections

MANAGE = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py")]


@contextmanager
def database(folder: Path, *, owner: str = "DEFAULT") -> Iterator[str]:
    """Make an empty database, yield its address, and remove it afterwards."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'taskflow.db'}"
        return
    name = f"taskflow_scratch_{uuid.uuid4().hex}"
    server_says(f"CREATE DATABASE {name} OWNER {owner}")
    try:
        yield urlsplit(server())._replace(path=f"/{name}").geturl()
    finally:
        server_says(f"DROP DATABASE {name} WITH (FORCE)")


def server() -> str:
    """Return the address of the server's own database."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(scheme="postgresql").geturl()


def server_says(sql: str) -> None:
    """Run a statement there, outside transactions."""
    own = psycopg2.connect(server())
    own.autocommit = True
    with own.cursor() as cursor:
        cursor.execute(sql)
    own.close()


@contextmanager
def in_use(url: str) -> Iterator[None]:
    """Let this process's models, commands and checks work on the database at `url`."""
    usual = connections["default"]
    address = dj_database_url.parse(url)
    scratch = usual.copy()
    scratch.settings_dict = usual.settings_dict | {key: address[key] for key in ("NAME", "USER", "PASSWORD")}
    if connection.vendor == "sqlite":  # nothing here has to outlive a power cut
        quick = {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"}
        scratch.settings_dict["OPTIONS"] = usual.settings_dict["OPTIONS"] | quick
    connections["default"] = scratch
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        scratch.close()
        connections["default"] = usual
        ContentType.objects.clear_cache()


def environment(url: str) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": url, "ENVIRONMENT": "development", "TASKFLOW_ACCESS": "open"}


def manage(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py on the database at `url`, in a process of its own."""
    command = [*MANAGE, *arguments]
    return subprocess.run(command, env=environment(url), capture_output=True, text=True, timeout=120, check=False)
