"""Import of tables: rows add or change items, and parts of items.

Items of most tables are identified by their slug; quotes by their number or their words (quote_import.py). Cells that
equal what an export would write are ignored, so importing an unchanged export changes nothing. Further rows of the same
item add or change its parts.
"""

import copy
import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.columns import Column
from initiatives.editorial.spreadsheets.csv_reader import Row, faults_of, shown
from initiatives.editorial.spreadsheets.hints import point_out_titles, show_published
from initiatives.editorial.spreadsheets.imported_items import note_changed
from initiatives.editorial.spreadsheets.named_items import NamesOfRecord, label_of
from initiatives.editorial.spreadsheets.outcomes import CellChange, ImportPreview, RowOutcome, noting, reasons_of
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.storage import Draft, write, write_versions_of
from initiatives.editorial.spreadsheets.tables import Table, cells_of
from initiatives.models import Milestone, OldSlug, visible_from
from initiatives.models.choices import State
from initiatives.text.slugs import LONGEST, slug_of


@dataclass
class RowsDraft(Draft):
    """An item, or part of one, as the rows of the file would leave it."""

    columns: dict[str, Column] = field(default_factory=dict)
    # The line of the row that describes it.
    line: int = 0
    # The stored item, if any, and its values by column.
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
        """Whether the draft has changes to write."""
        return self.new or bool(self.differences)

    def given(self, cells: dict[str, str]) -> dict[str, str]:
        """Return the cells to be applied, by column: all of a new item, or those that differ from the stored one."""
        own = {name for name, column in self.columns.items() if column.attribute != "pk" and not column.read_only}
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
        """Record the difference from the stored item in a column."""
        before = self.before.get(column.name, "")
        after = column.kind.render(self.relations[column.attribute]) if column.many else column.cell(self.item)
        if after != before:
            self.differences.append(CellChange(column.name, before, after))

    def faults(self, *, whole: bool = True) -> list[str]:
        """Return the model's errors for the item, by column; only those of single fields unless `whole`."""
        columns = {column.attribute: name for name, column in self.columns.items()}
        columns["date"] = columns.get("iso_date", "date")
        # Related items were read from the record; validating each again would need a statement per cell.
        related = [one.name for one in self.item._meta.fields if one.is_relation or one.unique]
        faults: list[str] = []
        with noting(faults, labels=columns):
            self.item.clean_fields(exclude=[*related, "text_digest"])
            if whole:
                self.item.clean()
        return faults


@dataclass
class Taken:
    """A row, the drafts of the item and part that it describes, and its errors and warnings."""

    row: Row
    reasons: list[str]
    owner: RowsDraft
    part: RowsDraft | None = None
    notes: list[str] = field(default_factory=list)
    # Cells that differ from the record but change nothing.
    ignored: tuple[CellChange, ...] = ()


