"""How lines of the log look, by LOG_FORMAT. None has words that were searched for, nor secrets of addresses."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# The id of the request that the present thread answers.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

# Who has a link to a preview sees a draft; what stands behind a question mark was typed by a visitor.
_SECRET = re.compile(r"""(/preview/|\?)[^\s"'<>]+""")

# What gunicorn knows of a request (its atoms), as it is called here.
_OF_REQUEST = {
    "address": "h",
    "method": "m",
    "path": "U",
    "status": "s",
    "bytes": "B",
    "milliseconds": "M",
    "browser": "a",
}


def discreet(text: str) -> str:
    """Return a text without what addresses in it tell of visitors, and without the secrets of previews."""
    return _SECRET.sub(r"\1…", text)


class Lines(logging.Formatter):
    """A line of text; of an error, its trace below."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {request_id}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as text."""
        record.request_id = request_id.get()
        return discreet(super().format(record))


class Json(logging.Formatter):
    """An object of JSON on a line. It names what it takes of a record: others may hold a whole request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "request_id": request_id.get(),
        }
        if record.name == "gunicorn.access" and isinstance(record.args, dict):
            said |= {name: record.args[atom] for name, atom in _OF_REQUEST.items()}
            said["status"] = int(said["status"])
        else:
            said["message"] = discreet(record.getMessage())
        if record.exc_info:
            said["trace"] = discreet(self.formatException(record.exc_info))
        return json.dumps(said)
