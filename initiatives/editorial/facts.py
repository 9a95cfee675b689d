"""Everything that readers will see of an item, for the pages that ask for confirmation before publishing.

Nothing has to be named here to be shown: all that versions of an item and of its parts hold is, except how it is
managed. `ORDER` puts it in the order of the public page; what it does not name comes last.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.changes.compare import fields_of, parts_of
from initiatives.editorial.comments import open_comments
from initiatives.editorial.copies.levels import FOUND, in_words, is_doubtful
from initiatives.editorial.near_duplicates import Twin, near_duplicates, near_duplicates_of
from initiatives.models import (
    Body,
    Initiative,
    Milestone,
    Person,
    Principle,
    PrincipleSet,
    Quote,
    QuoteTranslation,
    Source,
    Theme,
)
from initiatives.models.choices import State
from initiatives.models.querysets import public

# Up to this many quotes, near duplicates are searched for one by one; for more, the record is read once.
FEW = 20
# Longer values are collapsed to their first words.
FOLDED = 300
# Fields for managing an item, which readers never see.
MANAGED = frozenset({"state", "review_note"})
# Fields that are shown even if empty, because editors should notice.
NEVER_LEFT_OUT = frozenset({"speaker", "source", "date", "language"})
# Fields, relations and parts in the order of the public page. Of principles, which belong to their sets, those that
# readers see on the page.
ORDER: dict[type[Model], tuple[str, ...]] = {
    Quote: (
        *("text", "language", "translations", "speaker", "date", "source", "verification", "editors_note"),
        *("context", "locator", "initiatives", "themes"),
    ),
    QuoteTranslation: ("language", "provenance", "translator", "text"),
    Initiative: (
        *("kind", "title", "summary", "checked_on", "aliases", "themes", "bodies", "public_principles", "source"),
        *("milestones", "body", "editors_note"),
    ),
    Milestone: (
        *("date", "date_is_report", "text", "status", "effect", "attributed_to", "attributed_kind"),
        *("source", "further_sources"),
    ),
    PrincipleSet: ("title", "source", "introduction", "editors_note", "principles"),
    Principle: ("number", "title", "text", "themes", "initiatives"),
    Source: (
        *("kind", "title", "title_by", "description", "url", "editors_note", "date", "publisher", "publisher_kind"),
        *("language", "aliases", "accessed_on", "archived_url", "rights", "rights_note"),
    ),
    Person: ("role", "name", "summary", "body", "aliases", "source", "milestones"),
    Body: ("name", "summary", "body", "aliases", "source"),
    Theme: ("name", "description", "aliases", "public_principles"),
}


@dataclass(frozen=True)
class Fact:
    """One fact of an item: a value, or its parts with the facts of each."""

    label: str
    value: str = ""
    # Whether it is a reason not to publish.
    warns: bool = False
    # The language of the value (ISO 639-1), if it is not that of the desk.
    language: str = ""
    parts: Sequence[Sequence["Fact"]] = ()

    @property
    def beginning(self) -> str:
        """The first words of a collapsed value; empty if it is not collapsed."""
        return Truncator(self.value).chars(FOLDED // 2) if len(self.value) > FOLDED else ""


@cache
def names_of(model: type[Model]) -> tuple[str, ...]:
    """Return the names of all that readers see of a model's items: fields, relations and parts, in order."""
    held = [name for name in fields_of(model, public=False) if name not in MANAGED]
    held += [str(part._meta.get_field(link).remote_field.get_accessor_name()) for part, link in parts_of(model)]
    order = ORDER[model]
    return (*order, *(name for name in held if name not in order))


