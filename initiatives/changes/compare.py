"""The differences between two versions of an item, field by field, in words.

Readers see the fields that pages show, and name only public items; editors see everything.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Field, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.models import Principle, Publishable, Quote, QuoteTranslation, Source, visible_from
from initiatives.models.choices import STATUS_LABELS, DatePrecision
from initiatives.models.history import Versions
from initiatives.models.partial_dates import show_partial_date
from initiatives.text.diff import beside, wording
from initiatives.text.markdown import FIELDS
from initiatives.text.pieces import Piece

# Fields about the management of an item, which only editors see. A new `checked_on` is not a correction.
INTERNAL = frozenset(
    {"state", "published_at", "review_note", "slug", "featured_on", "position", "number", "checked_on"}
)
# By model of a part, the fields for the item it belongs to. They are never shown as a difference.
OWNERS = {"milestone": ("initiative", "person"), "quotetranslation": ("quote",), "principle": ("set",)}
# An old and a new wording.
Wordings = tuple[list[Piece], list[Piece]]


@dataclass(frozen=True)
class Difference:
    """A field that differs, with its old and new wording, empty if there is none."""

    name: str
    label: str
    old: list[Piece]
    new: list[Piece]
    # The language of the wording (ISO 639-1).
    language: str


@dataclass(frozen=True)
class Pair:
    """Two versions of an item. `old` is None if it was created, `new` if it was removed."""

    old: Any
    new: Any
    # The result of `wordings`, if known, which saves loading the texts.
    words: Mapping[str, Wordings] | None = None

    @property
    def version(self) -> Any:
        """The newer version, or the only one."""
        return self.new if self.new is not None else self.old

    @property
    def model(self) -> Any:
        """The model of the item."""
        return self.version.instance_type


def fields_of(model: Any, *, public: bool) -> list[str]:
    """Return the fields and relations of a model whose changes readers or editors see, in the model's order."""
    hidden = {"id", "date_precision", *OWNERS.get(str(model._meta.model_name), ())} | (INTERNAL if public else set())
    tracked = [field.name for field in model.history.model.tracked_fields]
    return [name for name in (*tracked, *relations_of(model)) if name not in hidden]


def relations_of(model: Any) -> list[str]:
    """Return the many-to-many relations that versions of a model keep, in the model's order."""
    kept = {field.name for field in model.history.model._history_m2m_fields}
    return [field.name for field in model._meta.many_to_many if field.name in kept]


def parts_of(model: Any) -> list[tuple[Any, str]]:
    """Return the models of a model's parts, each with the field that points to the item."""
    relations = [(relation.related_model, relation.field.name) for relation in model._meta.related_objects]
    return [(part, name) for part, name in relations if name in OWNERS.get(part._meta.model_name, ())]


def prose_of(model: Any, *, public: bool) -> list[str]:
    """Return the text fields of a model, which are compared word by word."""
    return [name for name in fields_of(model, public=public) if _is_prose(model._meta.get_field(name))]


def wordings(pair: Pair, *, public: bool) -> dict[str, Wordings]:
    """Return the texts that differ, by field. This is slow, but the result names no other item, so it can be stored."""
    found = {}
    for name in prose_of(pair.model, public=public):
        old, new = ("" if version is None else getattr(version, name) for version in (pair.old, pair.new))
        if old != new:
            # Readers see the words, not the Markdown.
            found[name] = wording(old, new, markdown=public and _is_markdown(pair.model._meta.get_field(name)))
    return found


def changed_fields(pairs: Sequence[Pair], times: Sequence[datetime.datetime]) -> list[set[str]]:
    """Return for each of these pairs, all of one model, the fields in which readers see a difference.

    For relations, only items that are public at the pair's time count: readers see no others.
    """
    if not pairs:
        return []
    model = pairs[0].model
    names = fields_of(model, public=True)
    related = [name for name in relations_of(model) if name in names]
    own = {name: [model._meta.get_field(name).attname] for name in names if name not in related}
    if "date" in own:
        own["date"].append("date_precision")
    found = [
        {name for name, held in own.items() if any(getattr(pair.old, one) != getattr(pair.new, one) for one in held)}
        for pair in pairs
    ]
    held = relations_held([version for pair in pairs for version in (pair.old, pair.new)], related)
    for name in related:
        moved = [held[pair.old.pk, name] ^ held[pair.new.pk, name] for pair in pairs]
        since = _public_from(model._meta.get_field(name).related_model, set().union(*moved))
        for changed, keys, at in zip(found, moved, times, strict=True):
            if any(key in since and since[key] <= at for key in keys):
                changed.add(name)
    return found


def _public_from(model: Any, keys: set[int]) -> dict[int, datetime.datetime]:
    """Return the times from which items of a model are public, by key. Leaves out items that are not."""
    items = model._default_manager.for_visibility().in_bulk(keys) if keys else {}
    return {key: since for key, item in items.items() if (since := visible_from(item)) is not None}


def relations_held(versions: Iterable[Any], names: Iterable[str] | None = None) -> dict[tuple[int, str], set[int]]:
    """Return the keys of the items to which versions of one model are related, by version and relation.

    Makes one query for each relation, however many versions there are.
    """
    versions = list(versions)
    held: dict[tuple[int, str], set[int]] = defaultdict(set)
    if not versions:
        return held
    model = versions[0].instance_type
    numbers = [version.pk for version in versions]
    for name in relations_of(model) if names is None else names:
        field = model._meta.get_field(name)
        rows = Versions.m2m_models[field]._base_manager.filter(history__in=numbers)
        for number, key in rows.values_list("history_id", f"{field.m2m_reverse_field_name()}_id"):
            held[number, name].add(key)
    return held


