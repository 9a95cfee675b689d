"""The tables of the dataset: one for each model, with its public rows and relations, in the columns readers see.

A view adds the status of each initiative, which no table has because it is set by milestones.
"""

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import cached_property

from initiatives.models import (
    Body,
    Capture,
    Found,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    Source,
    SourceText,
    Theme,
)
from initiatives.models.choices import DatePrecision, Status

# Fields that only the desk reads, or that are derived from others.
NOT_EXPORTED = {"state", "review_note", "text_digest", "created_at"}
# Of copies: who made them and from which file, and why a copy was taken down.
_OF_EDITORS = frozenset(
    {"captured_by", "asked_url", "final_url", "http_status", "file_name"}
    | {"taken_down_at", "taken_down_by", "taken_down_because"}
)
# Rows read at a time.
CHUNK = 500
TYPES = {
    models.DateField: "date",
    models.DateTimeField: "datetime",
    models.BooleanField: "boolean",
    models.IntegerField: "integer",
    models.ForeignKey: "integer",
}

Row = dict[str, Any]

# Descriptions of columns by name, or by table and name where they differ. Others have the field's help text.
ABOUT = {
    "id": "Its number in the record. It never changes.",
    "published_at": "The time from which it is published.",
    "updated_at": "When it was last changed.",
    "slug": "The last part of its address on the site.",
    "aliases": "Other names, one a line.",
    "name": "Its name.",
    "title": "Its title.",
    "description": "What it is, in the editors’ words.",
    "position": "Themes are listed by this number, then by name.",
    "date": "The first day of the day, month or year that is known.",
    "date_precision": "Whether the day, the month or only the year of the date is known. Empty if there is no date.",
    "title_by": "Who gave it its title: the document itself, or this record, which describes it.",
    "sources.kind": "What the document is.",
    "publisher": "Who published it.",
    "publisher_kind": "What kind of publisher it has. Empty if not classified.",
    "sources.language": "The language of the document and its title (ISO 639-1). Empty if not recorded.",
    "url": "The address of the document.",
    "accessed_on": "The day the document was last read at this address.",
    "archived_url": "The address of an archived copy.",
    "editors_note": "What readers should know about it, in the editors’ words. Markdown.",
    "summary": "One or two plain sentences.",
    "body": "The text of its page, in the editors’ words. Markdown.",
    "role": "The position by which readers know the person.",
    "source_id": "The document that confirms it.",
    "initiatives.kind": "What the initiative is.",
    "checked_on": "The day an editor last looked for new evidence, whether or not any was found.",
    "themes_ids": "Its themes.",
    "bodies_ids": "Institutions that take part in it.",
    "initiatives_ids": "Initiatives that it is about.",
    "milestones.initiative_id": "The initiative that it is a step of. Empty if it is a person’s.",
    "milestones.person_id": "The person whose part it is a step of. Empty if it is an initiative’s.",
    "milestones.text": "What happened, in one or two neutral sentences.",
    "milestones.status": "The status that it gives the initiative. Empty if it changes none.",
    "effect": "What the source says of the initiative’s effect. Empty if it does not bear on what was promised.",
    "date_is_report": "Whether the date is only that of the report, not of what happened.",
    "attributed_to": "Who says so, if the document only reports it.",
    "attributed_kind": "The kind of that voice, as for publishers. Empty if the document itself says so.",
    "further_sources_ids": "Other documents that confirm it.",
    "quotes.date": "When it was said: the first day of the day, month or year that is known. Empty if not known.",
    "quotes.text": "The words, without the outer quotation marks.",
    "language": "The language of the words (ISO 639-1).",
    "speaker_id": "Who said it.",
    "locator": "Where in the document: page, paragraph or timestamp.",
    "context": "The occasion and the subject, in the editors’ words.",
    "verification": "Whether the words were checked at the primary source, are as another quotes them, or disputed.",
    "featured_on": "The day from which the home page shows it, until another takes its place.",
    "quote_id": "The quote that it translates.",
    "translations.text": "The words in this language.",
    "provenance": "Whether the translation is official: by the speaker’s office or the publisher of the original.",
    "translator": "Who made or published the translation.",
    "introduction": "What comes before the principles, in the editors’ words. Markdown.",
    "set_id": "The set that it belongs to.",
    "number": "Its place in the set, from 1.",
    "principles.text": "What the principle says. Markdown.",
    "captured_at": "When the copy was made.",
    "way": "How it came here: fetched from the address, or brought by an editor as a file or as text.",
    "media_type": "What kind of file it is.",
    "size": "How many bytes it has.",
    "copies.sha256": "The SHA-256 of its bytes.",
    "capture_id": "The copy of which it is the text.",
    "texts.sha256": "The SHA-256 of the text, in UTF-8, with an empty line between paragraphs.",
    "extractor": "The library that read the text, with its version.",
    "read_at": "When the text was read.",
    "comparisons.quote_id": "The quote that was compared.",
    "source_text_id": "The text in which it was looked up: that in which it was found most exactly.",
    "level": "How exactly the words are there.",
    "start": "The first character of the words in the text, counted from 0. Empty if none of them is there.",
    "end": "The place after their last character.",
    "spans": "The start and end of each piece, as JSON. If they were not found, of the nearest passage.",
    "folded": "What typesetting changed between the quote and the text, as JSON.",
    "beside_negation": "Whether the words are there, but beside a negation that the quote leaves out.",
    "missing_in_id": "The newest copy, if the words are not in it.",
    "compared_at": "When this was last found so.",
    "words_sha256": "The SHA-256 of the words that were compared.",
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its type in a Data Package, its description, and its possible values.

    A `many` column holds any number of keys of the table it `refers_to`. An empty `allowed` list allows all values.
    """

    name: str
    type: str
    about: str
    many: bool = False
    required: bool = False
    unique: bool = False
    allowed: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """The public rows of a model, in the order of their keys."""

    name: str
    model: Any
    # The fields that are not exported besides NOT_EXPORTED.
    hidden: frozenset[str] = frozenset()

    @cached_property
    def fields(self) -> list[Any]:
        """The model's exported fields."""
        hidden = NOT_EXPORTED | self.hidden
        return [field for field in self.model._meta.concrete_fields if field.name not in hidden]

    @cached_property
    def relations(self) -> list[Any]:
        """The model's many-to-many fields."""
        return list(self.model._meta.many_to_many)

    @cached_property
    def ties(self) -> dict[str, str]:
        """The columns that hold several keys, each with the table they refer to."""
        return {column.name: column.refers_to for column in self.columns if column.many}

    @property
    def columns(self) -> list[Column]:
        """The columns, those of relations last."""
        own = [_column(self.name, field) for field in self.fields]
        tied = [
            Column(
                name := f"{field.name}_ids",
                "list",
                _about(self.name, name, field),
                many=True,
                refers_to=_table_of(field.related_model),
            )
            for field in self.relations
        ]
        return own + tied

    def rows(self, at: datetime.datetime) -> Iterator[Row]:
        """Yield the rows that are public now and were public at a time, in batches of a few hundred.

        All tables are read as of one time, so no row refers to an item published meanwhile.
        """
        public, last = self.model._default_manager.published(at).order_by("pk"), 0
        names = [field.attname for field in self.fields]
        while some := list(public.filter(pk__gt=last).values(*names)[:CHUNK]):
            last = some[-1]["id"]
            ties = {field.name: self._ties(field, [row["id"] for row in some], at) for field in self.relations}
            for row in some:
                values = {name: _plain(value) for name, value in row.items()}
                yield values | {f"{name}_ids": keys.get(row["id"], []) for name, keys in ties.items()}

    def _ties(self, field: Any, keys: list[int], at: datetime.datetime) -> dict[int, list[int]]:
        """Return the public items that some rows are linked to, by the row's key."""
        through, own, other = field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()
        public = field.related_model._default_manager.published(at).values("pk")
        pairs = through._base_manager.filter(**{f"{own}__in": keys, f"{other}__in": public}).order_by(own, other)
        found: dict[int, list[int]] = {}
        for key, tied in pairs.values_list(own, other):
            found.setdefault(key, []).append(tied)
        return found


# Each table refers only to those above it.
TABLES = (
    Table("themes", Theme),
    Table("sources", Source),
    Table("people", Person),
    Table("institutions", Body),
    Table("initiatives", Initiative),
    Table("milestones", Milestone),
    Table("quotes", Quote),
    Table("translations", QuoteTranslation),
    Table("sets_of_principles", PrincipleSet),
    Table("principles", Principle),
    Table("copies", Capture, _OF_EDITORS),
    Table("texts", SourceText, frozenset({"text", "places"})),
    Table("comparisons", Found, frozenset({"translation"})),
)


STATUSES = "statuses"
# The status of each initiative and the milestone that sets it; without one it has no status.
STATUSES_SQL = """CREATE VIEW statuses AS
SELECT initiatives.id, slug, title, turns.status, turns.date AS since, checked_on,
turns.date_precision AS since_precision, turns.id AS milestone_id
FROM initiatives LEFT JOIN milestones AS turns ON turns.id = (SELECT id FROM milestones
WHERE initiative_id = initiatives.id AND initiatives.kind <> 'slogan' AND status <> ''
ORDER BY date DESC, id DESC LIMIT 1)"""
STATUSES_COLUMNS = [
    Column("id", "integer", "The initiative’s number in the record.", required=True, refers_to="initiatives"),
    Column("slug", "string", ABOUT["slug"], required=True, unique=True),
    Column("title", "string", "The initiative’s name.", required=True),
    Column(
        "status",
        "string",
        "How far it has come in law. Empty without evidence and for slogans.",
        allowed=tuple(Status.values),
    ),
    Column("since", "date", "The date of this milestone: the first day of the day, month or year that is known."),
    Column("checked_on", "date", ABOUT["checked_on"]),
    Column("since_precision", "string", ABOUT["date_precision"], allowed=tuple(DatePrecision.values)),
    Column("milestone_id", "integer", "The milestone by which it has this status.", refers_to="milestones"),
]


def described() -> dict[str, list[Column]]:
    """Return the columns of each table and of the view, by name."""
    return {table.name: table.columns for table in TABLES} | {STATUSES: STATUSES_COLUMNS}


def _column(table: str, field: Any) -> Column:
    is_text = isinstance(field, models.CharField | models.TextField)
    return Column(
        field.attname,
        _type(field),
        _about(table, field.attname, field),
        required=not field.null and not (is_text and field.blank),
        unique=field.unique,
        allowed=tuple(value for value, _label in field.choices or ()),
        refers_to=_table_of(field.related_model) if field.is_relation else "",
    )


def _table_of(model: Any) -> str:
    return next(table.name for table in TABLES if table.model is model)


def _type(field: Any) -> str:
    # A DateTimeField is also a DateField, so the nearest class decides.
    known = (TYPES[kind] for kind in type(field).__mro__ if kind in TYPES)
    return next(known, "integer" if field.primary_key else "string")


def _about(table: str, name: str, field: Any) -> str:
    return ABOUT.get(f"{table}.{name}") or ABOUT.get(name) or str(field.help_text)


def _plain(value: Any) -> Any:
    """Return a value as in files: times in ISO 8601, lists and what else JSON holds as its text."""
    if isinstance(value, list | dict):
        return json.dumps(value)
    return value.isoformat() if isinstance(value, datetime.date) else value
