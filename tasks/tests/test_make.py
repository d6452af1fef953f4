"""make run, make test and their like: what they install, refuse, collect and count."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from scripts import checks, install, serve
from scripts.install import Venv
from taskflow_project import settings as real_settings
from tasks.models import Task
from tasks.tests.server import ROOT, Server, clone, free_port


@pytest.fixture
def venv(tmp_path: Path) -> Venv:
    """A project whose requirements are none, so that nothing is downloaded."""
    (tmp_path / "requirements.txt").write_text("")
    return Venv(tmp_path)


@pytest.mark.once
class TestInstall:
    def test_what_is_installed_stays_and_what_failed_is_tried_again(
        self, venv: Venv, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        requirements = venv.root / "requirements.txt"
        # An earlier attempt was broken off.
        venv.python.parent.mkdir(parents=True)
        venv.python.write_text("#!/bin/sh\nexit 1\n")
        venv.python.chmod(0o755)
        (venv.folder / "rest").touch()
        assert not venv.is_usable()
        assert venv.install("requirements.txt") is True
        assert not (venv.folder / "rest").exists()

        assert venv.install("requirements.txt") is False
        requirements.write_text("# another line\n")
        assert venv.install("requirements.txt") is True
        assert venv.install("requirements.txt") is False

        requirements.write_text("nowhere-to-be-found==1.0 --hash=sha256:" + "0" * 64)
        for _attempt in range(2):
            with pytest.raises(SystemExit, match=r"requirements\.txt could not be installed"):
                venv.install("requirements.txt")

    def test_missing_venv_module_is_a_sentence(self, venv: Venv, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "ensurepip", None)
        with pytest.raises(SystemExit, match="apt install python3-venv"):
            venv.make()

    def test_folder_that_cannot_be_written_is_a_sentence(self, venv: Venv, monkeypatch: pytest.MonkeyPatch) -> None:
        venv.folder.write_text("a file where the folder should be")
        monkeypatch.setattr(install, "ROOT", venv.root)
        with pytest.raises(SystemExit, match=r"TaskFlow cannot be installed in .*exists") as stop:
            install.main(["requirements.txt"])
        assert "\n" not in str(stop.value)

    def test_old_python_is_a_sentence(self, tmp_path: Path) -> None:
        old = tmp_path / "python3"
        pretend = "import sys; sys.version_info, sys.version = (3, 9, 18), '3.9.18 (old)'; exec(sys.argv[1])"
        old.write_text(f'#!/bin/sh\nshift; exec "{sys.executable}" -c "{pretend}" "$@"\n')
        old.chmod(0o755)
        done = subprocess.run(["make", "run", f"PYTHON={old}"], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 2
        assert done.stderr.splitlines()[0] == "TaskFlow needs Python 3.11 or newer; this is 3.9.18"

    def test_every_pinned_package_has_its_hashes_and_no_place(self) -> None:
        for name in ("requirements.txt", "requirements-dev.txt"):
            text = (ROOT / name).read_text()
            packages = [line for line in text.splitlines() if line and not line.startswith(" ")]
            assert packages
            assert all("==" in line and line.endswith("\\") for line in packages)
            assert "://" not in text

    def test_development_has_the_same_versions_as_production(self) -> None:
        pins = [
            {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}
            for name in ("requirements.txt", "requirements-dev.txt")
        ]
        assert pins[0] <= pins[1]


class TestServe:
    @pytest.mark.once
    def test_server_starts_again_on_the_same_data(self, tmp_path: Path) -> None:
        project, log = tmp_path / "project", tmp_path / "log"
        clone(project)
        command = [sys.executable, "-m", "scripts.serve"]
        environment = {"DATABASE_URL": "sqlite:///taskflow.db"}
        first = Server(command, project, log, environment).wait()
        address = f"http://127.0.0.1:{first.port}"
        tasks = first.ask("GET", "/tasks").body
        assert first.stop() == 0
        said = log.read_text()
        assert "Collecting static files" in said
        assert "Password: " in said
        assert all(f"{address}{path}\n" in said for path in ("/", "/tasks", "/docs", "/admin/"))

        log.write_text("")
        second = Server(command, project, log, environment).wait()
        assert second.ask("GET", "/tasks").body == tasks
        assert second.stop() == 0
        said = log.read_text()
        assert "Collecting" not in said
        assert "Password" not in said
        assert "Traceback" not in said

    @pytest.mark.django_db(transaction=True)
    def test_prepared_twice_is_prepared_once(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(real_settings, "PORT", free_port())
        assert serve.prepare(with_static=False) == real_settings.PORT
        tasks = Task.objects.count()
        assert tasks > 10
        assert "Password: " in capsys.readouterr().out
        serve.prepare(with_static=False)
        assert Task.objects.count() == tasks
        assert "Password: " not in capsys.readouterr().out

    @pytest.mark.once
    def test_static_files_are_collected_once(self, tmp_path: Path, settings: Any) -> None:
        settings.STATIC_ROOT = tmp_path / "collected"
        settings.STATICFILES_DIRS = []
        settings.INSTALLED_APPS = ["tasks", "django.contrib.staticfiles"]
        stamp = tmp_path / "stamp" / "static"
        assert serve.collect_static(stamp=stamp) is True
        assert (tmp_path / "collected" / "staticfiles.json").exists()
        assert serve.collect_static(stamp=stamp) is False
        shutil.rmtree(tmp_path / "collected")
        assert serve.collect_static(stamp=stamp) is True

    @pytest.mark.once
    def test_reason_is_one_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            monkeypatch.setattr(real_settings, "PORT", busy.getsockname()[1])
            with pytest.raises(SystemExit, match=r"^TaskFlow cannot start: PORT \d+ is not free \(.*\)\."):
                serve.prepare_or_say_why(with_static=False)

    @pytest.mark.once
    def test_busy_port_is_a_sentence(self) -> None:
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            port = busy.getsockname()[1]
            with pytest.raises(SystemExit, match=f"PORT {port} is not free .* Try: PORT=9000 make run"):
                serve.refuse_busy_port("127.0.0.1", port)

    @pytest.mark.once
    @pytest.mark.parametrize(
        "database", ["sqlite:////nowhere/taskflow.db", "postgresql://u:hunter2@127.0.0.1:1/taskflow"]
    )
    def test_database_out_of_reach_is_a_sentence(self, database: str) -> None:
        environment = os.environ | {"DATABASE_URL": database, "PORT": str(free_port())}
        command = [sys.executable, "-m", "scripts.serve", "dev"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 1
        assert done.stderr.startswith("TaskFlow cannot start: the database cannot be prepared: ")
        assert "Traceback" not in done.stderr
        assert "hunter2" not in done.stderr


@pytest.mark.once
class TestFingerprint:
    def test_it_follows_names_and_contents(self, tmp_path: Path) -> None:
        style = tmp_path / "tasks" / "static" / "tasks" / "board.css"
        style.parent.mkdir(parents=True)
        style.write_text("a {}")
        first = serve.fingerprint(tmp_path)
        os.utime(style, (1, 1))
        assert serve.fingerprint(tmp_path) == first
        style.write_text("b {}")
        second = serve.fingerprint(tmp_path)
        style.rename(style.with_name("list.css"))
        assert len({first, second, serve.fingerprint(tmp_path)}) == 3


@pytest.mark.once
class TestChecks:
    def test_environment_is_that_of_a_machine_that_knows_no_taskflow(self) -> None:
        foreign = {"PATH": "/bin", "TEST_DATABASE_URL": "postgresql://x/y"}
        ours = {"RENDER": "true", "DATABASE_URL": "x", "DEBUG": "maybe", "PYTHONOPTIMIZE": "2"}
        fresh = checks.fresh_environment(foreign | ours)
        assert fresh == foreign | {"PYTHON_DOTENV_DISABLED": "true"}

    def test_tests_see_neither_the_callers_variables_nor_their_database(self, tmp_path: Path) -> None:
        hostile = {
            "RENDER": "true",
            "DEBUG": "maybe",
            "DATABASE_URL": "sqlite:////nowhere/at.db",
            "TEST_DATABASE_URL": "",
        }
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tasks/tests/test_access.py", "--co"]
        done = subprocess.run(command, cwd=ROOT, env=os.environ | hostile, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not str(django_settings.DATABASES["default"]["NAME"]).startswith(str(ROOT))

    def test_no_step_heeds_the_callers_wishes_for_its_tool(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
        program = "import os; raise SystemExit('PYTEST_ADDOPTS' in os.environ)"
        assert checks.run([checks.Step("step", [sys.executable, "-c", program])]) == []

    def test_every_step_runs_and_the_failed_ones_are_named(self, capfd: pytest.CaptureFixture[str]) -> None:
        steps = [
            checks.Step("first", [sys.executable, "-c", "raise SystemExit(3)"]),
            checks.Step("second", [sys.executable, "-c", "import os; print(os.environ['WORD'])"], {"WORD": "seen"}),
            checks.Step("third", [sys.executable, "-c", "raise SystemExit(1)"]),
        ]
        assert checks.run(steps) == ["first", "third"]
        assert "seen" in capfd.readouterr().out

    @pytest.mark.parametrize(
        ("report", "counts"),
        [
            ('<testsuites><testsuite tests="9" failures="2" errors="1" skipped="1"/></testsuites>', (5, 3, 1)),
            ("<testsuites/>", (0, 1, 0)),
            ("not xml", (0, 1, 0)),
            (None, (0, 1, 0)),
        ],
    )
    def test_tests_are_counted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: str | None, counts: tuple[int, int, int]
    ) -> None:
        monkeypatch.setattr(checks, "RESULTS", tmp_path)
        if report is not None:
            (tmp_path / "sqlite.xml").write_text(report)
        assert checks.count("sqlite") == counts
        assert checks.summary("sqlite").startswith(f"sqlite: {counts[0]} passed, {counts[1]} failed")

    def test_order_is_that_of_the_documents(self) -> None:
        names = [step.name for step in [*checks.linters(), checks.tests("sqlite"), checks.tests("postgresql")]]
        assert names == [
            "ruff check",
            "ruff format",
            "mypy",
            "djade",
            "migrations",
            "deploy settings",
            "tests on sqlite",
            "tests on postgresql",
        ]
        assert "on_postgresql" in " ".join(checks.tests("postgresql").command)
        assert [step.name for step in checks.formatters()] == ["ruff check", "ruff format", "djade"]
        assert f"--fail-under={checks.FLOOR}" in checks.coverage()[-1].command


@pytest.mark.once
class TestMakefile:
    def test_help_tells_every_command(self) -> None:
        done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
        said = {line.split()[1] for line in done.stdout.splitlines()}
        assert {"help", "run", "dev", "test", "lint", "format"} <= said

    def test_ci_calls_make_test_alone(self) -> None:
        assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("exec make test")
        assert os.access(ROOT / ".ci" / "run", os.X_OK)
        assert "run: make test" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()
