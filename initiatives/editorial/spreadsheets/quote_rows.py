"""Import of quotes: rows are checked one by one and saved all together or not at all.

`import_quotes` takes CHUNK rows at a time, finds or creates the speaker, source and themes of each, and stores them
with their search documents and versions in a few statements. Bulk statements send no signals, so documents and versions
are written here.
"""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.editorial.checklist import doubts_of
from initiatives.editorial.spreadsheets.cell_types import Choice
from initiatives.editorial.spreadsheets.columns import QUOTE_CELLS, QUOTE_COLUMNS
from initiatives.editorial.spreadsheets.csv_reader import ImportFault, Row, faults_of, shown
from initiatives.editorial.spreadsheets.named_items import STATES, NamedItems, NamesOfRecord, fold
from initiatives.editorial.spreadsheets.outcomes import reasons_of
from initiatives.editorial.spreadsheets.quote_report import Remark, Report
from initiatives.editorial.spreadsheets.quote_translations import Translations, continues, doubts_of_translation
from initiatives.editorial.spreadsheets.storage import Draft, write, write_versions_of
from initiatives.models import Person, Quote, Source, Theme, visible_from
from initiatives.models.choices import Kind, SourceKind, State
from initiatives.models.fields import digest
from initiatives.search.in_step import note

CHUNK = 1000
# Themes that a file adds come so far behind those that editors put in order; and the last place that there is.
STEP, LAST_PLACE = 10, 32_767

# Columns of the quote itself, without its relations.
DIRECT = tuple(name for name, column in QUOTE_COLUMNS.items() if column.direct)

_check_url = URLValidator(schemes=["http", "https"])


def import_quotes(
    rows: Iterable[Row],
    *,
    dry_run: bool = False,
    keep_good: bool = False,
    dates_confirmed: bool = False,
    progress: Callable[[int], object] = lambda done: None,
    user=None,
    reason: str = "",
) -> Report:
    """Add the quotes in some rows, with any missing speakers, sources and themes; return what was done.

    If a row has errors, nothing is saved unless `keep_good`; a `dry_run` saves nothing. An unusual date is an error
    unless `dates_confirmed`. Quotes already on record are skipped. `progress` is called with the rows of each step;
    `user` and `reason` go into the history of each item.
    Raises ImportFault, and saves nothing, if the rows cannot be read to the end or if someone else makes a
    conflicting change to the record.
    """
    report = Report(dry_run, keep_good)
    rest = iter(rows)
    try:
        with transaction.atomic():
            run = Run(report, user, reason, dates_confirmed=dates_confirmed)
            while chunk := list(itertools.islice(rest, CHUNK)):
                run.take(chunk)
                if not report.refused:
                    run.store(index=not dry_run)
                progress(len(chunk))
            if report.refused or dry_run:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise ImportFault(
            _("Someone else changed the record at the same time. Nothing was imported. Import the file again.")
        ) from error
    if report.refused:
        report.added = 0
        report.made = dict.fromkeys(report.made, 0)
    return report


@dataclass
class _Named:
    """The items named in a row: each found, or None if it is to be created."""

    speaker: Any = None
    source: Any = None
    # None if the cell has another value.
    url: str | None = None
    themes: list[tuple[str, Any]] = field(default_factory=list)


