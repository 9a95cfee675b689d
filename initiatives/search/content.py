"""What search indexes for each kind of item: passages by weight, and filter values."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Person,
    Principle,
    Quote,
    Source,
    Theme,
    visible_from,
)
from initiatives.models.captures import text_hash
from initiatives.models.choices import NO_COPY, Kind

# The filter value of items without a date.
UNDATED = "undated"
# The facet used to count the statuses of initiatives (see search.criteria).
STATUS_OF = "status_of"

Passage = tuple[str, str]  # a text and its language (ISO 639-1)


@dataclass(frozen=True)
class Content:
    """What is indexed for one item. Passages in `names` weigh most, then `main`, then `other`."""

    names: list[Passage] = field(default_factory=list)
    main: list[Passage] = field(default_factory=list)
    other: list[Passage] = field(default_factory=list)
    date: datetime.date | None = None
    # How precisely the date is known (DatePrecision); empty for a full date.
    precision: str = ""
    # Values by facet: theme, speaker, source, initiative, language …
    values: dict[str, list] = field(default_factory=dict)
    visible_from: datetime.datetime | None = None


@dataclass(frozen=True)
class KindOfItem:
    """How one kind of item is indexed. `number` is part of positions in the index: never change it."""

    number: int
    model: type[models.Model]
    content: Callable[..., Content]


def token(facet: str, value: object) -> str:
    """Return the index term for a filter value; no word of a text can look like it."""
    return f"#{facet}:{value}"


def _site(*texts: str) -> list[Passage]:
    """Return texts in the site's own words as passages, leaving empty ones out."""
    return [(text, settings.LANGUAGE_CODE) for text in texts if text]


def _ids(relation) -> list[int]:
    return [item.pk for item in relation.all()]


def _year(date: datetime.date | None) -> list:
    return [f"{date.year:04}" if date else UNDATED]


def _quote(quote: Any) -> Content:  # no Quote: see QuoteQuerySet.load_for_index
    translations = [(translation.text, translation.language) for translation in quote.translation_list]
    # Undated quotes take the date of their source.
    dated = quote if quote.date or not quote.source else quote.source
    date, precision = dated.date, dated.date_precision
    return Content(
        main=[(quote.text, quote.language), *translations],
        other=_site(quote.context, quote.editors_note),
        date=date,
        precision=precision,
        values={
            "theme": quote.theme_ids,
            "initiative": quote.initiative_ids,
            "speaker": [quote.speaker_id],
            "source": [quote.source_id] if quote.source_id else [],
            "language": [quote.language],
            "verification": [quote.verification],
            "compared": _compared(quote),
            "year": _year(date),
        },
        visible_from=visible_from(quote),
    )


def _compared(quote: Any) -> list[str]:
    """Return how exactly a quote is in a copy; nothing if its words have changed since they were compared."""
    if quote.found__level is None:
        return [NO_COPY]
    return [quote.found__level] if quote.found__words_sha256 == text_hash(quote.text) else []


def _initiative(initiative: Initiative) -> Content:
    today = timezone.localdate()
    known = [m for m in initiative.milestones.all() if m.date and m.date <= today and m.source.is_public]
    dated = [(m.date, m.date_precision) for m in known]
    date, precision = max(dated, key=itemgetter(0), default=(None, ""))
    return Content(
        names=_site(initiative.title, *initiative.alias_list),
        main=_site(initiative.summary),
        other=_site(initiative.body, initiative.editors_note),
        date=date,
        precision=precision,
        values={
            "theme": _ids(initiative.themes),
            "body": _ids(initiative.bodies),
            "initiative_kind": [initiative.kind],
            STATUS_OF: [initiative.pk],
            "year": _year(date),
        },
        visible_from=visible_from(initiative),
    )


def _principle(principle: Principle) -> Content:
    return Content(
        names=_site(principle.title),
        main=_site(principle.text),
        other=_site(principle.set.title),
        values={"theme": _ids(principle.themes), "initiative": _ids(principle.initiatives)},
        visible_from=visible_from(principle),
    )


def _milestone(milestone: Milestone) -> Content:
    initiative = milestone.initiative
    return Content(
        main=_site(milestone.text),
        # The text often does not name the owner.
        other=_site(str(milestone.owner)),
        date=milestone.date,
        precision=milestone.date_precision,
        values={
            "theme": _ids(initiative.themes) if initiative else [],
            "initiative": [initiative.pk] if initiative else [],
            "source": [milestone.source_id],
            "year": _year(milestone.date),
        },
        visible_from=visible_from(milestone),
    )


def _theme(theme: Theme) -> Content:
    return Content(
        names=_site(theme.name, *theme.alias_list),
        main=_site(theme.description),
        values={"theme": [theme.pk]},
        visible_from=visible_from(theme),
    )


def _person(person: Person) -> Content:
    return Content(
        names=_site(person.name, *person.alias_list),
        main=_site(person.role, person.summary),
        other=_site(person.body),
        values={"speaker": [person.pk]},
        visible_from=visible_from(person),
    )


def _body(body: Body) -> Content:
    return Content(
        names=_site(body.name, *body.alias_list),
        main=_site(body.summary),
        other=_site(body.body),
        values={"body": [body.pk]},
        visible_from=visible_from(body),
    )


def _source(source: Source) -> Content:
    return Content(
        names=[(title, source.title_language) for title in (source.title, *source.alias_list)],
        main=_site(source.publisher, source.description),
        other=_site(source.editors_note),
        date=source.date,
        precision=source.date_precision,
        values={
            "source": [source.pk],
            "source_kind": [source.kind],
            "publisher_kind": [source.publisher_kind] if source.publisher_kind else [],
            "language": [source.language] if source.language else [],
            "year": _year(source.date),
        },
        visible_from=visible_from(source),
    )


KINDS: dict[str, KindOfItem] = {
    Kind.QUOTE: KindOfItem(1, Quote, _quote),
    Kind.INITIATIVE: KindOfItem(2, Initiative, _initiative),
    Kind.PRINCIPLE: KindOfItem(3, Principle, _principle),
    Kind.MILESTONE: KindOfItem(4, Milestone, _milestone),
    Kind.THEME: KindOfItem(5, Theme, _theme),
    Kind.PERSON: KindOfItem(6, Person, _person),
    Kind.BODY: KindOfItem(7, Body, _body),
    Kind.SOURCE: KindOfItem(8, Source, _source),
}

# By kind of item: the items whose publication time or date depends on it, as (kind, look-up to the changed item).
DEPENDENTS: dict[str, list[tuple[str, str]]] = {
    Kind.SOURCE: [
        (Kind.QUOTE, "source"),
        (Kind.INITIATIVE, "source"),
        (Kind.PERSON, "source"),
        (Kind.BODY, "source"),
        (Kind.PRINCIPLE, "set__source"),
        (Kind.MILESTONE, "source"),
    ],
    Kind.PERSON: [(Kind.QUOTE, "speaker"), (Kind.MILESTONE, "person")],
    Kind.INITIATIVE: [(Kind.MILESTONE, "initiative")],
    Kind.MILESTONE: [(Kind.INITIATIVE, "milestones")],
}
