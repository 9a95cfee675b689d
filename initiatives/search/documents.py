"""Search documents: written with the item, rebuilt whole, and checked against the record.

Receivers (signals.py), bulk import and `rebuild_search` all come through `refresh`; nothing else writes here.
"""

import datetime
import hashlib
import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.functional import cached_property

from initiatives.models import SearchDocument
from initiatives.search import analysis, vocabulary
from initiatives.search.content import DEPENDENTS, KINDS, Content, Passage, token
from initiatives.search.engine import engine, word_form, word_pairs
from initiatives.search.positions import position_of
from initiatives.search.query import Plain
from initiatives.search.ranking import written

CHUNK = 1000

# The table of rows. Of a row, besides what an engine keeps in it.
ROWS = SearchDocument._meta.db_table
COLUMNS = ("position", "kind", "object_id", "visible_from", "tokens", "words", "fingerprint")

# As much of an item is indexed as PostgreSQL's tsvector can hold, on either engine: positions up to 16,383, and one
# megabyte, of which each byte of a word may take five (its stem, its form, its plain stem and two pairs).
MAX_WORDS = 16_000
MAX_BYTES = 150_000

# As many words of a language are kept in memory as they are indexed.
KNOWN_WORDS = 100_000

# Stands between two passages of one weight, so that no phrase matches across them. Not a word of any text.
BREAK = "¶"


@dataclass(frozen=True)
class Entry:
    """A search document before it is stored: the stems of each weight in their order, and what is indexed beside."""

    kind: str
    object_id: int
    date: datetime.date | None
    visible_from: datetime.datetime | None
    names: list[str]
    main: list[str]
    other: list[str]
    # Filter values.
    tokens: list[str]
    # Forms and pairs of words: see _Words.
    extras: list[str]
    # For the vocabulary, not the document: words as they are written, with their stems, by language; those of names.
    forms: dict[str, set[tuple[str, str]]] = field(default_factory=dict)
    name_forms: frozenset[str] = frozenset()

    @cached_property
    def position(self) -> int:
        """See positions.position_of."""
        return position_of(self.kind, self.object_id, self.date)

    @cached_property
    def fingerprint(self) -> str:
        """Return 32 hexadecimal digits of all that the row and its index entry are made of (BLAKE2b)."""
        visible = self.visible_from.astimezone(datetime.UTC).isoformat() if self.visible_from else ""
        parts = (
            str(analysis.VERSION),
            str(self.position),
            visible,
            self.tokens_text,
            self.words,
            " ".join(self.extras),
        )
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    @cached_property
    def tokens_text(self) -> str:
        """The filter values, separated by spaces."""
        return " ".join(self.tokens)

    @cached_property
    def words(self) -> str:
        """The stems as one text: see ranking.written."""
        return written(self.names, self.main, self.other)

    @property
    def values(self) -> list:
        """What is stored in the columns COLUMNS."""
        return [
            self.position,
            self.kind,
            self.object_id,
            self.visible_from,
            self.tokens_text,
            self.words,
            self.fingerprint,
        ]


def entry_of(kind: str, item) -> Entry:
    """Return what is indexed of an item that came from `load_for_index`."""
    content: Content = KINDS[kind].content(item)
    words = _Words()
    names = words.stems(content.names)
    name_forms = frozenset(form for pairs in words.forms.values() for form, _stem in pairs)
    main, other = words.stems(content.main), words.stems(content.other)
    tokens = [token("kind", kind)]
    tokens += [token(facet, value) for facet, values in content.values.items() for value in sorted(values, key=str)]
    return Entry(
        kind=kind,
        object_id=item.pk,
        date=content.date,
        visible_from=content.visible_from,
        names=names,
        main=main,
        other=other,
        tokens=tokens,
        extras=list(words.extras),
        forms=words.forms,
        name_forms=name_forms,
    )


class _Word(NamedTuple):
    """A word as it is indexed: its stem, the bytes of its normal form, and what is indexed beside the stem.

    `known` is what the vocabulary keeps of it: normal form and stem.
    """

    known: tuple[str, str]
    stem: str
    size: int
    beside: tuple[str, ...]


