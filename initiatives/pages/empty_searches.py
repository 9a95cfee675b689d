"""Counts searches without results, so that editors learn what visitors miss. Stores nothing about the visitor.

At most MOST_A_DAY rows are added per day, and they are kept for DAYS. Searches that may identify a person (by address
or number), searches by robots, and counts that the database cannot write at once are left out.
"""

import contextlib
import datetime
import logging
import re
from collections.abc import Iterator

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from initiatives.models import EmptySearch
from initiatives.search import Query
from initiatives.search.query import written

MOST_A_DAY = 500
DAYS = 90
LONGEST = 100
# Milliseconds to wait for another writer.
PATIENCE = 50

_ROBOT = re.compile(r"bot\b|headless|crawl|spider|slurp|scrap|preview|fetch|monitor|curl|wget|python|java/|http", re.I)
# Email and web addresses; telephone, card and identity numbers.
_PERSONAL = re.compile(r"@|://|\bwww\.|\b[\w-]+\.(?:com|org|net|info|kz|ru|io)\b|\+?\d(?:[\s().\-/]*\d){6,}", re.I)
# With a number, these suggest a street address.
_STREET = re.compile(
    r"\b(?:street|str|st|avenue|ave|road|rd|house|apartment|apt|flat|улиц\w*|ул|проспект\w*|пр|просп|переул\w*|мкр"
    r"|микрорайон\w*|дом\w?|д|квартир\w*|кв|көше\w*|даңғыл\w*|үй\w*|пәтер\w*)\b",
    re.I,
)

_log = logging.getLogger(__name__)


def count_empty_search(request: HttpRequest, query: Query, searched: str) -> None:
    """Count a search that found nothing; `searched` is one of choices.SEARCHED. Never fails, never waits long."""
    words = " ".join(written(clause) for clause in query.clauses)
    if not words or len(words) > LONGEST or not _may_be_kept(query.typed) or not _is_by_a_person(request):
        return
    try:
        with _at_once():
            _count(timezone.localdate(), words, searched)
    except DatabaseError as error:
        _log.info("A search that found nothing was not counted: %s", error)


def _may_be_kept(typed: str) -> bool:
    """Return whether the words, by their form, cannot identify a person."""
    if len(typed) > LONGEST or _PERSONAL.search(typed):
        return False
    return not (_STREET.search(typed) and any(character.isdigit() for character in typed))


def _is_by_a_person(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    return request.method == "GET" and bool(agent) and not _ROBOT.search(agent)


def _count(day: datetime.date, words: str, searched: str) -> None:
    today = EmptySearch.objects.filter(day=day)
    if today.filter(words=words, searched=searched).update(count=F("count") + 1):
        return
    rows = today.count()
    if rows == 0:
        EmptySearch.objects.filter(day__lt=day - datetime.timedelta(days=DAYS)).delete()
    if rows < MOST_A_DAY:
        EmptySearch.objects.create(day=day, words=words, searched=searched)


@contextlib.contextmanager
def _at_once() -> Iterator[None]:
    """A transaction that fails with a DatabaseError if another writer is in its way for longer than PATIENCE."""
    if connection.vendor != "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE}ms"])
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        try:
            with transaction.atomic():
                yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
