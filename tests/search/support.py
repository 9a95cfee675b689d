"""What the tests of search share."""

from initiatives.models.choices import Kind
from initiatives.search import Criteria

QUOTES = Criteria(frozenset({Kind.QUOTE}))
