"""Import of quotes: rows that add a quote, and rows that change one by its number.

A row names a speaker, a source and themes, which are added if the record does not have them. A row without a number
is skipped if the record already has its words from the same speaker and source. Translations are parts of a quote:
the first in its row, each further one in a row below.
"""

import copy
import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.core.validators import URLValidator
from django.db.models import Max
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from initiatives.editorial.checklist import doubts_of
from initiatives.editorial.copies.levels import judge
from initiatives.editorial.spreadsheets.cell_types import Choice
from initiatives.editorial.spreadsheets.columns import QUOTE_CELLS, QUOTE_COLUMNS, TRANSLATION_COLUMNS
from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Row, faults_of, shown
from initiatives.editorial.spreadsheets.hints import point_out_names, point_out_quotes
from initiatives.editorial.spreadsheets.item_import import ItemImport, RowsDraft, Taken
from initiatives.editorial.spreadsheets.named_items import STATES, NamedItems, Wanted, label_of
from initiatives.editorial.spreadsheets.outcomes import (
    CellChange,
    Effect,
    ImportPreview,
    MadeItems,
    RowOutcome,
    noting,
)
from initiatives.editorial.spreadsheets.permissions import Rights
from initiatives.editorial.spreadsheets.tables import QUOTES, cells_of
from initiatives.models import Person, Quote, Source, Theme, visible_from
from initiatives.models.choices import SourceKind, State
from initiatives.models.fields import digest

# New themes follow the last existing theme by STEP; positions end at LAST_PLACE.
STEP, LAST_PLACE = 10, 32_767

# Columns of the quote itself, without its relations.
DIRECT = {name for name, column in QUOTE_COLUMNS.items() if column.direct}
# Two columns that describe one relation.
OF_SOURCE = {"source", "source_url"}
# Columns by which a row without a number finds its quote.
FOUND_BY = {"text", "speaker", *OF_SOURCE}
# Items cannot be imported as archived.
NEW_QUOTE_COLUMNS = QUOTE_COLUMNS | {
    "status": replace(QUOTE_COLUMNS["status"], kind=Choice(STATES, default=State.DRAFT))
}

_check_url = URLValidator(schemes=["http", "https"])


def continues(row: Row) -> bool:
    """Return whether a row has only a translation: of the quote above, or of the quote whose number it repeats."""
    cells = row.cells
    return any(cells.get(name) for name in TRANSLATION_COLUMNS) and not any(cells.get(name) for name in QUOTE_CELLS)


