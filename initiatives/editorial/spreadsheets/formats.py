"""Uploaded files: their format, by name and content, and their rows, within limits."""

import io
import threading
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Layout, Row, read_csv
from initiatives.editorial.spreadsheets.xlsx_reader import read_xlsx

# Measured (docs/import.md): a file of 5,000 rows is checked, and then stored, in well under half a minute each.
MAX_ROWS = 5_000
MAX_BYTES = 5_000_000

# Seconds that a file waits: a process reads one at a time, because each may need several hundred MB of memory.
TURN = 5
_reading = threading.BoundedSemaphore(1)

CSV, XLSX = "csv", "xlsx"

OTHER_FORMATS = gettext_lazy(
    "Only CSV and XLSX files can be imported. In your spreadsheet program, choose “Save as” and then XLSX."
)

_ZIP = b"PK\x03\x04"
# The signature of formats before XLSX (Compound File Binary), and of XLSX with a password.
_COMPOUND = b"\xd0\xcf\x11\xe0"


def format_of(name: str, content: bytes) -> str:
    """Return CSV or XLSX if the name and content of a file agree. Raises ImportFault otherwise."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending not in {CSV, XLSX}:
        raise ImportFault(str(OTHER_FORMATS))
    if content.startswith(_COMPOUND):
        raise ImportFault(_("The file is in an old format or has a password. Save it as XLSX without a password."))
    if (ending == XLSX) != content.startswith(_ZIP):
        raise ImportFault(
            _("The file name ends in .%(ending)s, but the file is in another format. Save it again as CSV or XLSX.")
            % {"ending": ending}
        )
    return ending


def read(name: str, content: bytes, layout: Layout, sheet: str) -> list[Row]:
    """Return the rows of a file. Raises ImportFault, saying what to do, if it is too large or cannot be read now."""
    if len(content) > MAX_BYTES:
        raise ImportFault(too_large())
    read_format = read_csv if format_of(name, content) == CSV else partial(read_xlsx, sheet=sheet)
    if not _reading.acquire(timeout=TURN):
        raise ImportFault(_("Other files are being read. Try again in a minute."))
    try:
        return _within_limits(read_format(io.BytesIO(content), layout))
    finally:
        _reading.release()


def _within_limits(rows: Iterator[Row]) -> list[Row]:
    taken = list(islice(rows, MAX_ROWS + 1))
    if len(taken) > MAX_ROWS:
        raise ImportFault(
            _("The file has more than %(limit)s rows. Split it and import the parts one by one.")
            % {"limit": f"{MAX_ROWS:,}"}
        )
    if not taken:
        raise ImportFault(_("The file has no rows below the column names. Add at least one."))
    return taken


def too_large() -> str:
    """Return the message for a file above MAX_BYTES."""
    return _("The file is larger than %(limit)d MB. Split it and import the parts one by one.") % {
        "limit": MAX_BYTES // 1_000_000
    }
