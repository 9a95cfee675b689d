"""Visibility and loading, as named QuerySet methods, which views and exports use and never duplicate."""

import datetime
import itertools
import random
from collections import defaultdict
from types import SimpleNamespace
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Length, Replace, Substr

from initiatives import clock
from initiatives.models.choices import Compared, State
from initiatives.models.publishing import is_public_at

# How many characters of a copy readers see on either side of the words of a quote.
BESIDE = 300
# How many items are checked at a time to find the first public one, which is nearly always the first.
FEW = 3


def published_q(paths: tuple[str, ...], at: datetime.datetime | None = None) -> Q:
    """Return the one rule that decides what is public.

    An item is public from its `published_at` on while its state is published, and only if everything it depends on is
    public too. `paths` are the look-ups to those items ("" is the item itself); `at` defaults to now.
    """
    at = at or clock.now()
    rule = Q()
    for path in paths:
        prefix = f"{path}__" if path else ""
        rule &= Q(**{f"{prefix}state": State.PUBLISHED, f"{prefix}published_at__lte": at})
    return rule


class IndexedQuerySet(QuerySet):
    """Items with a search document."""

    def for_visibility(self) -> Self:
        """Load what decides whether an item is public: see publishing.visible_from."""
        return self

    def for_index(self) -> Self:
        """Load all that a search document is made of, in a fixed number of queries."""
        return self.for_visibility()

    def for_listing(self) -> Self:
        """Load what an entry in a list shows."""
        return self

    def load_for_index(self, ids) -> list:
        """Return the items with these primary keys, with everything that search documents contain."""
        return list(self.for_index().filter(pk__in=ids))

    def load_for_listing(self, ids) -> dict[int, Any]:
        """Return items by primary key, with what a list shows and what decides whether they are public."""
        return self.for_listing().for_visibility().order_by().in_bulk(ids)

    def for_data(self) -> Self:
        """Load an item's data, and what decides whether it is public."""
        return self.for_listing().for_visibility()


class VisibleQuerySet(IndexedQuerySet):
    """Items whose model lists, in `visibility_paths`, what must be published for them to be public."""

    model: Any

    def published(self, at: datetime.datetime | None = None) -> Self:
        """Keep the items that are public at a time (default: now)."""
        return self.filter(published_q(self.model.visibility_paths, at))

    def first_public(self, at: datetime.datetime | None = None) -> Any:
        """Return the first item in the current order that is public at a time (default: now); None if none is.

        Checks a few at a time. With the rule as a condition, databases would read all public items to sort them.
        """
        at = at or clock.now()
        for start in itertools.count(0, FEW):
            some: list[Any] = list(self.for_visibility()[start : start + FEW])
            for item in some:
                if is_public_at(item, at):
                    return item
            if len(some) < FEW:
                return None
        return None

    def for_visibility(self) -> Self:
        """Load what decides whether an item is public: see publishing.visible_from."""
        return self.select_related(*(path for path in self.model.visibility_paths if path))

    def for_choice(self, *annotated: str):
        """Return the values that a list of choices needs: key, slug, name and, if any, language and family name.

        `annotated` names further values. Results for several kinds can be combined by `union`.
        """
        fields = {field.name for field in self.model._meta.concrete_fields}
        optional = [name if name in fields else Value("") for name in ("language", "family_name")]
        return self.order_by().values_list("pk", "slug", "name" if "name" in fields else "title", *optional, *annotated)

    def for_card(self) -> Self:
        """Load what a share card shows."""
        return self

    def get_by_natural_key(self, slug: str):
        """Return the item with the slug used in content files."""
        return self.get(slug=slug)


# Fields of a quote, without its relations.
_INDEXED_OF_QUOTE = (
    *("text", "language", "context", "editors_note", "verification", "date", "date_precision"),
    *("state", "published_at", "source_id", "speaker_id", "found__level", "found__words_sha256"),
)


# Fields that cards show or cite of a quote, its speaker and its source, and that decide whether they are public.
_ON_CARDS = (
    *("text", "language", "date", "date_precision", "verification", "locator", "state", "published_at"),
    *(
        f"speaker__{name}"
        for name in ("name", "slug", "state", "published_at", "source__state", "source__published_at")
    ),
    *(
        f"source__{name}"
        for name in ("title", "title_by", "slug", "language", "publisher", "publisher_kind", "date", "date_precision")
    ),
    *(f"source__{name}" for name in ("state", "published_at")),
)


