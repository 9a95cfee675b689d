"""The look-ups made at every key that is typed and in every search: in SQL, for the ORM takes longer to build these
statements than the database to answer them.
"""

import datetime
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from initiatives.models import NameWord, Person, PrincipleSet, SynonymKey, SynonymSet, Theme, Word, WordKey
from initiatives.models.choices import Kind
from initiatives.models.prepared import PreparedQuery, column_names, instance_from
from initiatives.search import kazakh
from initiatives.search.content import KINDS

# Sorts after every letter, in the order of code points, which is that of the columns that are searched by beginnings.
LAST = chr(0x10FFFF)

_NAMES, _WORDS, _KEYS = NameWord._meta.db_table, Word._meta.db_table, WordKey._meta.db_table
_SETS, _SYNONYMS = SynonymSet._meta.db_table, SynonymKey._meta.db_table

# Rows of names that are read at once.
READ = 200
# What completion shows of items, of whatever kind, and what their addresses are made of.
_SHOWN = {"id", "slug", "name", "title", "aliases", "language", "set_id", "number"}
# What a search says of a theme or person that was named in it, and what the address is made of.
_NAMED = {"id", "slug", "name", "aliases"}


def named(forms: Sequence[str], begun: str | None, most: int) -> dict[str, list[int]]:
    """Return, by kind, the primary keys of the items in whose names all of some words stand, and one that begins so.

    Of each kind, `most` at the most: those that most quotes carry. Their names were public when they were indexed;
    whether they still are is for the caller to ask.
    """
    asked: list[tuple[str, tuple[str, ...]]] = [("{}.form = %s", (form,)) for form in forms]
    if begun is not None:
        asked.append(("{0}.form >= %s AND {0}.form < %s", (begun, begun + LAST)))
    # The longest word leads to the fewest names.
    asked.sort(key=lambda condition: len(condition[1][0]), reverse=True)
    (first, typed), *others = asked
    params = [*typed]
    conditions = f"{first.format('name')} AND name.visible_from <= %s"
    params.append(str(connection.ops.adapt_datetimefield_value(timezone.now())))
    for condition, other in others:
        conditions += (
            f" AND EXISTS (SELECT 1 FROM {_NAMES} AS other WHERE other.kind = name.kind"  # noqa: S608
            f" AND other.object_id = name.object_id AND {condition.format('other')})"
        )
        params += other
    best: dict[str, dict[int, None]] = {}
    full: list[str] = []
    while True:
        rows = _heaviest(conditions, params, full)
        for kind, object_id in rows:
            best.setdefault(kind, {})[object_id] = None
        # Of thousands of one kind, those of the others are not to be missed.
        filled, full = full, [kind for kind, ids in best.items() if len(ids) >= most]
        if len(rows) < READ or full == filled:
            return {kind: list(ids)[:most] for kind, ids in best.items()}


def _heaviest(conditions: str, params: list[str], without: list[str]) -> list[tuple[str, int]]:
    """Return (kind, primary key) for READ of the words of names that meet some conditions, of other kinds than some."""
    if without:
        conditions += f" AND name.kind NOT IN ({', '.join(['%s'] * len(without))})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, object_id FROM {_NAMES} AS name WHERE {conditions}"  # noqa: S608
            f" ORDER BY weight DESC, object_id LIMIT {READ}",
            [*params, *without],
        )
        return cursor.fetchall()


def public_items(kind: Kind, ids: Sequence[int]) -> dict[int, Any]:
    """Return, by primary key, the public ones of some items of a kind, with what completion shows of them: the names,
    and what the address is made of.
    """
    model = KINDS[kind].model
    names = column_names(model, _SHOWN)
    items = {}
    for row in _shown(kind).rows(ids):
        item = items[row[0]] = instance_from(model, names, row[: len(names)])
        if kind == Kind.PRINCIPLE:
            item.set = instance_from(PrincipleSet, ["id", "slug"], row[len(names) :])
    return items


@lru_cache
def _shown(kind: Kind) -> PreparedQuery:
    """Return what reads the columns shown of public items of a kind, by their primary keys."""

    def write(at: datetime.datetime, ids: list[int]) -> QuerySet:
        model: Any = KINDS[kind].model
        of_set = ("set__id", "set__slug") if kind == Kind.PRINCIPLE else ()
        public = model._default_manager.published(at).filter(pk__in=ids).order_by()
        return public.values_list(*column_names(model, _SHOWN), *of_set)

    return PreparedQuery(write)


def words_beginning(form: str, most: int) -> list[tuple[str, str, str]]:
    """Return (form, stem, language) of the words that begin so but go on, the most common ones first.

    Kazakh letters stand for themselves, others for those that look like them too.
    """
    plain = kazakh.plain(form)
    params: list[str | int]
    conditions, params = "plain >= %s AND plain < %s AND form <> %s", [plain, plain + LAST, form]
    if not kazakh.KAZAKH_LETTERS.isdisjoint(form):
        conditions += " AND substr(form, 1, %s) = %s"
        params += [len(form), form]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT form, stem, language FROM {_WORDS} WHERE {conditions}"  # noqa: S608
            " ORDER BY count DESC, form LIMIT %s",
            [*params, most],
        )
        return cursor.fetchall()


def words_of_keys(keys: Iterable[str]) -> list[tuple[str, int, str, str, str]]:
    """Return (key, count, form, stem, language) of the words that have any of some keys."""
    known = list(keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, count, form, stem, language FROM {_KEYS} JOIN {_WORDS} word ON word.id = word_id"  # noqa: S608
            f" WHERE key IN ({', '.join(['%s'] * len(known))})",
            known,
        )
        return cursor.fetchall()


def carried_items(model: type[Theme] | type[Person], ids: Sequence[int]) -> list[Theme | Person]:
    """Return some themes or people, drafts too, by their primary keys, with what a search says of them."""
    names = column_names(model, _NAMED)
    return [instance_from(model, names, row) for row in _carried(model).rows(ids)] if ids else []


@lru_cache
def _carried(model: type[Theme] | type[Person]) -> PreparedQuery:
    """Return what reads the columns of themes or people that a search says, in the order of their keys."""

    def write(at: datetime.datetime, ids: list[int]) -> QuerySet:
        items: Any = model._default_manager
        return items.filter(pk__in=ids).order_by("pk").values_list(*column_names(model, _NAMED))

    return PreparedQuery(write)


def synonym_sets(stems: Iterable[str], most: int) -> list[SynonymSet]:
    """Return the sets, with words and language alone, that have a member whose first stem is one of some stems."""
    known = sorted(stems)
    if not known:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, words, language FROM {_SETS} WHERE id IN"  # noqa: S608
            f" (SELECT set_id FROM {_SYNONYMS} WHERE stem IN ({', '.join(['%s'] * len(known))})) ORDER BY id LIMIT %s",
            [*known, most],
        )
        return [SynonymSet(pk=pk, words=words, language=language) for pk, words, language in cursor.fetchall()]
