"""How gunicorn serves TaskFlow. Started in the project folder with: gunicorn taskflow_project.wsgi"""

import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

from django.db import connections
from gunicorn import util
from gunicorn.glogging import Logger

sys.path.insert(0, str(Path(__file__).resolve().parent))  # gunicorn adds the folder only after it has read this file

from taskflow_project.environment import integer
from taskflow_project.logs import JSONFormatter, TextFormatter
from taskflow_project.settings import LOG_FORMAT, LOG_LEVEL, PORT, PRODUCTION

bind = f"{'0.0.0.0' if PRODUCTION else '127.0.0.1'}:{PORT}"  # noqa: S104  a host's proxy comes from outside

# Each thread keeps one database connection, and each worker one more for /health. While a new release starts, the old
# one still serves and a migration may run: 2 * 1 * (5 + 1) + 1 = 13 of the 15 that Supabase's session pooler lends.
# Two are left for psql. In development nothing is scarce: two workers of four threads.
worker_class = "gthread"
workers = integer("WEB_CONCURRENCY", default=1 if PRODUCTION else 2, minimum=1, maximum=64)
threads = integer("THREADS", default=5 if PRODUCTION else 4, minimum=1, maximum=64)

# The settings are read before a worker is born: a wrong one ends the start with its sentence.
preload_app = True

timeout = 30  # seconds without a sign of life from a worker, not the length of a request
graceful_timeout = 25  # seconds for what is in flight after SIGTERM; Render kills after 30
keepalive = 75  # seconds; longer than a proxy keeps an idle connection, which it would otherwise find closed
if Path("/dev/shm").is_dir() and os.access("/dev/shm", os.W_OK):  # noqa: S108  signs of life in memory, not on a slow disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108

limit_request_line = 8190  # bytes
limit_request_fields = 100
limit_request_field_size = 8190  # bytes

# Who came by TLS is told to Django alone (SECURE_PROXY_SSL_HEADER). No peer may set the scheme or SCRIPT_NAME here.
forwarded_allow_ips = ""
forwarder_headers = ""

# A socket for commands to the server, which nobody sends.
control_socket_disable = True


class Log(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's own lines in the format of TaskFlow's; requests are logged by RequestMiddleware."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.setLevel(LOG_LEVEL)
        for handler in self.error_log.handlers:
            handler.setFormatter(JSONFormatter() if LOG_FORMAT == "json" else TextFormatter())


logger_class = Log


def refuse(client: Any, status: int, reason: str, _why: str) -> None:
    """Answer what cannot be read as HTTP, and so never reaches Django, like any other error: gunicorn writes HTML."""
    body = json.dumps({"detail": reason})
    head = (
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Referrer-Policy: same-origin",
        "X-Content-Type-Options: nosniff",
        f"X-Request-ID: {uuid.uuid4().hex}",
    )
    util.write_nonblock(client, "\r\n".join([*head, "", body]).encode())


util.write_error = refuse


def pre_fork(_server: Any, _worker: Any) -> None:
    """Leave the workers no connection of their parent's: two processes on one socket read each other's answers."""
    connections.close_all()
