"""Settings: read from the environment, loud when wrong, and told in .env.example."""

import ast
import itertools
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from gunicorn.config import KNOWN_SETTINGS

from scripts.checks import variables

ROOT = Path(__file__).resolve().parents[2]
SECRET = "correct-horse-battery-staple-0123456789-and-then-some-more"
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "tasks.example.org",
    "DATABASE_URL": "postgresql://taskflow:hunter2@db.example.org/taskflow",
}
READERS = {"text", "flag", "integer", "choice", "words", "origins"}
Load = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.once


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Read a copy of the settings, in a folder of its own, with these variables and no other of ours."""
    (tmp_path / "taskflow_project").mkdir()
    copy = shutil.copy(ROOT / "taskflow_project" / "settings.py", tmp_path / "taskflow_project")

    def read(**environment: str) -> dict[str, Any]:
        for name in variables():
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(copy))

    return read


class TestRefused:
    @pytest.mark.parametrize(
        ("name", "value", "allowed"),
        [
            ("ENVIRONMENT", "prod", "development, production"),
            ("DEBUG", "maybe", "true or false"),
            ("TASKFLOW_ACCESS", "public", "open, private"),
            ("PORT", "http", "from 1 to 65535"),
            ("PORT", "70000", "from 1 to 65535"),
            ("ALLOWED_HOSTS", "https://tasks.example.org", "without https://"),
            ("ALLOWED_HOSTS", "tasks.example.org:8000", "without a port"),
            ("CSRF_TRUSTED_ORIGINS", "tasks.example.org", "https://tasks.example.org"),
            ("CSRF_TRUSTED_ORIGINS", "*", "https://tasks.example.org"),
            ("CORS_ORIGINS", "https://front.example.org/app", "https://tasks.example.org"),
            ("CORS_ORIGINS", "https://*.example.org", "in full"),
            ("DATABASE_URL", "mysql://root@db/taskflow", "sqlite:///, postgres:// or postgresql://"),
            ("DATABASE_URL", "sqlite:///", "name a file"),
            ("DATABASE_URL", "sqlite:///:memory:", "name a file"),
            ("DATABASE_URL", "sqlite:///taskflow.db?mode=ro", "nothing else"),
            ("DATABASE_URL", "postgresql://taskflow:hunter2@db.example.org", "host and a database"),
            ("DATABASE_URL", "postgresql:///taskflow", "host and a database"),
            ("DATABASE_URL", "postgresql://taskflow:hunter2@db:port/taskflow", "%-encoded"),
            ("DATABASE_URL", "postgresql://taskflow:[YOUR-PASSWORD]@db/taskflow", "[YOUR-PASSWORD]"),
            ("DATABASE_URL", "postgresql://taskflow:hunter2@db/taskflow?pgbouncer=true", "sslmode=require"),
            ("DATABASE_CONN_MAX_AGE", "-1", "from 0 to 86400"),
            ("DATABASE_STATEMENT_TIMEOUT", "1.5", "whole number"),
            ("DATABASE_LOCK_TIMEOUT", "³", "whole number"),
            ("MAX_BODY_SIZE", "1", "from 1024"),
            ("LANGUAGE_CODE", "de", "en, fr"),
            ("TIME_ZONE", "Mars/Olympus", "IANA"),
            ("TIME_ZONE", "../../etc/passwd", "IANA"),
            ("LOG_LEVEL", "LOUD", "DEBUG, ERROR, INFO, WARNING"),
            ("LOG_FORMAT", "xml", "json, text"),
        ],
    )
    def test_wrong_value_is_named_with_what_is_allowed(self, load: Load, name: str, value: str, allowed: str) -> None:
        with pytest.raises(SystemExit) as stop:
            load(**{name: value})
        sentence = str(stop.value)
        assert sentence.startswith(f"TaskFlow cannot start: {name} ")
        assert allowed in sentence
        assert "\n" not in sentence
        assert "hunter2" not in sentence

    @pytest.mark.parametrize(
        ("change", "name"),
        [
            ({"DEBUG": "true"}, "DEBUG"),
            ({"SECRET_KEY": ""}, "SECRET_KEY"),
            ({"SECRET_KEY": "too-short"}, "SECRET_KEY"),
            ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
            ({"SECRET_KEY": "django-insecure-" + SECRET}, "SECRET_KEY"),
            ({"DATABASE_URL": ""}, "DATABASE_URL"),
            ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
            ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
            ({"CORS_ORIGINS": "*"}, "CORS_ORIGINS"),
        ],
    )
    def test_production_refuses_what_development_may_do(self, load: Load, change: dict[str, str], name: str) -> None:
        with pytest.raises(SystemExit, match=f"TaskFlow cannot start: {name} must ") as stop:
            load(**PRODUCTION | change)
        assert "hunter2" not in str(stop.value)
        assert SECRET not in str(stop.value)

    def test_folder_that_takes_no_secret_key_is_named(self, load: Load, tmp_path: Path) -> None:
        (tmp_path / ".secret_key").symlink_to(tmp_path / "missing" / "key")
        with pytest.raises(SystemExit, match=r"^TaskFlow cannot start: SECRET_KEY is not set and .*/\.secret_key "):
            load()

    def test_secret_key_that_is_empty_is_named(self, load: Load, tmp_path: Path) -> None:
        (tmp_path / ".secret_key").touch()
        with pytest.raises(SystemExit, match=r"^TaskFlow cannot start: SECRET_KEY is not set and .*/\.secret_key "):
            load()

    @pytest.mark.parametrize("command", [["manage.py", "check"], ["-m", "gunicorn", "taskflow_project.wsgi"]])
    def test_start_ends_with_the_sentence_alone(self, command: list[str]) -> None:
        environment = os.environ | PRODUCTION | {"DEBUG": "true"}
        ended = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert ended.returncode == 1
        assert ended.stderr.splitlines() == [
            "TaskFlow cannot start: DEBUG must be false in production: its error pages show settings and data."
        ]

    def test_gunicorn_refuses_its_own_variables_too(self) -> None:
        environment = os.environ | {"THREADS": "many"}
        command = [sys.executable, "-m", "gunicorn", "taskflow_project.wsgi"]
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert ended.stderr == "TaskFlow cannot start: THREADS must be a whole number from 1 to 64.\n"


class TestDefaults:
    def test_development_is_open_and_local(self, load: Load) -> None:
        settings = load()
        assert (settings["ENVIRONMENT"], settings["TASKFLOW_ACCESS"], settings["DEBUG"]) == (
            "development",
            "open",
            False,
        )
        assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
        assert settings["CORS_ALLOWED_ORIGINS"] == ["http://localhost:5173", "http://localhost:3000"]
        assert (settings["LOG_FORMAT"], settings["SECURE_SSL_REDIRECT"]) == ("text", False)

    def test_sqlite_file_lies_in_the_project_folder(self, load: Load, tmp_path: Path) -> None:
        assert load()["DATABASES"]["default"]["NAME"] == str(tmp_path / "taskflow.db")
        assert load(DATABASE_URL="sqlite:///data/a.db")["DATABASES"]["default"]["NAME"] == str(
            tmp_path / "data" / "a.db"
        )
        assert load(DATABASE_URL="sqlite:////data/a.db")["DATABASES"]["default"]["NAME"] == "/data/a.db"

    def test_secret_key_is_made_once_and_for_its_owner_alone(self, load: Load, tmp_path: Path) -> None:
        first = load()["SECRET_KEY"]
        assert load()["SECRET_KEY"] == first
        assert len(first) >= 50
        assert (tmp_path / ".secret_key").stat().st_mode & 0o777 == 0o600
        assert load(SECRET_KEY="mine")["SECRET_KEY"] == "mine"

    def test_render_means_production(self, load: Load) -> None:
        settings = load(
            **PRODUCTION | {"ENVIRONMENT": "", "RENDER": "true", "CORS_ORIGINS": "https://front.example.org/"}
        )
        assert (settings["ENVIRONMENT"], settings["TASKFLOW_ACCESS"], settings["LOG_FORMAT"]) == (
            "production",
            "private",
            "json",
        )
        assert settings["CORS_ALLOWED_ORIGINS"] == ["https://front.example.org"]

    def test_renders_host_is_allowed_and_trusted(self, load: Load) -> None:
        settings = load(**PRODUCTION | {"ALLOWED_HOSTS": "", "RENDER_EXTERNAL_HOSTNAME": "taskflow.onrender.com"})
        assert settings["ALLOWED_HOSTS"] == ["taskflow.onrender.com"]
        assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://taskflow.onrender.com"]

    def test_production_keeps_to_https(self, load: Load) -> None:
        settings = load(**PRODUCTION)
        assert settings["SECURE_SSL_REDIRECT"] is True
        assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000
        assert settings["SESSION_COOKIE_SECURE"] is settings["CSRF_COOKIE_SECURE"] is True
        assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
        assert settings["CORS_ALLOWED_ORIGINS"] == []

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
    def test_postgresql_connections_are_kept_and_tested(self, load: Load, scheme: str) -> None:
        database = load(DATABASE_URL=f"{scheme}://taskflow:h%40nter@db/taskflow?sslmode=require")["DATABASES"][
            "default"
        ]
        assert (database["PASSWORD"], database["OPTIONS"]["sslmode"]) == ("h@nter", "require")
        assert (database["CONN_MAX_AGE"], database["CONN_HEALTH_CHECKS"]) == (600, True)
        assert database["DISABLE_SERVER_SIDE_CURSORS"] is False

    def test_transaction_pooler_gets_no_server_side_cursors(self, load: Load) -> None:
        address = "postgresql://taskflow:x@pooler.example.org:6543/postgres"
        assert load(DATABASE_URL=address)["DATABASES"]["default"]["DISABLE_SERVER_SIDE_CURSORS"] is True

    def test_dot_env_is_read_and_the_environment_wins(
        self, load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("PYTHON_DOTENV_DISABLED")
        (tmp_path / ".env").write_text("TIME_ZONE=Europe/Paris\nPORT=9000\n")
        settings = load(PORT="9001")
        assert (settings["TIME_ZONE"], settings["PORT"]) == ("Europe/Paris", 9001)


@pytest.mark.sqlite
@pytest.mark.django_db
class TestSQLite:
    @pytest.mark.parametrize(
        ("pragma", "value"),
        [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 20_000)],
    )
    def test_connection_has(self, pragma: str, value: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone() == (value,)


class TestExample:
    def test_every_variable_that_the_code_reads_is_told(self) -> None:
        assert set(read_by_code()) - variables() == set()

    def test_every_variable_told_is_read(self) -> None:
        literals = {node.value for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        assert variables() - literals == set()

    def test_every_variable_has_a_comment(self) -> None:
        lines = (ROOT / ".env.example").read_text().splitlines()
        for before, line in itertools.pairwise(lines):
            if re.match(r"#?[A-Z_]+=", line) and not line.startswith("#DJANGO_SUPERUSER_"):
                assert re.match(r"# \S", before), line

    def test_copy_with_every_value_taken_starts(self, load: Load) -> None:
        lines = (ROOT / ".env.example").read_text().splitlines()
        pairs = [line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line)]
        example = dict(pairs)
        settings, defaults = load(**example), load()
        for name in (
            "ENVIRONMENT",
            "DEBUG",
            "DATABASES",
            "PORT",
            "MAX_BODY_SIZE",
            "LOGGING",
            "TIME_ZONE",
            "LOCK_TIMEOUT",
        ):
            assert settings[name] == defaults[name], name


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    """Return what gunicorn.conf.py says in production."""
    program = "import json, runpy; print(json.dumps(runpy.run_path('gunicorn.conf.py'), default=str))"
    environment = os.environ | PRODUCTION
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


class TestGunicorn:
    def test_two_releases_and_a_migration_fit_into_fifteen_connections(self, production: dict[str, Any]) -> None:
        assert 2 * production["workers"] * (production["threads"] + 1) + 1 <= 15

    def test_every_setting_is_one_that_gunicorn_knows(self, production: dict[str, Any]) -> None:
        ours = {name for name in production if re.fullmatch(r"[a-z_]+", name) and not name.startswith("_")}
        others = {"connections", "integer", "json", "os", "refuse", "sys", "util", "uuid"}
        assert ours - others - {setting.name for setting in KNOWN_SETTINGS} == set()

    def test_requests_are_finished_before_render_kills(self, production: dict[str, Any]) -> None:
        assert production["graceful_timeout"] < 30


def trees() -> Iterator[ast.AST]:
    folders = ("taskflow_project", "tasks", "accounts", "scripts")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py") if "/tests/" not in str(path)]
    for path in [*files, ROOT / "gunicorn.conf.py", ROOT / "tasks" / "tests" / "on_postgresql.py"]:
        yield ast.parse(path.read_text())


def read_by_code() -> Iterator[str]:
    """Yield the names given to the readers of taskflow_project.environment and to os.environ."""
    for tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=reader), args=[ast.Constant(value=str(name)), *_]) if reader in READERS:
                    if name.isupper():
                        yield name
                case (
                    ast.Call(func=ast.Attribute(value=ast.Attribute(attr="environ"), attr="get"), args=[argument, *_])
                    | ast.Call(func=ast.Attribute(attr="getenv"), args=[argument, *_])
                    | ast.Subscript(value=ast.Attribute(attr="environ"), slice=argument)
                ):
                    if isinstance(argument, ast.Constant):
                        yield str(argument.value)
