"""What several tests need."""

from contextlib import contextmanager

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import settings

from initiatives.models.choices import Kind
from initiatives.pages.edition import edition
from initiatives.pages.lists import facets
from initiatives.search import Criteria, parse, search
from initiatives.search.in_step import catch_up

# Property tests whose examples query the database try half the examples of the profile (tests/conftest.py); those whose
# examples take a second, a fifth.
few_examples = settings(max_examples=settings().max_examples // 2)
very_few_examples = settings(max_examples=settings().max_examples // 5)


@contextmanager
def rolled_back():
    """Undo whatever is written inside: one example of a property test must not see another's rows."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def found(typed: str = "", kind: str = Kind.QUOTE) -> list[int]:
    """Return the primary keys of the public items of a kind that a typed query finds, best first."""
    return search(Criteria(frozenset({kind}), parse(typed)), page_size=500).ids(kind)


def count_queries(action) -> int:
    """Return how many queries an action makes, once search has taken in what changed and the edition is known."""
    catch_up()
    edition()
    facets._known = ("", {})  # the labels that were looked up in this process
    connection.queries_log.clear()  # it holds 9,000
    with CaptureQueriesContext(
        connection,
    ) as queries:
        action()
    return len(queries)
