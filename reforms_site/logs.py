"""Formats of log lines, by LOG_FORMAT. They omit search words and secrets in addresses.

Control characters are escaped everywhere, because visitors choose paths and user agents: they could otherwise forge log
lines or send escape sequences to the terminal that shows the log.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# The id of the request that the current thread answers.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

# Preview links show drafts, links for forgotten passwords set new ones, and a query contains the words that a visitor
# typed.
_SECRET = re.compile(r"""(/preview/|/forgotten/|\?)[^\s"'<>]+""")

# Our names for gunicorn's data about a request (its atoms).
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
    """Return a text without the queries and secrets in its addresses."""
    return _SECRET.sub(r"\1…", text)


def printable(text: str) -> str:
    r"""Return a text with all characters that are not printable escaped, such as \n or \x1b."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def _printable_lines(text: str) -> str:
    """Return a traceback with all lines but the first indented, so that no error message can look like a log line."""
    first, *others = (printable(line) for line in text.split("\n"))
    return "\n".join([first, *(f"    {line}" for line in others)])


class Lines(logging.Formatter):
    """Formats a record as a line of text, with the traceback of an error below it."""

    def __init__(self, form: str = "{asctime} {levelname} {name} {request_id}: {message}") -> None:
        super().__init__(form, style="{")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get()
        return discreet(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return _printable_lines(f"\n{super().formatException(ei)}")[1:]


class Json(logging.Formatter):
    """Formats a record as one line of JSON, with these fields only: others may contain a whole request."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "request_id": request_id.get(),
        }
        if record.name == "gunicorn.access" and isinstance(record.args, dict):
            fields |= {name: record.args[atom] for name, atom in _OF_REQUEST.items()}
            fields["status"] = int(fields["status"])
        else:
            fields["message"] = discreet(record.getMessage())
        fields = {name: printable(value) if isinstance(value, str) else value for name, value in fields.items()}
        if record.exc_info:
            fields["trace"] = discreet(_printable_lines(self.formatException(record.exc_info)))
        return json.dumps(fields)
