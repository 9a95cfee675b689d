"""Keeps the index in step with the database; docs/decisions/search.md explains the design.

Each transaction that changes an item inserts a row that names it (`note`). Each search compares the last row with the
index (`reader`); if the index is behind, one process indexes the changes and the others read the result. Rows are
numbered after their transaction, under a lock, by the first process that finds them: a process that sees a number sees
all lower ones.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import tantivy
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, DatabaseError, Error, connection, connections, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from initiatives import limits
from initiatives.models import SearchChange
from initiatives.models.choices import Kind
from initiatives.models.databases import read_alias, reading
from initiatives.search import schema
from initiatives.search.content import DEPENDENTS, KINDS, token
from initiatives.search.documents import CHUNK, count_items, entries, key_of, pages_of_ids
from initiatives.search.index import (
    FEW_BYTES,
    MANY_BYTES,
    Busy,
    LastChange,
    Reader,
    Store,
    Unavailable,
    last_change_document,
    store,
)

# Changes indexed in one commit.
BATCH = 10_000
# Seconds that a search waits for another process to index changes.
PATIENCE = 0.1
# If the record has more items than this, a request that finds no index has it built in the background.
SOON_DONE = 5_000
# How long changes are kept: an index that is further behind is rebuilt.
KEPT = timedelta(days=30)
# The key of the advisory lock in PostgreSQL: any number that nothing else uses.
_LOCK = 7_220_191

# The facets by which documents refer to items of a kind: deleting one changes these documents.
_CARRIED_AS = {
    Kind.THEME: "theme",
    Kind.INITIATIVE: "initiative",
    Kind.BODY: "body",
    Kind.PERSON: "speaker",
    Kind.SOURCE: "source",
}

Progress = Callable[[int], object]

_log = logging.getLogger(__name__)
_building = threading.Lock()


class _Found(threading.local):
    """The last change that the current request found."""

    change: LastChange | None = None


_found = _Found()


@contextmanager
def pinned(change: LastChange) -> Iterator[None]:
    """Treat a change as the last one in this block: a page looks for changes once, before it is rendered."""
    before, _found.change = _found.change, change
    try:
        yield
    finally:
        _found.change = before


def note(kind: str, object_ids: Iterable[int]) -> None:
    """Note, in the current transaction, that items of a kind were created, changed or deleted."""
    changes = (SearchChange(kind=kind, object_id=object_id) for object_id in object_ids)
    while some := list(islice(changes, CHUNK)):
        SearchChange.objects.bulk_create(some)
    transaction.on_commit(store().touch, robust=True)
    if connection.vendor == "sqlite":
        # One transaction writes at a time, so numbers become visible in order; searches need not wait for a long one.
        _number()


def reader() -> Reader:
    """Return the index to search, up to date with everything committed so far.

    If another process has been indexing changes for longer than PATIENCE, or a replica cannot reach the primary, the
    index may be out of date. Raises Unavailable if there is none, or if it cannot be read or written: it might lack a
    withdrawal.
    """
    index = store()
    with index.guarded():
        try:
            index.look()
            found = _found.change
            if index.reader is not None and index.reader.last_change == found and found.number:
                return index.reader
            last, waiting = _of_database()
            if index.reader is not None and index.reader.last_change == last and last.number and not waiting:
                return index.reader
            if index.pauses:
                raise Unavailable
            catch_up(index, PATIENCE)
        except Busy:
            index.read_again()
        except Error:
            if read_alias() == DEFAULT_DB_ALIAS:
                raise
            index.read_again()
    if index.reader is None:
        raise Unavailable
    return index.reader


@limits.working_for("search")
@reading()
def catch_up(index: Store | None = None, timeout: float = -1) -> None:
    """Index all committed changes, from the primary; build the index if this database has none.

    Waits `timeout` seconds for other writers (-1: for ever). Raises Busy.
    """
    index = index or store()
    if index.lasts and connection.in_atomic_block:
        # This transaction may still be rolled back.
        index.read_again()
        return
    with index.writing(timeout):
        last = _numbered()
        known = index.read_again()
        if known is None or not _leads_to(known.last_change, last) or not (last.number or index.lasts):
            _build_soon(index)
            return
        while known.last_change != last:
            # Up to the last change that was read: other processes may be numbering changes meanwhile.
            rows = SearchChange.objects.filter(number__gt=known.last_change.number, number__lte=last.number)
            batch = list(rows.order_by("number").values_list("number", "token", "kind", "object_id")[:BATCH])
            number, batch_token, _kind, _id = batch[-1]
            changed = [(kind, pk) for _number, _token, kind, pk in batch if kind in KINDS]
            _take_in(index, known, changed, LastChange(number or 0, batch_token))
            known = index.read_again() or known
    _forget_old()


def rebuild(progress: Progress = lambda done: None) -> int:
    """Build a new index while the current one stays in use; return how many items it contains.

    `progress` is called with the number of items in each step.
    """
    index = store()
    with index.writing(-1):
        _numbered()
        count = _build(index, progress)
    catch_up(index)
    return count


def verify() -> None:
    """Check every byte of this machine's index, and rebuild it if it is damaged. Raises Unavailable."""
    index = store()
    with index.guarded():
        with suppress(Unavailable), index.guarded():
            index.verify()
        catch_up(index)