class QuoteImport(ItemImport):
    """One import of quotes: a whole file or, from the command, batch by batch."""

    def __init__(self, rights: Rights, *, dates_confirmed: bool = False):
        super().__init__(QUOTES, rights)
        self.dates_confirmed, self.now = dates_confirmed, timezone.now()
        last = Theme.objects.aggregate(last=Max("position"))["last"] or 0
        self.place_of_new_themes = min(last + STEP, LAST_PLACE)
        # Quotes that a row may repeat, existing and new, by speaker, source and words.
        self.places: dict[tuple[object, ...], Quote] = {}
        # The quote of the last row without a number, unless it has errors; and whether that row repeats it.
        self.above: RowsDraft | None = None
        self.repeats = self.begun = False
        self.skipped = self.unusual_dates = 0
        self.noted: set[str] = set()

    @property
    def added(self) -> list[NamedItems]:
        """The people, sources and themes that the file adds."""
        return [items for model in (Person, Source, Theme) if (items := self.names.of(model)).new]

    def examine(self, rows: list[Row], *, lock: bool = False) -> ImportPreview:
        """Return what the rows would do; with `lock`, lock the existing quotes until the transaction ends.

        Raises ImportFault if the rows would add items the user may not add.
        """
        examined = super().examine(rows, lock=lock)
        examined.unusual_dates = self.unusual_dates
        for items in () if examined.wrong else self.added:
            self._refuse_making(items.new)
            label = str(capfirst(items.model._meta.verbose_name_plural))
            examined.made.append(MadeItems(label, [label_of(item) for item in items.new]))
        return examined

    def point_out(self, examined: ImportPreview) -> None:
        """Add hints about likely duplicates, and what readers will see of drafts that are published."""
        point_out_names(examined, self.added if examined.made else [])
        point_out_quotes(examined, {draft.line: draft.item for draft in self.drafts.values() if draft.new})
        self.show_published(examined)

    def _refuse_making(self, items: list) -> None:
        """Raise ImportFault if the user may not add these items, or not in this state."""
        model = type(items[0])
        published = any(item.state == State.PUBLISHED for item in items)
        if not self.rights.may("add", model) or (published and not self.rights.may("publish", model)):
            raise ImportFault(
                _("You are not allowed to add %(items)s. The first one in the file is %(name)s.")
                % {"items": model._meta.verbose_name_plural, "name": shown(items[0])}
            )

    def begin(self, rows: list[Row], lock: bool) -> list[str]:
        """Load the quotes that rows name by number or may repeat; return the numbers. Drops earlier rows."""
        keys = [row.cells.get("id", "") for row in rows]
        numbers = {int(key) for key in keys if key.isascii() and key.isdecimal()}
        named = Quote.objects.filter(pk__in=[number for number in numbers if number < 2**63])
        self.on_record = {str(quote.pk): quote for quote in self.table.loaded(named, lock=lock)}
        new = [row.cells for row, key in zip(rows, keys, strict=True) if not key]
        speakers = {one.pk for cells in new for one in self.names.of(Person).named(cells.get("speaker", ""))}
        words = {digest(cells.get("text", "")) for cells in new}
        # A draft without a source matches no row, although a new source has no key either.
        found = Quote.objects.filter(speaker__in=speakers - {None}, source__isnull=False, text_digest__in=words)
        self.places = {_place_of(quote): quote for quote in self.table.loaded(found)}
        self.drafts = {"above": self.above} if self.above and not self.repeats else {}
        return keys

    def take(self, row: Row, key: str) -> Taken:
        """Apply a row to its quote and a translation of it."""
        if not key:
            return self._take_new(row)
        quote, owner = self.on_record.get(key), self.drafts.get(key)
        first = owner is None
        taken = Taken(row, list(row.reasons), owner or RowsDraft.of(self.table.own, quote, Quote, row.line))
        if quote is None:
            text = _("id: %(cell)s is not a quote in the record. Leave the cell empty to add a quote.")
            taken.reasons.append(text % {"cell": shown(key)})
            return taken
        self.drafts[key] = taken.owner
        if continues(row):
            self.take_part(taken)
        elif first:
            # An empty status changes nothing.
            self._take_quote(taken, {name: cell for name, cell in row.cells.items() if cell or name != "status"})
        else:
            taken.reasons.append(_("This quote is already in line %(line)d.") % {"line": taken.owner.line})
        return taken

    def _take_new(self, row: Row) -> Taken:
        """Apply a row without a number: it adds a quote, repeats one, or has a translation of the one above."""
        further = continues(row) and self.begun
        draft = RowsDraft.of(NEW_QUOTE_COLUMNS, None, Quote, row.line)
        taken = Taken(row, list(row.reasons), self.above or draft if further else draft)
        if further and self.above is None:
            taken.reasons.append(_("The row of its quote, higher up, has errors."))
        elif further and self.repeats:
            taken.notes.append(_("The quote is on record already, so this row is ignored."))
        elif further:
            self.take_part(taken)
        else:
            self.above, self.begun, self.repeats = None, True, False
            self._take_quote(taken, row.cells)
            if not taken.reasons:
                self.above = taken.owner
        return taken

    def _take_quote(self, taken: Taken, cells: dict[str, str]) -> None:
        """Apply a whole row. A row that repeats a quote or has errors changes nothing."""
        draft, reasons = taken.owner, taken.reasons
        quote, given = draft.item, draft.given(cells)
        if not given:
            self.take_part(taken)
            return
        direct = {name: cell for name, cell in given.items() if name in DIRECT}
        reasons += draft.take(direct, self.names) or draft.faults(whole=False)
        notes: list[str] = []
        wanted = self._find(draft, given, reasons, notes)
        if draft.new and not reasons:
            place = _place(wanted["speaker"][0].found, wanted["source"][0].found, quote.text)
            if place in self.places:
                self._repeat(taken, self.places[place])
                return
        if "initiatives" in given:
            reasons += draft.take({"initiatives": given["initiatives"]}, self.names)
        taken.notes += self._doubts(draft, reasons)
        self._prepare(quote, wanted, reasons)
        if not draft.new and "status" in given:
            reasons += self._hidden_by_others(quote, wanted)
        self.take_part(taken)
        if reasons:
            taken.notes.clear()
            if draft.stored:
                draft.item, draft.differences = copy.copy(draft.stored), []
            return
        for name, some in wanted.items():
            items = list({id(item): item for item in (one.put() for one in some)}.values())
            draft.assign(QUOTE_COLUMNS[name], items if name == "themes" else items[0])
        if "source" in wanted:
            draft.compare(QUOTE_COLUMNS["source_url"])
        draft.differences.sort(key=lambda difference: QUOTE_CELLS.index(difference.column))
        if draft.new:
            self.drafts[f"line {draft.line}"] = draft
            self.places[_place_of(quote)] = quote
            if quote.state == State.PUBLISHED:
                text = _("The theme %(name)s is not published. Readers will see it on its quotes once it is.")
                hidden = [theme for theme in draft.relations["themes"] if visible_from(theme) is None]
                notes += [text % {"name": shown(theme)} for theme in hidden]
        taken.notes += [note for note in notes if note not in self.noted]
        self.noted.update(notes)

    def take_part(self, taken: Taken) -> None:
        """Apply a row's translation cells, if any. A translation with errors is dropped."""
        super().take_part(taken)
        part, owner = taken.part, taken.owner
        if part is None:
            return
        # The model can check this only for a stored quote.
        own_language = _("translation_language: The quote itself is in this language. Choose another.")
        if part.item.language == owner.item.language and own_language not in taken.reasons:
            taken.reasons.append(own_language)
        if taken.reasons:
            owner.parts.pop()
        elif part.touched:
            columns = {"language": "translation_language", "text": "translation"}
            taken.notes += [f"{columns[name]}: {text}" for name, text in doubts_of(part.item)]

    def _find(
        self, draft: RowsDraft, given: dict[str, str], reasons: list[str], notes: list[str]
    ) -> dict[str, list[Wanted]]:
        """Return the items that a row names, by column, source first; append errors to `reasons`."""
        wanted: dict[str, list[Wanted]] = {}
        themes: Any = QUOTE_COLUMNS["themes"].kind
        for name in ("source", "source_url", "speaker", "themes"):
            reasons += faults_of(name, given[name], required=QUOTE_COLUMNS[name].required) if name in given else []
        if OF_SOURCE & given.keys():
            title, url = (given.get(name, draft.before.get(name, "")) for name in ("source", "source_url"))
            faults: list[str] = []
            with noting(faults, "source_url"):
                if url:
                    _check_url(url)
            with noting(reasons, "source"):
                source = self.names.of(Source).want_document(title, "" if faults else url, notes)
                source.lifted, source.fields = url, {"kind": SourceKind.WEBSITE, "language": draft.item.language}
                wanted |= {"source": [source]} if (title or source.found) and not faults else {}
            reasons += faults
        if "speaker" in given:
            wanted["speaker"] = []
            with noting(reasons, "speaker"):
                wanted["speaker"] += [self.names.want(Person, given["speaker"])] if given["speaker"] else []
        if "themes" in given:
            wanted["themes"] = []
            for name in themes.names_in(given["themes"]):
                with noting(reasons, "themes"):
                    wanted["themes"].append(self.names.want(Theme, capfirst(name)))
        return wanted

    def _prepare(self, quote: Quote, wanted: dict[str, list[Wanted]], reasons: list[str]) -> None:
        """Check the source, speaker and themes that a row needs, without changing anything."""
        document = quote.source
        for name, some in wanted.items():
            for one in some:
                if name == "speaker":
                    # That of the first row with the highest state, or that of a quote whose row leaves it unchanged.
                    one.lifted = document
                elif name == "themes":
                    one.fields = {"position": self.place_of_new_themes}
                with noting(reasons, name, {"url": "source_url"}):
                    one.prepare(quote.state, self.now)
                document = one.item if name == "source" else document

    def _hidden_by_others(self, quote: Quote, wanted: Collection[str]) -> list[str]:
        """Return why a quote to be published would stay hidden, because of items the row leaves unchanged."""
        if quote.state != State.PUBLISHED:
            return []
        reasons = []
        if quote.source is None and "source" not in wanted:
            reasons.append(_("source: Nothing can be published without a source."))
        for column, item in (("speaker", quote.speaker), ("source", quote.source)):
            if item is not None and column not in wanted and visible_from(item) is None:
                reasons.append(
                    _("%(column)s: %(name)s or its source is not published. Publish it first.")
                    % {"column": column, "name": shown(item)}
                )
        return reasons

    def _doubts(self, draft: RowsDraft, reasons: list[str]) -> list[str]:
        """Return what may be wrong with the words; add an unusual date that is not confirmed to `reasons`."""
        changed = {difference.column for difference in draft.differences}
        doubts = []
        if {"text", "language"} & changed:
            doubts += [f"{column}: {text}" for column, text in doubts_of(draft.item)]
        if "date" in changed and (unusual := draft.item.unusual_date):
            self.unusual_dates += 1
            (doubts if self.dates_confirmed else reasons).append(f"date: {unusual}")
        return doubts

    def _repeat(self, taken: Taken, quote: Quote) -> None:
        """Pass over a row whose words are on record; note which of its cells differ and are ignored."""
        row = taken.row
        self.repeats = True
        self.skipped += 1
        taken.owner = RowsDraft(quote, new=False, line=row.line)
        if quote.pk is None:
            taken.notes.append(_("The same quote is higher up in the file."))
            return
        before = cells_of(self.table.own, quote)
        translations = {one.language: cells_of(self.table.of_part, one) for one in self.table.parts_of(quote)}
        before |= translations.get(row.cells.get("translation_language", ""), dict.fromkeys(self.table.of_part, ""))
        columns = {column.name: column for column in self.table.columns}
        taken.ignored = tuple(
            CellChange(column, before[column], cell)
            for column, cell in row.cells.items()
            if cell and column not in FOUND_BY and not columns[column].same(cell, before[column], self.names)
        )
        if taken.ignored:
            note = _(
                "This quote is on record as number %(number)d. What differs in this row is ignored. To change the "
                "quote, enter its number in the column id."
            )
            taken.notes.append(note % {"number": quote.pk})

    def settle(self) -> dict[int, list[str]]:
        """Return the errors of quotes as a whole.

        Changed ones may repeat others or have a translation into their language; any may be marked as verified, or
        published, although the words are not found.
        """
        changed = [draft for draft in self.drafts.values() if not draft.new and draft.differences]
        words = {digest(draft.item.text) for draft in changed}
        stored = Quote.objects.filter(text_digest__in=words)
        there: dict[tuple[object, ...], set[int]] = defaultdict(set)
        for key, *rest in stored.values_list("pk", "speaker_id", "source_id", "text_digest"):
            there[tuple(rest)].add(key)
        in_file = {_place_of(draft.item) for draft in self.drafts.values() if draft.new}
        faults: dict[int, list[str]] = defaultdict(list)
        for draft in changed:
            quote, place = draft.item, _place_of(draft.item)
            if quote.source is not None and (place in in_file or there[place] - {quote.pk}):
                faults[id(draft)].append(_("text: This quote is already on record from the same source."))
            if any(part.language == quote.language for part in self.table.parts_of(quote)):
                faults[id(draft)].append(_("language: The quote already has a translation into this language."))
            in_file |= {place} if quote.source is not None else set()
        touched = [draft for draft in self.drafts.values() if draft.touched]
        for draft, judged in zip(touched, judge([draft.item for draft in touched]), strict=True):
            if judged.refusal:
                faults[id(draft)].append(f"verification: {judged.refusal}")
            if judged.needs_reason:
                faults[id(draft)].append(
                    _(
                        "status: The words are not in the copy of the source. Make it a draft, then publish it in its "
                        "form, which asks why."
                    )
                )
        return faults

    def outcome(self, taken: Taken) -> RowOutcome:
        """Return what a row would do; of a new quote, with all that it says."""
        found = super().outcome(taken)
        if taken.ignored:
            return replace(found, differences=taken.ignored)
        if found.effect == Effect.NEW and taken.owner.new:
            said = (CellChange(name, "", cell) for name, cell in taken.row.cells.items() if cell)
            return replace(found, differences=tuple(said))
        return found

    def name_of(self, taken: Taken) -> str:
        """Return the first words of a row's quote and, unless the row adds it, the language of its translation."""
        cells, owner = taken.row.cells, taken.owner
        words = Truncator((owner.stored or owner.item).text or cells.get("text", "")).chars(100)
        language = cells.get("translation_language", "") if cells.get("id") or continues(taken.row) else ""
        return " — ".join(filter(None, [words, language]))

    def store_all(self, *, user, reason: str, now: datetime.datetime) -> None:
        """Write what was examined in bulk, with versions, inside a transaction."""
        by: dict[str, Any] = {"user": user, "reason": reason, "now": now}
        # Sources first, because people refer to them.
        for model in (Source, Person, Theme):
            self.names.of(model).store(**by)
        for draft in self.drafts.values():
            if not draft.new:
                draft.item.text_digest = digest(draft.item.text)
        super().store_all(**by)
        for draft in self.drafts.values():
            for one in (draft, *draft.parts):
                one.new, one.differences = False, []


def _place(speaker: Any, source: Any, text: str) -> tuple[object, ...]:
    """Return the identity of a quote: speaker, source and words. New items have no primary key yet."""
    return (*(item and (item.pk or id(item)) for item in (speaker, source)), digest(text))


def _place_of(quote: Quote) -> tuple[object, ...]:
    return _place(quote.speaker, quote.source, quote.text)
