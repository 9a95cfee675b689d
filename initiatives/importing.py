"""Import of quotes from a table: rows are checked one by one, and kept all together or not at all.

Stages: `read_csv` turns the lines of a file into rows; `import_quotes` takes them CHUNK at a time, finds or makes
the speaker, source and themes of each, and stores the chunk and its search documents with a few statements.
Receivers do not hear of bulk statements, so the documents are refreshed here.
"""

import codecs
import copy
import csv
import datetime
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.choices import Kind, Language, SourceKind, State
from initiatives.dates import parse_partial_date
from initiatives.models import OldSlug, Person, Quote, Source, Theme, visible_from
from initiatives.models.catalogue import digest
from initiatives.search.documents import refresh

REQUIRED = ("text", "language", "speaker", "source")
COLUMNS = (*REQUIRED, "source_url", "date", "themes", "context", "status")
DELIMITERS = ",;\t"
# In rising order: what several rows use is made with the highest of their states.
STATES = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)

CHUNK = 1000
# Characters. The csv module's own limit, 131,072, is too low for a speech; none at all would let one
# forgotten quotation mark read a whole file into one cell.
MAX_CELL = 10_000_000

_check_url = URLValidator(schemes=["http", "https"])
# What XML 1.0 cannot hold, and so the feeds cannot show.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class ImportFault(ValueError):
    """The file as a whole cannot be imported; the message says why, for people."""


@dataclass(frozen=True)
class Row:
    """One row: the line of the file that it begins on, its cells by column, and what is wrong with its form."""

    line: int
    cells: dict[str, str]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remark:
    """What is to be said of the row that begins on a line."""

    line: int
    texts: tuple[str, ...]

    def __str__(self) -> str:
        return _("Line %(line)d: %(texts)s") % {"line": self.line, "texts": " ".join(self.texts)}