class QuoteQuerySet(VisibleQuerySet):
    """Quotes."""

    def get_by_natural_key(self, digest: str):
        """Return the quote with the digest of its words used in content files."""
        return self.get(text_digest=digest)

    def load_for_index(self, ids) -> list:
        """Return the quotes with these primary keys, with everything that search documents contain.

        There can be a million of them, so they are not models, which take several times as long to create, but have the
        same attributes. Sources and speakers are created once, not for each quote; only the keys of themes and
        initiatives are read, as `theme_ids` and `initiative_ids`; `translation_list` is a plain list.
        """
        quotes = _plain(self.filter(pk__in=ids), *_INDEXED_OF_QUOTE)
        of_visibility = ("state", "published_at")
        speakers = _by_key(
            _related(self.model, "speaker").filter(pk__in={quote.speaker_id for quote in quotes}),
            *(*of_visibility, "source_id"),
        )
        source_ids = {item.source_id for item in (*quotes, *speakers.values())} - {None}
        dated = (*of_visibility, "date", "date_precision")
        sources = _by_key(_related(self.model, "source").filter(pk__in=source_ids), *dated)
        for speaker in speakers.values():
            speaker.source = sources.get(speaker.source_id)
        themes, initiatives = self._keys_of("themes", ids), self._keys_of("initiatives", ids)
        translations = defaultdict(list)
        of_quotes = _related(self.model, "translations").filter(quote__in=ids)
        for translation in _plain(of_quotes, "quote_id", "text", "language"):
            translations[translation.quote_id].append(translation)
        for quote in quotes:
            quote.visibility_paths = self.model.visibility_paths
            quote.source, quote.speaker = sources.get(quote.source_id), speakers[quote.speaker_id]
            quote.theme_ids, quote.initiative_ids = themes.get(quote.pk, []), initiatives.get(quote.pk, [])
            quote.translation_list = translations.get(quote.pk, [])
        return quotes

    def _keys_of(self, relation: str, ids) -> dict[int, list[int]]:
        """Return the keys of related items by the key of each of these quotes."""
        field = self.model._meta.get_field(relation)
        marks = field.remote_field.through._default_manager.filter(**{f"{field.m2m_field_name()}__in": ids})
        keys: dict[int, list[int]] = defaultdict(list)
        for quote, key in marks.values_list(field.m2m_column_name(), field.m2m_reverse_name()):
            keys[quote].append(key)
        return keys

    def for_listing(self) -> Self:
        """Load what a card shows: speaker, source and public themes."""
        return self.select_related("speaker", "source").prefetch_related(public("themes"))

    def load_for_listing(self, ids) -> dict[int, Any]:
        """Return quotes by primary key, with what a card shows and what decides whether they are public."""
        return self.for_listing().for_visibility().only(*_ON_CARDS).order_by().in_bulk(ids)

    def for_detail(self) -> Self:
        """Load all public data of a quote but what decides whether it is public."""
        return _with_comparison(self.for_listing()).prefetch_related("translations", public("initiatives"))

    def for_page(self) -> Self:
        """Load what a quote's page shows, except initiatives: most have none, as annotated in `has_initiatives`.

        Of the copy it was found in, load the `passage` from BESIDE characters before the words to BESIDE after them,
        the `paragraph` (counted from 0) in which they begin and, if all of a copy may be read, the key `whole_text`.
        """
        mark = self.model.initiatives.through._default_manager.filter(quote=OuterRef("pk"))
        text, start = "found__source_text__text", Coalesce("found__start", 0)
        before = Substr(text, 1, start)
        first = Greatest(start - BESIDE, Value(0))
        kept: Any = apps.get_model("initiatives", "SourceText").objects
        return (
            _with_comparison(self.for_listing())
            .select_related("found__missing_in", "source__watch")
            .defer(None)
            .defer("found__source_text__text")
            .prefetch_related(_compared_translations())
            .annotate(
                has_initiatives=Exists(mark),
                passage=Case(
                    When(
                        ~Q(found__level=Compared.NOT_FOUND),
                        then=Substr(text, first + 1, F("found__end") - first + BESIDE),
                    )
                ),
                paragraph=(start - Length(Replace(before, Value("\n\n"), Value("")))) / 2,
                whole_text=Case(
                    When(~Q(source__rights=""), then=Subquery(kept.at_hand(OuterRef("source")).values("pk")[:1]))
                ),
            )
        )

    def for_data(self) -> Self:
        """Load all public data of a quote."""
        return self.for_detail().for_visibility()

    def for_card(self) -> Self:
        """Load what a share card shows: speaker and source."""
        return self.select_related("speaker", "source")

    def featured(self, day: datetime.date) -> Self:
        """Keep the quotes that editors chose for the home page on or before a day, latest choice first."""
        return self.filter(featured_on__lte=day).order_by("-featured_on", "-pk")

    def drawn(self, seed: int, *times: datetime.datetime) -> Any:
        """Return a random quote, fixed by the seed, that was public at the first of these times when any was."""
        ends = {}
        for number, at in enumerate(times):
            keys = self.filter(_published_at(at)).values("pk")
            ends[f"first_{number}"] = Subquery(keys.order_by("pk")[:1])
            ends[f"last_{number}"] = Subquery(keys.order_by("-pk")[:1])
        found = list(self.order_by().values_list(*ends.values())[:1])
        for number, at in enumerate(times if found else ()):
            first, last = found[0][2 * number : 2 * number + 2]
            if first is not None:
                drawn = random.Random(seed).randint(first, last)  # noqa: S311
                quotes = self.filter(_published_at(at)).order_by("pk")
                later = quotes.filter(pk__gte=drawn).first_public(at)
                if quote := later or quotes.filter(pk__lt=drawn).first_public(at):
                    return quote
        return None

    def load_beside(self, quote, ids) -> dict[int, Any]:
        """Return, by key, the public quotes before and after a quote in its source, and those with these keys.

        Quotes of a source are in the order of `place`.
        """
        day = Coalesce("date", datetime.date.max, output_field=DateField())
        others = self.published().filter(source=quote.source_id).annotate(day=day)
        (own_day, _pk) = place(quote)
        before = others.filter(Q(day__lt=own_day) | Q(day=own_day, pk__lt=quote.pk)).order_by("-day", "-pk")
        after = others.filter(Q(day__gt=own_day) | Q(day=own_day, pk__gt=quote.pk)).order_by("day", "pk")
        beside = Q(pk=Subquery(before.values("pk")[:1])) | Q(pk=Subquery(after.values("pk")[:1]))
        found: Any = self.filter(beside | Q(pk__in=ids)).for_listing().for_visibility().only(*_ON_CARDS).order_by()
        return {item.pk: item for item in found}