class Run:
    """One import: what is on record, what the file has added so far, and the current chunk."""

    def __init__(self, report: Report, user=None, reason: str = "", *, dates_confirmed: bool = False):
        self.report, self.dates_confirmed = report, dates_confirmed
        # Who made the versions of what comes in, when, and why: see storage.write.
        self.now = timezone.now()
        self.by: dict[str, Any] = {"user": user, "reason": reason, "now": self.now}
        common = ("slug", "aliases", "state", "published_at")
        of_source = ("source__title", "source__state", "source__published_at")
        self.people = NamedItems(
            Person.objects.select_related("source").only("name", *common, *of_source), lifted="source"
        )
        self.sources = NamedItems(Source.objects.only("title", "url", "archived_url", *common), lifted="url")
        themes = Theme.objects.only("name", "position", *common)
        self.themes = NamedItems(themes)
        self.place_of_new_themes = min(max((theme.position for theme in themes), default=0) + STEP, LAST_PLACE)
        self.names = NamesOfRecord()
        self.translations = Translations(self.names)
        self.quotes: list[Draft] = []
        # The quote that the row above is about; None if it stands already or has errors.
        self.above: Quote | None = None
        self.standing: Collection[tuple] = set()
        # Whether there has been a row of a quote; and the key of what the last one repeats.
        self.lines_taken = False
        self.repeated: tuple | None = None
        self.seen: set[tuple] = set()
        self.noted: set[str] = set()

    def take(self, rows: list[Row]) -> None:
        """Check a chunk of rows, collect its quotes and report its errors."""
        self.begin(rows)
        for row in rows:
            reasons = self.take_one(row)
            if reasons:
                self.report.bad.append(Remark(row.line, tuple(reasons)))

    def begin(self, rows: list[Row]) -> None:
        """Look up what the rows of a chunk may repeat, and discard the previous chunk."""
        self.quotes.clear()
        self.translations.begin(self.above)
        self.seen.clear()
        self.standing = self._standing(rows)

    def store(self, index: bool) -> None:
        """Write what was collected, sources first because people refer to them."""
        for shelf in (self.sources, self.people, self.themes):
            self.report.made[shelf.kind] += len(shelf.new)
            shelf.store(index, **self.by)
        quotes = self._quotes_to_write()
        write(Quote, quotes, versions=False, **self.by)
        self.translations.store(**self.by)
        if index:
            # In the order of forms (see admin.history).
            self.translations.write_versions(new=False, **self.by)
            write_versions_of(quotes, **self.by)
            self.translations.write_versions(new=True, **self.by)
            with_parts = [draft.item.quote_id for draft in self.translations.drafts]
            note(Kind.QUOTE, dict.fromkeys([*(draft.item.pk for draft in quotes), *with_parts]))
        self.report.added += len(self.quotes)

    def _quotes_to_write(self) -> list[Draft]:
        return self.quotes

    def _standing(self, rows: list[Row]) -> Collection[tuple]:
        """Return the speaker, source and digest of stored quotes that rows of a chunk may repeat."""
        return set(self._may_be_repeated(rows).values_list("speaker_id", "source_id", "text_digest"))

    def _may_be_repeated(self, rows: list[Row]) -> QuerySet[Quote]:
        speakers = {person.pk for row in rows for person in self.people.named(row.cells.get("speaker", ""))}
        words = {digest(row.cells.get("text", "")) for row in rows}
        # A draft without a source matches no row, although a new source has no key either.
        return Quote.objects.filter(speaker__in=speakers - {None}, source__isnull=False, text_digest__in=words)

    def take_one(self, row: Row) -> list[str]:
        """Take one row of the chunk; return its errors, in which case it changes nothing."""
        if continues(row) and self.lines_taken:
            return self._take_translation(row)
        self.lines_taken, self.above = True, None
        cells = {name: row.cells.get(name, "") for name in QUOTE_CELLS}
        reasons = list(row.reasons)
        notes: list[str] = []
        quote = Quote()
        fill(quote, cells, reasons)
        named = self._find(cells, reasons, notes)
        self.repeated = None if reasons else self._repeated(named, cells["text"])
        if self.repeated:
            self.report.skipped += 1
            return []
        doubts = self._doubts(quote, cells, reasons)
        plan = self._prepare(quote, named, cells, reasons)
        initiatives = self._initiatives_of(cells, reasons)
        translation = self.translations.read(row, quote, reasons)
        if reasons:
            return reasons
        doubts += doubts_of_translation(translation)
        source, speaker, *themes = [shelf.put(found, trial) for shelf, found, trial in plan]
        quote.source, quote.speaker = source, speaker
        quote.published_at = self.now if quote.state == State.PUBLISHED else None
        themes = list({id(theme): theme for theme in themes}.values())
        self.quotes.append(Draft(quote, new=True, relations={"themes": themes, "initiatives": initiatives}))
        self.translations.keep(translation)
        self.above = quote
        self.seen.add((id(speaker), id(source), digest(quote.text)))
        if quote.state == State.PUBLISHED:
            notes += [
                _("The theme %(name)s is not published. Readers will see it on its quotes once it is.")
                % {"name": shown(theme)}
                for theme in themes
                if visible_from(theme) is None
            ]
        self.report.notes += [Remark(row.line, (doubt,)) for doubt in doubts]
        self.report.notes += [Remark(row.line, (note,)) for note in notes if note not in self.noted]
        self.noted.update(notes)
        return []

    def _doubts(self, quote: Quote, cells: Collection[str], reasons: list[str]) -> list[str]:
        """Return what may be wrong with what cells say of a quote; add an unconfirmed unusual date to `reasons`."""
        doubts = []
        if {"text", "language"} & {*cells}:
            doubts += [f"{column}: {text}" for column, text in doubts_of(quote)]
        if "date" in cells and (unusual := quote.unusual_date):
            self.report.unusual_dates += 1
            (doubts if self.dates_confirmed else reasons).append(f"date: {unusual}")
        return doubts

    def _take_translation(self, row: Row) -> list[str]:
        """Take a row with a further translation of the quote above; return its errors."""
        reasons = list(row.reasons)
        if self.repeated:
            return reasons
        if self.above is None:
            return [*reasons, _("The row of its quote, higher up, has errors.")]
        translation = self.translations.read(row, self.above, reasons)
        if not reasons:
            self.translations.keep(translation)
            self.report.notes += [Remark(row.line, (doubt,)) for doubt in doubts_of_translation(translation)]
        return reasons

    def _initiatives_of(self, cells: dict[str, str], reasons: list[str]) -> list:
        """Return the initiatives that a row names; they must stand already."""
        try:
            return QUOTE_COLUMNS["initiatives"].kind.clean(cells["initiatives"], self.names)
        except ValidationError as error:
            reasons += reasons_of(error, "initiatives")
            return []

    def _find(self, cells: dict[str, str], reasons: list[str], notes: list[str]) -> _Named:
        """Return the items the row names; add to `reasons` what is ambiguous."""
        named = _Named()
        with _noting(reasons, "speaker"):
            named.speaker = _the_one(cells["speaker"], self.people.named(cells["speaker"]))
        with _noting(reasons, "source_url"):
            if cells["source_url"]:
                _check_url(cells["source_url"])
            named.url = cells["source_url"]
        with _noting(reasons, "source"):
            named.source = self._source_of(cells["source"], named.url or "", notes)
        for name in {fold(name): name for name in cells["themes"].split(";") if name.strip()}.values():
            with _noting(reasons, "themes"):
                named.themes.append((name, _the_one(name, self.themes.named(name))))
        return named

    def _source_of(self, title: str, url: str, notes: list[str]) -> Source | None:
        """Return the source with this title and address, or None if it is to be created.

        Two documents can have the same title, so a title with a different address raises ValidationError.
        """
        titled = self.sources.named(title) if title else []
        at_url = self.sources.addresses.get(url, []) if url else []
        both = [source for source in titled if source in at_url]
        if titled and url and not both:
            both = [source for source in titled if not source.url]
            if at_url or not both:
                raise ValidationError(
                    _("%(name)s is already on record with another address. Correct source_url or give another title.")
                    % {"name": shown(title)}
                )
            if id(both[0]) not in self.sources.made:
                notes.append(
                    _("The source %(name)s has no address on record. The address in the row was not saved.")
                    % {"name": shown(title)}
                )
        if title and at_url and not titled:
            notes.append(
                _("The source %(title)s was matched to %(name)s, which has the same address.")
                % {"title": shown(title), "name": shown(at_url[0])}
            )
            # Later rows may give only the title.
            self.sources.aliases[fold(title)] = list(at_url)
        return _the_one(title, both or titled or at_url)

    def _repeated(self, named: _Named, text: str) -> tuple | None:
        """Return the key under which the quote is already on record, or in an earlier row of the chunk."""
        speaker, source, words = named.speaker, named.source, digest(text)
        if speaker is None or source is None:
            return None
        if (on_record := (speaker.pk, source.pk, words)) in self.standing:
            return on_record
        return in_file if (in_file := (id(speaker), id(source), words)) in self.seen else None

    def _prepare(self, quote: Quote, named: _Named, cells: dict[str, str], reasons: list[str]) -> list[tuple]:
        """Return (shelf, found item, prepared item) for source, speaker and themes; nothing is changed yet."""
        state, source, speaker = quote.state, named.source, named.speaker
        new_source = new_speaker = None
        if cells["source"] and named.url is not None:
            with _noting(reasons, "source"):
                new_source = self.sources.prepare(
                    source,
                    cells["source"],
                    state,
                    self.now,
                    lifted=named.url,
                    kind=SourceKind.WEBSITE,
                    language=quote.language,
                )
        if cells["speaker"]:
            with _noting(reasons, "speaker"):
                # A new speaker gets the source of the first row with the highest state, or that of the existing
                # quote if the row leaves its source unchanged.
                new_speaker = self.people.prepare(
                    speaker, cells["speaker"], state, self.now, lifted=source or new_source or quote.source
                )
        plan = [(self.sources, source, new_source), (self.people, speaker, new_speaker)]
        for name, theme in named.themes:
            with _noting(reasons, "themes"):
                # As the themes of the record are written; in facets and tags they stand as they are.
                new_theme = self.themes.prepare(
                    theme, capfirst(name.strip()), state, self.now, position=self.place_of_new_themes
                )
                plan.append((self.themes, theme, new_theme))
        return plan


