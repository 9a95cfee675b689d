"""Import of sources, of initiatives with milestones and of sets with principles: rows add or change items.

The key (the slug) identifies the item of a row. Cells that equal what an export would write are ignored, so importing
an unchanged export changes nothing. Further rows with the same key add or change parts of the item.
"""

import datetime
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import Row, shown
from initiatives.editorial.spreadsheets.hints import point_out_titles, show_published
from initiatives.editorial.spreadsheets.imported_items import note_changed
from initiatives.editorial.spreadsheets.named_items import NamesOfRecord, label_of
from initiatives.editorial.spreadsheets.outcomes import ImportPreview, RowOutcome, reasons_of
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.row_drafts import RowsDraft
from initiatives.editorial.spreadsheets.storage import write, write_versions_of
from initiatives.editorial.spreadsheets.tables import Table
from initiatives.models import Milestone, OldSlug, visible_from
from initiatives.models.choices import State
from initiatives.text.slugs import LONGEST, slug_of


class ItemImport:
    """One import of a table keyed by slug: `examine` says what it would do, `store` does it."""

    def __init__(self, table: Table, rights: Rights):
        self.table, self.rights = table, rights
        self.names = NamesOfRecord()
        self.drafts: dict[str, RowsDraft] = {}

    def examine(self, rows: list[Row], *, lock: bool = False) -> ImportPreview:
        """Return what the rows would do; with `lock`, lock the existing items until the transaction ends."""
        keys = self._keys(rows)
        standing = self._standing(keys, lock)
        kind = self.table.model._meta.model_name
        redirects = set(OldSlug.objects.filter(kind=kind, slug__in=keys).values_list("slug", flat=True))
        examined = ImportPreview(standing=[self.table.rows_of(item) for item in standing.values()])
        taken = []
        for row, key in zip(rows, keys, strict=True):
            reasons = list(row.reasons)
            owner, part = self._take(row, key, standing.get(key), redirects, reasons)
            taken.append((row, owner, part, reasons))
        faults = self._settle()
        for row, owner, part, reasons in taken:
            reasons += faults.get(id(part), [])
            reasons += self._refusals(owner, part, row.line) if not reasons else []
            examined.outcomes.append(self._outcome(row, owner, part, reasons))
        return examined

    def point_out(self, examined: ImportPreview) -> None:
        """Add which new items may be on record already, and what readers will see of those that are published."""
        new = {draft.line: label_of(draft.item) for draft in self.drafts.values() if draft.new}
        point_out_titles(examined, new, self.table.model)
        drafts = {draft.line: draft for draft in self.drafts.values() if not draft.new}
        show_published(examined, {line: (draft.stored, draft.item) for line, draft in drafts.items()})

    def _keys(self, rows: list[Row]) -> list[str]:
        """Return the slug of each row: the one it gives, or one made of its title.

        Items whose slug was made before it had Latin letters keep it, and are found by it.
        """
        label = next(column.name for column in self.table.own.values() if column.required)
        titles = [row.cells.get(label, "") for row in rows]
        older = [slugify(title, allow_unicode=True)[:LONGEST].strip("-_") for title in titles]
        items = self.table.model._default_manager.filter(slug__in={slug for slug in older if slug})
        standing = set(items.values_list("slug", flat=True))
        made = (old if old in standing else slug_of(title) for old, title in zip(older, titles, strict=True))
        return [row.cells.get(self.table.key, "") or slug for row, slug in zip(rows, made, strict=True)]

    def _standing(self, keys: list[str], lock: bool) -> dict[str, Model]:
        items = self.table.model._default_manager.filter(slug__in={key for key in keys if key})
        return {item.slug: item for item in self.table.loaded(items, lock=lock)}

    def _take(self, row: Row, key: str, standing, redirects: set[str], reasons: list[str]):
        """Return the drafts of a row's item and its part; add errors to `reasons`."""
        table = self.table
        own = {name: row.cells[name] for name in table.own if name in row.cells and name != table.key}
        owner = self.drafts.get(key)
        if not key:
            reasons.append(_("%(column)s: Enter the slug or the title.") % {"column": table.key})
        if owner is None:
            owner = RowsDraft.of(table.own, standing, table.model)
            if key:
                self.drafts[key] = owner
            owner.line = row.line
            if table.part is None or any(own.values()) or owner.new:
                reasons += self._take_own(owner, key, own, key in redirects)
        elif table.part is None:
            reasons.append(_("This item is already in line %(line)d.") % {"line": owner.line})
        elif any(own.values()):
            if not owner.said:
                owner.line = row.line
                reasons += self._take_own(owner, key, own, key in redirects)
            elif any(cell and cell != owner.said.get(name) for name, cell in own.items()):
                reasons.append(
                    _("Line %(line)d has a different value for the same item. Give it only once.")
                    % {"line": owner.line}
                )
        part = self._take_part(owner, row, reasons)
        return owner, part

    def _take_own(self, owner: RowsDraft, key: str, cells: dict[str, str], redirects: bool) -> list[str]:
        owner.said = cells
        if not owner.new:
            return owner.take(cells, self.names) + self._unpublishable(owner)
        if redirects:
            return [
                _("%(key)s is an old address of another item and redirects to it. Choose another slug.")
                % {"key": shown(key)}
            ]
        reasons = owner.take({**cells, self.table.key: key}, self.names)
        try:
            slug: Any = self.table.model._meta.get_field("slug")
            slug.clean(key, owner.item)
        except ValidationError as error:
            reasons += reasons_of(error, self.table.key)
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

    def _take_part(self, owner: RowsDraft, row: Row, reasons: list[str]) -> RowsDraft | None:
        kind = self.table.part
        cells = {name: row.cells[name] for name in self.table.of_part if name in row.cells}
        if kind is None or not any(cells.values()):
            return None
        stored = [] if owner.new else self.table.parts_of(owner.item)
        try:
            found = kind.find([*(draft.item for draft in owner.parts if draft.new), *stored], cells)
        except ValidationError as error:
            reasons += reasons_of(error)
            return None
        if found is not None and any(draft.item == found for draft in owner.parts):
            reasons.append(_("The same row is already higher up in the file."))
            return None
        part = RowsDraft.of(self.table.of_part, found, kind.model)
        part.line = row.line
        setattr(part.item, kind.owner, owner.item)
        reasons += part.take(cells, self.names)
        owner.parts.append(part)
        return part

    def _settle(self) -> dict[int, list[str]]:
        """Put the parts of each item in order; return errors by the draft of the part."""
        faults: dict[int, list[str]] = {}
        if self.table.part is None or self.table.part.settle is None:
            return faults
        for owner in self.drafts.values():
            new = {id(part.item): part for part in owner.parts if part.new}
            stored = [] if owner.new else self.table.parts_of(owner.item)
            for item, reason in self.table.part.settle(stored, [part.item for part in new.values()]):
                faults.setdefault(id(new[id(item)]), []).append(reason)
        return faults

    def _refusals(self, owner: RowsDraft, part: RowsDraft | None, line: int) -> list[str]:
        """Return why the user may not do what a row says."""
        mine = owner.touched and owner.line == line
        if not mine and not (part and part.touched):
            return []
        before = "" if owner.new else owner.before["status"]
        return self.rights.refusals(self.table.model, before, owner.item.state)

    def _outcome(self, row: Row, owner: RowsDraft, part: RowsDraft | None, reasons: list[str]) -> RowOutcome:
        mine = owner.line == row.line
        own = owner.differences if mine else []
        new = (owner.new and mine) or (part is not None and part.new and not own)
        names = [label_of(owner.item), _name_of(part)]
        name = " — ".join(filter(None, names)) or row.cells.get(self.table.key, "")
        found = RowOutcome.of(row.line, name, reasons, [*own, *(part.differences if part else ())], new=new)
        return replace(found, publishes=owner.item.state == State.PUBLISHED)

    def store_all(self, *, user, reason: str, now: datetime.datetime) -> None:
        """Write what was examined in bulk, with versions, inside a transaction."""
        owners = [draft for draft in self.drafts.values() if draft.touched]
        for draft in owners:
            if draft.item.state == State.PUBLISHED:
                draft.item.published_at = draft.item.published_at or now
        by = {"user": user, "reason": reason, "now": now}
        write(self.table.model, owners, versions=False, **by)
        parts = [part for draft in self.drafts.values() for part in draft.parts if part.touched]
        if self.table.part:
            write(self.table.part.model, parts, versions=False, **by)
        # In the order of forms (see admin.history).
        changed, new = ([part for part in parts if part.new is made] for made in (False, True))
        for drafts in (changed, owners, new):
            write_versions_of(drafts, **by)
        note_changed(self.table, [draft.item.pk for draft in owners], [part.item.pk for part in parts])


def _name_of(part: RowsDraft | None) -> str:
    if part is None:
        return ""
    return Truncator(part.item.text if isinstance(part.item, Milestone) else part.item.title).chars(80)
