"""Many processes write to one SQLite file at once, as two gunicorn workers and a command do."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tasks.tests.server import ROOT


@pytest.mark.once
def test_no_writer_finds_the_database_locked(tmp_path: Path) -> None:
    file = tmp_path / "writers.db"
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{file}"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "tasks.tests.sqlite_writers", "3"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    outcome = json.loads(done.stdout)
    assert outcome["errors"] == {}
    assert all(outcome["written"]), "a writer never got its turn"
    database = sqlite3.connect(file)
    try:
        total = sum(outcome["written"])
        assert database.execute("SELECT count(*), count(DISTINCT number) FROM tasks").fetchone() == (total, total)
        assert database.execute("SELECT count(*) FROM tasks WHERE status = 'done' AND version = 2").fetchone() == (
            total,
        )
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        database.close()
