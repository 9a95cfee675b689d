"""The columns of each table, declared once (django-import-export's resources): for export, import, help and templates.

The names are what files hold: never change one. Values of vocabularies are written as they are stored.
"""

from django.utils.translation import gettext_lazy as _
from import_export.resources import Resource
from import_export.widgets import Widget

from initiatives.editorial.spreadsheets.columns import Choice, Column, DateColumn, Day, Many, One
from initiatives.models import Body, Initiative, Source, Theme
from initiatives.models.choices import InitiativeKind, Language, SourceKind, State, Status

DATE = _("As exactly as it is known: 2020, 2020-09 or 2020-09-01.")
STATUS = _("draft (also if empty, in a new row), in_review, published or archived.")
SLUG = _("The name in addresses. It says which item the row is about; if empty, it is made of the title.")
THEMES = _("Names of themes of the record, separated by semicolons.")
SOURCE = _("The document that shows it: name in addresses, title or another title of a source of the record.")
MARKDOWN = _("Markdown.")


class QuoteResource(Resource):
    """Quotes, as import_quotes reads them, with their number."""

    id = Column("id", "pk", about=_("The number of a quote that stands; leave it empty to add one."))
    text = Column("text", about=_("The words, verbatim, without the outer quotation marks."), required=True)
    language = Column(
        "language",
        about=_("Of the words, in two letters: en, ru, kk, or another language of the record."),
        required=True,
    )
    speaker = Column("speaker", "speaker__name", about=_("The name, or another name on the site."), required=True)
    source = Column("source", "source__title", about=_("The title of the document, or another title."), required=True)
    source_url = Column("source_url", "source__url", about=_("Its address. To publish, a new source needs one."))
    date = DateColumn("date", about=_("When it was said. As exactly as it is known: 2020, 2020-09 or 2020-09-01."))
    themes = Column("themes", widget=Many(Theme, by="name"), about=_("Names, separated by semicolons."))
    context = Column("context", about=_("On what occasion it was said and about what, in your words."))
    status = Column(
        "status",
        "state",
        about=_("draft (also if empty, in a new row), in_review or published; archived, if the quote stands."),
    )


class SourceResource(Resource):
    """Sources."""

    slug = Column("slug", about=SLUG)
    title = Column("title", about=_("The title of the document."), required=True)
    kind = Column(
        "kind",
        widget=Choice(SourceKind.values),
        about=_("One of: %(values)s.") % {"values": ", ".join(SourceKind.values)},
        required=True,
    )
    publisher = Column("publisher", about=_("Who published it."))
    date = DateColumn("date", about=DATE)
    language = Column(
        "language",
        widget=Choice([*Language.values, ""], default=""),
        about=_("Of the document and its title, in two letters; empty if it was not recorded."),
    )
    url = Column("url", about=_("Its address, http://… or https://…. Nothing is published without one."))
    accessed_on = Column("accessed_on", widget=Day(), about=_("The day on which it was last read there: 2020-09-01."))
    archived_url = Column("archived_url", about=_("The address of an archived copy."))
    description = Column("description", about=_("What the document is, in your words."))
    editors_note = Column("editors_note", about=MARKDOWN)
    aliases = Column("aliases", about=_("Other titles, one a line within the cell."))
    status = Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS)


class InitiativeResource(Resource):
    """Initiatives."""

    slug = Column("slug", about=SLUG)
    title = Column("title", about=_("What it is called."), required=True)
    kind = Column(
        "kind",
        widget=Choice(InitiativeKind.values),
        about=_("One of: %(values)s.") % {"values": ", ".join(InitiativeKind.values)},
        required=True,
    )
    summary = Column("summary", about=_("One or two plain, neutral sentences."), required=True)
    body = Column("body", about=MARKDOWN)
    editors_note = Column("editors_note", about=MARKDOWN)
    source = Column("source", widget=One(Source), about=SOURCE)
    themes = Column("themes", widget=Many(Theme, by="name"), about=THEMES)
    institutions = Column(
        "institutions",
        "bodies",
        Many(Body, by="name"),
        about=_("Names of institutions of the record, separated by semicolons."),
    )
    aliases = Column("aliases", about=_("Other names, one a line within the cell."))
    status = Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS)


class MilestoneResource(Resource):
    """Milestones of initiatives."""

    milestone_id = Column(
        "milestone_id", "pk", about=_("The number of a milestone that stands; leave it empty to add one.")
    )
    milestone_date = DateColumn("milestone_date", about=DATE, required=True)
    milestone = Column("milestone", "text", about=_("What happened, in one or two neutral sentences."), required=True)
    milestone_status = Column(
        "milestone_status",
        "status",
        Choice([*Status.values, ""], default=""),
        about=_("Only if this step changes where the initiative stands: %(values)s.")
        % {"values": ", ".join(Status.values)},
    )
    milestone_source = Column("milestone_source", "source", One(Source), about=SOURCE, required=True)
    milestone_further_sources = Column(
        "milestone_further_sources",
        "further_sources",
        Many(Source),
        about=_("More sources, by name in addresses or title, separated by semicolons."),
    )


class PrincipleSetResource(Resource):
    """Sets of principles."""

    slug = Column("slug", about=_("The name of the set in addresses. If empty, it is made of the set's title."))
    set_title = Column("title", "title", about=_("What the set is called."), required=True)
    introduction = Column("introduction", about=MARKDOWN)
    editors_note = Column("editors_note", about=MARKDOWN)
    source = Column("source", widget=One(Source), about=SOURCE)
    status = Column("status", "state", Choice(State.values, default=State.DRAFT), about=STATUS)


class Number(Widget):
    """A whole number from 1; an empty cell is none."""

    def clean(self, value: str, row=None, **context) -> int | None:
        """Return the number."""
        if not value:
            return None
        if not value.isascii() or not value.isdecimal() or not 1 <= int(value) <= 9999:
            raise ValueError(_("Write a whole number from 1, or leave the cell empty."))
        return int(value)


class PrincipleResource(Resource):
    """Principles of a set."""

    number = Column(
        "number", widget=Number(), about=_("Its place in the set. It says which principle it is; if empty, the next.")
    )
    principle = Column("principle", "title", about=_("The principle in a few words."), required=True)
    principle_text = Column("principle_text", "text", about=MARKDOWN)
    principle_themes = Column("principle_themes", "themes", Many(Theme, by="name"), about=THEMES)
    principle_initiatives = Column(
        "principle_initiatives",
        "initiatives",
        Many(Initiative),
        about=_("Initiatives, by name in addresses or title, separated by semicolons."),
    )
