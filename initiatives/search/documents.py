"""Turns an item into its document in the index."""

import datetime
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import tantivy

from initiatives.models.choices import DatePrecision, Kind
from initiatives.search import analysis, kazakh, schema
from initiatives.search.content import KINDS, Content, Passage, token
from initiatives.search.query import Plain

# Items loaded at a time.
CHUNK = 1000
# The most words indexed for an item: more than in any speech.
MAX_WORDS = 50_000
# The most analysed words that are cached in memory.
KNOWN_WORDS = 300_000
# Names are compared up to this length.
LONGEST_NAME = 500
# Separates passages, so that no phrase matches across them. Never a word of a text.
BREAK = "¶"

_ID_BITS, _KIND_BITS = 36, 4
_DAY_BITS = _ID_BITS + _KIND_BITS
_KIND_OF_NUMBER = {known.number: kind for kind, known in KINDS.items()}
_LAST_DAY = datetime.date.max.toordinal() + 1
_PRECISIONS = (DatePrecision.DAY, DatePrecision.MONTH, DatePrecision.YEAR)

# Weights of documents: see weight_of. A milestone or a source often names a law, a body or a theme in passing;
# items about them come first.
_USUAL, _LESS_TELLING = 12.0, {Kind.MILESTONE: 0.7, Kind.SOURCE: 4.0}
# The newer of two equally good documents comes first. Too small to change any other order.
_A_DAY, _DAY_OF_NO_WEIGHT = 2.5e-5, datetime.date(2000, 1, 1).toordinal()
_UNDATED = -0.6


@dataclass(frozen=True)
class Entry:
    """An item, and what is indexed for it."""

    kind: str
    object_id: int
    content: Content

    @property
    def key(self) -> str:
        """The item's key in the index."""
        return key_of(self.kind, self.object_id)

    @property
    def handed_on(self) -> str:
        """What the documents of other items depend on: this item's publication time, date and themes."""
        content = self.content
        return repr((content.visible_from, content.date, sorted(content.values.get("theme", []))))

    def document(self, now: datetime.datetime) -> tuple[tantivy.Document, str]:
        """Return the document as of a time, and its fingerprint (32 hexadecimal digits, BLAKE2b)."""
        fields = self._fields()
        fingerprint = hashlib.blake2b(repr((fields, self.content.visible_from)).encode(), digest_size=16).hexdigest()
        visible_from = self.content.visible_from
        if visible_from is None:
            fields[schema.FILTERS] += f" {token('state', 'hidden')}"
        elif visible_from > now:
            fields[schema.FILTERS] += f" {scheduled_token(visible_from)}"
        written = {**fields, schema.HANDED_ON: self.handed_on, schema.FINGERPRINT: fingerprint}
        return tantivy.Document.from_dict(written, schema.SCHEMA), fingerprint

    def _fields(self) -> dict[str, Any]:
        content = self.content
        words = _Words()
        names = words.stems(content.names)
        called = sorted({words_of_name(name) for name, _language in content.names})
        named = sorted({word for name in called for word in name.split()})
        texts = {
            schema.NAMES: names,
            schema.MAIN: words.stems(content.main),
            schema.OTHER: words.stems(content.other),
            schema.FORMS: words.forms,
            schema.NAME_WORDS: named,
            schema.FILTERS: [*_tokens(self.kind, content), *map(called_token, called), *words.plain],
        }
        position = position_of(self.kind, self.object_id, content.date)
        dated = content.date is not None
        columns: dict[str, Any] = {
            schema.NEWEST: position if dated else position - (1 << 62),
            schema.OLDEST: position if dated else position | (_LAST_DAY << _DAY_BITS),
            schema.ADDED: added_at(self.kind, self.object_id, content.visible_from),
            schema.WEIGHT: weight_of(self.kind, content.date),
            "kind": str(self.kind),
        }
        if content.date:
            columns[schema.KNOWN] = known_date(content.date, content.precision)
            month = 0 if content.precision == DatePrecision.YEAR else content.date.month
            columns["month"] = f"{self.kind}:{content.date.year:04}-{month:02}"
        themes = sorted(set(content.values.get("theme", [])))
        *single, rest = schema.THEMES
        columns |= dict(zip(single, [*themes, *[schema.NONE] * len(single)], strict=False))
        if len(themes) > len(single):
            columns[rest] = themes[len(single) :]
        for facet, values in content.values.items():
            if facet in schema.NUMBERS or facet in schema.WORDS:
                columns[facet] = sorted(set(values))
        return {
            schema.KEY: self.key,
            **{name: " ".join(tokens) for name, tokens in texts.items() if tokens},
            **columns,
        }


def count_items() -> int:
    """Return how many items the index should contain."""
    return sum(known.model._default_manager.count() for known in KINDS.values())


def entries(kind: str, ids: Collection[int]) -> list[Entry]:
    """Return the index entries of these items of a kind, leaving out deleted ones."""
    model: Any = KINDS[kind].model
    return [Entry(kind, item.pk, KINDS[kind].content(item)) for item in model._default_manager.load_for_index(ids)]


