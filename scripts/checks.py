"""Every check, in one order, each run even when an earlier one failed: python -m scripts.checks test"""

import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from scripts.install import ROOT, say

FLOOR = 95  # percent of lines and branches
RESULTS = ROOT / ".make"
PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "manage.py"]
DJADE = [str(Path(sys.executable).with_name("djade")), "--target-version", "5.2"]
POSTGRESQL = [*PYTHON, "tasks.tests.on_postgresql"]
SPREAD = ["-n", "auto", "--dist", "loadfile"]  # what a fixture builds for a file is built once
TOOLS = ("PYTEST_", "COVERAGE_", "COV_", "GUNICORN_", "MYPY", "RUFF_", "HYPOTHESIS_")  # whose variables change a check
# An address that nobody answers: what is checked here needs no connection.
PRODUCTION = {
    "ENVIRONMENT": "production",
    "ALLOWED_HOSTS": "tasks.example.org",
    "DATABASE_URL": "postgresql://taskflow@127.0.0.1:1/taskflow",
}


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, base: Mapping[str, str]) -> bool:
        say(f"\n--- {self.name}")
        began = time.monotonic()
        passed = subprocess.run(self.command, cwd=ROOT, env={**base, **self.environment}).returncode == 0
        say(f"--- {self.name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - began:.1f} s")
        return passed


def variables(example: Path = ROOT / ".env.example") -> set[str]:
    """Return the names of all variables that TaskFlow reads."""
    return set(re.findall(r"^#?([A-Z][A-Z_]+)=", example.read_text(), re.MULTILINE))


def fresh_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without what changes TaskFlow or Python: as on a machine that knows neither."""
    ours = variables() - {"TEST_DATABASE_URL"}
    kept = {name: value for name, value in environment.items() if name not in ours}
    return without(kept, "PYTHON", "DJANGO_") | {"PYTHON_DOTENV_DISABLED": "true"}


def without(environment: Mapping[str, str], *prefixes: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(prefixes)}


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("*/templates/**/*.html"))


def linters() -> list[Step]:
    deploy = {**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(64)}
    return [
        Step("ruff check", [*PYTHON, "ruff", "check", "."]),
        Step("ruff format", [*PYTHON, "ruff", "format", "--check", "."]),
        Step("mypy", [*PYTHON, "mypy", "."]),
        Step("djade", [*DJADE, "--check", *templates()]),
        Step("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
        Step("deploy settings", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], deploy),
    ]


def formatters() -> list[Step]:
    return [
        Step("ruff check", [*PYTHON, "ruff", "check", "--fix", "."]),
        Step("ruff format", [*PYTHON, "ruff", "format", "."]),
        Step("djade", [*DJADE, *templates()]),
    ]


def tests(database: str) -> Step:
    report = [f"--junitxml={results_of(database)}", "--cov", "--cov-report=", "--cov-fail-under=0"]
    pytest = [*PYTHON, "pytest", "-q", *SPREAD, *report]
    environment = {"COVERAGE_FILE": str(RESULTS / f"coverage.{database}")}
    if database == "postgresql":
        return Step("tests on postgresql", [*POSTGRESQL, *pytest], environment)
    return Step("tests on sqlite", pytest, environment | {"TEST_DATABASE_URL": ""})


def coverage() -> list[Step]:
    command = [*PYTHON, "coverage"]
    data = {"COVERAGE_FILE": str(RESULTS / "coverage")}
    halves = [str(RESULTS / f"coverage.{database}") for database in ("sqlite", "postgresql")]
    return [
        Step("coverage of both", [*command, "combine", "--keep", *halves], data),
        Step("coverage in htmlcov/", [*command, "html", "--quiet", "--fail-under=0"], data),
        Step("coverage", [*command, "report", f"--fail-under={FLOOR}"], data),
    ]


def results_of(database: str) -> Path:
    return RESULTS / f"{database}.xml"


def count(database: str) -> tuple[int, int, int]:
    """Return how many tests passed, failed (or broke) and were skipped; nothing at all counts as a failure."""
    try:
        suite = ElementTree.parse(results_of(database)).getroot().find("testsuite")  # noqa: S314  pytest's own file
    except (OSError, ElementTree.ParseError):
        suite = None
    if suite is None:
        return 0, 1, 0
    total, failures, errors, skipped = (int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped"))
    return total - failures - errors - skipped, failures + errors, skipped


def summary(database: str) -> str:
    passed, failed, skipped = count(database)
    return f"{database}: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "")


def run(steps: Sequence[Step]) -> list[str]:
    """Run all of them; return the names of those that failed."""
    environment = without(fresh_environment(os.environ), *TOOLS)
    return [step.name for step in steps if not step.run(environment)]


def clear_results() -> None:
    RESULTS.mkdir(exist_ok=True)
    for path in [*RESULTS.glob("coverage*"), *RESULTS.glob("*.xml")]:
        path.unlink()


def main(what: str) -> None:
    if what != "test":
        failed = run(formatters() if what == "format" else linters())
    else:
        clear_results()
        failed = run([*linters(), tests("sqlite"), tests("postgresql"), *coverage()])
    say(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    if what == "test":
        say("\n".join(summary(database) for database in ("sqlite", "postgresql")))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