def differences(pairs: Sequence[Pair], *, public: bool) -> list[list[Difference]]:
    """Return the fields that differ for each pair. The number of queries does not grow with the pairs."""
    comparison = _Comparison(pairs, public)
    return [comparison.differences(pair) for pair in pairs]


class _Comparison:
    """A comparison of many pairs: loads every item they name, then lists the differences of each pair."""

    def __init__(self, pairs: Sequence[Pair], public: bool):
        self.public = public
        by_model: dict[Any, list[Model]] = defaultdict(list)
        for pair in pairs:
            by_model[pair.model] += [version for version in (pair.old, pair.new) if version is not None]
        self.held: dict[Any, dict[tuple[int, str], set[int]]] = {}
        wanted: dict[Any, set[int]] = defaultdict(set)
        for model, versions in by_model.items():
            self.held[model] = held = relations_held(versions)
            for name in fields_of(model, public=public):
                field = model._meta.get_field(name)
                if field.many_to_many:
                    wanted[field.related_model].update(*(held[version.pk, name] for version in versions))
                elif field.is_relation:
                    wanted[field.related_model].update(getattr(version, field.attname) for version in versions)
        self.items = {model: self._loaded(model, keys - {None}) for model, keys in wanted.items()}

    def _loaded(self, model: Any, keys: set[int]) -> dict[int, Model]:
        items = model._default_manager.published() if self.public else model._default_manager.all()
        return items.in_bulk(keys) if keys else {}

    def differences(self, pair: Pair) -> list[Difference]:
        model = pair.model
        words = wordings(pair, public=self.public) if pair.words is None else pair.words
        found = []
        for name in fields_of(model, public=self.public):
            field = model._meta.get_field(name)
            if field.many_to_many:
                old, new = self._names(field, pair)
            elif _is_prose(field):
                old, new = words.get(name, ([], []))
            else:
                old, new = self._values(field, pair)
            if old != new:
                label = str(capfirst(field.verbose_name))
                found.append(Difference(name, label, old, new, _language(name, pair.version)))
        return found

    def _names(self, field: Any, pair: Pair) -> Wordings:
        """Return the names of the related items of both versions, with those that the other version lacks marked."""
        held = self.held[pair.model]
        before, after = (
            held[version.pk, field.name] if version is not None else set() for version in (pair.old, pair.new)
        )
        return self._list(field, before, after), self._list(field, after, before)

    def _list(self, field: Any, keys: set[int], others: set[int]) -> list[Piece]:
        shown = [key for key in keys if not self.public or key in self.items[field.related_model]]
        named = sorted((self._name(field.related_model, key), key in others) for key in shown)
        pieces: list[Piece] = []
        for name, in_both in named:
            if pieces:
                pieces.append(Piece("; "))
            pieces.append(Piece(name, not in_both))
        return pieces

    def _name(self, model: Any, key: int) -> str:
        item = self.items[model].get(key)
        if item is not None:
            return str(item)
        name = model._meta.verbose_name
        if self.public:
            return _("%(kind)s that is not public") % {"kind": name}
        return _("%(kind)s %(number)d, deleted since") % {"kind": name, "number": key}

    def _values(self, field: Field, pair: Pair) -> Wordings:
        """Return the values of a field in both versions."""
        old, new = ("" if version is None else self._words(field, version) for version in (pair.old, pair.new))
        return beside(old, new, prose=False) if old != new else ([], [])

    def _words(self, field: Any, version: Any) -> str:
        """Return a value of a version in words, or an empty string if there is none."""
        value = getattr(version, field.attname)
        if value in (None, ""):
            return ""
        if field.is_relation:
            return self._name(field.related_model, value)
        if field.choices:
            return str(dict(field.flatchoices).get(value) or STATUS_LABELS.get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else ""
        if isinstance(field, DateTimeField):
            return date_format(timezone.localtime(value), "DATETIME_FORMAT")
        if isinstance(value, datetime.date):
            precision = getattr(version, "date_precision", "") if field.name == "date" else ""
            return show_partial_date(value, precision or DatePrecision.DAY)
        return str(value)


def _is_prose(field: Field) -> bool:
    """Return whether a field holds text, which is compared word by word, and not a single value."""
    return field.get_internal_type() in {"TextField", "CharField"} and not field.choices


def _is_markdown(field: Field) -> bool:
    return field.name in FIELDS or (field.model is Principle and field.name == "text")


def _language(name: str, version: Any) -> str:
    """Return the language of a field's wording."""
    model = version.instance_type
    if name == "text" and model in (Quote, QuoteTranslation):
        return version.language
    if name == "title" and model is Source:
        return version.language or settings.LANGUAGE_CODE
    return settings.LANGUAGE_CODE


def owner_of(version: Any) -> tuple[str, int]:
    """Return the model name and key of the item that a version is of or, for a part, of its owner."""
    model = version.instance_type
    for name in OWNERS.get(str(model._meta.model_name), ()):
        key = getattr(version, f"{name}_id")
        if key is not None:
            return str(model._meta.get_field(name).related_model._meta.model_name), key
    return str(model._meta.model_name), version.id


def is_recorded(model: type[Model]) -> bool:
    """Return whether a model is part of the record: it has versions and appears on public pages."""
    return issubclass(model, Publishable) or model._meta.model_name in OWNERS


def as_item(version: Any) -> Any:
    """Return a version as an unsaved item, with the fields that versions keep and that were loaded. Makes no query."""
    names = {field.attname for field in version.tracked_fields} - version.get_deferred_fields()
    return version.instance_type(**{name: getattr(version, name) for name in names})
