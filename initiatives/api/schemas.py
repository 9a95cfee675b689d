"""Schemas of parameters and answers, made from the filters of pages and the columns of data."""

import datetime
import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, cast, get_origin

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BeforeValidator, Field, create_model
from pydantic_core import PydanticCustomError

from initiatives.changes.filters import ChangedItemFilter
from initiatives.data.columns import COLUMNS, Column
from initiatives.pages.checking import FEWEST_WORDS, LONGEST
from initiatives.pages.lists.filtersets import (
    ExcludedItemsFilter,
    ItemFilter,
    ItemsFilter,
    SinceFilter,
    UntilFilter,
    ViewFilter,
    WordsFilter,
    YearFilter,
)

# The most items in one response, and the default.
MOST, USUAL = 100, 20
# The member by which programs recognise a deleted item.
TYPE = "type"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# Descriptions of filters whose labels do not say enough.
_ABOUT = {
    WordsFilter: _("Words, as on the page: all of them in any form; “fair state” in quotation marks, -tax, modern*."),
    ExcludedItemsFilter: _("Excludes items with this theme."),
    YearFilter: _("A year, such as 2020, or “undated”."),
    SinceFilter: _("On or after this day: 2020, 2020-09 or 2020-09-01."),
    UntilFilter: _("On or before this day: 2020, 2020-09 or 2020-09-01."),
    ChangedItemFilter: _("Only changes of one item, by its kind and number, such as quote-12."),
}


def _typed(kind: str) -> tuple[Column, ...]:
    about = _("What it is. Always present: items that are no longer public have the type “deleted”.")
    return Column(TYPE, lambda item: kind, about, type=Literal[kind]), *COLUMNS[kind]


# The members of each kind of item, its type first.
TYPED = {kind: _typed(kind) for kind in COLUMNS}


def _time(written: str) -> datetime.datetime:
    """Return a time in UTC. Raises PydanticCustomError, for numbers too, which pydantic reads as seconds since 1970."""
    try:
        if _DAY.match(written):
            time = datetime.datetime.fromisoformat(written)
            return (time if time.tzinfo else time.replace(tzinfo=datetime.UTC)).astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        pass
    message: Any = _("Enter a time in ISO 8601, for example 2026-01-31T00:00:00Z.")
    raise PydanticCustomError("time", message)


class Chosen(Schema):
    """The members of items to return."""

    fields: str = Field(
        "",
        description=_("Only these members of each item, separated by commas. Default: all of them."),
        examples=["id,url"],
    )


class Paged(Chosen):
    """The part of a list to return."""

    limit: int = Field(
        USUAL, ge=1, le=MOST, description=_("The maximum number of items per response: 1 to %(most)d.") % {"most": MOST}
    )
    cursor: str = Field(
        "",
        description=_(
            "Where the list goes on: “next” of the answer before has it. By relevance it holds until the record "
            "changes; then the answer is 409, and the walk starts again."
        ),
    )


class Mirrored(Paged):
    """The part of a list to return, or its changes."""

    # None if it is left out: as a union, its schema would say that “null” may be written.
    updated_since: Annotated[datetime.datetime, BeforeValidator(_time)] = Field(
        cast(Any, None),
        description=_(
            "Instead of the list, all that may have changed since a time (ISO 8601), by number; what is no longer "
            "public has the type “deleted”. It goes with no filter. Ask next time with “as_of” of the first answer."
        ),
        examples=["2026-01-31T00:00:00Z"],
    )


class Deleted(Schema):
    """An item that is no longer public."""

    type: Literal["deleted"]
    id: int
    deleted: Literal[True]
    merged_into: int | None = Field(None, description=_("The id of the public item that it was merged into."))


class Marked(Schema):
    """A piece of a text, and whether it matches the words that were searched for."""

    text: str
    marked: bool


class Highlights(Schema):
    """Where the query matches: in the title, and in an excerpt of the text or its translation."""

    title: list[Marked]
    text: list[Marked]


class Value(Schema):
    """A value of a filter, what readers call it, and how many of the items have it."""

    value: str
    label: str
    count: int


class Suggestion(Schema):
    """A name of an item, or a word, that begins as what was typed."""

    kind: str
    label: str
    note: str
    url: str
    language: str | None = None
    other: str | None = None
    count: int | None = None


class Suggestions(Schema):
    """What may have been meant."""

    query: str
    suggestions: list[Suggestion]