@dataclass
class Report:
    """What an import did; of a dry run, what it would do."""

    dry_run: bool
    keep_good: bool
    added: int = 0
    skipped: int = 0
    # Items that were made, by kind.
    made: dict[str, int] = field(default_factory=lambda: dict.fromkeys((Kind.PERSON, Kind.SOURCE, Kind.THEME), 0))
    # Rows that cannot be imported, with every reason why.
    bad: list[Remark] = field(default_factory=list)
    # What was done, but may surprise.
    notes: list[Remark] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether nothing of the file is kept because of its bad rows."""
        return bool(self.bad) and not self.keep_good

    def summary(self) -> list[str]:
        """Return the numbers as lines for people."""
        people, sources, themes = self.made[Kind.PERSON], self.made[Kind.SOURCE], self.made[Kind.THEME]
        lines = [
            ngettext("%d quote added.", "%d quotes added.", self.added) % self.added,
            ngettext("%d row skipped: it stands already.", "%d rows skipped: they stand already.", self.skipped)
            % self.skipped,
            ngettext("%d speaker made.", "%d speakers made.", people) % people,
            ngettext("%d source made.", "%d sources made.", sources) % sources,
            ngettext("%d theme made.", "%d themes made.", themes) % themes,
            ngettext("%d bad row.", "%d bad rows.", len(self.bad)) % len(self.bad),
        ]
        if self.refused:
            lines.append(_("Nothing of the file is kept while a row is bad."))
        if self.dry_run:
            lines.append(_("This was a dry run: it says what would be done, and nothing was written."))
        return lines


def read_csv(lines: Iterable[bytes]) -> Iterator[Row]:
    """Yield the rows of a CSV file, given its lines as bytes (an open file or an upload gives them).

    UTF-8 with or without a byte order mark; separated by commas, semicolons or tabs; rows with nothing in them
    are passed over. Raises ImportFault if the file is of another encoding, its columns are not those of COLUMNS,
    or its quotation marks do not close.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_CELL))
    texts = _decoded(lines)
    blank = 0
    for header in texts:
        if header.strip():
            break
        blank += 1
    else:
        raise ImportFault(_("The file is empty."))
    reader = csv.reader(itertools.chain([header], texts), delimiter=_delimiter_of(header), strict=True)
    columns: list[str] = []
    while True:
        line = blank + reader.line_num + 1
        try:
            cells = [cell.strip().replace("\r\n", "\n") for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise ImportFault(
                _(
                    "Line %(line)d: the row that begins here cannot be read (%(error)s). Check its quotation marks:"
                    " a cell that begins with one ends with one, and those inside are doubled."
                )
                % {"line": line, "error": error}
            ) from error
        if not columns:
            columns = _columns_of(cells)
        elif any(cells):
            surplus = any(cells[len(columns) :])
            reasons = (_("There are more cells than columns."),) if surplus else ()
            yield Row(line, dict(zip(columns, cells, strict=False)), reasons)


def _decoded(lines: Iterable[bytes]) -> Iterator[str]:
    """Yield the physical lines of a file, their ends kept. Raises ImportFault if one is not UTF-8."""
    # Files with the line ends of old Macs come as one line.
    physical = itertools.chain.from_iterable(line.splitlines(keepends=True) for line in lines)
    for number, raw in enumerate(physical, start=1):
        if b"\0" in raw:
            raise ImportFault(
                _("Line %(line)d holds a NUL byte: this is not UTF-8 text. Save the file as “CSV UTF-8”.")
                % {"line": number}
            )
        try:
            yield (raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw).decode()
        except UnicodeDecodeError as error:
            raise ImportFault(
                _("Line %(line)d is not UTF-8 text (byte %(byte)d of it). Save the file as “CSV UTF-8”.")
                % {"line": number, "byte": error.start + 1}
            ) from error


def _delimiter_of(header: str) -> str:
    """Return the delimiter that gives the most columns that are known."""
    return max(DELIMITERS, key=lambda sign: sum(name.strip(' "\r\n').lower() in COLUMNS for name in header.split(sign)))


def _columns_of(header: list[str]) -> list[str]:
    """Return the columns that a header names. Raises ImportFault if some are unknown, missing or twice there."""
    columns = [name.lower() for name in header]
    while columns and not columns[-1]:  # spreadsheets leave such delimiters behind
        columns.pop()
    faults = [
        (_("Unknown columns: %s."), [_CONTROL.sub("�", name) for name in columns if name not in COLUMNS]),
        (_("Missing columns: %s."), [name for name in REQUIRED if name not in columns]),
        (_("Columns that are there twice: %s."), [name for name in COLUMNS if columns.count(name) > 1]),
    ]
    messages = [message % ", ".join(_shown(name) for name in names[:20]) for message, names in faults if names]
    if messages:
        messages.append(_("The first line names the columns: %s.") % ", ".join(COLUMNS))
        raise ImportFault(" ".join(messages))
    return columns


def import_quotes(
    rows: Iterable[Row],
    *,
    dry_run: bool = False,
    keep_good: bool = False,
    progress: Callable[[int], object] = lambda done: None,
) -> Report:
    """Add the quotes of some rows with the speakers, sources and themes that are missing; return what was done.

    Nothing is kept if a row is bad, unless `keep_good`; nothing is ever kept of a `dry_run`. A quote that stands
    already is skipped. `progress` is told the rows of each step. Raises ImportFault, and keeps nothing, if the
    rows cannot be read to the end or somebody else changes the record in a way that collides.
    """
    report = Report(dry_run, keep_good)
    rest = iter(rows)
    try:
        with transaction.atomic():
            run = _Run(report)
            while chunk := list(itertools.islice(rest, CHUNK)):
                run.take(chunk)
                if not report.refused:
                    run.store(index=not dry_run)
                progress(len(chunk))
            if report.refused or dry_run:
                transaction.set_rollback(True)
    except IntegrityError as error:
        raise ImportFault(
            _("The record was changed by somebody else at the same time. Nothing was kept: import the file again.")
        ) from error
    if report.refused:
        report.added = 0
        report.made = dict.fromkeys(report.made, 0)
    return report


class _Shelf:
    """The items of one kind, by name, other name and address: those that stand, and those that the file makes."""

    def __init__(self, queryset, label: str, lifted: str = ""):
        """`label` is the field of the name; `lifted` one that later rows may change in what the file makes."""
        self.model, self.label, self.lifted = queryset.model, label, lifted
        self.kind = self.model._meta.model_name
        self.names: dict[str, list] = defaultdict(list)
        self.aliases: dict[str, list] = defaultdict(list)
        self.addresses: dict[str, list] = defaultdict(list)
        self.made: dict[int, Any] = {}  # by identity: they have no key until they are stored
        self.new: list[Any] = []
        self.changed: dict[int, Any] = {}
        # A slug that redirects is not free: a link to it means the item that had it.
        self.slugs = set(OldSlug.objects.filter(kind=self.kind).values_list("slug", flat=True))
        self.last_number: dict[str, int] = defaultdict(lambda: 1)
        for item in queryset:
            self._register(item)

    def named(self, name: str) -> list:
        """Return the items of this name or, if there are none, those with this other name."""
        return self.names.get(_fold(name)) or self.aliases.get(_fold(name), [])

    def prepare(self, found, name: str, state: str, now: datetime.datetime, lifted=None, **fields):
        """Return what the item must become for a row of a state: a checked copy, or None if it may stay as it is.

        An item of the file takes the row's `lifted` value if it has none, or rises to the row's state; one that is
        made takes `fields` too. What stood before the import is never changed; a row to be published cannot use it
        unless it is published. Raises ValidationError about that, or if the model refuses.
        """
        if found is None:
            trial = self.model(state=state, **{self.label: " ".join(name.split())}, **fields)
        elif id(found) in self.made:
            rises = STATES.index(state) > STATES.index(found.state)
            lifted = lifted if rises or (lifted and not getattr(found, self.lifted)) else None
            if not rises and not lifted:
                return None
            trial = copy.copy(found)
            trial.state = state if rises else found.state
        elif state == State.PUBLISHED and self.kind != Kind.THEME and visible_from(found) is None:
            raise ValidationError(
                _("%(name)s is not published, or stands on a source that is not: publish it first.")
                % {"name": _shown(found)}
            )
        else:
            return None
        trial.published_at = now if trial.state == State.PUBLISHED else None
        if lifted:
            setattr(trial, self.lifted, lifted)
        # The slug comes when the item is put on the shelf; a person's source may not be stored yet.
        trial.clean_fields(exclude=["slug", "source"])
        if self.kind != Kind.PERSON:
            trial.clean()
        return trial

    def put(self, found, trial):
        """Carry out what `prepare` returned; return the item for the row to use."""
        if trial is None:
            return found
        if found is None:
            trial.slug = self._free_slug(getattr(trial, self.label))
            self.made[id(trial)] = trial
            self.new.append(trial)
            self._register(trial)
            return trial
        for name in self._changing:
            setattr(found, name, getattr(trial, name))
        self._register_addresses(found)
        if found.pk:
            self.changed[found.pk] = found
        return found

    def store(self, index: bool) -> None:
        """Write what is new or changed, with its search documents if `index`."""
        created = self.model._default_manager.bulk_create(self.new)
        self.model._default_manager.bulk_update(self.changed.values(), self._changing, batch_size=100)
        if index:
            refresh(self.kind, [*(item.pk for item in created), *self.changed])
        self.new.clear()
        self.changed.clear()

    @property
    def _changing(self) -> list[str]:
        return ["state", "published_at", *([self.lifted] if self.lifted else [])]

    def _register(self, item) -> None:
        self.slugs.add(item.slug)
        self.names[_fold(getattr(item, self.label))].append(item)
        for alias in {_fold(alias) for alias in item.alias_list}:
            self.aliases[alias].append(item)
        self._register_addresses(item)

    def _register_addresses(self, item) -> None:
        for address in {getattr(item, "url", ""), getattr(item, "archived_url", "")} - {""}:
            if item not in self.addresses[address]:
                self.addresses[address].append(item)

    def _free_slug(self, name: str) -> str:
        # Leaves room for a hyphen and a number within the field's length.
        stem = slugify(name, allow_unicode=True)[:110].strip("-_") or self.kind
        slug = stem
        while slug in self.slugs:
            self.last_number[stem] += 1
            slug = f"{stem}-{self.last_number[stem]}"
        return slug


@dataclass
class _Named:
    """What the cells of a row name: each an item that was found, or None if it is to be made."""

    speaker: Any = None
    source: Any = None
    # None if the cell holds something else.
    url: str | None = None
    themes: list[tuple[str, Any]] = field(default_factory=list)


class _Run:
    """One import: what stands, what the file has brought so far, and the chunk in hand."""

    def __init__(self, report: Report):
        self.report = report
        self.now = timezone.now()
        common = ("slug", "aliases", "state", "published_at")
        of_source = ("source__title", "source__state", "source__published_at")
        self.people = _Shelf(
            Person.objects.select_related("source").only("name", *common, *of_source), "name", lifted="source"
        )
        self.sources = _Shelf(Source.objects.only("title", "url", "archived_url", *common), "title", lifted="url")
        self.themes = _Shelf(Theme.objects.only("name", *common), "name")
        self.quotes: list[tuple[Quote, list[Theme]]] = []
        self.standing: set[tuple] = set()
        self.seen: set[tuple] = set()
        self.noted: set[str] = set()

    def take(self, rows: list[Row]) -> None:
        """Check a chunk of rows; collect its quotes, and report its bad rows."""
        self.quotes.clear()
        self.seen.clear()
        self.standing = self._standing(rows)
        for row in rows:
            reasons = self._take(row)
            if reasons:
                self.report.bad.append(Remark(row.line, tuple(reasons)))

    def store(self, index: bool) -> None:
        """Write what was collected, sources first: people refer to them."""
        for shelf in (self.sources, self.people, self.themes):
            self.report.made[shelf.kind] += len(shelf.new)
            shelf.store(index)
        created = Quote.objects.bulk_create([quote for quote, _themes in self.quotes])
        marked = Quote.themes.through
        marked.objects.bulk_create(
            [marked(quote_id=quote.pk, theme_id=theme.pk) for quote, themes in self.quotes for theme in themes]
        )
        if index:
            refresh(Kind.QUOTE, [quote.pk for quote in created])
        self.report.added += len(created)

    def _standing(self, rows: list[Row]) -> set[tuple]:
        """Return speaker, source and digest of the stored quotes that rows of a chunk may repeat."""
        speakers = {person.pk for row in rows for person in self.people.named(row.cells.get("speaker", ""))}
        words = {digest(row.cells.get("text", "")) for row in rows}
        # A draft may be without a source: it stands for no row, though a source just made has no key either.
        stored = Quote.objects.filter(speaker__in=speakers - {None}, source__isnull=False, text_digest__in=words)
        return set(stored.values_list("speaker_id", "source_id", "text_digest"))

    def _take(self, row: Row) -> list[str]:
        """Take one row; return the reasons why it is bad, in which case it changes nothing."""
        cells = {**dict.fromkeys(COLUMNS, ""), **row.cells}
        reasons = list(row.reasons)
        notes: list[str] = []
        quote = _quote_of(cells, reasons)
        named = self._find(cells, reasons, notes)
        if not reasons and self._stands(named, cells["text"]):
            self.report.skipped += 1
            return []
        plan = self._prepare(quote, named, cells, reasons)
        if reasons:
            return reasons
        source, speaker, *themes = [shelf.put(found, trial) for shelf, found, trial in plan]
        quote.source, quote.speaker = source, speaker
        quote.published_at = self.now if quote.state == State.PUBLISHED else None
        themes = list({id(theme): theme for theme in themes}.values())
        self.quotes.append((quote, themes))
        self.seen.add((id(speaker), id(source), digest(quote.text)))
        if quote.state == State.PUBLISHED:
            notes += [
                _("The theme %(name)s is not published: its quotes will show it once it is.") % {"name": _shown(theme)}
                for theme in themes
                if visible_from(theme) is None
            ]
        self.report.notes += [Remark(row.line, (note,)) for note in notes if note not in self.noted]
        self.noted.update(notes)
        return []

    def _find(self, cells: dict[str, str], reasons: list[str], notes: list[str]) -> _Named:
        """Return what the row names; add to `reasons` what cannot be told."""
        named = _Named()
        with _noting(reasons, "speaker"):
            named.speaker = _the_one(cells["speaker"], self.people.named(cells["speaker"]))
        with _noting(reasons, "source_url"):
            if cells["source_url"]:
                _check_url(cells["source_url"])
            named.url = cells["source_url"]
        with _noting(reasons, "source"):
            named.source = self._source_of(cells["source"], named.url or "", notes)
        for name in {_fold(name): name for name in cells["themes"].split(";") if name.strip()}.values():
            with _noting(reasons, "themes"):
                named.themes.append((name, _the_one(name, self.themes.named(name))))
        return named

    def _source_of(self, title: str, url: str, notes: list[str]) -> Source | None:
        """Return the source of a title and address, or None if it is to be made.

        Two documents can have one title; so a title whose address is another raises ValidationError.
        """
        titled = self.sources.named(title) if title else []
        at_url = self.sources.addresses.get(url, []) if url else []
        both = [source for source in titled if source in at_url]
        if titled and url and not both:
            both = [source for source in titled if not source.url]
            if at_url or not both:
                raise ValidationError(
                    _("%(name)s stands already with another address: correct source_url, or give another title.")
                    % {"name": _shown(title)}
                )
            if id(both[0]) not in self.sources.made:
                notes.append(
                    _("The source %(name)s has no address; that of the row is not kept.") % {"name": _shown(title)}
                )
        if title and at_url and not titled:
            notes.append(
                _("The source %(title)s is taken for %(name)s, which has this address.")
                % {"title": _shown(title), "name": _shown(at_url[0])}
            )
            # Later rows may give the title alone.
            self.sources.aliases[_fold(title)] = list(at_url)
        return _the_one(title, both or titled or at_url)

    def _stands(self, named: _Named, text: str) -> bool:
        """Whether the quote is stored already, or stands in an earlier row of the chunk."""
        speaker, source, words = named.speaker, named.source, digest(text)
        if speaker is None or source is None:
            return False
        return (speaker.pk, source.pk, words) in self.standing or (id(speaker), id(source), words) in self.seen

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
                # A made speaker stands on the source of the first row of the highest state.
                new_speaker = self.people.prepare(
                    speaker, cells["speaker"], state, self.now, lifted=source or new_source
                )
        plan = [(self.sources, source, new_source), (self.people, speaker, new_speaker)]
        for name, theme in named.themes:
            with _noting(reasons, "themes"):
                plan.append((self.themes, theme, self.themes.prepare(theme, name, state, self.now)))
        return plan


def _quote_of(cells: dict[str, str], reasons: list[str]) -> Quote:
    """Return the row's quote without speaker and source; add to `reasons` what is wrong with its cells."""
    before = len(reasons)
    for column, cell in cells.items():
        if column in REQUIRED and not cell:
            reasons.append(_("%(column)s: the cell is empty.") % {"column": column})
        if sign := _CONTROL.search(cell):
            reasons.append(
                _("%(column)s: the cell holds the control character U+%(code)04X; take it out.")
                % {"column": column, "code": ord(sign.group())}
            )
    quote = Quote(text=cells["text"], context=cells["context"])
    with _noting(reasons, "language"):
        quote.language = _one_of(cells["language"] or Language.ENGLISH, Language.values)
    with _noting(reasons, "status"):
        quote.state = _one_of(cells["status"] or State.DRAFT, STATES)
    try:
        quote.date, quote.date_precision = parse_partial_date(cells["date"])
    except ValueError as error:
        reasons.append(f"date: {error}")
    if len(reasons) == before:
        with _noting(reasons, "text"):
            # Not clean(): it asks the database about each row, and _stands has asked for the chunk.
            quote.clean_fields(exclude=["speaker", "source", "text_digest"])
    return quote


def _one_of(cell: str, values: Iterable[str]) -> str:
    """Return the value that a cell names. Raises ValidationError if there is no such value."""
    if cell.lower() not in values:
        raise ValidationError(
            _("%(cell)s is not known: write %(values)s.") % {"cell": _shown(cell), "values": ", ".join(values)}
        )
    return cell.lower()


def _the_one(name: str, items: list):
    """Return the only item of a list, or None if it is empty. Raises ValidationError if there are more."""
    if len(items) > 1:
        raise ValidationError(
            _("%(name)s means %(count)d items of the record: it cannot be told which.")
            % {"name": _shown(name), "count": len(items)}
        )
    return items[0] if items else None


@contextmanager
def _noting(reasons: list[str], column: str) -> Iterator[None]:
    """Add the messages of an error to `reasons`, each with its column, and go on."""
    try:
        yield
    except ValidationError as error:
        of_fields = error.message_dict if hasattr(error, "error_dict") else {column: error.messages}
        for name, messages in of_fields.items():
            label = {"url": "source_url"}.get(name, name if name in COLUMNS else column)
            reasons.extend(f"{label}: {message}" for message in messages)


def _fold(name: str) -> str:
    """Return what equal names have in common: NFC, white space folded, case folded."""
    return " ".join(unicodedata.normalize("NFC", name).split()).casefold()


def _shown(value: object) -> str:
    return f"“{Truncator(' '.join(str(value).split())).chars(60)}”"
