"""What is told of each kind of item as data: the columns of CSV, the members of JSON, described at /data/.

Those that the desk's spreadsheets have too are declared there (editorial.spreadsheets.columns): one name, one meaning.
Names and values are used by others' programs: never change one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from initiatives.editorial.spreadsheets import columns as spreadsheet
from initiatives.editorial.spreadsheets.cell_types import Many
from initiatives.models.choices import Kind
from initiatives.models.publishing import visible_from
from initiatives.pages.citations import address

Value = str | int | None | list[Any]


@dataclass(frozen=True)
class Column:
    """A column: its name, its value of an item that `for_data` loaded, and what is said of it."""

    name: str
    value: Callable[[Any], Value]
    about: Any
    # Whether a value is several rows of its own, which a table cannot hold.
    nested: bool = False

    def cell(self, item: Any) -> str:
        """Return the value as text: several values separated by semicolons."""
        value = self.value(item)
        return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _shared(columns: dict[str, spreadsheet.Column], *names: str) -> tuple[Column, ...]:
    """Return columns as spreadsheets have them, of public items alone where they name others."""
    return tuple(_public(columns[name]) for name in names)


def _public(column: spreadsheet.Column, *, called: str = "") -> Column:
    kind = column.kind
    if isinstance(kind, Many):
        label = "name" if kind.by == "name" else "slug"
        return Column(
            called or column.name,
            lambda item: sorted(getattr(other, label) for other in getattr(item, f"public_{column.attribute}")),
            column.about,
        )
    return Column(column.name, lambda item: column.cell(item) or None, column.about)


def _record(columns: Iterable[Column], item: Any) -> dict[str, Value]:
    return {column.name: column.value(item) for column in columns}


_ID = Column("id", lambda item: item.pk, _("Its number in the record. It never changes."))
_SLUG = Column("slug", lambda item: item.slug, _("The last part of its address."))
_URL = Column("url", lambda item: address(item.get_absolute_url()), _("The address of its page."))
_ADDED = Column(
    "published_at",
    lambda item: (since := visible_from(item)) and since.isoformat(),
    _("When it became public here (ISO 8601)."),
)
_UPDATED = Column("updated_at", lambda item: item.updated_at.isoformat(), _("When it was last changed (ISO 8601)."))
_STATUS = Column(
    "status",
    lambda item: item.status or None,
    _("What the latest evidence says: announced, in_preparation, adopted, in_force, completed, stalled or withdrawn."),
)

_TRANSLATIONS = _shared(
    spreadsheet.TRANSLATION_COLUMNS, "translation_language", "translation", "translation_provenance", "translator"
)
_MILESTONES = (
    Column("id", lambda item: item.pk, _("Its number in the record.")),
    Column("date", lambda item: item.iso_date or None, spreadsheet.DATE),
    Column("text", lambda item: item.text, _("What happened.")),
    Column("status", lambda item: item.status or None, _("The status that it is evidence of, if any.")),
    Column("source", lambda item: item.source.title, _("The document that confirms it.")),
    Column("source_url", lambda item: item.source.url or None, _("The document’s address.")),
)

QUOTES = (
    _ID,
    _URL,
    *_shared(
        spreadsheet.QUOTE_COLUMNS,
        *("text", "language", "speaker", "source", "source_url", "locator", "verification", "date"),
        *("themes", "initiatives", "context", "editors_note"),
    ),
    _ADDED,
    _UPDATED,
    Column(
        "translations",
        lambda item: [_record(_TRANSLATIONS, one) for one in item.translations.all()],
        _("The words in other languages, each with its provenance."),
        nested=True,
    ),
)
INITIATIVES = (
    _SLUG,
    _URL,
    *_shared(spreadsheet.INITIATIVE_COLUMNS, "title", "kind", "summary", "body", "editors_note", "source", "themes"),
    *_shared(spreadsheet.INITIATIVE_COLUMNS, "institutions"),
    _STATUS,
    _ADDED,
    _UPDATED,
    Column(
        "milestones",
        lambda item: [_record(_MILESTONES, one) for one in item.public_milestones],
        _("What happened, oldest first, each with its evidence."),
        nested=True,
    ),
)
SOURCES = (
    _SLUG,
    Column("page", lambda item: address(item.get_absolute_url()), _("The address of its page in this record.")),
    *_shared(
        spreadsheet.SOURCE_COLUMNS,
        *("title", "kind", "publisher", "date", "language", "url", "accessed_on", "archived_url", "description"),
        "editors_note",
    ),
    _ADDED,
    _UPDATED,
)
PRINCIPLES = (
    _ID,
    _URL,
    Column("set", lambda item: item.set.title, _("The set that it belongs to.")),
    Column("number", lambda item: item.number, _("Its number in the set.")),
    Column("title", lambda item: item.title, _("The principle, in a few words.")),
    Column("text", lambda item: item.text, _("What it says, in Markdown.")),
    *(
        _public(spreadsheet.PRINCIPLE_COLUMNS[name], called=name.removeprefix("principle_"))
        for name in ("principle_themes", "principle_initiatives")
    ),
)
# Of lists with items of several kinds.
ANYTHING = (
    Column("kind", lambda item: item._meta.model_name, _("What it is: quote, initiative, principle, milestone …")),
    _ID,
    _URL,
    Column("name", str, _("Its name; of a quote or milestone its first words.")),
    Column("text", lambda item: _text_of(item), _("What it says.")),
    Column("date", lambda item: getattr(item, "iso_date", "") or None, spreadsheet.DATE),
    Column("language", lambda item: getattr(item, "language", "") or "en", _("The language of the text.")),
    Column("source", lambda item: getattr(_source_of(item), "title", None), spreadsheet.SOURCE),
    Column("source_url", lambda item: getattr(_source_of(item), "url", "") or None, _("The document’s address.")),
)
COLUMNS: dict[str, tuple[Column, ...]] = {
    Kind.QUOTE: QUOTES,
    Kind.INITIATIVE: INITIATIVES,
    Kind.PRINCIPLE: PRINCIPLES,
    Kind.SOURCE: SOURCES,
}


def columns_of(kinds: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a list with items of these kinds."""
    kinds = list(kinds)
    return COLUMNS.get(kinds[0], ANYTHING) if len(kinds) == 1 else ANYTHING


def _text_of(item: Any) -> str | None:
    for name in ("text", "summary", "description"):
        if text := getattr(item, name, ""):
            return text
    return None


def _source_of(item: Any) -> Any:
    return item if item._meta.model_name == Kind.SOURCE else getattr(item, "source", None)
