"""The columns of each kind of item as data: of CSV, and as members of JSON; /data/ describes them.

Columns that the desk's spreadsheets also have are declared there (editorial.spreadsheets.columns): one name, one
meaning. Other people's programs use names and values: never change one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from initiatives.editorial.spreadsheets import columns as spreadsheet
from initiatives.editorial.spreadsheets.cell_types import Many
from initiatives.models.choices import Effect, Kind
from initiatives.models.partial_dates import write_partial_date
from initiatives.models.publishing import visible_from
from initiatives.pages.citations import address, at_words

Value = str | int | None | list[Any] | dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its name, its value for an item that `for_data` loaded, and its description."""

    name: str
    value: Callable[[Any], Value]
    about: Any
    # The Python type of a value.
    type: Any = str | None
    # The columns of a nested value, which has rows of its own and is left out of tables.
    parts: "tuple[Column, ...]" = ()
    # Whether it has one such row, or none.
    single: bool = False

    @property
    def nested(self) -> bool:
        """Whether a value is several rows of its own."""
        return bool(self.parts)

    def cell(self, item: Any) -> str:
        """Return the value as text: several values separated by semicolons, numbers after a colon."""
        value = self.value(item)
        if isinstance(value, dict):
            return ";".join(f"{name}:{number}" for name, number in value.items())
        return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _shared(columns: dict[str, spreadsheet.Column], *names: str) -> tuple[Column, ...]:
    """Return the named columns of spreadsheets, or all public ones; they name only public items."""
    public = [name for name, column in columns.items() if column.public]
    return tuple(_public(columns[name]) for name in names or public)


def _public(column: spreadsheet.Column) -> Column:
    kind = column.kind
    if isinstance(kind, Many):
        label = "name" if kind.by == "name" else "slug"
        return Column(
            column.name,
            lambda item: sorted(getattr(other, label) for other in getattr(item, f"public_{column.attribute}")),
            column.about,
            type=list[str],
        )
    return Column(column.name, lambda item: column.cell(item) or None, column.about)


def record(columns: Iterable[Column], item: Any) -> dict[str, Value]:
    """Return the values of an item by the names of the columns."""
    return {column.name: column.value(item) for column in columns}


_ID = Column("id", lambda item: item.pk, _("Its number in the record. It never changes."), type=int)
_SLUG = Column("slug", lambda item: item.slug, _("The last part of its address."), type=str)
_URL = Column("url", lambda item: address(item.get_absolute_url()), _("The address of its page."), type=str)
_ADDED = Column(
    "published_at",
    lambda item: since.isoformat() if (since := visible_from(item)) else None,
    _("When it became public here (ISO 8601)."),
)
_UPDATED = Column("updated_at", lambda item: item.updated_at.isoformat(), _("When it was last changed (ISO 8601)."))
_STATUS = Column(
    "status",
    lambda item: item.status or None,
    _(
        "How far it has come in law: announced, in_preparation, adopted, in_force, completed or withdrawn. "
        "A slogan has none."
    ),
)
_STATUS_DATE = Column(
    "status_date",
    lambda item: write_partial_date(item.status_date, item.status_date_precision) or None,
    _("Since when it has had this status, as precisely as it is known."),
)
_STATUS_DATE_IS_REPORT = Column(
    "status_date_is_report",
    lambda item: item.turn.date_is_report if item.turn else None,
    _("Whether that date is only that of the report: then it had the status by that day."),
    type=bool | None,
)

_EFFECT = _(
    "What the source says of the initiative’s effect: confirms, contests or mixed. "
    "Nothing if it does not bear on what was promised."
)
_PUBLISHER_KIND = Column("publisher_kind", lambda item: item.source.publisher_kind or None, spreadsheet.PUBLISHER_KIND)


def _voices(name: str, effect: Effect, about: Any) -> Column:
    """Return the column that counts the voices of one effect by their kind."""

    def value(item: Any) -> Value:
        return {kind or "not_recorded": number for kind, number in item.effects.voices.get(effect, {}).items()}

    return Column(name, value, about, type=dict[str, int])


