"""What covers what, as a table that is its own plot: which items (rows) belong to which others (columns). Pure."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Column = TypeVar("Column")
Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True)
class Coverage(Generic[Column, Item]):
    """Rows of items in the order of their first column, each with one mark for every column, set or not."""

    columns: list[Column]
    rows: list[tuple[Item, list[bool]]]
    # Of each column, how many items it has; and the columns without any.
    totals: list[int]
    bare: list[Column]


def coverage(columns: Sequence[tuple[Column, Iterable[Item]]]) -> Coverage[Column, Item]:
    """Return what some columns hold, given each with its items."""
    held = [(column, list(items)) for column, items in columns]
    items = dict.fromkeys(item for _column, items in held for item in items)
    return Coverage(
        columns=[column for column, _items in held],
        rows=[(item, [item in items for _column, items in held]) for item in items],
        totals=[len(items) for _column, items in held],
        bare=[column for column, items in held if not items],
    )
