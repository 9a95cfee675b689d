"""Writes tables as CSV streams or XLSX files, in bounded memory and without cells that a spreadsheet would run."""

import csv
import itertools
import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import Cell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from initiatives.editorial.spreadsheets.csv_reader import CONTROL, ImportFault, guarded, shown, tidy
from initiatives.editorial.spreadsheets.xlsx_reader import unescaped_xlsx

# The most characters in a cell (Excel specifications and limits).
MAX_CELL = 32_767
# Measured: openpyxl writes about 3,000 rows of a table per second. CSV has no limit.
MAX_ROWS_XLSX = 20_000
# Rows sent, or measured for column widths, at a time.
CHUNK = 500

# Widths of columns, in characters.
NARROW, WIDE = 14, 60

# Characters that XML cannot contain; PostgreSQL cannot contain NUL either.
_NEVER = re.compile(f"{CONTROL.pattern}|[\ufffe\uffff\ud800-\udfff]")


def without_formula(cell: str) -> str:
    """Return a cell without its formula guard, to compare cells."""
    return tidy(_NEVER.sub("", cell))


def write_csv(header: list[str], rows: Iterable[list[str]], *, mark: bool = True) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8; with a byte order mark, spreadsheets recognise it."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow(header)
    yield b"\xef\xbb\xbf" if mark else b""
    for number, row in enumerate(rows, start=1):
        writer.writerow([guarded(without_formula(cell)) for cell in row])
        if number % CHUNK == 0:
            yield lines.taken()
    yield lines.taken()


class _Lines(list):
    """The file object for csv.writer."""

    write = list.append

    def taken(self) -> bytes:
        """Return the text written since the last call."""
        text = "".join(self)
        self.clear()
        return text.encode()


def write_xlsx(title: str, header: list[str], rows: Iterable[list[str]]) -> IO[bytes]:
    """Return a workbook with one sheet of text cells, as an open temporary file at its start.

    Raises ImportFault if a cell is too long for a workbook, or the table has more than MAX_ROWS_XLSX rows.
    """
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet(title)
    sheet.freeze_panes = "A2"
    rows = iter(rows)
    first = list(itertools.islice(rows, CHUNK))
    for number in range(len(header)):
        longest = max((len(row[number]) for row in first), default=0)
        letter = get_column_letter(number + 1)
        sheet.column_dimensions[letter].width = min(max(longest + 2, NARROW), WIDE)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        sheet.append([_bold(sheet, name) for name in header])
        for number, cells in enumerate(itertools.chain(first, rows), start=1):
            if number > MAX_ROWS_XLSX:
                raise ImportFault(
                    _("An XLSX export can hold up to %(limit)s rows. Narrow the list with filters, or choose CSV.")
                    % {"limit": f"{MAX_ROWS_XLSX:,}"}
                )
            sheet.append([_text(sheet, cell) for cell in cells])
    except ImportFault:
        # So that openpyxl closes its own temporary file.
        workbook.save(file)
        file.close()
        raise
    workbook.save(file)
    file.seek(0)
    return file


def _text(sheet, value: str) -> str | Cell | None:
    """Return a cell that is always text, even if its value looks like a number or formula."""
    text = unescaped_xlsx(guarded(without_formula(value)))
    if len(text) > MAX_CELL:
        raise ImportFault(
            _("The cell that begins with %(text)s is too long for a workbook. Choose CSV instead.")
            % {"text": shown(value)}
        )
    if text not in ERROR_CODES:
        return text or None
    cell = Cell(sheet, row=1, column=1, value=text)
    cell.data_type = "s"
    return cell


def _bold(sheet, name: str) -> Cell:
    cell = Cell(sheet, row=1, column=1, value=name)
    cell.font = Font(bold=True)
    return cell
