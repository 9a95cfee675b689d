"""What rows of a file say of an item, or of a part of one: taken cell by cell, and compared with what is stored."""

import copy
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Model

from initiatives.editorial.spreadsheets.columns import Column
from initiatives.editorial.spreadsheets.csv_reader import faults_of
from initiatives.editorial.spreadsheets.named_items import NamesOfRecord
from initiatives.editorial.spreadsheets.outcomes import CellChange, reasons_of
from initiatives.editorial.spreadsheets.storage import Draft
from initiatives.editorial.spreadsheets.tables import cells_of


@dataclass
class RowsDraft(Draft):
    """An item, or part of one, as the rows of the file would leave it."""

    columns: dict[str, Column] = field(default_factory=dict)
    # The line of the row that describes it.
    line: int = 0
    # The item as it is on record, if it is, and its values by column.
    stored: Model | None = None
    before: dict[str, str] = field(default_factory=dict)
    differences: list[CellChange] = field(default_factory=list)
    # The cells that were applied, by column.
    said: dict[str, str] = field(default_factory=dict)
    # For an item with parts.
    parts: list["RowsDraft"] = field(default_factory=list)

    @classmethod
    def of(cls, columns: dict[str, Column], stored: Model | None, model: type[Model]) -> "RowsDraft":
        """Return the draft of a stored item, or of a new one."""
        if stored is None:
            return cls(model(), new=True, columns=columns)
        return cls(copy.copy(stored), new=False, columns=columns, stored=stored, before=cells_of(columns, stored))

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return self.new or bool(self.differences)

    def take(self, cells: dict[str, str], names: NamesOfRecord) -> list[str]:
        """Apply the cells and return their errors. For an existing item, unchanged cells are ignored."""
        reasons: list[str] = []
        for name, column in self.columns.items():
            cell = cells.get(name, "")
            if column.attribute == "pk" or (not self.new and cells.get(name) in (None, self.before[name])):
                continue
            reasons += faults_of(name, cell, required=column.required) or self._assign(column, cell, names)
        return reasons or self._faults()

    def _assign(self, column: Column, cell: str, names: NamesOfRecord) -> list[str]:
        try:
            value = column.kind.clean(cell, names)
        except (ValidationError, ValueError) as error:
            return reasons_of(error, column.name)
        if column.many:
            self.relations[column.attribute] = value
            after = column.kind.render(value)
        else:
            column.assign(self.item, value)
            after = column.cell(self.item)
        before = self.before.get(column.name, "")
        if after != before:
            self.differences.append(CellChange(column.name, before, after))
        return []

    def _faults(self) -> list[str]:
        """Return the model's errors for the item, by column."""
        columns = {column.attribute: name for name, column in self.columns.items()}
        columns["date"] = columns.get("iso_date", "date")
        # Related items come from the record; checking each again would need a statement per cell.
        related = [one.name for one in self.item._meta.fields if one.is_relation or one.unique]
        try:
            self.item.clean_fields(exclude=[*related, "text_digest"])
            self.item.clean()
        except ValidationError as error:
            return reasons_of(error, labels=columns)
        return []