def _with_comparison(words: Any) -> Any:
    """Load how quotes or translations are in a copy, without its text, which can be megabytes."""
    loaded = words.select_related("found__source_text__capture")
    return loaded.defer("found__source_text__text", "found__source_text__places")


def _compared_translations() -> Prefetch:
    model = apps.get_model("initiatives", "QuoteTranslation")
    return Prefetch("translations", _with_comparison(model.objects.all()))


def _published_at(at: datetime.datetime) -> Case:
    """Return the condition that a quote itself (not what it depends on) was published at a time.

    CASE makes databases read by key, instead of using an index by publication and sorting all its rows.
    """
    return Case(When(state=State.PUBLISHED, published_at__lte=at, then=Value(True)), default=Value(False))


def place(quote) -> tuple[datetime.date, int]:
    """Return the sort key of a quote in its source: date, undated quotes last, then order of entry."""
    return quote.date or datetime.date.max, quote.pk


class PrincipleSetQuerySet(VisibleQuerySet):
    """Sets of principles."""

    def for_listing(self) -> Self:
        """Load sets with their source and principles in order, and the public themes and initiatives of these."""
        principles = apps.get_model("initiatives", "Principle").objects.for_listing()
        return self.select_related("source").prefetch_related(Prefetch("principles", principles))

    def for_card(self) -> Self:
        """Load what a share card shows: the source and the principles in order."""
        return self.select_related("source").prefetch_related("principles")


class QuoteTranslationQuerySet(VisibleQuerySet):
    """Translations: public when their quote is."""


class PrincipleQuerySet(VisibleQuerySet):
    """Principles: public when their set is."""

    def for_index(self) -> Self:
        """Load all that a search document is made of, in a fixed number of queries."""
        return super().for_index().prefetch_related("themes", "initiatives")

    def for_listing(self) -> Self:
        """Load what a principle's entry shows: its set and its public themes and initiatives, in order."""
        return (
            self.select_related("set")
            .prefetch_related(public("themes"), public("initiatives"))
            .order_by("set", "number")
        )


def _related(model, relation: str) -> QuerySet:
    """Return all items of the model at the other end of a relation."""
    return model._meta.get_field(relation).related_model._default_manager.all()


def _plain(items: QuerySet, *columns: str) -> list[SimpleNamespace]:
    """Return objects with these columns of items, and their keys, as attributes."""
    return [SimpleNamespace(**row) for row in items.values("pk", *columns)]


def _by_key(items: QuerySet, *columns: str) -> dict[int, SimpleNamespace]:
    """Return the same objects as `_plain`, by primary key."""
    return {item.pk: item for item in _plain(items, *columns)}


def public(relation: str, *fields: str) -> Prefetch:
    """Return a prefetch of the public items of a many-to-many relation, as a list: `public_themes` for `themes`.

    If `fields` are given, only those are loaded.
    """
    models_of_relations = {
        "themes": "Theme",
        "initiatives": "Initiative",
        "bodies": "Body",
        "principles": "Principle",
        "further_sources": "Source",
    }
    model = apps.get_model("initiatives", models_of_relations[relation])
    items = model.objects.published()
    if relation == "themes":
        items = items.only("slug", "name")
    if relation == "initiatives":
        items = items.with_answers()
    if relation == "principles":
        items = items.select_related("set").order_by("set", "number")
    if fields:
        items = items.only(*fields)
    return Prefetch(relation, items, to_attr=f"public_{relation}")
