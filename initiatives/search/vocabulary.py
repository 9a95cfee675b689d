"""The words of published texts and of published names, for spelling and completion to look up.

Whatever becomes public brings its words in at once, in the transaction that indexes it. A text that is hidden or
changed leaves its words behind, and numbers stay as they were, until `rebuild_search` counts anew. So nothing here
tells what is public: whoever offers a word asks search first, and items are loaded as the public sees them.
Words that are known already are only read, and those that another transaction is about to add are left to it, so that a
long import does not stand in the way of editors. Should that one fail, they are missing until the next rebuild.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction
from django.db.models import Max, QuerySet

from initiatives.models import NameWord, Word, WordKey
from initiatives.models.choices import Kind
from initiatives.search import analysis, kazakh
from initiatives.search.edits import keys_of

if TYPE_CHECKING:
    from initiatives.search.documents import Entry

# The kinds of items that completion offers by name, with the filter value by which quotes carry them.
NAMED: dict[str, str] = {
    Kind.THEME: "theme",
    Kind.PERSON: "speaker",
    Kind.INITIATIVE: "initiative",
    Kind.SOURCE: "source",
    Kind.PRINCIPLE: "",
    Kind.BODY: "",
}
_KIND_OF_FACET = {facet: kind for kind, facet in NAMED.items() if facet}

# Rows that are looked up, or written, at once.
CHUNK = 5_000
# Of so many words that are held back (see `held`), the new ones are written: they take some tens of megabytes.
HELD = 100_000
# Milliseconds that are waited for somebody else who writes the same word.
PATIENCE = 20

# Chinese is written without spaces: what stands between two signs is no word.
_NO_WORDS = frozenset({"zh"})

WORDS, KEYS = Word._meta.db_table, WordKey._meta.db_table

# Language to words, in their normal form and with their stems, to the number of documents.
Tally = dict[str, Counter[tuple[str, str]]]

# What stands in the texts of this transaction and is not looked up yet; None outside `held`.
_held: ContextVar[Tally | None] = ContextVar("held", default=None)

# Whether a value is one of a list, which is one parameter. Not joined with the list: PostgreSQL would plan by how many
# words there were when it counted last.
_AMONG = {"postgresql": "= ANY(%s)", "sqlite": "IN (SELECT value FROM json_each(%s))"}

# Places of letters, from 0 on; and after the last one of the longest word, where none is.
_PLACES = ", ".join(f"({place})" for place in range(Word.LONGEST + 1))


def learn(entries: "Iterable[Entry]") -> None:
    """Take in the words and names of documents that were written, as far as these are to be public."""
    entries = list(entries)
    held = _held.get()
    if held is None:
        _learn_words(_tally(entries))
    else:
        _tally(entries, held)
        if sum(map(len, held.values())) >= HELD:
            _learn_words(held)
            held.clear()
    _learn_names(entries)


@contextmanager
def held() -> Iterator[None]:
    """Hold back the words that are learnt inside, up to HELD of them, and learn them together at the end.

    Most texts bring the same words: these are looked up once, and new ones are written in their order, in large steps.
    Nothing is written if what is inside fails.
    """
    tally: Tally = defaultdict(Counter)
    before = _held.set(tally)
    try:
        yield
        with transaction.atomic():
            _learn_words(tally)
    finally:
        _held.reset(before)


def forget(kind: str, object_ids: Sequence[int]) -> None:
    """Leave out the names of items that are gone."""
    if kind in NAMED and object_ids:
        NameWord.objects.filter(kind=kind, object_id__in=object_ids).delete()


class Recount:
    """Brings words and names in step with all documents: `add` these, a page at a time, then `finish`.

    Keeps a number for each word and each named item in memory.
    """

    def __init__(self) -> None:
        self._of_words: Counter[int] = Counter()
        self._of_items: Counter[tuple[str, int]] = Counter()
        # What others add meanwhile is not counted, and not dropped.
        self._last_word = Word.objects.aggregate(last=Max("pk"))["last"] or 0
        self._last_name = NameWord.objects.aggregate(last=Max("pk"))["last"] or 0

    def add(self, entries: "list[Entry]") -> None:
        """Count the words of some documents and the items that quotes carry; learn what is missing."""
        tally = _tally(entries)
        _learn_words(tally)
        _learn_names(entries)
        for language, counts in tally.items():
            numbers = {form: number for (form, _stem), number in counts.items()}
            for pk, form in _stored(language, numbers, "id", "form"):
                self._of_words[pk] += numbers[form]
        for entry in entries:
            if entry.visible_from and entry.kind == Kind.QUOTE:
                self._of_items.update(_carried(entry))
            elif entry.visible_from and entry.kind in NAMED:
                self._of_items[entry.kind, entry.object_id] += 0

    def finish(self) -> None:
        """Write the numbers, and drop what stands in no document that is to be public."""
        for page in _pages(Word.objects.all()):
            kept = [word for word in page if word.pk in self._of_words or word.pk > self._last_word]
            Word.objects.filter(pk__in={word.pk for word in page} - {word.pk for word in kept}).delete()
            Word.objects.bulk_create(
                [word for word in kept if self._differs(word)],
                update_conflicts=True,
                unique_fields=["pk"],
                update_fields=["plain", "stem", "count"],
            )
            _write_keys(sorted({word for _key, word in _missing_keys(kept)}))
        WordKey.objects.exclude(word__in=Word.objects.values("pk"))._raw_delete(WordKey.objects.db)
        for item in NameWord.objects.values("kind", "object_id").annotate(last=Max("pk"), weight=Max("weight")):
            key = (item["kind"], item["object_id"])
            rows = NameWord.objects.filter(kind=key[0], object_id=key[1])
            if key not in self._of_items and item["last"] <= self._last_name:
                rows.delete()
            elif item["weight"] != self._of_items[key]:
                rows.update(weight=self._of_items[key])

    def _differs(self, word: Word) -> bool:
        """Set a word right; return whether it was otherwise."""
        before = (word.plain, word.stem, word.count)
        word.plain, word.stem = kazakh.plain(word.form), analysis.stem(word.form, word.language)
        word.count = self._of_words.get(word.pk, word.count)
        return (word.plain, word.stem, word.count) != before


class Check:
    """Compares words and names with all documents: what is missing, not what was left behind or how often it stands."""

    def of(self, entries: "list[Entry]") -> Iterator[str]:
        """Yield a line for each word and name of some documents that is not as it should be."""
        for language, counts in _tally(entries).items():
            stems = {form: stem for form, stem in counts if _is_word(form)}
            stored = {row[0]: row[1:] for row in _stored(language, stems, "form", "stem", "plain")}
            for form, stem in stems.items():
                if stored.get(form) != (stem, kazakh.plain(form)):
                    yield f"word “{form}” ({language}): not known as it stands"
        stored_names = _stored_names(entries)
        for entry in entries:
            if entry.kind in NAMED and stored_names[entry.kind, entry.object_id] != _names_of(entry):
                yield f"{entry.kind} {entry.object_id}: its name is not known as it stands"

    def of_keys(self) -> Iterator[str]:
        """Yield a line for each word that cannot be looked up by what is left of it."""
        for page in _pages(Word.objects.only("form")):
            missing = {word for _key, word in _missing_keys(page)}
            yield from (f"word “{word.form}”: some of its keys are missing" for word in page if word.pk in missing)


def _tally(entries: "list[Entry]", tally: Tally | None = None) -> Tally:
    """Return in how many documents that are to be public each word stands, added to a tally if one is given."""
    tally = defaultdict(Counter) if tally is None else tally
    for entry in entries:
        if entry.visible_from:
            for language, forms in entry.forms.items():
                if language not in _NO_WORDS:
                    tally[language].update(forms)
    return tally


def _is_word(form: str) -> bool:
    return Word.SHORTEST <= len(form) <= Word.LONGEST and (form.isalpha() or form.replace("'", "").isalpha())


def _among(values: Iterable) -> tuple[str, list | str]:
    """Return the SQL that tells whether a value is one of some, and its parameter."""
    values = list(values)
    return _AMONG[connection.vendor], values if connection.vendor == "postgresql" else json.dumps(values)


def _stored(language: str, forms: Iterable[str], *columns: str) -> list[tuple]:
    """Return some columns of the words that are known among some forms."""
    among, values = _among(forms)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {WORDS} WHERE form {among} AND language = %s",  # noqa: S608
            [values, language],
        )
        return cursor.fetchall()


def _learn_words(tally: Tally) -> None:
    """Write the words that are not known yet, with their keys."""
    for language, counts in tally.items():
        known = {form for (form,) in _stored(language, {form for form, _stem in counts}, "form")}
        new = sorted((pair, counts[pair]) for pair in counts if pair[0] not in known and _is_word(pair[0]))
        if new:
            _write_words([(language, form, kazakh.plain(form), stem, number) for (form, stem), number in new])
            _write_keys([pk for (pk,) in _stored(language, [form for (form, _stem), _number in new], "id")])


def _write_words(words: list[tuple[str, str, str, str, int]]) -> None:
    """Write words; one that somebody else is writing at the same time is left to them, for that may take minutes.

    Past the ORM, which takes several times as long.
    """
    columns = "language, form, plain, stem, count"
    try:
        with _impatient(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    f"INSERT INTO {WORDS} ({columns}) SELECT * FROM"  # noqa: S608
                    " unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[]) ON CONFLICT DO NOTHING",
                    [list(column) for column in zip(*words, strict=True)],
                )
            else:
                cursor.executemany(
                    f"INSERT OR IGNORE INTO {WORDS} ({columns}) VALUES (%s, %s, %s, %s, %s)",  # noqa: S608
                    words,
                )
    except OperationalError:
        if connection.vendor != "postgresql":
            raise
        if len(words) > 1:
            half = len(words) // 2
            _write_words(words[:half])
            _write_words(words[half:])


@contextmanager
def _impatient() -> Iterator[None]:
    """On PostgreSQL, raise OperationalError and undo what was done inside if a lock is not given within PATIENCE."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)", [f"{PATIENCE}ms"]
        )
        usual = cursor.fetchone()[0]
        yield
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])


