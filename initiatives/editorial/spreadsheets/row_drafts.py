"""What rows of a file say of an item, or of a part of one: taken cell by cell, and compared with what is stored."""

import copy
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from initiatives.editorial.spreadsheets.columns import Column
from initiatives.editorial.spreadsheets.csv_reader import faults_of
from initiatives.editorial.spreadsheets.named_items import NamesOfRecord
from initiatives.editorial.spreadsheets.outcomes import CellChange, noting
from initiatives.editorial.spreadsheets.storage import Draft
from initiatives.editorial.spreadsheets.tables import cells_of


@dataclass
class RowsDraft(Draft):
    """An item, or part of one, as the rows of the file would leave it."""

    columns: dict[str, Column] = field(default_factory=dict)
    # The line of the row that describes it.
    line: int = 0
    # The item as it is on record, if it is, and its values by column.
    stored: Any = None
    before: dict[str, str] = field(default_factory=dict)
    differences: list[CellChange] = field(default_factory=list)
    # The cells that were applied, by column.
    said: dict[str, str] = field(default_factory=dict)
    # For an item with parts.
    parts: list["RowsDraft"] = field(default_factory=list)

    @classmethod
    def of(cls, columns: dict[str, Column], stored: Model | None, model: type[Model], line: int) -> "RowsDraft":
        """Return the draft of a stored item, or of a new one, that a row in a line describes."""
        if stored is None:
            return cls(model(), new=True, columns=columns, line=line)
        before = cells_of(columns, stored)
        return cls(copy.copy(stored), new=False, columns=columns, line=line, stored=stored, before=before)

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return self.new or bool(self.differences)

    def given(self, cells: dict[str, str]) -> dict[str, str]:
        """Return the cells to be applied, by column: all of a new item, those that differ of one on record."""
        own = {name for name, column in self.columns.items() if column.attribute != "pk"}
        if self.new:
            return {name: cells.get(name, "") for name in self.columns if name in own}
        return {name: cell for name, cell in cells.items() if name in own and cell != self.before[name]}

    def take(self, given: dict[str, str], names: NamesOfRecord) -> list[str]:
        """Apply cells and return their errors; `names` finds the items that they name."""
        reasons: list[str] = []
        for name, cell in given.items():
            column = self.columns[name]
            faults = faults_of(name, cell, required=column.required)
            if not faults:
                with noting(faults, name):
                    self.assign(column, column.kind.clean(cell, names))
            reasons += faults
        return reasons

    def assign(self, column: Column, value: Any) -> None:
        """Give the item a value of a column, and note the difference."""
        if column.many:
            self.relations[column.attribute] = value
        else:
            column.assign(self.item, value)
        self.compare(column)

    def compare(self, column: Column) -> None:
        """Note what differs in a column from the item on record."""
        before = self.before.get(column.name, "")
        after = column.kind.render(self.relations[column.attribute]) if column.many else column.cell(self.item)
        if after != before:
            self.differences.append(CellChange(column.name, before, after))

    def faults(self, *, whole: bool = True) -> list[str]:
        """Return the model's errors for the item, by column; only those of single fields unless `whole`."""
        columns = {column.attribute: name for name, column in self.columns.items()}
        columns["date"] = columns.get("iso_date", "date")
        # Related items come from the record; checking each again would need a statement per cell.
        related = [one.name for one in self.item._meta.fields if one.is_relation or one.unique]
        faults: list[str] = []
        with noting(faults, labels=columns):
            self.item.clean_fields(exclude=[*related, "text_digest"])
            if whole:
                self.item.clean()
        return faults