_TRANSLATIONS = _shared(spreadsheet.TRANSLATION_COLUMNS)
_MILESTONES = (
    Column("id", lambda item: item.pk, _("Its number in the record."), type=int),
    Column("date", lambda item: item.iso_date or None, spreadsheet.DATE),
    Column("text", lambda item: item.text, _("What happened.")),
    Column("status", lambda item: item.status or None, _("The status that it is evidence of, if any.")),
    Column("effect", lambda item: item.effect or None, _EFFECT),
    Column(
        "date_is_report", lambda item: item.date_is_report, _("Whether the date is only that of the report."), type=bool
    ),
    Column("source", lambda item: item.source.title, _("The document that confirms it.")),
    Column("source_url", lambda item: item.source.url or None, _("The document’s address.")),
    _PUBLISHER_KIND,
    Column(
        "attributed_to", lambda item: item.attributed_to or None, _("Who says so, if the document only reports it.")
    ),
    Column(
        "attributed_kind", lambda item: item.attributed_kind or None, _("The kind of that voice, as for publishers.")
    ),
)

_SELECTOR = (
    Column("type", lambda item: "TextQuoteSelector", _("What kind of selector it is."), type=str),
    Column("exact", lambda item: item.text, _("The words."), type=str),
)
_COPY = (
    Column("sha256", lambda copy: copy.sha256, _("The SHA-256 of its bytes."), type=str),
    Column("copied_at", lambda copy: copy.captured_at.isoformat(), _("When it was made (ISO 8601)."), type=str),
    Column("way", lambda copy: copy.way, _("How it came here: fetched, uploaded or pasted."), type=str),
)
_COMPARISON = (
    Column("level", lambda found: found.level, _("letters, typography, omissions or not_found."), type=str),
    Column("folded", lambda found: found.folded, _("What typesetting changed."), type=list[str]),
    Column("copy", lambda found: record(_COPY, found.source_text.capture), _("The copy."), parts=_COPY, single=True),
    Column("text_sha256", lambda found: found.source_text.sha256, _("The SHA-256 of its text, in UTF-8."), type=str),
    Column("start", lambda found: found.start, _("The first character, counted from 0."), type=int | None),
    Column("end", lambda found: found.end, _("The place after the last character."), type=int | None),
    Column(
        "spans",
        lambda found: found.spans,
        _("The start and end of each piece. If the words were not found, of the nearest passage."),
        type=list[list[int]],
    ),
)
QUOTES = (
    _ID,
    _URL,
    *_shared(spreadsheet.QUOTE_COLUMNS),
    _PUBLISHER_KIND,
    _ADDED,
    _UPDATED,
    Column(
        "words_url",
        lambda item: at_words(item.source.url, item.text) or None,
        _("The document’s address with a text fragment, at which browsers show the words."),
    ),
    Column(
        "selector",
        lambda item: [record(_SELECTOR, item)],
        _("The words as a TextQuoteSelector (W3C Web Annotation), by which programs find them in the document."),
        type=list,
        parts=_SELECTOR,
    ),
    Column(
        "comparison",
        lambda item: record(_COMPARISON, item.comparison) if item.comparison else None,
        _("How the words are in a kept copy of the document; null if they were not compared."),
        parts=_COMPARISON,
        single=True,
    ),
    Column(
        "translations",
        lambda item: [record(_TRANSLATIONS, one) for one in item.translations.all()],
        _("The words in other languages, each with its provenance."),
        type=list,
        parts=_TRANSLATIONS,
    ),
)
INITIATIVES = (
    _ID,
    _SLUG,
    _URL,
    *_shared(spreadsheet.INITIATIVE_COLUMNS, "title", "kind", "summary", "body", "editors_note", "source", "themes"),
    *_shared(spreadsheet.INITIATIVE_COLUMNS, "institutions"),
    _STATUS,
    _STATUS_DATE,
    _STATUS_DATE_IS_REPORT,
    _voices(
        "confirmed_by",
        Effect.CONFIRMS,
        _("How many voices confirm its effect, by kind of publisher: state_body:2;private_media:1. Each counts once."),
    ),
    _voices("contested_by", Effect.CONTESTS, _("How many voices contest its effect, by kind of publisher.")),
    _voices("mixed_by", Effect.MIXED, _("How many voices report both, by kind of publisher.")),
    *_shared(spreadsheet.INITIATIVE_COLUMNS, "checked_on"),
    _ADDED,
    _UPDATED,
    Column(
        "milestones",
        lambda item: [record(_MILESTONES, one) for one in item.steps],
        _("What happened, oldest first, each with its evidence."),
        type=list,
        parts=_MILESTONES,
    ),
)
MILESTONES = (
    _ID,
    _URL,
    Column("initiative", lambda item: item.initiative and item.initiative.slug, _("The slug of its initiative.")),
    Column("initiative_title", lambda item: item.initiative and item.initiative.title, _("The initiative’s name.")),
    Column("person", lambda item: item.person and item.person.slug, _("The slug of the person whose part it is.")),
    *_MILESTONES[1:],
    Column(
        "further_sources",
        lambda item: [source.title for source in item.public_further_sources],
        _("Other documents that confirm it."),
        type=list[str],
    ),
    _ADDED,
)