def fill(quote: Quote, cells: dict[str, str], reasons: list[str], states: Iterable[str] = STATES) -> None:
    """Write the cells into a quote, except for relations; add their errors to `reasons`."""
    before = len(reasons)
    for name, cell in cells.items():
        reasons += faults_of(name, cell, required=QUOTE_COLUMNS[name].required)
    kinds = {"status": Choice(states, default=State.DRAFT)}
    for name in (name for name in DIRECT if name in cells):
        column = QUOTE_COLUMNS[name]
        try:
            column.assign(quote, kinds.get(name, column.kind).clean(cells[name], NamesOfRecord()))
        except (ValidationError, ValueError) as error:
            reasons += reasons_of(error, name)
    if len(reasons) == before:
        with _noting(reasons, "text"):
            # Not clean(), which queries the database for each row: _repeated has done so for the chunk.
            quote.clean_fields(exclude=["speaker", "source", "text_digest"])


def _the_one(name: str, items: list):
    """Return the only item of a list, or None if it is empty. Raises ValidationError if there are more."""
    if len(items) > 1:
        raise ValidationError(
            _("%(name)s matches %(count)d items in the record. Give a name that only one of them has.")
            % {"name": shown(name), "count": len(items)}
        )
    return items[0] if items else None


@contextmanager
def _noting(reasons: list[str], column: str) -> Iterator[None]:
    """Add the messages of an error to `reasons`, each with its column, and continue."""
    try:
        yield
    except ValidationError as error:
        reasons += reasons_of(error, column, {name: name for name in QUOTE_CELLS} | {"url": "source_url"})