def pages_of_ids(kind: str) -> Iterator[list[int]]:
    """Yield all primary keys of a kind, CHUNK at a time (keyset pagination)."""
    items: Any = KINDS[kind].model._default_manager
    last = 0
    while ids := list(items.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        yield ids
        last = ids[-1]


def key_of(kind: str, object_id: int) -> str:
    """Return the key of an item in the index."""
    return f"{kind}:{object_id}"


def position_of(kind: str, object_id: int, date: datetime.date | None) -> int:
    """Return a number that sorts by date and identifies the item, in 62 bits: day (0: no date), kind, primary key."""
    day = date.toordinal() if date else 0
    return (day << _DAY_BITS) | (KINDS[kind].number << _ID_BITS) | object_id


def added_at(kind: str, object_id: int, visible_from: datetime.datetime | None) -> int:
    """Return a number that sorts by when an item became public, to 16 seconds, and identifies the item; 0 if it is not.

    Items with equal numbers would be in a different order on each page.
    """
    if visible_from is None:
        return 0
    time = max(0, int(visible_from.timestamp())) >> 4
    return (time << 34) | (KINDS[kind].number << 30) | (object_id & ((1 << 30) - 1))


def item_at(position: int) -> tuple[str, int]:
    """Return the kind and primary key of the item with this position, or with a column value derived from it."""
    return _KIND_OF_NUMBER[(position >> _ID_BITS) & ((1 << _KIND_BITS) - 1)], position & ((1 << _ID_BITS) - 1)


def weight_of(kind: str, date: datetime.date | None) -> float:
    """Return the weight of a document relative to others with the same words.

    Scores are multiplied by log2(2 + weight); negative weights count as 0: see tantivy's `weight_by_field`.
    """
    newness = (date.toordinal() - _DAY_OF_NO_WEIGHT) * _A_DAY if date else _UNDATED
    return max(0.0, _LESS_TELLING.get(Kind(kind), _USUAL) + newness)


def known_date(date: datetime.date, precision: str) -> int:
    """Return a date and its precision as one number; a year sorts after its first day."""
    return date.toordinal() * len(_PRECISIONS) + _PRECISIONS.index(DatePrecision(precision or DatePrecision.DAY))


def date_and_precision(known: int) -> tuple[datetime.date, str]:
    """Return the date and precision encoded by `known_date`."""
    day, precision = divmod(known, len(_PRECISIONS))
    return datetime.date.fromordinal(day), _PRECISIONS[precision]


def scheduled_token(at: datetime.datetime) -> str:
    """Return the filter value of items that become public at a time; the values sort chronologically."""
    return token("scheduled", f"{int(at.timestamp() * 1_000_000):020}")


def _tokens(kind: str, content: Content) -> list[str]:
    """Return the filter values of an item, except those for visibility."""
    tokens = [token("kind", kind)]
    if content.date:
        tokens += [token("dated", "yes"), token("month", f"{content.date:%Y-%m}".zfill(7)), day_token(content.date)]
    tokens += [
        token(facet, value) for facet, values in content.values.items() for value in sorted(set(values), key=str)
    ]
    return tokens


def words_of_name(name: str) -> str:
    """Return the words of a name in plain letters, so that it can be typed without Kazakh letters or capitals."""
    return " ".join(kazakh.plain(word.form).replace("'", "") for word in analysis.words(name))


def called_token(name: str) -> str:
    """Return the filter value of items with a name, as returned by `words_of_name`; long names are truncated."""
    return token("called", name.replace(" ", "_")[:LONGEST_NAME])


def day_token(date: datetime.date) -> str:
    """Return the filter value of a day."""
    return token("day", date.isoformat())


class _Word(NamedTuple):
    """A word as indexed: its stem; its forms, with the language; its Kazakh stem in plain letters, if any."""

    stem: str
    forms: str
    plain: str


@lru_cache(maxsize=KNOWN_WORDS)
def _indexed(written_word: str, language: str) -> _Word | None:
    """Return a written word as it is indexed; None if it has no letter or digit."""
    form = analysis.normalise(written_word)
    if not form:
        return None
    bare, plain = form.replace("'", ""), kazakh.plain(form).replace("'", "")
    forms = f"{language}/{bare}"
    if plain != bare:
        # Prefixes typed without Kazakh letters find it too.
        forms += f" {language}~{plain}/{bare}"
    plain_stem = analysis.plain_stem(form)
    return _Word(analysis.stem(form, language), forms, Plain(plain_stem).token if plain_stem else "")


class _Words:
    """Collects the words of an item, up to MAX_WORDS."""

    def __init__(self) -> None:
        self.forms: list[str] = []
        self.plain: dict[str, None] = {}
        self._left = MAX_WORDS

    def stems(self, passages: Iterable[Passage]) -> list[str]:
        """Return the stems of passages in order, then those of alternative spellings; BREAK separates them."""
        stems: list[str] = []
        also: list[str] = []
        for text, language in passages:
            if stems:
                stems.append(BREAK)
            words = self._taken(text, language)
            stems += [word.stem for word in words]
            self.forms += [word.forms for word in words]
            self.plain |= dict.fromkeys([word.plain for word in words if word.plain])
            for otherwise, _start, _end in analysis.otherwise(text):
                also += [BREAK, *(word.stem for word in self._taken(otherwise, language))]
        return stems + also

    def _taken(self, text: str, language: str) -> list[_Word]:
        words = [word for written in analysis.split(text) if (word := _indexed(written, language))][: self._left]
        self._left -= len(words)
        return words