class _Lexicon(dict[str, _Word | None]):
    """The words of a language as they are indexed, by how they are written; None if nothing is a letter or digit.

    Emptied when it is full: to note which word was used last, as lru_cache does, takes longer than to look it up.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, written_word: str) -> _Word | None:
        if len(self) >= KNOWN_WORDS:
            self.clear()
        word = self[written_word] = _indexed(written_word, self.language)
        return word


@lru_cache
def _lexicon(language: str) -> _Lexicon:
    return _Lexicon(language)


def _indexed(written_word: str, language: str) -> _Word | None:
    form = analysis.normalise(written_word)
    if not form:
        return None
    stem = analysis.stem(form, language)
    bare, plain = form.replace("'", ""), analysis.plain_stem(form)
    beside = [word_form(bare)] if bare != stem else []
    if plain:
        beside.append(Plain(plain).token)
    return _Word((form, stem), stem, len(form.encode()), tuple(beside))


class _Words:
    """Takes in the words of an item, up to the bounds.

    `extras` collects what is indexed beside their stems: each word that is not its own stem, for prefixes (a stem can
    be shorter than the beginning that was typed), each pair of neighbours, for phrases (two common words meet in
    many texts, but rarely side by side), and Kazakh stems in plain letters, for those who have no others to type.
    """

    def __init__(self) -> None:
        self.extras: dict[str, None] = {}
        self.forms: dict[str, set[tuple[str, str]]] = {}
        self._words_left, self._bytes_left = MAX_WORDS, MAX_BYTES

    def stems(self, passages: Iterable[Passage]) -> list[str]:
        """Return the stems of passages in their order, with BREAK between passages."""
        stems: list[str] = []
        for text, language in passages:
            if stems:
                stems.append(BREAK)
                self._words_left -= 1
            words = self._within_bounds(list(filter(None, map(_lexicon(language).__getitem__, analysis.split(text)))))
            if words:
                known, own, _sizes, beside = zip(*words, strict=True)
                self.forms.setdefault(language, set()).update(known)
                stems += own
                self.extras.update(dict.fromkeys(itertools.chain.from_iterable(beside)))
                self.extras.update(dict.fromkeys(word_pairs(own)))
        return stems

    def _within_bounds(self, words: list[_Word]) -> list[_Word]:
        """Return as many of some words, from the first on, as there is room for, and take that room."""
        size = sum([word.size for word in words])
        while words and (len(words) > self._words_left or size > self._bytes_left):
            size -= words.pop().size
        self._words_left -= len(words)
        self._bytes_left -= size
        return words


def renew_statistics(**_of_signal) -> None:
    """Let the planner see how tables have grown, or that indexes are new; also a receiver of `post_migrate`."""
    engine().renew_statistics()


@contextmanager
def bulk() -> Iterator[None]:
    """Enter this around many calls of `refresh`, in a transaction: the index is kept up in larger steps."""
    with engine().bulk(), vocabulary.held():
        yield


def arrange() -> None:
    """Lay documents in the order of dates, where the engine does not keep them so: searches read the newest faster.

    Nobody can search meanwhile.
    """
    engine().arrange()


@transaction.atomic
def refresh(kind: str, object_ids: Iterable[int], *, dependents: bool = True) -> int:
    """Bring the documents of some items of a kind in step with the record; return how many changed.

    Items that are gone lose their document. Where the public time of an item changed, the documents of all
    that stand on it follow (not with dependents=False, for callers that go through every kind anyway).
    """
    changed = 0
    rest = iter(object_ids)
    while ids := tuple(itertools.islice(rest, CHUNK)):
        changed += _refresh_some(kind, ids, dependents)
    return changed


def _load(kind: str, ids: Collection[int]) -> list:
    """Return items with all that a search document is made of."""
    model: Any = KINDS[kind].model
    return model._default_manager.load_for_index(ids)


def _refresh_some(kind: str, ids: tuple[int, ...], dependents: bool) -> int:
    documents = SearchDocument.objects.filter(kind=kind, object_id__in=ids).only(
        "object_id", "fingerprint", "visible_from"
    )
    stored = {document.object_id: document for document in documents}
    entries = {item.pk: entry_of(kind, item) for item in _load(kind, ids)}
    fresh = [
        entry
        for entry in entries.values()
        if entry.object_id not in stored or stored[entry.object_id].fingerprint != entry.fingerprint
    ]
    # In the order of the index: FTS5 begins a new part of it for every document that does not follow the one before.
    fresh.sort(key=attrgetter("position"))
    gone = [object_id for object_id in stored if object_id not in entries]
    old = [stored[pk].position for pk in (*gone, *(entry.object_id for entry in fresh)) if pk in stored]
    engine().remove(old)
    engine().store(fresh)
    vocabulary.learn(fresh)
    vocabulary.forget(kind, gone)
    if dependents:
        moved = [
            entry.object_id
            for entry in fresh
            if entry.object_id not in stored or stored[entry.object_id].visible_from != entry.visible_from
        ]
        _refresh_dependents(kind, moved)
    return len(fresh) + len(gone)


def _refresh_dependents(kind: str, ids: list[int]) -> None:
    if not ids:
        return
    for dependent, look_up in DEPENDENTS.get(kind, []):
        model = KINDS[dependent].model
        affected = model._default_manager.filter(**{f"{look_up}__in": ids}).values_list("pk", flat=True).distinct()
        # Read to the end first: SQLite may not write while a reading is open.
        refresh(dependent, list(affected))


def rebuild(progress: Callable[[int], object] = lambda done: None) -> int:
    """Bring every document in step with the record; return how many changed. `progress` is told each step's items.

    Bounded memory, like `check`, whose differences it puts right one page at a time.
    """
    changed = 0
    with transaction.atomic(), bulk():
        recount = vocabulary.Recount()
        for orphans in _orphans():
            engine().remove([orphan.position for orphan in orphans])
            changed += len(orphans)
        for positions in engine().strays():
            engine().remove(positions)
        for kind, known in KINDS.items():
            for ids in _pages_of_ids(known.model):
                entries, differences = compared(kind, ids)
                recount.add(entries)
                wrong = list(differences)
                # The fingerprint of a row that was tampered with may still look right.
                documents = SearchDocument.objects.filter(kind=kind, object_id__in=wrong)
                engine().remove(list(documents.values_list("position", flat=True)))
                changed += refresh(kind, wrong, dependents=False)
                progress(len(ids))
        recount.finish()
    return changed


def check(progress: Callable[[int], object] = lambda done: None) -> Iterator[str]:
    """Yield a line for each document that is missing, out of step or without its item, and each word that is not known.

    Bounded memory. `progress` is told each step's items.
    """
    words = vocabulary.Check()
    for kind, known in KINDS.items():
        for ids in _pages_of_ids(known.model):
            entries, differences = compared(kind, ids)
            for object_id, difference in differences.items():
                yield f"{kind} {object_id}: {difference}"
            yield from words.of([entry for entry in entries if entry.object_id not in differences])
            progress(len(ids))
    for orphans in _orphans():
        for orphan in orphans:
            yield f"{orphan}: indexed, but not in the record"
    for positions in engine().strays():
        for position in positions:
            yield f"position {position}: stems without a document"
    yield from words.of_keys()


def count_items() -> int:
    """Return how many items the index should hold."""
    return sum(known.model._default_manager.count() for known in KINDS.values())


def compared(kind: str, ids: list[int]) -> tuple[list[Entry], dict[int, str]]:
    """Return what should be indexed of some items of a kind, and by primary key how their documents differ from it."""
    documents = SearchDocument.objects.filter(kind=kind, object_id__in=ids).values_list("object_id", *COLUMNS)
    stored = {object_id: values for object_id, *values in documents}
    differences: dict[int, str] = {}
    alike = []
    entries = [entry_of(kind, item) for item in _load(kind, ids)]
    for entry in entries:
        if entry.object_id not in stored:
            differences[entry.object_id] = "not indexed"
        elif stored[entry.object_id] != entry.values:
            differences[entry.object_id] = "indexed otherwise than it stands"
        else:
            alike.append(entry)
    wrong = engine().differing(alike)
    for entry in alike:
        if entry.position in wrong:
            differences[entry.object_id] = "its stems are missing or not its own"
    return entries, differences


def _orphans() -> Iterator[list[SearchDocument]]:
    """Yield pages of rows whose item is not in the record; they may be removed meanwhile."""
    rows = SearchDocument.objects.order_by("position").only("kind", "object_id")
    page = list(rows[:CHUNK])
    while page:
        there: set[tuple[str, int]] = set()
        for kind, known in KINDS.items():
            items = known.model._default_manager.filter(pk__in=[row.object_id for row in page if row.kind == kind])
            there.update((kind, pk) for pk in items.values_list("pk", flat=True))
        if orphans := [row for row in page if (row.kind, row.object_id) not in there]:
            yield orphans
        page = list(rows.filter(position__gt=page[-1].position)[:CHUNK])


def _pages_of_ids(model) -> Iterator[list[int]]:
    """Yield all primary keys of a model, CHUNK at a time, by keyset."""
    last = 0
    while ids := list(model._default_manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]