class Sentence(Schema):
    """What may have been said."""

    text: str = Field(
        description=_("A sentence in any of the languages: at least %(fewest)d words, at most %(most)d characters.")
        % {"fewest": FEWEST_WORDS, "most": LONGEST}
    )


class Differences(Schema):
    """The nearest words of the quote and the sentence, in pieces: those that the other lacks are marked."""

    quote: list[Marked]
    sentence: list[Marked]


class ComparedQuote(Schema):
    """A quote, and how a sentence compares with it."""

    id: int
    url: str
    text: str = Field(description=_("The words compared: those of the quote, or of the translation."))
    language: str
    translated_by: str | None = Field(description=_("Whose translation was compared; null if the quote itself was."))
    speaker: str
    citation: str = Field(description=_("With the date, the source and what must be said of its wording."))
    source_url: str | None
    level: Literal["letters", "typography", "omissions", "not_found"]
    exactness: str = Field(description=_("The level and what was folded, in words."))
    beside_negation: bool = Field(description=_("Whether the words are beside a negation that the sentence lacks."))
    differences: Differences | None


class ComparedDocument(Schema):
    """A document that has a sentence. The words are empty if its rights do not allow to show them."""

    title: str
    page: str
    url: str
    place: str
    copied_at: datetime.datetime
    exactness: str
    before: str
    words: str
    after: str


class Checked(Schema):
    """Whether a sentence is on record word for word, and where."""

    answer: Literal["on_record", "differs", "in_text", "not_in_record"] = Field(
        description=_("“not_in_record” proves nothing about whether it was said.")
    )
    explanation: str
    quotes: list[ComparedQuote]
    more_quotes: bool = Field(description=_("Whether further quotes have the same words."))
    documents: list[ComparedDocument]
    documents_searched: int
    all_documents_searched: bool


class Mistake(Schema):
    """A parameter, and what is wrong with it."""

    name: str
    reason: str


class Problem(Schema):
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Mistake] | None = None


def item(name: str, columns: Iterable[Column]) -> Any:
    """Return the schema of an item with these columns. Only its type is required: `fields` may leave out the others."""
    members: dict[str, Any] = {}
    for column in columns:
        type_: Any = item(f"{name}{column.name.title()}", column.parts) if column.parts else column.type
        if column.parts:
            type_ = type_ | None if column.single else list[type_]
        default = ... if get_origin(column.type) is Literal else None
        # Schemas have attributes of their own, such as `copy`.
        member = f"{column.name}_" if hasattr(Schema, column.name) else column.name
        members[member] = (type_, Field(default, alias=column.name, description=str(column.about)))
    return cast(Any, create_model)(name, __base__=Schema, **members)


def answer(name: str, columns: Iterable[Column], **more: Any) -> Any:
    """Return the schema of a part of a list; `more` are further members of the response, with their types."""
    items: Any = item(name, columns)
    if "as_of" in more:
        items = Annotated[items | Deleted, Field(discriminator=TYPE)]
    return cast(Any, create_model)(
        f"ListOf{name}",
        __base__=Schema,
        items=(list[items], ...),
        next=(
            str | None,
            Field(..., description=_("The address where the list continues, if it does, even if this page is short.")),
        ),
        **{member: (type_, None) for member, type_ in more.items()},
    )


def parameter(name: str, about: str, **schema: Any) -> dict[str, Any]:
    """Return an optional parameter of the query, a string unless `schema` says otherwise."""
    schema = {"type": "string", **schema}
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": about}


def parameters(filterset: Any) -> list[dict[str, Any]]:
    """Return the filters of a page as parameters."""
    found = []
    for name, filter_ in filterset.base_filters.items():
        if isinstance(filter_, ViewFilter):
            continue
        schema: dict[str, Any] = {}
        about = [str(_ABOUT.get(type(filter_), f"{filter_.label}."))]
        if choices := filter_.extra.get("choices"):
            schema["enum"] = [str(value) for value, _label in choices if not isinstance(_label, list | tuple)]
        if isinstance(filter_, ItemsFilter | ItemFilter):
            about.append(_("By slug, the last part of the address of its page."))
        if isinstance(filter_, ItemsFilter):
            schema = {"type": "array", "items": {"type": "string", **schema}}
            about.append(_("Repeat it to match any of several values."))
        found.append(parameter(name, " ".join(about), **schema))
    return found
