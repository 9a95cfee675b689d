"""The columns of each table, declared once: for export, import, help, templates, and as data for programs.

Files use these names, so never change one. Values of vocabularies are written as stored.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from initiatives.editorial.spreadsheets.cell_types import Choice, Day, Flag, Many, Number, One, PartialDate, Text
from initiatives.editorial.spreadsheets.named_items import NamesOfRecord
from initiatives.models import Body, Initiative, Person, Source, Theme
from initiatives.models.choices import (
    Effect,
    InitiativeKind,
    Language,
    Provenance,
    PublisherKind,
    SourceKind,
    State,
    Status,
    TitleBy,
    Verification,
)


@dataclass(frozen=True)
class Column:
    """A column: its name, the attribute that it shows and how, and its description."""

    name: str
    attribute: str = ""
    kind: Text = Text()
    about: Any = field(kw_only=True)
    required: bool = field(default=False, kw_only=True)
    # Whether visitors and programs can read it, too (data/columns.py).
    public: bool = field(default=True, kw_only=True)
    # Whether imports ignore it.
    read_only: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "attribute", self.attribute or self.name)

    @property
    def direct(self) -> bool:
        """Whether the value belongs to the item itself: not its key, nor of another item."""
        return self.attribute != "pk" and "__" not in self.attribute and not self.related

    @property
    def many(self) -> bool:
        """Whether the values are any number of other items."""
        return isinstance(self.kind, Many)

    @property
    def related(self) -> bool:
        """Whether the value is another item, or several."""
        return isinstance(self.kind, One)

    def assign(self, item: Any, value: Any) -> None:
        """Set the value returned by `clean` on the item; relations in `many` are stored elsewhere."""
        if isinstance(self.kind, PartialDate):
            item.date, item.date_precision = value
        else:
            setattr(item, self.attribute, value)

    def same(self, cell: str, stored: str, names: NamesOfRecord) -> bool:
        """Whether a cell means the same as the stored value, which an export would write as `stored`."""
        if cell == stored or not isinstance(self.kind, Many | PartialDate | Day):
            return cell == stored
        try:
            return self.kind.render(self.kind.clean(cell, names)) == stored
        except (ValidationError, ValueError):
            return False

    def cell(self, item: Model) -> str:
        """Return an item's value in this column, as text."""
        value: Any = item
        for name in self.attribute.split("__"):
            value = getattr(value, name, None)
        return self.kind.render(value)


def columns(*listed: Column) -> dict[str, Column]:
    """Return columns by name, in their order."""
    return {column.name: column for column in listed}


DATE = _("As precisely as it is known: 2020, 2020-09 or 2020-09-01.")
STATUS = _("draft (the default in a new row), in_review, published or archived.")
SLUG = _("The last part of the page’s address, by which the row finds its item. If empty, it is made from the title.")
THEMES = _("Names of themes in the record, separated by semicolons.")
SOURCE = _("The document that confirms it: the slug, title or other title of a source in the record.")
PUBLISHER_KIND = _("The kind of publisher, or nothing if it is not classified: %(values)s.") % {
    "values": ", ".join(PublisherKind.values)
}
MARKDOWN = _("In the editors’ words. Markdown.")

QUOTE_COLUMNS = columns(
    Column("id", "pk", about=_("The number of an existing quote. Leave empty to add a new one."), public=False),
    Column(
        "text",
        about=_("The quote, word for word, without the outer quotation marks. At most 10,000 characters."),
        required=True,
    ),
    Column(
        "language",
        kind=Choice(Language.values, default=Language.ENGLISH),
        about=_("The language of the quote as a two-letter code: en, ru, kk or another language in the record."),
        required=True,
    ),
    Column(
        "speaker",
        kind=One(Person, by="name"),
        about=_("The speaker’s name or other name, as on the site."),
        required=True,
    ),
    Column(
        "source",
        kind=One(Source, by="name"),
        about=_("The title of the document, or its other title."),
        required=True,
    ),
    Column(
        "source_url", "source__url", about=_("The document’s address. A new source cannot be published without one.")
    ),
    Column("locator", about=_("Where in the source: page, paragraph or timestamp.")),
    Column(
        "verification",
        kind=Choice(Verification.values, default=Verification.SECONDARY),
        about=_("secondary (the default in a new row), primary or disputed."),
    ),
    Column(
        "compared",
        "comparison__level",
        about=_(
            "How exactly the words are in a kept copy of the source: letters, typography, omissions or not_found; "
            "nothing if they were not compared. Imports ignore it."
        ),
        read_only=True,
    ),
    Column(
        "date",
        "iso_date",
        PartialDate(),
        about=_("When it was said, as precisely as it is known: 2020, 2020-09 or 2020-09-01."),
    ),
    Column("themes", kind=Many(Theme, by="name"), about=_("Names of themes, separated by semicolons.")),
    Column("initiatives", kind=Many(Initiative), about=_("Initiatives, by slug or title, separated by semicolons.")),
    Column("context", about=_("The occasion and the subject, in the editors’ words.")),
    Column("editors_note", about=MARKDOWN),
    Column(
        "featured_on",
        kind=Day(),
        about=_("The day from which it is on the home page, such as 2020-09-01."),
        public=False,
    ),
    Column(
        "status",
        "state",
        Choice(State.values, default=State.DRAFT),
        about=_("draft (the default in a new row), in_review or published. An existing quote can also be archived."),
        public=False,
    ),
)

# Columns of a quote that are imported, except those that identify it.
QUOTE_CELLS = tuple(name for name, one in QUOTE_COLUMNS.items() if one.attribute != "pk" and not one.read_only)

