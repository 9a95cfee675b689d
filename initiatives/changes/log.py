"""The public log as readers see it: changes with their differences, items and evidence."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, Model, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.changes.compare import Difference, Pair, as_item, differences, prose_of
from initiatives.changes.writing import CORRECTIONS, kind_of, model_of
from initiatives.models import Change, Person, Quote, Source
from initiatives.models.changes import ChangeQuerySet
from initiatives.models.choices import PAGED, Nature
from initiatives.models.paths import read_key
from initiatives.text.pieces import Piece

# A page of the log ends with the change that brings it to this many characters, because longer pages are slow.
FULL_PAGE = 300_000
# Fields that hold the name of an item.
_NAMES = {"name", "title"}


@dataclass(frozen=True)
class LogEntry:
    """A change, with everything that the log shows about it."""

    change: Change
    item: Any
    # The item's name for readers; for a withdrawn quote, its number, speaker and day instead of its words.
    name: str
    differences: list[Difference]
    # The name of the part that changed; empty if the item itself did.
    part: str
    # The evidence for a status, if any.
    source: Source | None
    # The user who made the change, if the settings allow naming editors.
    editor: str

    @property
    def anchor(self) -> str:
        return f"change-{self.change.pk}"

    @property
    def kind(self) -> str:
        return str(capfirst(self.item._meta.verbose_name))

    @property
    def key(self) -> str:
        """The item as the log's filter writes it."""
        return f"{self.change.item_kind}-{self.change.item_id}"

    @property
    def language(self) -> str:
        """The language of the item's name (ISO 639-1)."""
        if isinstance(self.item, Quote) and not self.is_withdrawal:
            return self.item.language
        return self.item.title_language if isinstance(self.item, Source) else settings.LANGUAGE_CODE

    @property
    def is_removal(self) -> bool:
        """Whether a part was removed, so there is no newer version."""
        return self.change.nature == Nature.REMOVAL

    @property
    def is_withdrawal(self) -> bool:
        """Whether the item itself was withdrawn."""
        return self.change.nature == Nature.WITHDRAWAL

    @property
    def reason(self) -> str:
        """The reason for the change or, if its words are withheld, for withholding them."""
        return self.change.withheld or self.change.reason

    @property
    def labels(self) -> list[str]:
        """The labels of the fields that differ, or the name of the part that changed."""
        if self.change.withheld:
            return [_("withheld")]
        if self.part:
            return [self.part]
        return [difference.label for difference in self.differences]


def changes() -> ChangeQuerySet:
    """Return the public rows of the log, newest first."""
    return Change.objects.published()


def first_page(shown: ChangeQuerySet, most: int) -> tuple[list[Change], bool]:
    """Return up to `most` changes, fewer if their texts are very long, and whether more follow."""
    sizes = list(shown.values_list("pk", "size")[: most + 1])
    fit: list[int] = []
    held = 0
    for pk, size in sizes[:most]:
        if held >= FULL_PAGE:
            break
        fit.append(pk)
        held += size
    return list(Change.objects.filter(pk__in=fit)), len(fit) < len(sizes)


def latest_corrections(number: int) -> list[LogEntry]:
    """Return the newest corrections of the whole record."""
    return _newest(Change.objects.all(), number)


def corrected(model: type[Model]) -> Exists:
    """Return an expression for the annotation `is_corrected`: whether an item has corrections. It saves a query."""
    of_item = Change.objects.filter(item_kind=model._meta.model_name, item_id=OuterRef("pk"))
    return Exists(of_item.filter(nature__in=CORRECTIONS))


def corrections_of(item: Any, number: int) -> list[LogEntry]:
    """Return the newest corrections of one item."""
    return _newest(Change.objects.of(item), number) if getattr(item, "is_corrected", True) else []


def _newest(some: ChangeQuerySet, number: int) -> list[LogEntry]:
    corrections = some.filter(nature__in=CORRECTIONS)
    # Check first whether there are any: most items have none, and `published` is slow because it checks every kind.
    return entries(corrections.published()[:number]) if corrections.exists() else []


def entries(shown: Iterable[Change]) -> list[LogEntry]:
    """Return the log entries of changes, leaving out those with nothing left to show.

    The number of queries depends on the kinds of items, not on the number of changes.
    """
    shown = list(shown)
    items = _items(shown)
    versions = _versions(shown)
    names = withdrawn_names(versions[key] for key in map(_withdrawn, shown) if key in versions)
    sources = Source.objects.published().in_bulk({change.source_id for change in shown if _is_status(change)} - {None})
    pairs = {
        change.pk: Pair(
            versions.get((change.kind, change.old_version)),
            versions.get((change.kind, change.new_version)) if change.nature == Nature.CORRECTION else None,
            {name: (_pieces(old), _pieces(new)) for name, (old, new) in change.words.items()},
        )
        for change in shown
        if change.nature in CORRECTIONS and (change.kind, change.old_version) in versions
    }
    found = dict(zip(pairs, differences(list(pairs.values()), public=True), strict=True))
    result = []
    for change in shown:
        item = items[change.item_kind].get(change.item_id)
        last = versions.get(_withdrawn(change))
        if item is None and last is not None:
            item = as_item(last)
        if item is None or not (_is_status(change) or last is not None or found.get(change.pk)):
            continue
        name = str(item)
        if last is not None:
            name = numbered(item) if change.withheld else names[change.kind, last.pk]
        entry = LogEntry(
            change=change,
            item=item,
            name=name,
            differences=[] if change.withheld else found.get(change.pk, []),
            part=part_of(pairs[change.pk].version) if change.kind != change.item_kind else "",
            source=sources.get(change.source_id) if _is_status(change) else None,
            editor=_editor(versions.get((change.kind, change.new_version))),
        )
        result.append(entry)
    return result