def _write_keys(words: Sequence[int]) -> None:
    """Write the keys of words, by primary key, that are not there yet.

    The database makes them itself, as edits.keys_of does, in the order of their index: there are a dozen to a word, and
    to send them takes longer than all else.
    """
    for start in range(0, len(words), CHUNK):
        among, values = _among(words[start : start + CHUNK])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {KEYS} (key, word_id) WITH places (place) AS (VALUES {_PLACES})"  # noqa: S608
                " SELECT substr(form, 1, place) || substr(form, place + 2) AS key, id"
                f" FROM {WORDS} JOIN places ON place <= length(form) WHERE id {among}"
                " ORDER BY key, id ON CONFLICT DO NOTHING",
                [values],
            )


def _missing_keys(words: list[Word]) -> set[tuple[str, int]]:
    wanted = {(key, word.pk) for word in words for key in keys_of(word.form)}
    keys = sorted({key for key, _word in wanted})
    for start in range(0, len(keys), CHUNK):
        stored = WordKey.objects.filter(key__in=keys[start : start + CHUNK])
        wanted.difference_update(stored.values_list("key", "word_id"))
    return wanted


def _names_of(entry: "Entry") -> set[tuple]:
    """Return the words of the names of an item that is to be public, each with the time."""
    if entry.visible_from is None:
        return set()
    return {(kazakh.plain(form), entry.visible_from) for form in entry.name_forms}


