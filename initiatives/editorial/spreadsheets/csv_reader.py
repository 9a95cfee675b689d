"""Reads CSV files: decodes them and splits them into rows and cells. Knows nothing about the record."""

import codecs
import csv
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _

DELIMITERS = ",;\t"
# Characters in a cell. The csv module's own limit, 131,072, is too low for a speech; without a limit, one missing
# quotation mark would read the whole file into one cell.
MAX_CELL = 10_000_000
# Characters in a text, which a form must be able to send again.
MAX_TEXT = 100_000

# Characters that XML 1.0, and so the feeds, cannot contain.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

# Cells that a spreadsheet may run as a formula (OWASP, "CSV Injection"), with any number of guards.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


class ImportFault(ValueError):
    """The file as a whole cannot be imported; the message tells the user why."""


@dataclass(frozen=True)
class Layout:
    """The columns a table may have, and those it must have unless it has the key column."""

    columns: tuple[str, ...]
    required: tuple[str, ...]
    key: str = ""


@dataclass(frozen=True)
class Row:
    """One row: its first line in the file, its cells by column, and errors in its form."""

    line: int
    cells: dict[str, str]
    reasons: tuple[str, ...] = ()


def read_csv(lines: Iterable[bytes], layout: Layout) -> Iterator[Row]:
    """Yield the rows of a CSV file, given its lines as bytes (an open file or an upload gives them).

    UTF-8 with or without a byte order mark; separated by commas, semicolons or tabs; empty rows are skipped. Raises
    ImportFault if the file has another encoding, other columns than the layout, or unclosed quotation marks.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    texts = _decoded(lines)
    blank = 0
    for header in texts:
        if header.strip():
            break
        blank += 1
    else:
        raise ImportFault(_("The file is empty."))
    reader = csv.reader(itertools.chain([header], texts), delimiter=_delimiter_of(header, layout), strict=True)
    columns: list[str] = []
    while True:
        line = blank + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ImportFault(
                _(
                    "Line %(line)d: the row that begins here cannot be read (%(error)s). Check its quotation marks. "
                    "A cell that begins with one must end with one, and any inside must be doubled."
                )
                % {"line": line, "error": error}
            ) from error
        if not columns:
            columns = header_columns(cells, layout)
        elif row := row_of(line, columns, cells):
            yield row


def row_of(line: int, columns: list[str], cells: Iterable[str]) -> Row | None:
    """Return the row on a line; None if it is empty."""
    values = [bare(tidy(cell)) for cell in cells]
    if not any(values):
        return None
    surplus = any(values[len(columns) :])
    reasons = (_("The row has more cells than there are columns."),) if surplus else ()
    return Row(line, dict(zip(columns, values, strict=False)), reasons)


def tidy(cell: str) -> str:
    """Return a cell for comparison and storage: stripped, each line break one character."""
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


def guarded(cell: str) -> str:
    """Return a cell that no spreadsheet runs: one that begins like a formula gets an apostrophe in front."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """Undo `guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the physical lines of a file with their line endings. Raises ImportFault if one is not UTF-8."""
    # Files with the line endings of old Macs arrive as one line.
    physical = itertools.chain.from_iterable(line.splitlines(keepends=True) for line in lines)
    for number, raw in enumerate(physical, start=1):
        if b"\0" in raw:
            raise ImportFault(
                _("Line %(line)d contains a NUL byte, so it is not UTF-8 text. Save the file as “CSV UTF-8”.")
                % {"line": number}
            )
        try:
            yield (raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw).decode()
        except UnicodeDecodeError as error:
            raise ImportFault(
                _("Line %(line)d is not UTF-8 text (see its byte %(byte)d). Save the file as “CSV UTF-8”.")
                % {"line": number, "byte": error.start + 1}
            ) from error


def _delimiter_of(header: str, layout: Layout) -> str:
    """Return the delimiter that gives the most known columns."""
    return max(
        DELIMITERS,
        key=lambda sign: sum(name.strip(' "\r\n').lower() in layout.columns for name in header.split(sign)),
    )


def header_columns(header: Iterable[str], layout: Layout) -> list[str]:
    """Return the columns a header names. Raises ImportFault if any are unknown, missing or repeated."""
    columns = [tidy(name).lower() for name in header]
    required = () if layout.key in columns else layout.required
    while columns and not columns[-1]:  # spreadsheets leave trailing delimiters
        columns.pop()
    faults = [
        (_("Unknown columns: %s."), [CONTROL.sub("�", name) for name in columns if name not in layout.columns]),
        (_("Missing columns: %s."), [name for name in required if name not in columns]),
        (_("Repeated columns: %s."), [name for name in layout.columns if columns.count(name) > 1]),
    ]
    messages = [message % ", ".join(shown(name) for name in names[:20]) for message, names in faults if names]
    if messages:
        messages.append(_("The first line must contain the column names: %s.") % ", ".join(layout.columns))
        raise ImportFault(" ".join(messages))
    return columns


def faults_of(column: str, cell: str, *, required: bool) -> list[str]:
    """Return errors of a cell of any type: required but empty, too long, or containing control characters."""
    if required and not cell:
        return [_("%(column)s: the cell is empty. Fill it in.") % {"column": column}]
    if len(cell) > MAX_TEXT:
        return [
            _("%(column)s: the cell contains more than %(limit)s characters. Shorten it.")
            % {"column": column, "limit": f"{MAX_TEXT:,}"}
        ]
    if sign := CONTROL.search(cell):
        return [
            _("%(column)s: the cell contains the control character U+%(code)04X. Remove it.")
            % {"column": column, "code": ord(sign.group())}
        ]
    return []


def shown(value: object) -> str:
    """Return a value for a message: quoted, on one line, shortened."""
    return f"“{Truncator(' '.join(str(value).split())).chars(60)}”"
