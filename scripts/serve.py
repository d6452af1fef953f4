"""Prepare the database and the static files and serve: python -m scripts.serve, or with `dev` and autoreload.

Everything here can be repeated: what is there already is neither made again nor changed.
"""

import hashlib
import os
import signal
import socket
import sys
from pathlib import Path

from scripts.install import ROOT, say

STATIC_STAMP = ROOT / ".make" / "static"
# What collectstatic's result depends on: our own files, and the packages that bring theirs.
STATIC_SOURCES = ("requirements.txt", "taskflow_project/static.py", "*/static/**/*")


def main(arguments: list[str]) -> None:
    # Ctrl-C ends this silently at any line, the imports too, until the server takes it over.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    autoreload = arguments == ["dev"]
    if autoreload:
        os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskflow_project.settings")
    port = prepare_or_say_why(with_static=not autoreload)
    if autoreload:
        os.execv(sys.executable, [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}"])  # noqa: S606
    serve()


def prepare_or_say_why(*, with_static: bool) -> int:
    """Prepare and return the port to serve on. Raises SystemExit with one sentence."""
    from django.core.management import CommandError
    from django.db import Error

    try:
        return prepare(with_static=with_static)
    except (CommandError, Error) as error:
        sys.exit(f"TaskFlow cannot start: the database cannot be prepared: {str(error).strip().splitlines()[0]}")
    except OSError as error:
        sys.exit(f"TaskFlow cannot start: {error.strerror} ({error.filename}).")


def prepare(*, with_static: bool) -> int:
    import django
    from django.core.management import call_command
    from django.db import connections

    from taskflow_project import __version__
    from taskflow_project.settings import PORT, PRODUCTION

    refuse_busy_port("0.0.0.0" if PRODUCTION else "127.0.0.1", PORT)  # noqa: S104  as gunicorn.conf.py
    django.setup()
    if with_static:
        collect_static()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createadmin", random=True)
    call_command("seed", if_empty=True)
    connections.close_all()
    say(f"TaskFlow {__version__}. Ctrl-C stops it.")
    for name, path in (("Board", "/"), ("API", "/tasks"), ("Docs", "/docs"), ("Admin", "/admin/")):
        say(f"  {name:6}http://127.0.0.1:{PORT}{path}")
    return PORT


def serve() -> None:
    """Go on as gunicorn, in this process: it has Django loaded already."""
    from gunicorn.app.wsgiapp import run

    sys.argv = ["gunicorn", "taskflow_project.wsgi"]
    run()


def refuse_busy_port(host: str, port: int) -> None:
    """Raises SystemExit where another process listens or the system forbids the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"TaskFlow cannot start: PORT {port} is not free ({error.strerror}). Try: PORT=9000 make run")


def collect_static(*, root: Path = ROOT, stamp: Path = STATIC_STAMP) -> bool:
    """Collect and compress the static files; return False where the same had been collected before."""
    from django.conf import settings
    from django.core.management import call_command

    wanted = fingerprint(root)
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    say("Collecting static files ...")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(wanted)
    return True


def fingerprint(root: Path) -> str:
    """Return a hash over names and contents of STATIC_SOURCES."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in STATIC_SOURCES for path in root.glob(pattern) if path.is_file()}):
        digest.update(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
