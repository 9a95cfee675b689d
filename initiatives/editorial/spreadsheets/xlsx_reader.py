"""The rows of a workbook (XLSX, ECMA-376), as csv_reader.py gives a CSV file's. Nothing in it is run or believed.

openpyxl reads row by row, from the copy that xlsx_archive.py checked. What it would pass over in silence is refused
here: formulas, merged cells and cells with an error.
"""

import datetime
import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from initiatives.editorial.spreadsheets.csv_reader import (
    MAX_CELL,
    ImportFault,
    Layout,
    Row,
    header_columns,
    row_of,
    shown,
)
from initiatives.editorial.spreadsheets.xlsx_archive import checked, unreadable

MAX_COLUMNS = 60
MAX_LINES = 20_000

# How a workbook writes characters that XML cannot hold (ECMA-376, ST_Xstring).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z0-9:]+)"')


def read_xlsx(file: IO[bytes], layout: Layout, sheet: str) -> Iterator[Row]:
    """Yield the rows of a workbook's sheet of this name or, if it has none, of its first sheet.

    A row's line is its number in the sheet. Cells become text as csv_reader.py reads it: days as YYYY-MM-DD, whole
    numbers without a point. Raises ImportFault if the file is no workbook, unpacks to too much, has merged cells, or
    its columns are not those of the layout.
    """
    with checked(file) as copy:
        try:
            workbook = openpyxl.load_workbook(copy, read_only=True, keep_links=False)
            try:
                yield from _rows(workbook, layout, sheet)
            finally:
                workbook.close()
        except ImportFault:
            raise
        # What openpyxl raises if a part is missing or malformed.
        except (InvalidFileException, ParseError, zipfile.BadZipFile, *_BROKEN) as error:
            raise unreadable() from error


_BROKEN = (AttributeError, EOFError, KeyError, IndexError, NotImplementedError, OSError, TypeError, ValueError)


def _rows(workbook, layout: Layout, name: str) -> Iterator[Row]:
    sheets = workbook.worksheets
    if not sheets:
        raise ImportFault(_("The workbook has no worksheet."))
    visible = [one for one in sheets if one.sheet_state == "visible"] or sheets
    sheet = next((one for one in visible if one.title.strip().lower() == name), visible[0])
    _refuse_merged(workbook, sheet)
    columns: list[str] = []
    # The size that the file states may be wrong.
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
        # A small file can have a cell a million empty rows further down.
        if line > MAX_LINES:
            raise ImportFault(
                _("The sheet continues below line %(limit)s. Delete everything there, including empty rows.")
                % {"limit": f"{MAX_LINES:,}"}
            )
        reasons: list[str] = []
        texts = [_text_of(cell, reasons) for cell in cells]
        if len(texts) > MAX_COLUMNS and texts[MAX_COLUMNS]:
            raise ImportFault(
                _("The sheet has more than %(limit)d columns. Delete those you do not need.") % {"limit": MAX_COLUMNS}
            )
        if not columns:
            if any(texts):
                if reasons:
                    raise ImportFault(" ".join(reasons))
                columns = header_columns(texts, layout)
        elif row := row_of(line, columns, texts):
            yield Row(row.line, row.cells, (*row.reasons, *reasons))
    if not columns:
        raise ImportFault(_("The sheet %(name)s is empty.") % {"name": shown(sheet.title)})


def _refuse_merged(workbook, sheet) -> None:
    """Raise ImportFault if cells are merged: all but the first of them would read as empty."""
    # openpyxl ignores this when it reads row by row; the names are its internal ones, which tests check.
    with workbook._archive.open(sheet._worksheet_path) as part:
        before = b""
        while piece := part.read(1 << 20):
            if found := _MERGED.search(before + piece):
                raise ImportFault(
                    _("The cells %(cells)s are merged. Unmerge them and fill in each one.")
                    % {"cells": found.group(1).decode()}
                )
            before = piece[-200:]


def _text_of(cell, reasons: list[str]) -> str:
    """Return the value of a cell as text; add to `reasons` what is not accepted."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f" or not isinstance(value, str | bool | int | float | datetime.date | datetime.time):
        reasons.append(
            _("Cell %(cell)s contains a formula. Replace it with its value (copy, then paste as values).")
            % {"cell": cell.coordinate}
        )
        return "…"
    if cell.data_type == "e":
        reasons.append(_("Cell %(cell)s contains the error %(error)s.") % {"cell": cell.coordinate, "error": value})
        return "…"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        if len(value) > MAX_CELL:
            raise ImportFault(
                _("Cell %(cell)s contains more than %(limit)s characters. Shorten it.")
                % {"cell": cell.coordinate, "limit": f"{MAX_CELL:,}"}
            )
        return _ESCAPED.sub(_unescaped, value)
    return str(value).upper() if isinstance(value, bool) else str(value)


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return match[0] if 0xD800 <= number <= 0xDFFF else chr(number)


def unescaped_xlsx(text: str) -> str:
    """Return a text escaped so that a workbook shows it unchanged."""
    return _ESCAPED.sub(r"_x005F\g<0>", text)
