"""Helpers for several tests."""

from contextlib import contextmanager

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import settings

from initiatives.models.choices import Kind
from initiatives.pages.edition import edition
from initiatives.pages.lists import facets
from initiatives.search import Criteria, parse, search
from initiatives.search.in_step import catch_up

# Property tests that query the database run half the examples of the profile (tests/conftest.py); those whose
# examples take a second, a fifth.
few_examples = settings(max_examples=settings().max_examples // 2)
very_few_examples = settings(max_examples=settings().max_examples // 5)


@contextmanager
def rolled_back():
    """Roll back all changes: one example of a property test must not see another's rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def found(typed: str = "", kind: str = Kind.QUOTE) -> list[int]:
    """Return the primary keys of the public items of a kind that match a typed query, best first."""
    return search(Criteria(frozenset({kind}), parse(typed)), page_size=500).ids(kind)


def count_queries(action) -> int:
    """Return how many queries an action makes, once changes are indexed and the edition is known."""
    catch_up()
    edition()
    facets._known = ("", {})  # labels already looked up in this process
    connection.queries_log.clear()  # the log keeps 9,000 queries
    with CaptureQueriesContext(
        connection,
    ) as queries:
        action()
    return len(queries)