def _stored_names(entries: "list[Entry]") -> dict[tuple[str, int], set[tuple]]:
    stored: dict[tuple[str, int], set[tuple]] = defaultdict(set)
    for kind in {entry.kind for entry in entries if entry.kind in NAMED}:
        ids = [entry.object_id for entry in entries if entry.kind == kind]
        for row in NameWord.objects.filter(kind=kind, object_id__in=ids):
            stored[kind, row.object_id].add((row.form, row.visible_from))
    return stored


def _learn_names(entries: "list[Entry]") -> None:
    """Write the words of names that changed; how much an item weighs stays."""
    stored = _stored_names(entries)
    changed = [
        entry for entry in entries if entry.kind in NAMED and stored[entry.kind, entry.object_id] != _names_of(entry)
    ]
    weights = {}
    for kind in {entry.kind for entry in changed}:
        rows = NameWord.objects.filter(kind=kind, object_id__in=[e.object_id for e in changed if e.kind == kind])
        weights.update({(kind, pk): weight for pk, weight in rows.values_list("object_id", "weight")})
        rows._raw_delete(rows.db)
    NameWord.objects.bulk_create(
        NameWord(
            kind=entry.kind,
            object_id=entry.object_id,
            form=form,
            visible_from=visible_from,
            weight=weights.get((entry.kind, entry.object_id), 0),
        )
        for entry in changed
        for form, visible_from in sorted(_names_of(entry))
    )


def _carried(entry: "Entry") -> Iterator[tuple[str, int]]:
    """Yield the named items that a document carries as filter values."""
    for token in entry.tokens:
        facet, _colon, value = token[1:].partition(":")
        if facet in _KIND_OF_FACET:
            yield _KIND_OF_FACET[facet], int(value)


def _pages(words: QuerySet[Word]) -> Iterator[list[Word]]:
    """Yield all words, CHUNK at a time, by keyset."""
    last = 0
    while page := list(words.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield page
        last = page[-1].pk
