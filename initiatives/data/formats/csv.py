"""A list as CSV (RFC 4180), UTF-8: opens in spreadsheet programs, with what they would run as formulas guarded."""

from collections.abc import Iterator

from initiatives.data.formats import Format, List
from initiatives.editorial.spreadsheets.writers import write_csv


def write(asked: List, *, mark: bool = False) -> Iterator[bytes]:
    """Yield the list; with `mark`, a byte order mark first, by which Excel knows UTF-8."""
    columns = [column for column in asked.columns if not column.nested]
    rows = ([column.cell(item) for column in columns] for _kind, item in asked.items)
    return write_csv([column.name for column in columns], rows, mark=mark)


FORMAT = Format("csv", "CSV", "text/csv; charset=utf-8", write, is_saved=True)
