"""Import of quotes: rows as import_quotes reads them (quote_rows.py), and rows that change a quote by its number.

Cells that equal what an export would write are ignored, so importing an unchanged export changes nothing, even if names
have become ambiguous. Changed cells mean what they mean in a new row.
"""

import copy
import datetime
from collections.abc import Collection
from dataclasses import replace

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.columns import QUOTE_CELLS
from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Row, shown
from initiatives.editorial.spreadsheets.hints import point_out_names, point_out_quotes, show_published
from initiatives.editorial.spreadsheets.named_items import NamedItems, label_of
from initiatives.editorial.spreadsheets.outcomes import CellChange, Effect, ImportPreview, MadeItems, RowOutcome
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.quote_report import Report
from initiatives.editorial.spreadsheets.quote_rows import DIRECT, Run, fill
from initiatives.editorial.spreadsheets.quote_translations import continues, doubts_of_translation
from initiatives.editorial.spreadsheets.storage import Draft
from initiatives.editorial.spreadsheets.tables import Table, cells_of
from initiatives.models import Quote, QuoteTranslation, visible_from
from initiatives.models.choices import State
from initiatives.models.fields import digest

# Two columns that describe one relation.
OF_SOURCE = {"source", "source_url"}

# Columns by which a row without a number finds its quote.
FOUND_BY = {"text", "speaker", *OF_SOURCE}