class ItemImport:
    """One import of a table: `examine` returns what it would do, `store_all` does it."""

    def __init__(self, table: Table, rights: Rights):
        self.table, self.rights = table, rights
        self.names = NamesOfRecord()
        # The stored items that rows identify, and the drafts of items without errors, by key.
        self.on_record: dict[str, Any] = {}
        self.drafts: dict[str, RowsDraft] = {}
        self.redirects: set[str] = set()

    def examine(self, rows: list[Row], *, lock: bool = False) -> ImportPreview:
        """Return what the rows would do; with `lock`, lock the existing items until the transaction ends."""
        keys = self.begin(rows, lock)
        examined = ImportPreview(on_record=[self.table.rows_of(item) for item in self.on_record.values()])
        taken = [self.take(row, key) for row, key in zip(rows, keys, strict=True)]
        faults = self.settle()
        for one in taken:
            one.reasons += faults.get(id(one.part), [])
            one.reasons += faults.get(id(one.owner), []) if one.owner.line == one.row.line else []
            one.reasons += [] if one.reasons else self._refusals(one)
            examined.outcomes.append(self.outcome(one))
        return examined

    def point_out(self, examined: ImportPreview) -> None:
        """Add hints about likely duplicates, and what readers will see of drafts that are published."""
        new = {draft.line: label_of(draft.item) for draft in self.drafts.values() if draft.new}
        point_out_titles(examined, new, self.table.model)
        self.show_published(examined)

    def show_published(self, examined: ImportPreview) -> None:
        """Add what readers will see of drafts that are published."""
        drafts = [draft for draft in self.drafts.values() if not draft.new]
        show_published(examined, {draft.line: (draft.stored, draft.item) for draft in drafts})

    def begin(self, rows: list[Row], lock: bool) -> list[str]:
        """Load the items that rows identify, and return the key of each row: its slug, or one made from its title.

        Items with an older slug that is not in Latin letters keep it and are found by it.
        """
        label = next(column.name for column in self.table.own.values() if column.required)
        titles = [row.cells.get(label, "") for row in rows]
        older = [slugify(title, allow_unicode=True)[:LONGEST].strip("-_") for title in titles]
        items = self.table.model._default_manager.filter(slug__in={slug for slug in older if slug})
        there = set(items.values_list("slug", flat=True))
        made = (old if old in there else slug_of(title) for old, title in zip(older, titles, strict=True))
        keys = [row.cells.get(self.table.key, "") or slug for row, slug in zip(rows, made, strict=True)]
        found = self.table.model._default_manager.filter(slug__in={key for key in keys if key})
        self.on_record = {item.slug: item for item in self.table.loaded(found, lock=lock)}
        redirects = OldSlug.objects.filter(kind=self.table.model._meta.model_name, slug__in=keys)
        self.redirects = set(redirects.values_list("slug", flat=True))
        return keys

    def take(self, row: Row, key: str) -> Taken:
        """Apply a row to the drafts of its item and its part."""
        table = self.table
        own = {name: row.cells[name] for name in table.own if name in row.cells and name != table.key}
        owner = self.drafts.get(key)
        first = owner is None
        if owner is None:
            owner = RowsDraft.of(table.own, self.on_record.get(key), table.model, row.line)
        taken = Taken(row, list(row.reasons), owner)
        if key:
            self.drafts[key] = owner
        else:
            taken.reasons.append(_("%(column)s: Enter the slug or the title.") % {"column": table.key})
        if first:
            if table.part is None or any(own.values()) or owner.new:
                taken.reasons += self._take_own(owner, key, own)
        elif table.part is None:
            taken.reasons.append(_("This item is already in line %(line)d.") % {"line": owner.line})
        elif any(own.values()):
            if not owner.said:
                owner.line = row.line
                taken.reasons += self._take_own(owner, key, own)
            elif any(cell and cell != owner.said.get(name) for name, cell in own.items()):
                taken.reasons.append(
                    _("Line %(line)d has a different value for the same item. Give it only once.")
                    % {"line": owner.line}
                )
        self.take_part(taken)
        return taken

    def _take_own(self, owner: RowsDraft, key: str, cells: dict[str, str]) -> list[str]:
        """Apply a row's own cells to its item and return their errors."""
        owner.said = cells
        if owner.new and key in self.redirects:
            return [
                _("%(key)s is an old address of another item and redirects to it. Choose another slug.")
                % {"key": shown(key)}
            ]
        given = owner.given({**cells, self.table.key: key} if owner.new else cells)
        reasons = owner.take(given, self.names) or owner.faults()
        if owner.new:
            slug: Any = self.table.model._meta.get_field("slug")
            with noting(reasons, self.table.key):
                slug.clean(key, owner.item)
        return reasons + self._unpublishable(owner)

    @staticmethod
    def _unpublishable(owner: RowsDraft) -> list[str]:
        """Return why an item to be published would not be public; as with quotes, it is then not published."""
        item = owner.item
        asked = owner.new or any(difference.column in {"status", "source"} for difference in owner.differences)
        source = getattr(item, "source", None)
        if asked and item.state == State.PUBLISHED and source is not None and visible_from(source) is None:
            return [_("source: %(name)s is not published. Publish it first.") % {"name": shown(source)}]
        return []

    def take_part(self, taken: Taken) -> None:
        """Apply a row's cells about a part, if it has any."""
        kind, owner, reasons = self.table.part, taken.owner, taken.reasons
        cells = {name: taken.row.cells[name] for name in self.table.of_part if name in taken.row.cells}
        if kind is None or not any(cells.values()):
            return
        stored = [] if owner.new else self.table.parts_of(owner.item)
        try:
            found = kind.find([*(draft.item for draft in owner.parts if draft.new), *stored], cells)
        except ValidationError as error:
            reasons += reasons_of(error)
            return
        if found is not None and any(draft.item == found for draft in owner.parts):
            reasons.append(str(kind.twice))
            return
        part = taken.part = RowsDraft.of(self.table.of_part, found, kind.model, taken.row.line)
        setattr(part.item, kind.owner, owner.item)
        reasons += part.take(part.given(cells), self.names) or part.faults()
        owner.parts.append(part)

    def settle(self) -> dict[int, list[str]]:
        """Put the parts of each item in order; return the errors of drafts as a whole, by identity."""
        faults: dict[int, list[str]] = {}
        if self.table.part is None or self.table.part.settle is None:
            return faults
        for owner in self.drafts.values():
            new = {id(part.item): part for part in owner.parts if part.new}
            stored = [] if owner.new else self.table.parts_of(owner.item)
            for item, reason in self.table.part.settle(stored, [part.item for part in new.values()]):
                faults.setdefault(id(new[id(item)]), []).append(reason)
        return faults

    def _refusals(self, taken: Taken) -> list[str]:
        """Return why the user may not do what a row says."""
        owner, part = taken.owner, taken.part
        mine = owner.touched and owner.line == taken.row.line
        if not mine and not (part and part.touched):
            return []
        return self.rights.refusals(self.table.model, owner.before.get("status", ""), owner.item.state)

    def outcome(self, taken: Taken) -> RowOutcome:
        """Return what a row would do."""
        owner, part, line = taken.owner, taken.part, taken.row.line
        mine = owner.line == line
        own = owner.differences if mine else []
        new = (owner.new and mine) or (part is not None and part.new and not own)
        differences = [*own, *(part.differences if part else ())]
        found = RowOutcome.of(line, self.name_of(taken), taken.reasons, differences, taken.notes, new=new)
        return replace(found, publishes=owner.item.state == State.PUBLISHED)

    def name_of(self, taken: Taken) -> str:
        """Return the name of the item that a row describes."""
        part = taken.part.item if taken.part else None
        text = "" if part is None else part.text if isinstance(part, Milestone) else part.title
        names = [label_of(taken.owner.item), Truncator(text).chars(80)]
        return " — ".join(filter(None, names)) or taken.row.cells.get(self.table.key, "")

    def store_all(self, *, user, reason: str, now: datetime.datetime) -> None:
        """Write the examined rows in bulk, with versions. Call it inside a transaction."""
        owners = [draft for draft in self.drafts.values() if draft.touched]
        for draft in owners:
            if draft.item.state == State.PUBLISHED:
                draft.item.published_at = draft.item.published_at or now
        by = {"user": user, "reason": reason, "now": now}
        write(self.table.model, owners, versions=False, **by)
        parts = [part for draft in self.drafts.values() for part in draft.parts if part.touched]
        kind = self.table.part
        if kind:
            write(kind.model, parts, versions=False, **by)
        # In the order of forms (see admin.history).
        changed, new = ([part for part in parts if part.new is made] for made in (False, True))
        write_versions_of(changed, **by)
        write_versions_of(owners, **by)
        write_versions_of(new, tell=kind is not None and kind.followed, **by)
        note_changed(self.table, [draft.item.pk for draft in owners], [part.item.pk for part in parts])
