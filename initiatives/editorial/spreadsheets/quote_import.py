"""Import of quotes: rows as import_quotes reads them (quote_rows.py), and rows that change a quote by its number.

Of a quote that stands, cells that equal what an export writes are not touched: an export that comes back changes
nothing, even where names would be ambiguous by now. Changed cells mean what they mean in a new row.
"""

import copy
import datetime

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from initiatives.editorial.spreadsheets.csv_reader import COLUMNS, ImportFault, Row, shown
from initiatives.editorial.spreadsheets.outcomes import CellChange, Effect, ImportPreview, RowOutcome
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.quote_rows import DIRECT, Report, Run, fill
from initiatives.editorial.spreadsheets.storage import Draft, write
from initiatives.editorial.spreadsheets.tables import Table, cells_of
from initiatives.models import Quote, QuoteTranslation, visible_from
from initiatives.models.choices import Kind, State
from initiatives.models.fields import digest
from initiatives.search.documents import refresh

# Two columns that tell of one relation.
OF_SOURCE = {"source", "source_url"}


class QuoteImport(Run):
    """One import of quotes by a user: `examine` says what it would do, `store_all` does it."""

    def __init__(self, table: Table, rights: Rights):
        super().__init__(Report(dry_run=False, keep_good=False))
        self.table, self.rights = table, rights
        self.known: dict[str, Quote] = {}
        self.lines: dict[str, int] = {}
        self.changed: list[tuple[int, Draft]] = []

    def examine(self, rows: list[Row], *, lock: bool = False) -> ImportPreview:
        """Return what the rows would do; with `lock`, hold the quotes that stand until the transaction ends.

        Raises ImportFault if items would be made that the user may not make.
        """
        self.begin([row for row in rows if not row.cells.get("id")])
        self.known = self._known(rows, lock)
        examined = ImportPreview([self._known_row(row) if row.cells.get("id") else self._new_row(row) for row in rows])
        self._refuse_collisions(examined)
        for shelf in (self.people, self.sources, self.themes):
            if shelf.new and not examined.wrong:
                self._refuse_making(shelf.new)
                examined.made[str(capfirst(shelf.model._meta.verbose_name_plural))] = len(shelf.new)
        return examined

    def _refuse_making(self, items: list) -> None:
        """Raise ImportFault if the user may not make these items, or not in their state."""
        model = type(items[0])
        published = any(item.state == State.PUBLISHED for item in items)
        if not self.rights.may("add", model) or (published and not self.rights.may("publish", model)):
            raise ImportFault(
                _("The file would add %(items)s, which you may not: the first is %(name)s.")
                % {"items": model._meta.verbose_name_plural, "name": shown(items[0])}
            )

    def _known(self, rows: list[Row], lock: bool) -> dict[str, Quote]:
        """Return the quotes that rows name by number."""
        ids = {int(cell) for row in rows if (cell := row.cells.get("id", "")).isascii() and cell.isdecimal()}
        quotes = Quote.objects.filter(pk__in=[pk for pk in ids if pk < 2**63])
        return {str(quote.pk): quote for quote in self.table.loaded(quotes, lock=lock)}

    def _new_row(self, row: Row) -> RowOutcome:
        skipped, noted = self.report.skipped, len(self.report.notes)
        reasons = self.take_one(row)
        name = Truncator(row.cells.get("text", "")).chars(100)
        if self.report.skipped > skipped:
            return RowOutcome(row.line, name, Effect.UNCHANGED)
        notes = tuple(text for remark in self.report.notes[noted:] for text in remark.texts)
        if not reasons:
            reasons = self.rights.refusals(Quote, "", self.quotes[-1][0].state)
        return RowOutcome.of(row.line, name, reasons, notes=notes, new=True)

    def _known_row(self, row: Row) -> RowOutcome:
        quote = self.known.get(row.cells["id"])
        reasons, notes = list(row.reasons), []
        differences: list[CellChange] = []
        if quote is None:
            reasons.append(
                _("id: %(cell)s is no quote of the record. Leave it empty to add one.")
                % {"cell": shown(row.cells["id"])}
            )
        elif (first := self.lines.setdefault(row.cells["id"], row.line)) != row.line:
            reasons.append(_("The quote stands in line %(line)d already.") % {"line": first})
        elif not reasons:
            differences = self._change(quote, row, reasons, notes)
        name = Truncator(quote.text if quote else row.cells.get("text", "")).chars(100)
        return RowOutcome.of(row.line, name, reasons, differences, notes)

    def _change(self, quote: Quote, row: Row, reasons: list[str], notes: list[str]) -> list[CellChange]:
        """Return what a row changes of a quote that stands; add to `reasons` what is wrong with that."""
        before = cells_of(self.table.own, quote)
        given = {name: cell for name, cell in row.cells.items() if name != "id" and cell != before[name]}
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
        relations = dict.fromkeys(COLUMNS, "") | {name: given[name] for name in ("speaker", "themes") if name in given}
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
        differences = [
            CellChange(name, before[name], after[name])
            for name in self.table.own
            if name in after and after[name] != before[name]
        ]
        if differences:
            reasons += self.rights.refusals(Quote, quote.state, trial.state)
            self.changed.append((row.line, draft))
        return differences

    def _unpublishable(self, quote: Quote, given: dict[str, str]) -> list[str]:
        """Return what keeps a quote that is to be published from the public, of what the row leaves as it is."""
        reasons = []
        if quote.source is None and not OF_SOURCE & given.keys():
            reasons.append(_("source: nothing is published without one."))
        kept = [("speaker", quote.speaker, {"speaker"}), ("source", quote.source, OF_SOURCE)]
        for column, item, columns in kept:
            if item is not None and not columns & given.keys() and visible_from(item) is None:
                reasons.append(
                    _("%(column)s: %(name)s is not published, or stands on a source that is not: publish it first.")
                    % {"column": column, "name": shown(item)}
                )
        return reasons

    def _refuse_collisions(self, examined: ImportPreview) -> None:
        """Mark the rows whose quotes would collide with others, or with their own translations."""
        reasons = self._twins() | self._translated()
        for number, outcome in enumerate(examined.outcomes):
            if outcome.line in reasons and outcome.effect == Effect.CHANGED:
                examined.outcomes[number] = RowOutcome.of(outcome.line, outcome.name, [reasons[outcome.line]])

    def _twins(self) -> dict[int, str]:
        """Return, by line, what is said of the words of a speaker that would stand twice in one source."""
        moved = [(line, draft.item) for line, draft in self.changed if draft.item.source is not None]
        stored = Quote.objects.filter(text_digest__in=[digest(quote.text) for _line, quote in moved])
        standing: dict[tuple[object, ...], set] = {}
        for pk, *key in stored.values_list("pk", "speaker_id", "source_id", "text_digest"):
            standing.setdefault(tuple(key), set()).add(pk)
        in_file = {self._place(quote) for quote, _themes in self.quotes}
        twins = {}
        for line, quote in moved:
            place = self._place(quote)
            if place in in_file or standing.get(place, set()) - {quote.pk}:
                twins[line] = _("text: These words of this speaker stand already, from the same source.")
            in_file.add(place)
        return twins

    def _translated(self) -> dict[int, str]:
        """Return, by line, what is said of a quote that has a translation into its own new language."""
        ids = [draft.item.pk for _line, draft in self.changed]
        known = set(QuoteTranslation.objects.filter(quote__in=ids).values_list("quote_id", "language"))
        return {
            line: _("language: The quote has a translation into this language.")
            for line, draft in self.changed
            if (draft.item.pk, draft.item.language) in known
        }

    @staticmethod
    def _place(quote: Quote) -> tuple[object, ...]:
        """Return what no two quotes share: who said what, and where it stands. Items that are made have no key yet."""
        return (*(item and (item.pk or id(item)) for item in (quote.speaker, quote.source)), digest(quote.text))

    def store_all(self, *, user, reason: str, now: datetime.datetime) -> None:
        """Write what was examined, in bulk, with search documents and versions; inside a transaction."""
        self.by = {"user": user, "reason": reason, "now": now}
        self.store(index=True)
        drafts = [draft for _line, draft in self.changed]
        for draft in drafts:
            quote = draft.item
            quote.text_digest = digest(quote.text)
            if quote.state == State.PUBLISHED:
                quote.published_at = quote.published_at or now
        write(Quote, drafts, **self.by)
        refresh(Kind.QUOTE, [draft.item.pk for draft in drafts])