def _withdrawn(change: Change) -> tuple[str, int | None]:
    """Return the kind and, for a withdrawal, the version that readers saw last; None for other changes."""
    return change.kind, change.old_version if change.nature == Nature.WITHDRAWAL else None


def numbered(item: Any) -> str:
    """Return the kind and number of an item, used where its name must not be shown."""
    return f"{capfirst(item._meta.verbose_name)} {item.pk}"


def withdrawn_names(versions: Iterable[Any]) -> dict[tuple[str, int], str]:
    """Return the names of withdrawn items, by kind and key of the version that readers saw last.

    A quote is named by its number, speaker (if public) and day, so that its words are not repeated.
    """
    items = {(kind_of(version), version.pk): as_item(version) for version in versions}
    quotes = [item for item in items.values() if isinstance(item, Quote)]
    speakers = Person.objects.published().in_bulk({quote.speaker_id for quote in quotes})
    names = {}
    for key, item in items.items():
        known = [item]
        if isinstance(item, Quote):
            known = [numbered(item), speakers.get(item.speaker_id), item.shown_date if item.date else ""]
        names[key] = ", ".join(str(part) for part in known if part)
    return names


def _pieces(kept: list) -> list[Piece]:
    return [Piece(*piece) for piece in kept]


def _is_status(change: Change) -> bool:
    return change.nature == Nature.STATUS


def _editor(version: Any | None) -> str:
    return version.history_editor if version is not None and settings.CHANGES_NAME_EDITORS else ""


def _items(shown: list[Change]) -> dict[str, dict[int, Any]]:
    """Return the public items of changes, by kind and key."""
    keys: dict[str, set[int]] = defaultdict(set)
    for change in shown:
        keys[change.item_kind].add(change.item_id)
    items: dict[str, dict[int, Any]] = {}
    for kind, wanted in keys.items():
        public = model_of(kind)._default_manager.published()
        items[kind] = (public.select_related("speaker") if kind == "quote" else public).in_bulk(wanted)
    return items


def _versions(shown: list[Change]) -> dict[tuple[str, int | None], Any]:
    """Return the versions of changes, by kind and key, without their texts, which changes store themselves."""
    keys: dict[str, set[int | None]] = defaultdict(set)
    for change in shown:
        if not _is_status(change):
            keys[change.kind] |= {change.old_version, change.new_version}
    versions: dict[tuple[str, int | None], Any] = {}
    for kind, wanted in keys.items():
        model = model_of(kind)
        texts = set(prose_of(model, public=True)) - _NAMES
        slim = model.history.model._default_manager.defer(*texts)
        found = slim.in_bulk(wanted - {None})
        versions.update({(kind, key): version for key, version in found.items()})
    return versions


def part_of(version: Any) -> str:
    """Return the name of a part for readers, given one of its versions."""
    part: Any = as_item(version)
    name = capfirst(part._meta.verbose_name)
    if version.instance_type._meta.model_name == "milestone":
        return _("%(part)s, %(date)s") % {"part": name, "date": part.shown_date}
    if version.instance_type._meta.model_name == "quotetranslation":
        return _("%(part)s: %(language)s") % {"part": name, "language": part.get_language_display()}
    return f"{name} {part.number}"


@dataclass(frozen=True)
class WithdrawnItem:
    """A withdrawn item, for the filter of the log."""

    model: Any
    pk: int
    name: str

    @property
    def _meta(self) -> Any:
        return self.model._meta

    def __str__(self) -> str:
        return self.name


def logged_item(key: str) -> Any | None:
    """Return the item with the key of a LogEntry, if it is public or was withdrawn; otherwise None."""
    kind, _hyphen, written = key.partition("-")
    number = read_key(written)
    if kind not in PAGED or number is None:
        return None
    model = model_of(kind)
    if item := model._default_manager.published().filter(pk=number).first():
        return item
    withdrawals = changes().filter(nature=Nature.WITHDRAWAL, item_kind=kind, item_id=number)
    return next((WithdrawnItem(model, number, entry.name) for entry in entries(withdrawals[:1])), None)