TRANSLATION_COLUMNS = columns(
    Column(
        "translation_language",
        "language",
        Choice(Language.values),
        about=_("The language of the translation as a two-letter code."),
        required=True,
    ),
    Column("translation", "text", about=_("The quote in this language."), required=True),
    Column(
        "translation_provenance",
        "provenance",
        Choice(Provenance.values),
        about=_("official or unofficial."),
        required=True,
    ),
    Column("translator", about=_("Who made or published it. Needed if it is unofficial.")),
)

SOURCE_COLUMNS = columns(
    Column("slug", about=SLUG, public=False),
    Column("title", about=_("The title of the document."), required=True),
    Column(
        "title_by",
        kind=Choice(TitleBy.values, default=TitleBy.DOCUMENT),
        about=_("document (the default in a new row), or record if the title is a description of yours."),
    ),
    Column(
        "kind",
        kind=Choice(SourceKind.values),
        about=_("One of: %(values)s.") % {"values": ", ".join(SourceKind.values)},
        required=True,
    ),
    Column("publisher", about=_("Who published it.")),
    Column("publisher_kind", kind=Choice([*PublisherKind.values, ""], default=""), about=PUBLISHER_KIND),
    Column("date", "iso_date", PartialDate(), about=DATE),
    Column(
        "language",
        kind=Choice([*Language.values, ""], default=""),
        about=_("The language of the document and its title as a two-letter code. Leave empty if not recorded."),
    ),
    Column("url", about=_("The address, starting with http:// or https://. A source cannot be published without one.")),
    Column("accessed_on", kind=Day(), about=_("The day it was last read at this address, such as 2020-09-01.")),
    Column("archived_url", about=_("The address of an archived copy.")),
    Column("description", about=_("What the document is, in the editors’ words.")),
    Column("editors_note", about=MARKDOWN),
    Column("aliases", about=_("Other titles, one per line in the cell."), public=False),
    Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS, public=False),
)

PERSON_COLUMNS = columns(
    Column("slug", about=SLUG),
    Column("name", about=_("The name that readers see."), required=True),
    Column("given_name", about=_("The given name; nothing if it is not recorded.")),
    Column("family_name", about=_("The name by which lists and citations file the person; nothing if not recorded.")),
    Column("patronymic", about=_("The patronymic, if there is one and it is recorded.")),
    Column("role", about=_("The position by which readers know them.")),
    Column("summary", about=_("One or two plain sentences.")),
    Column("body", about=MARKDOWN),
    Column("source", kind=One(Source), about=SOURCE),
    Column("aliases", about=_("Other names, one per line in the cell.")),
    Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS),
)

INITIATIVE_COLUMNS = columns(
    Column("slug", about=SLUG),
    Column("title", about=_("The name of the initiative."), required=True),
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
        about=_("Names of institutions in the record, separated by semicolons."),
    ),
    Column("checked_on", kind=Day(), about=_("The day somebody last looked for new evidence, such as 2020-09-01.")),
    Column("aliases", about=_("Other names, one per line in the cell.")),
    Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS),
)

MILESTONE_COLUMNS = columns(
    Column("milestone_id", "pk", about=_("The number of an existing milestone. Leave empty to add a new one.")),
    Column("milestone_date", "iso_date", PartialDate(), about=DATE, required=True),
    Column("milestone", "text", about=_("What happened, in one or two neutral sentences."), required=True),
    Column(
        "milestone_status",
        "status",
        Choice([*Status.values, ""], default=""),
        about=_("Only if this step changes the initiative’s status: %(values)s.")
        % {"values": ", ".join(Status.values)},
    ),
    Column(
        "milestone_effect",
        "effect",
        Choice([*Effect.values, ""], default=""),
        about=_("What its source says of the initiative’s effect, if it bears on what was promised: %(values)s.")
        % {"values": ", ".join(Effect.values)},
    ),
    Column(
        "milestone_date_is_report",
        "date_is_report",
        Flag(),
        about=_("yes if only the date of the report is known, not that of what happened."),
    ),
    Column("milestone_source", "source", One(Source), about=SOURCE, required=True),
    Column(
        "milestone_further_sources",
        "further_sources",
        Many(Source),
        about=_("Further sources, by slug or title, separated by semicolons."),
    ),
    Column("milestone_attributed_to", "attributed_to", about=_("Who says so, if the source only reports it.")),
    Column(
        "milestone_attributed_kind",
        "attributed_kind",
        Choice([*PublisherKind.values, ""], default=""),
        about=_("The kind of that voice, as for publishers. Needed with it."),
    ),
)

PRINCIPLE_SET_COLUMNS = columns(
    Column(
        "slug",
        about=_("The last part of the set’s address, by which the row finds it. If empty, it is made from the title."),
    ),
    Column("title", about=_("The title of the set."), required=True),
    Column("introduction", about=MARKDOWN),
    Column("editors_note", about=MARKDOWN),
    Column("source", kind=One(Source), about=SOURCE),
    Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS),
)

PRINCIPLE_COLUMNS = columns(
    Column(
        "number",
        kind=Number(),
        about=_("Its place in the set, by which the row finds the principle. If empty, the next number is used."),
        public=False,
    ),
    Column("principle", "title", about=_("The principle in a few words."), required=True),
    Column("principle_text", "text", about=MARKDOWN),
    Column("principle_themes", "themes", Many(Theme, by="name"), about=THEMES),
    Column(
        "principle_initiatives",
        "initiatives",
        Many(Initiative),
        about=_("Initiatives, by slug or title, separated by semicolons."),
    ),
)
