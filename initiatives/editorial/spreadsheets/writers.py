"""Tables as files: CSV as a stream, XLSX whole, both in bounded memory and with nothing that a spreadsheet runs."""

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

# The most that a cell of Excel has (its specifications and limits).
MAX_CELL = 32_767
# Measured: openpyxl writes some 3,000 rows of a table a second. CSV has no bound.
MAX_ROWS_XLSX = 20_000
# Rows that are sent, or widths that are measured, at once.
CHUNK = 500

# Columns of a workbook, in characters.
NARROW, WIDE = 14, 60

# No XML, and no PostgreSQL in the case of NUL, holds these.
_NEVER = re.compile(f"{CONTROL.pattern}|[\ufffe\uffff\ud800-\udfff]")


def without_formula(cell: str) -> str:
    """Return what a file holds of a cell, its guard aside: two cells are the same if this is the same."""
    return tidy(_NEVER.sub("", cell))


def write_csv(header: list[str], rows: Iterable[list[str]]) -> Iterator[bytes]:
    """Yield a CSV file in pieces: UTF-8 with a byte order mark, by which spreadsheets know it."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow(header)
    yield b"\xef\xbb\xbf"
    for number, row in enumerate(rows, start=1):
        writer.writerow([guarded(without_formula(cell)) for cell in row])
        if number % CHUNK == 0:
            yield lines.taken()
    yield lines.taken()


class _Lines(list):
    """What csv.writer writes into."""

    write = list.append

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        text = "".join(self)
        self.clear()
        return text.encode()


def write_xlsx(title: str, header: list[str], rows: Iterable[list[str]]) -> IO[bytes]:
    """Return a workbook with one sheet, every cell text, as an open temporary file at its beginning.

    Raises ImportFault if a cell is longer than a workbook can hold, or the table than MAX_ROWS_XLSX.
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
                    _("An XLSX file holds at most %(limit)s rows here: narrow the list by its filters, or take CSV.")
                    % {"limit": f"{MAX_ROWS_XLSX:,}"}
                )
            sheet.append([_text(sheet, cell) for cell in cells])
    except ImportFault:
        # So openpyxl lets go of its own temporary file.
        workbook.save(file)
        file.close()
        raise
    workbook.save(file)
    file.seek(0)
    return file


def _text(sheet, value: str) -> str | Cell | None:
    """Return a cell that is text, whatever it looks like."""
    text = unescaped_xlsx(guarded(without_formula(value)))
    if len(text) > MAX_CELL:
        raise ImportFault(
            _("The cell that begins with %(text)s is longer than a workbook can hold: take CSV.")
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