@dataclass(frozen=True)
class Condition:
    """The state of the index: its size in bytes, the number of changes not yet indexed, and the time of the first."""

    size: int
    waiting: int
    waits_since: datetime | None


def condition() -> Condition:
    """Return the condition of the index without updating it. Raises Unavailable if this database has none."""
    index = store()
    with index.guarded():
        known = index.read_again()
    last, _waiting = _of_database()
    if known is None or not _leads_to(known.last_change, last):
        raise Unavailable
    waiting = SearchChange.objects.filter(Q(number__gt=known.last_change.number) | Q(number=None))
    return Condition(index.size(), *waiting.aggregate(number=Count("pk"), first=Min("at")).values())


def last_change() -> LastChange:
    """Return the last committed change of the record, as seen by the database being read."""
    if _found.change is not None:
        return _found.change
    alias = read_alias()
    if alias == DEFAULT_DB_ALIAS:
        return _numbered()
    last, waiting = _of_database(alias)
    if waiting:
        # The primary assigns numbers; the replica receives them shortly after.
        with suppress(Error):
            _numbered()
    return last


def indexes_up_to(change: LastChange) -> bool:
    """Update the index if it is behind a change; return whether searches now find that change."""
    known = store().reader
    if known is None or known.last_change.number < change.number:
        try:
            known = reader()
        except Unavailable:
            return False
    return known.last_change.number >= change.number


def _of_database(alias: str = DEFAULT_DB_ALIAS) -> tuple[LastChange, bool]:
    """Return the last numbered change, and whether any change has no number yet."""
    table = SearchChange._meta.db_table
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f"SELECT last.number, last.token, EXISTS (SELECT 1 FROM {table} WHERE number IS NULL)"  # noqa: S608
            " FROM (SELECT 1 AS one) AS one"
            f" LEFT JOIN {table} AS last ON last.number = (SELECT max(number) FROM {table})"
        )
        number, known, waiting = cursor.fetchone()
    return LastChange(number or 0, known or ""), bool(waiting)


def _numbered() -> LastChange:
    """Return the last change, after numbering all committed ones."""
    last, waiting = _of_database()
    if waiting:
        _number()
        last, _waiting = _of_database()
    return last


@limits.working_for("search")
def _number() -> None:
    """Number the committed changes that have no number yet, in one transaction at a time."""
    table = SearchChange._meta.db_table
    with connection.cursor() as cursor, transaction.atomic():
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            f"UPDATE {table} SET number = counted.number, token = %s FROM"  # noqa: S608
            " (SELECT id, row_number() OVER (ORDER BY id) + (SELECT coalesce(max(number), 0)"
            f" FROM {table}) AS number FROM {table} WHERE number IS NULL) AS counted WHERE {table}.id = counted.id",
            [secrets.token_hex(8)],
        )


def _leads_to(known: LastChange, last: LastChange) -> bool:
    """Return whether all changes after `known` up to `last` exist: not in another, or a restored, database."""
    if known == last:
        return True
    if known.number >= last.number:
        return False
    if known.number:
        return SearchChange.objects.filter(number=known.number, token=known.token).exists()
    return SearchChange.objects.filter(number=1).exists()


