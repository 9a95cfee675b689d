"""A table as a chart: which items (rows) belong to which others (columns). Pure."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Column = TypeVar("Column")
Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True)
class Coverage(Generic[Column, Item]):
    """Rows of items in the order of their first column, each with a mark for every column, set or not."""

    columns: list[Column]
    rows: list[tuple[Item, list[bool]]]
    # The number of items in each column, and the columns without items.
    totals: list[int]
    bare: list[Column]


def coverage(columns: Sequence[tuple[Column, Iterable[Item]]]) -> Coverage[Column, Item]:
    """Return the table for columns given with their items."""
    held = [(column, list(items)) for column, items in columns]
    items = dict.fromkeys(item for _column, items in held for item in items)
    return Coverage(
        columns=[column for column, _items in held],
        rows=[(item, [item in items for _column, items in held]) for item in items],
        totals=[len(items) for _column, items in held],
        bare=[column for column, items in held if not items],
    )