def facts_of(items: Sequence[Any]) -> dict[int, list[Fact]]:
    """Return the facts of items of one kind, by key: all that readers will see, and what editors should know."""
    if not items:
        return {}
    model = type(items[0])
    prefetch_related_objects(items, *_look_ups(model), *([FOUND] if model is Quote else []))
    comments = open_comments(str(model._meta.model_name), [item.pk for item in items])
    twins = _twins(items) if model is Quote else {}
    return {
        item.pk: [
            *_seen(item),
            *([Fact(_("Compared"), in_words(item), warns=is_doubtful(item))] if model is Quote else []),
            *_of_comments(comments.get(item.pk, 0)),
            *map(_of_twin, twins.get(item.pk, [])),
        ]
        for item in items
    }


def _look_ups(model: type[Model], prefix: str = "") -> list[Any]:
    """Return what to prefetch, so that the number of queries does not grow with the items."""
    found: list[Any] = []
    for name in names_of(model):
        if name.startswith("public_"):
            found.append(public(name.removeprefix("public_")))
            continue
        field: Any = model._meta.get_field(name)
        if field.one_to_many:
            found += [prefix + name, *_look_ups(field.related_model, f"{prefix}{name}__")]
        elif field.is_relation:
            found.append(prefix + name)
    return found


def _seen(item: Any) -> list[Fact]:
    model: type[Model] = type(item)
    facts = (_fact(item, name) for name in names_of(model))
    return [fact for fact in facts if fact is not None]


def _fact(item: Any, name: str) -> Fact | None:
    """Return a fact of an item; None if there is nothing to see."""
    if name.startswith("public_"):
        listed = "; ".join(map(str, getattr(item, name)))
        label = item._meta.get_field(name.removeprefix("public_")).related_model._meta.verbose_name_plural
        return Fact(str(capfirst(label)), listed) if listed else None
    field: Any = item._meta.get_field(name)
    if field.one_to_many:
        parts = [_seen(part) for part in getattr(item, name).all()]
        return Fact(str(capfirst(field.related_model._meta.verbose_name_plural)), parts=parts) if parts else None
    value = _shown(item, name)
    if field.is_relation:
        value = _named(getattr(item, name).all() if field.many_to_many else filter(None, [getattr(item, name)]))
    if not value and name not in NEVER_LEFT_OUT:
        return None
    return Fact(str(capfirst(field.verbose_name)), value or "–", language=_language(item, name))


def _shown(item: Any, name: str) -> str:
    """Return the value of a field in words; empty if there is none."""
    if name == "date":
        return item.shown_date
    value = getattr(item, name)
    if display := getattr(item, f"get_{name}_display", None):
        return str(display() or "")
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value)
    if isinstance(value, bool):
        return _("yes") if value else ""
    return "" if value is None else str(value)


def _named(others: Iterable[Any]) -> str:
    """Return the names of related items, with the state of those that readers do not see yet."""
    return "; ".join(
        str(other) if other.state == State.PUBLISHED else f"{other} ({other.get_state_display()})" for other in others
    )


def _language(item: Any, name: str) -> str:
    if name == "text" and hasattr(item, "language"):
        return item.language
    return getattr(item, "title_language", "") if name in ("title", "aliases") else ""


def _of_comments(count: int) -> list[Fact]:
    text = ngettext("%(count)d is open.", "%(count)d are open.", count) % {"count": count}
    return [Fact(_("Comments"), text, warns=True)] if count else []


def _of_twin(twin: Twin) -> Fact:
    text = _("%(percent)d%% the same: %(quote)s (%(state)s)") % {
        "percent": twin.percent,
        "quote": Truncator(twin.quote).chars(100),
        "state": twin.quote.get_state_display(),
    }
    return Fact(_("Nearly the same"), text, warns=True)


def _twins(quotes: Sequence[Quote]) -> dict[int, list[Twin]]:
    if len(quotes) <= FEW:
        return {one.pk: near_duplicates(one.text, one.language, but=one.pk, most=2) for one in quotes}
    # Each quote also finds itself.
    found = near_duplicates_of([one.text for one in quotes], most=3)
    return {
        one.pk: [twin for twin in twins if twin.quote.pk != one.pk][:2]
        for one, twins in zip(quotes, found, strict=True)
    }
