"""The columns of each table, declared once: for export, import, help and templates.

The names are what files hold: never change one. Values of vocabularies are written as they are stored.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from initiatives.editorial.spreadsheets.cell_types import Choice, Day, Many, Number, One, PartialDate, Text
from initiatives.models import Body, Initiative, Source, Theme
from initiatives.models.choices import InitiativeKind, Language, SourceKind, State, Status


@dataclass(frozen=True)
class Column:
    """A column: its name, the attribute that it shows and how, what is said of it, and whether it must be filled."""

    name: str
    attribute: str = ""
    kind: Text = Text()
    about: Any = field(kw_only=True)
    required: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attribute", self.attribute or self.name)

    @property
    def many(self) -> bool:
        """Whether the values are other items, any number of them."""
        return isinstance(self.kind, Many)

    @property
    def related(self) -> bool:
        """Whether the value is another item, or several."""
        return isinstance(self.kind, One | Many)

    def assign(self, item: Any, value: Any) -> None:
        """Give the item the value that its kind's `clean` returned; those of `many` are kept elsewhere."""
        if isinstance(self.kind, PartialDate):
            item.date, item.date_precision = value
        else:
            setattr(item, self.attribute, value)

    def cell(self, item: Model) -> str:
        """Return what stands in the column for an item."""
        value: Any = item
        for name in self.attribute.split("__"):
            value = getattr(value, name, None)
        return self.kind.render(value)


def columns(*listed: Column) -> dict[str, Column]:
    """Return columns by name, in their order."""
    return {column.name: column for column in listed}


DATE = _("As exactly as it is known: 2020, 2020-09 or 2020-09-01.")
STATUS = _("draft (also if empty, in a new row), in_review, published or archived.")
SLUG = _("The name in addresses. It says which item the row is about; if empty, it is made of the title.")
THEMES = _("Names of themes of the record, separated by semicolons.")
SOURCE = _("The document that shows it: name in addresses, title or another title of a source of the record.")
MARKDOWN = _("Markdown.")

QUOTE_COLUMNS = columns(
    Column("id", "pk", about=_("The number of a quote that stands; leave it empty to add one.")),
    Column("text", about=_("The words, verbatim, without the outer quotation marks."), required=True),
    Column(
        "language",
        kind=Choice(Language.values, default=Language.ENGLISH),
        about=_("Of the words, in two letters: en, ru, kk, or another language of the record."),
        required=True,
    ),
    Column("speaker", "speaker__name", about=_("The name, or another name on the site."), required=True),
    Column("source", "source__title", about=_("The title of the document, or another title."), required=True),
    Column("source_url", "source__url", about=_("Its address. To publish, a new source needs one.")),
    Column(
        "date",
        "iso_date",
        PartialDate(),
        about=_("When it was said. As exactly as it is known: 2020, 2020-09 or 2020-09-01."),
    ),
    Column("themes", kind=Many(Theme, by="name"), about=_("Names, separated by semicolons.")),
    Column("context", about=_("On what occasion it was said and about what, in your words.")),
    Column(
        "status",
        "state",
        Choice(State.values, default=State.DRAFT),
        about=_("draft (also if empty, in a new row), in_review or published; archived, if the quote stands."),
    ),
)

SOURCE_COLUMNS = columns(
    Column("slug", about=SLUG),
    Column("title", about=_("The title of the document."), required=True),
    Column(
        "kind",
        kind=Choice(SourceKind.values),
        about=_("One of: %(values)s.") % {"values": ", ".join(SourceKind.values)},
        required=True,
    ),
    Column("publisher", about=_("Who published it.")),
    Column("date", "iso_date", PartialDate(), about=DATE),
    Column(
        "language",
        kind=Choice([*Language.values, ""], default=""),
        about=_("Of the document and its title, in two letters; empty if it was not recorded."),
    ),
    Column("url", about=_("Its address, http://… or https://…. Nothing is published without one.")),
    Column("accessed_on", kind=Day(), about=_("The day on which it was last read there: 2020-09-01.")),
    Column("archived_url", about=_("The address of an archived copy.")),
    Column("description", about=_("What the document is, in your words.")),
    Column("editors_note", about=MARKDOWN),
    Column("aliases", about=_("Other titles, one a line within the cell.")),
    Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS),
)

INITIATIVE_COLUMNS = columns(
    Column("slug", about=SLUG),
    Column("title", about=_("What it is called."), required=True),
    Column(
        "kind",
        kind=Choice(InitiativeKind.values),
        about=_("One of: %(values)s.") % {"values": ", ".join(InitiativeKind.values)},
        required=True,
    ),
    Column("summary", about=_("One or two plain, neutral sentences."), required=True),
    Column("body", about=MARKDOWN),
    Column("editors_note", about=MARKDOWN),
    Column("source", kind=One(Source), about=SOURCE),
    Column("themes", kind=Many(Theme, by="name"), about=THEMES),
    Column(
        "institutions",
        "bodies",
        Many(Body, by="name"),
        about=_("Names of institutions of the record, separated by semicolons."),
    ),
    Column("aliases", about=_("Other names, one a line within the cell.")),
    Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS),
)

MILESTONE_COLUMNS = columns(
    Column("milestone_id", "pk", about=_("The number of a milestone that stands; leave it empty to add one.")),
    Column("milestone_date", "iso_date", PartialDate(), about=DATE, required=True),
    Column("milestone", "text", about=_("What happened, in one or two neutral sentences."), required=True),
    Column(
        "milestone_status",
        "status",
        Choice([*Status.values, ""], default=""),
        about=_("Only if this step changes where the initiative stands: %(values)s.")
        % {"values": ", ".join(Status.values)},
    ),
    Column("milestone_source", "source", One(Source), about=SOURCE, required=True),
    Column(
        "milestone_further_sources",
        "further_sources",
        Many(Source),
        about=_("More sources, by name in addresses or title, separated by semicolons."),
    ),
)

PRINCIPLE_SET_COLUMNS = columns(
    Column("slug", about=_("The name of the set in addresses. If empty, it is made of the set's title.")),
    Column("title", about=_("What the set is called."), required=True),
    Column("introduction", about=MARKDOWN),
    Column("editors_note", about=MARKDOWN),
    Column("source", kind=One(Source), about=SOURCE),
    Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS),
)

PRINCIPLE_COLUMNS = columns(
    Column(
        "number", kind=Number(), about=_("Its place in the set. It says which principle it is; if empty, the next.")
    ),
    Column("principle", "title", about=_("The principle in a few words."), required=True),
    Column("principle_text", "text", about=MARKDOWN),
    Column("principle_themes", "themes", Many(Theme, by="name"), about=THEMES),
    Column(
        "principle_initiatives",
        "initiatives",
        Many(Initiative),
        about=_("Initiatives, by name in addresses or title, separated by semicolons."),
    ),
)