def _take_in(index: Store, known: Reader, changed: Iterable[tuple[str, int]], last: LastChange) -> None:
    """Index these items, and those that depend on them, as they are now, in one commit."""
    now = timezone.now()
    waiting = dict.fromkeys(changed)
    done: set[tuple[str, int]] = set()
    writer = index.to_write().writer(FEW_BYTES, 1)
    try:
        while waiting:
            kind = next(iter(waiting))[0]
            ids = [pk for other, pk in waiting if other == kind][:CHUNK]
            done.update((kind, pk) for pk in ids)
            waiting = {key: None for key in waiting if key not in done}
            there = {entry.object_id: entry for entry in entries(kind, ids)}
            before = stored(known.searcher, [key_of(kind, pk) for pk in ids], schema.HANDED_ON)
            for pk in ids:
                writer.delete_documents_by_term(schema.KEY, key_of(kind, pk))
                if pk in there:
                    writer.add_document(there[pk].document(now)[0])
            others = [pk for pk in there if [there[pk].handed_on] != before.get(key_of(kind, pk))]
            gone = [pk for pk in ids if pk not in there]
            for key in (*_dependents(kind, others), *_carriers(known.searcher, kind, gone)):
                if key not in done:
                    waiting[key] = None
        writer.delete_documents_by_term(schema.KEY, schema.LAST_CHANGE)
        writer.add_document(last_change_document(last))
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def stored(searcher: tantivy.Searcher, keys: list[str], field: str) -> dict[str, list[str]]:
    """Return, by key, the stored values of a field for these items: one value, unless an item is indexed twice."""
    found: dict[str, list[str]] = {}
    query = tantivy.Query.term_set_query(schema.SCHEMA, schema.KEY, keys)
    for _score, address in searcher.search(query, 2 * len(keys) + 1, count=False).hits:
        document = searcher.doc(address)
        found.setdefault(str(document.get_first(schema.KEY)), []).append(str(document.get_first(field)))
    return found


def _dependents(kind: str, ids: list[int]) -> Iterator[tuple[str, int]]:
    """Yield the items that depend on these items."""
    for dependent, look_up in DEPENDENTS.get(kind, []) if ids else []:
        items: Any = KINDS[dependent].model._default_manager
        for pk in items.filter(**{f"{look_up}__in": ids}).values_list("pk", flat=True).distinct():
            yield dependent, pk


def _carriers(searcher: tantivy.Searcher, kind: str, ids: list[int]) -> Iterator[tuple[str, int]]:
    """Yield the items whose documents refer to these deleted items."""
    facet = _CARRIED_AS.get(Kind(kind))
    for pk in ids if facet else []:
        query = tantivy.Query.term_query(schema.SCHEMA, schema.FILTERS, token(str(facet), pk))
        for _score, address in searcher.search(query, max(1, searcher.num_docs), count=False).hits:
            other, _colon, number = str(searcher.doc(address).get_first(schema.KEY)).partition(":")
            yield other, int(number)


def _build_soon(index: Store) -> None:
    """Build the index: at once if that is quick, otherwise in a thread, with search unavailable meanwhile."""
    if not index.lasts or count_items() <= SOON_DONE:
        _build(index)
    elif _building.acquire(blocking=False):
        _log.warning(
            "There is no search index of this database. It is being built; search is not available until then."
        )
        threading.Thread(target=_build_beside, args=[index], daemon=True).start()


def _build_beside(index: Store) -> None:
    try:
        with index.guarded(), index.writing(-1):
            _build(index)
    except (Unavailable, DatabaseError):
        _log.exception("The search index could not be built.")
    finally:
        _building.release()
        connection.close()


def _build(index: Store, progress: Progress = lambda done: None) -> int:
    """Build a new index; return how many items it contains."""
    # Later changes are indexed afterwards, some of them twice, which does no harm.
    last, _waiting = _of_database()
    count, now = 0, timezone.now()
    with index.replacing() as empty:
        writer = empty.writer(MANY_BYTES if index.lasts else FEW_BYTES, 1)
        for kind in KINDS:
            for ids in pages_of_ids(kind):
                for entry in entries(kind, ids):
                    writer.add_document(entry.document(now)[0])
                    count += 1
                progress(len(ids))
        writer.add_document(last_change_document(last))
        writer.commit()
        writer.wait_merging_threads()
    index.read_again()
    return count


def _forget_old() -> None:
    """Once a day, delete changes older than KEPT, except the last one."""
    if cache.add("initiatives.search.forgotten", True, 24 * 3600):
        last, _waiting = _of_database()
        SearchChange.objects.filter(at__lt=timezone.now() - KEPT, number__lt=last.number).delete()
