"""The rows of a workbook (XLSX, ECMA-376), read as csv_reader.py reads CSV. Nothing in it is run or trusted.

Read row by row (xlsx_parts.py) from the copy that xlsx_archive.py checked. What would be lost silently is
refused here: formulas, merged cells and cells with an error.
"""

import datetime
import re
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Layout, Row, header_columns, row_of, shown
from initiatives.editorial.spreadsheets.xlsx_archive import checked, unreadable
from initiatives.editorial.spreadsheets.xlsx_parts import Cell, Sheet, Workbook

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
            with zipfile.ZipFile(copy) as archive:
                yield from _rows(Workbook(archive), layout, sheet)
        except ImportFault:
            raise
        # Raised if a part is missing or malformed.
        except (ParseError, zipfile.BadZipFile, DefusedXmlException, *_BROKEN) as error:
            raise unreadable() from error


_BROKEN = (AttributeError, EOFError, KeyError, IndexError, NotImplementedError, OSError, TypeError, ValueError)


def _rows(workbook: Workbook, layout: Layout, name: str) -> Iterator[Row]:
    sheets = workbook.sheets
    if not sheets:
        raise ImportFault(_("The workbook has no worksheet."))
    visible = [one for one in sheets if one.visible] or sheets
    sheet = next((one for one in visible if one.name.strip().lower() == name), visible[0])
    _refuse_merged(workbook, sheet)
    columns: list[str] = []
    for line, cells in workbook.rows(sheet):
        # A small file can have a cell a million empty rows further down.
        if line > MAX_LINES:
            raise ImportFault(
                _("The sheet continues below line %(limit)s. Delete everything there, including empty rows.")
                % {"limit": f"{MAX_LINES:,}"}
            )
        reasons: list[str] = []
        texts = [""] * max(len(columns), *(cell.column for cell in cells), 0)
        for cell in cells:
            texts[cell.column - 1] = _text_of(workbook, cell, reasons)
        if not columns:
            if any(texts):
                if reasons:
                    raise ImportFault(" ".join(reasons))
                columns = header_columns(texts, layout)
        elif row := row_of(line, columns, texts):
            yield Row(row.line, row.cells, (*row.reasons, *reasons))
    if not columns:
        raise ImportFault(_("The sheet %(name)s is empty.") % {"name": shown(sheet.name)})


def _refuse_merged(workbook: Workbook, sheet: Sheet) -> None:
    """Raise ImportFault if cells are merged: all but the first of them would read as empty."""
    # Merged cells follow the rows in the file, but a merged title must be reported before what is wrong with its row.
    with workbook.archive.open(sheet.path) as part:
        before = b""
        while piece := part.read(1 << 20):
            if found := _MERGED.search(before + piece):
                raise ImportFault(
                    _("The cells %(cells)s are merged. Unmerge them and fill in each one.")
                    % {"cells": found.group(1).decode()}
                )
            before = piece[-200:]


def _text_of(workbook: Workbook, cell: Cell, reasons: list[str]) -> str:
    """Return the value of a cell as text; append errors to `reasons`."""
    if cell.formula:
        reasons.append(
            _("Cell %(cell)s contains a formula. Replace it with its value (copy, then paste as values).")
            % {"cell": cell.coordinate}
        )
        return "…"
    try:
        value = workbook.value(cell) if cell.kind != "e" else None
    except OverflowError:
        value = None
    if value is None or isinstance(value, datetime.timedelta):
        error = cell.text if cell.kind == "e" else "#VALUE!"
        reasons.append(_("Cell %(cell)s contains the error %(error)s.") % {"cell": cell.coordinate, "error": error})
        return "…"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        return _ESCAPED.sub(_unescaped, value)
    return str(value).upper() if isinstance(value, bool) else str(value)


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return match[0] if 0xD800 <= number <= 0xDFFF else chr(number)


def unescaped_xlsx(text: str) -> str:
    """Return a text escaped so that a workbook shows it unchanged."""
    return _ESCAPED.sub(r"_x005F\g<0>", text)