def _of_turn(read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    """Return a function that reads a value of the milestone that sets an initiative's status; None without one."""

    def value(item: Any) -> Value:
        return read(item.turn) if item.turn else None

    return value


# The status of each initiative, with its evidence.
STATUSES = (
    Column("id", lambda item: item.pk, _("The initiative’s number in the record."), type=int),
    _SLUG,
    _URL,
    *_shared(spreadsheet.INITIATIVE_COLUMNS, "title"),
    _STATUS,
    _STATUS_DATE,
    _STATUS_DATE_IS_REPORT,
    Column("milestone", _of_turn(lambda turn: turn.pk), _("The number of its milestone."), type=int | None),
    Column("text", _of_turn(lambda turn: turn.text), _("What happened.")),
    Column("source", _of_turn(lambda turn: turn.source.title), _("The document that confirms it.")),
    Column("source_url", _of_turn(lambda turn: turn.source.url or None), _("The document’s address.")),
    Column("publisher_kind", _of_turn(_PUBLISHER_KIND.value), spreadsheet.PUBLISHER_KIND),
    *_shared(spreadsheet.INITIATIVE_COLUMNS, "checked_on"),
)
SOURCES = (
    _ID,
    _SLUG,
    Column("page", lambda item: address(item.get_absolute_url()), _("The address of its page in this record.")),
    *_shared(spreadsheet.SOURCE_COLUMNS),
    _ADDED,
    _UPDATED,
)
PRINCIPLES = (
    _ID,
    _URL,
    Column("set", lambda item: item.set.slug, _("The slug of the set that it belongs to."), type=str),
    Column("set_title", lambda item: item.set.title, _("The title of the set."), type=str),
    Column("number", lambda item: item.number, _("Its place in the set."), type=int),
    *_shared(spreadsheet.PRINCIPLE_COLUMNS),
    _ADDED,
)
THEMES = (
    _ID,
    _SLUG,
    _URL,
    Column("name", lambda item: item.name, _("Its name."), type=str),
    Column("description", lambda item: item.description or None, _("What it covers.")),
    _ADDED,
    _UPDATED,
)
_ACTOR = (
    _ID,
    _SLUG,
    _URL,
    Column("name", lambda item: item.name, _("Its name."), type=str),
    Column("summary", lambda item: item.summary or None, _("One or two plain sentences.")),
    Column("body", lambda item: item.body or None, spreadsheet.MARKDOWN),
    Column("source", lambda item: item.source.title, _("The document that confirms it."), type=str),
    Column("source_url", lambda item: item.source.url or None, _("The document’s address.")),
    _ADDED,
    _UPDATED,
)
PEOPLE = (
    *_ACTOR[:4],
    *_shared(spreadsheet.PERSON_COLUMNS, "given_name", "family_name", "patronymic", "role"),
    *_ACTOR[4:],
)
BODIES = _ACTOR
_DIFFERENCES = (
    Column("field", lambda one: one.name, _("The name of what differs."), type=str),
    Column("label", lambda one: str(one.label), _("What readers call it."), type=str),
    Column("language", lambda one: one.language, _("The language of the wording."), type=str),
    Column("old", lambda one: "".join(piece.text for piece in one.old), _("The old wording."), type=str),
    Column("new", lambda one: "".join(piece.text for piece in one.new), _("The new wording."), type=str),
)
# Of entries of the public log (changes.log.LogEntry).
CHANGES = (
    Column("id", lambda entry: entry.change.pk, _("Its number in the log."), type=int),
    Column("at", lambda entry: entry.change.at.isoformat(), _("When it was made (ISO 8601)."), type=str),
    Column(
        "nature",
        lambda entry: entry.change.nature,
        _("correction, removal (of a part), withdrawal or status."),
        type=str,
    ),
    Column("kind", lambda entry: entry.change.item_kind, _("What kind of item changed."), type=str),
    Column("item", lambda entry: entry.change.item_id, _("The item’s number in the record."), type=int),
    Column("name", lambda entry: entry.name, _("The item’s name; of a quote its first words."), type=str),
    Column("url", lambda entry: address(entry.item.get_absolute_url()), _("The address of its page."), type=str),
    Column("part", lambda entry: entry.part or None, _("The part of the item that changed, if it is a part.")),
    Column("reason", lambda entry: entry.reason or None, _("Why, in the words of who made the change.")),
    Column(
        "withheld",
        lambda entry: bool(entry.change.withheld),
        _("Whether its words must not be public: then the reason says why."),
        type=bool,
    ),
    Column("old_status", lambda entry: entry.change.old_status or None, _("The status before.")),
    Column("new_status", lambda entry: entry.change.new_status or None, _("The status after.")),
    Column("source", lambda entry: entry.source and entry.source.title, _("The evidence for the status.")),
    Column("source_url", lambda entry: (entry.source and entry.source.url) or None, _("The document’s address.")),
    Column(
        "differences",
        lambda entry: [record(_DIFFERENCES, one) for one in entry.differences],
        _("The old and the new wording of each part of the text that was corrected."),
        type=list,
        parts=_DIFFERENCES,
    ),
)
_KIND = Column(
    "kind", lambda item: item._meta.model_name, _("What it is: quote, initiative, principle, milestone …"), type=str
)
# Of lists with items of several kinds.
ANYTHING = (
    _KIND,
    _ID,
    _URL,
    Column("name", str, _("Its name; of a quote or milestone its first words."), type=str),
    Column("text", lambda item: text_of(item) or None, _("What it says.")),
    Column("date", lambda item: getattr(item, "iso_date", "") or None, spreadsheet.DATE),
    Column("language", lambda item: getattr(item, "language", "") or "en", _("The language of the text."), type=str),
    Column("source", lambda item: getattr(_source_of(item), "title", None), spreadsheet.SOURCE),
    Column("source_url", lambda item: getattr(_source_of(item), "url", "") or None, _("The document’s address.")),
    Column(
        "publisher_kind",
        lambda item: getattr(_source_of(item), "publisher_kind", "") or None,
        spreadsheet.PUBLISHER_KIND,
    ),
    Column("effect", lambda item: getattr(item, "effect", "") or None, _EFFECT),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    Kind.QUOTE: QUOTES,
    Kind.INITIATIVE: INITIATIVES,
    Kind.PRINCIPLE: PRINCIPLES,
    Kind.THEME: THEMES,
    Kind.PERSON: PEOPLE,
    Kind.BODY: BODIES,
    Kind.SOURCE: SOURCES,
}


def columns_of(kinds: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a list with items of these kinds."""
    kinds = list(kinds)
    return COLUMNS.get(kinds[0], ANYTHING) if len(kinds) == 1 else ANYTHING


def text_of(item: Any) -> str:
    """Return the text of an item of any kind, or its summary or description; empty if it has none."""
    return next((text for name in ("text", "summary", "description") if (text := getattr(item, name, ""))), "")


def _source_of(item: Any) -> Any:
    return item if item._meta.model_name == Kind.SOURCE else getattr(item, "source", None)