class QuoteImport(Run):
    """One import of quotes by a user: `examine` says what it would do, `store_all` does it."""

    def __init__(self, table: Table, rights: Rights, *, dates_confirmed: bool = False):
        super().__init__(Report(dry_run=False, keep_good=False), dates_confirmed=dates_confirmed)
        self.table, self.rights = table, rights
        self.known: dict[str, Quote] = {}
        self.lines: dict[str, int] = {}
        self.changed: list[tuple[int, Draft]] = []
        self.new_lines: list[int] = []
        # What each known quote will be like, by its number.
        self.targets: dict[str, Quote] = {}

    @property
    def _shelves(self) -> tuple[NamedItems, ...]:
        return (self.people, self.sources, self.themes)

    def examine(self, rows: list[Row], *, lock: bool = False) -> ImportPreview:
        """Return what the rows would do; with `lock`, lock the existing quotes until the transaction ends.

        Raises ImportFault if the rows would add items the user may not add.
        """
        self.begin([row for row in rows if not row.cells.get("id")])
        self.known = self._known(rows, lock)
        standing = [self.table.rows_of(quote) for quote in self.known.values()]
        outcomes = [self._known_row(row) if row.cells.get("id") else self._new_row(row) for row in rows]
        examined = ImportPreview(outcomes, standing=standing, unusual_dates=self.report.unusual_dates)
        self._refuse_collisions(examined)
        for shelf in self._shelves:
            if shelf.new and not examined.wrong:
                self._refuse_making(shelf.new)
                names = [label_of(item) for item in shelf.new]
                examined.made.append(MadeItems(str(capfirst(shelf.model._meta.verbose_name_plural)), names))
        return examined

    def point_out(self, examined: ImportPreview) -> None:
        """Add what may be on record already, and what readers will see of drafts that are published."""
        new = {line: draft.item for line, draft in zip(self.new_lines, self.quotes, strict=True)}
        point_out_names(examined, [shelf for shelf in self._shelves if shelf.new] if examined.made else [])
        point_out_quotes(examined, new)
        show_published(examined, {line: (self.known[str(draft.item.pk)], draft.item) for line, draft in self.changed})

    def _refuse_making(self, items: list) -> None:
        """Raise ImportFault if the user may not add these items, or not in this state."""
        model = type(items[0])
        published = any(item.state == State.PUBLISHED for item in items)
        if not self.rights.may("add", model) or (published and not self.rights.may("publish", model)):
            raise ImportFault(
                _("You are not allowed to add %(items)s. The first one in the file is %(name)s.")
                % {"items": model._meta.verbose_name_plural, "name": shown(items[0])}
            )

    def _known(self, rows: list[Row], lock: bool) -> dict[str, Quote]:
        """Return the quotes that rows name by number."""
        ids = {int(cell) for row in rows if (cell := row.cells.get("id", "")).isascii() and cell.isdecimal()}
        quotes = Quote.objects.filter(pk__in=[pk for pk in ids if pk < 2**63])
        return {str(quote.pk): quote for quote in self.table.loaded(quotes, lock=lock)}

    def _new_row(self, row: Row) -> RowOutcome:
        skipped, noted = self.report.skipped, len(self.report.notes)
        further = continues(row) and self.lines_taken
        reasons = self.take_one(row)
        notes = tuple(text for remark in self.report.notes[noted:] for text in remark.texts)
        if further:
            return self._further_row(row, reasons, notes)
        name = Truncator(row.cells.get("text", "")).chars(100)
        if self.report.skipped > skipped:
            return self._repeating_row(row, name)
        if not reasons:
            self.new_lines.append(row.line)
            reasons = self.rights.refusals(Quote, "", self.quotes[-1].item.state)
        return self._added(RowOutcome.of(row.line, name, reasons, _cells(row), notes, new=True))

    def _further_row(self, row: Row, reasons: list[str], notes: tuple[str, ...]) -> RowOutcome:
        """Return the outcome of a row with a further translation of a new quote."""
        if self.repeated and not reasons:
            note = _("The quote is on record already, so this row is ignored.")
            return RowOutcome(row.line, _name_of(row, None), Effect.UNCHANGED, notes=(note,))
        of_row = RowOutcome.of(row.line, _name_of(row, self.above), reasons, _cells(row), notes, new=True)
        return self._added(of_row)

    def _added(self, outcome: RowOutcome) -> RowOutcome:
        """Return the outcome of a row of a new quote, with whether readers will see it."""
        return replace(outcome, publishes=self.above is not None and self.above.state == State.PUBLISHED)

    def _standing(self, rows: list[Row]) -> Collection[tuple]:
        """Load the quotes that rows may repeat, to say which cells differ."""
        quotes = self.table.loaded(self._may_be_repeated(rows))
        self.on_record = {(quote.speaker_id, quote.source_id, quote.text_digest): quote for quote in quotes}
        return self.on_record

    def _repeating_row(self, row: Row, name: str) -> RowOutcome:
        """Return the outcome of a row without a number whose words stand: its cells that differ are ignored."""
        quote = self.on_record.get(self.repeated or ())
        if quote is None:
            return RowOutcome(row.line, name, Effect.UNCHANGED, notes=(_("The same quote is higher up in the file."),))
        before = cells_of(self.table.own, quote)
        translations = {one.language: cells_of(self.table.of_part, one) for one in self.table.parts_of(quote)}
        before |= translations.get(row.cells.get("translation_language", ""), dict.fromkeys(self.table.of_part, ""))
        columns = {column.name: column for column in self.table.columns}
        ignored = tuple(
            CellChange(column, before[column], cell)
            for column, cell in row.cells.items()
            if cell and column not in FOUND_BY and not columns[column].same(cell, before[column], self.names)
        )
        if not ignored:
            return RowOutcome(row.line, name, Effect.UNCHANGED)
        note = _(
            "This quote is on record as number %(number)d. What differs in this row is ignored. To change the "
            "quote, enter its number in the column id."
        ) % {"number": quote.pk}
        return RowOutcome(row.line, name, Effect.UNCHANGED, ignored, notes=(note,))

    def _known_row(self, row: Row) -> RowOutcome:
        quote = self.known.get(row.cells["id"])
        reasons, notes = list(row.reasons), []
        differences: list[CellChange] = []
        new = False
        if quote is None:
            reasons.append(
                _("id: %(cell)s is not a quote in the record. Leave the cell empty to add a quote.")
                % {"cell": shown(row.cells["id"])}
            )
        elif row.cells["id"] in self.lines and continues(row):
            differences, new = self._translate(quote, row, reasons, notes)
        elif (first := self.lines.setdefault(row.cells["id"], row.line)) != row.line:
            reasons.append(_("This quote is already in line %(line)d.") % {"line": first})
        elif not reasons:
            differences = self._change(quote, row, reasons, notes)
            more, new = self._translate(quote, row, reasons, notes)
            new = new and not differences
            differences += more
        found = RowOutcome.of(row.line, _name_of(row, quote), reasons, differences, notes, new=new)
        after = self.targets.get(row.cells["id"], quote)
        return replace(found, publishes=after is not None and after.state == State.PUBLISHED)

    def _translate(self, quote: Quote, row: Row, reasons: list[str], notes: list[str]) -> tuple[list[CellChange], bool]:
        """Return what a row changes in a translation of an existing quote, and whether it adds one."""
        target = self.targets.get(row.cells["id"], quote)
        draft = self.translations.read(row, target, reasons, self.table.parts_of(quote))
        if draft is None or reasons:
            return [], False
        if draft.touched:
            reasons += self.rights.refusals(Quote, quote.state, target.state)
        self.translations.keep(draft)
        notes += doubts_of_translation(draft)
        return draft.differences, draft.new

    def _change(self, quote: Quote, row: Row, reasons: list[str], notes: list[str]) -> list[CellChange]:
        """Return what a row changes in an existing quote; add its errors to `reasons`."""
        before = cells_of(self.table.own, quote)
        given = {name: cell for name, cell in row.cells.items() if name in QUOTE_CELLS and cell != before[name]}
        if continues(row):
            # Its own cells are empty because they are those of the quote's first row.
            given = {}
        if not given.get("status"):
            given.pop("status", None)
        if not given:
            return []
        trial = copy.copy(quote)
        fill(
            trial,
            {name: cell for name, cell in given.items() if name in (*DIRECT, "speaker", "source")},
            reasons,
            State.values,
        )
        notes += self._doubts(trial, given, reasons)
        initiatives = self._initiatives_of({"initiatives": given.get("initiatives", "")}, reasons)
        relations = dict.fromkeys(QUOTE_CELLS, "") | {
            name: given[name] for name in ("speaker", "themes") if name in given
        }
        if OF_SOURCE & given.keys():
            relations |= {name: given.get(name, before[name]) for name in OF_SOURCE}
        named = self._find(relations, reasons, notes)
        plan = self._prepare(trial, named, relations, reasons)
        if trial.state == State.PUBLISHED and "status" in given:
            reasons += self._unpublishable(trial, given)
        if reasons:
            return []
        source, speaker, *themes = [shelf.put(found, prepared) for shelf, found, prepared in plan]
        draft = Draft(trial, new=False)
        after = {name: self.table.own[name].cell(trial) for name in DIRECT if name in given}
        if source is not None and (source.pk is None or source.pk != quote.source_id):
            trial.source = source
            after |= {"source": source.title, "source_url": source.url}
        if speaker is not None and (speaker.pk is None or speaker.pk != quote.speaker_id):
            trial.speaker = speaker
            after["speaker"] = speaker.name
        if "themes" in given:
            draft.relations["themes"] = list({id(theme): theme for theme in themes}.values())
            after["themes"] = self.table.own["themes"].kind.render(draft.relations["themes"])
        if "initiatives" in given:
            draft.relations["initiatives"] = initiatives
            after["initiatives"] = self.table.own["initiatives"].kind.render(initiatives)
        differences = [
            CellChange(name, before[name], after[name])
            for name in self.table.own
            if name in after and after[name] != before[name]
        ]
        if differences:
            reasons += self.rights.refusals(Quote, quote.state, trial.state)
            self.changed.append((row.line, draft))
            self.targets[row.cells["id"]] = trial
        return differences

    def _unpublishable(self, quote: Quote, given: dict[str, str]) -> list[str]:
        """Return why a quote to be published would not be public, because of what the row leaves unchanged."""
        reasons = []
        if quote.source is None and not OF_SOURCE & given.keys():
            reasons.append(_("source: Nothing can be published without a source."))
        kept = [("speaker", quote.speaker, {"speaker"}), ("source", quote.source, OF_SOURCE)]
        for column, item, columns in kept:
            if item is not None and not columns & given.keys() and visible_from(item) is None:
                reasons.append(
                    _("%(column)s: %(name)s or its source is not published. Publish it first.")
                    % {"column": column, "name": shown(item)}
                )
        return reasons

    def _refuse_collisions(self, examined: ImportPreview) -> None:
        """Mark rows whose quotes would duplicate others, or be in the language of their own translations."""
        reasons = self._twins() | self._translated()
        for number, outcome in enumerate(examined.outcomes):
            if outcome.line in reasons and outcome.effect == Effect.CHANGED:
                examined.outcomes[number] = RowOutcome.of(outcome.line, outcome.name, [reasons[outcome.line]])

    def _twins(self) -> dict[int, str]:
        """Return, by line, the errors of quotes that would be on record twice from one source."""
        moved = [(line, draft.item) for line, draft in self.changed if draft.item.source is not None]
        stored = Quote.objects.filter(text_digest__in=[digest(quote.text) for _line, quote in moved])
        standing: dict[tuple[object, ...], set] = {}
        for pk, *key in stored.values_list("pk", "speaker_id", "source_id", "text_digest"):
            standing.setdefault(tuple(key), set()).add(pk)
        in_file = {self._place(draft.item) for draft in self.quotes}
        twins = {}
        for line, quote in moved:
            place = self._place(quote)
            if place in in_file or standing.get(place, set()) - {quote.pk}:
                twins[line] = _("text: This quote is already on record from the same source.")
            in_file.add(place)
        return twins

    def _translated(self) -> dict[int, str]:
        """Return, by line, the errors of quotes with a translation into their own new language."""
        ids = [draft.item.pk for _line, draft in self.changed]
        known = set(QuoteTranslation.objects.filter(quote__in=ids).values_list("quote_id", "language"))
        return {
            line: _("language: The quote already has a translation into this language.")
            for line, draft in self.changed
            if (draft.item.pk, draft.item.language) in known
        }

    @staticmethod
    def _place(quote: Quote) -> tuple[object, ...]:
        """Return what identifies a quote: speaker, words and source. New items have no key yet."""
        return (*(item and (item.pk or id(item)) for item in (quote.speaker, quote.source)), digest(quote.text))

    def store_all(self, *, user, reason: str, now: datetime.datetime) -> None:
        """Write what was examined in bulk, with versions, inside a transaction."""
        self.by = {"user": user, "reason": reason, "now": now}
        self.store(index=True)

    def _quotes_to_write(self) -> list[Draft]:
        """Return new quotes and changed ones, these with what depends on their words and state."""
        drafts = [draft for _line, draft in self.changed]
        for draft in drafts:
            quote = draft.item
            quote.text_digest = digest(quote.text)
            if quote.state == State.PUBLISHED:
                quote.published_at = quote.published_at or self.by["now"]
        return [*self.quotes, *drafts]


def _cells(row: Row) -> list[CellChange]:
    """Return all that a row of a new quote says."""
    return [CellChange(name, "", cell) for name, cell in row.cells.items() if cell]


def _name_of(row: Row, quote: Quote | None) -> str:
    name = Truncator(quote.text if quote else row.cells.get("text", "")).chars(100)
    return " — ".join(filter(None, [name, row.cells.get("translation_language", "")]))
