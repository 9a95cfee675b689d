"""Formats of log lines, by LOG_FORMAT. None contain search words or the secrets in addresses.

Control characters are written as escapes everywhere: visitors choose paths and names of browsers, and could otherwise
write lines of their own or speak to the terminal that shows the log.
"""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# The id of the request that the present thread answers.
request_id: ContextVar[str] = ContextVar("request_id", default="-")

# A link to a preview shows a draft, and a link for a forgotten password sets a new one; after a question mark come the
# words that a visitor typed.
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
    """Return a text without visitors' data in its addresses, and without the secrets of previews."""
    return _SECRET.sub(r"\1…", text)


def printable(text: str) -> str:
    r"""Return a text with escapes such as \n or \x1b for all characters that are not printed as they are."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def _printable_lines(text: str) -> str:
    """Return the lines of a trace, indented below the first: an error's text begins no line of the log either."""
    first, *others = (printable(line) for line in text.split("\n"))
    return "\n".join([first, *(f"    {line}" for line in others)])


class Lines(logging.Formatter):
    """A line of text, with the trace of an error below it."""

    def __init__(self, form: str = "{asctime} {levelname} {name} {request_id}: {message}") -> None:
        super().__init__(form, style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as text."""
        record.request_id = request_id.get()
        return discreet(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line itself."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """Return the trace of an error."""
        return _printable_lines(f"\n{super().formatException(ei)}")[1:]


class Json(logging.Formatter):
    """A JSON object on a line, with the named fields alone: the others of a record may hold a whole request."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON."""
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
