"""One line an event, for people (text) or for machines (json). What a request is known by goes with it."""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson

# The id of the request that this thread answers; "-" outside requests.
request_id: ContextVar[str] = ContextVar("request_id", default="-")
REQUEST_KEYS = ("method", "path", "status", "ms")


class TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s [%(id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.id = request_id.get()
        return super().format(record)


class JSONFormatter(logging.Formatter):
    """Write one JSON object a line: time, level, logger, id, message, and a request's method, path, status, ms."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "id": request_id.get(),
            "message": record.getMessage(),
        }
        event |= {key: record.__dict__[key] for key in REQUEST_KEYS if key in record.__dict__}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(event, default=str).decode()
