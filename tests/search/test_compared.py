"""The facet of quotes by how exactly they are in a copy, which follows every change of a comparison."""

import pytest

from initiatives.models import Found, Quote, QuoteTranslation
from initiatives.models.choices import Kind
from initiatives.search import Criteria, search
from initiatives.search.check import check
from initiatives.search.signals import changed_comparisons
from tests.factories import QuoteFactory, QuoteTranslationFactory, SourceFactory, copy_of

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

QUOTES = Criteria(frozenset({Kind.QUOTE}))
TEXT = "We said: the law is the same for all — and in every court."


def counts() -> dict[str, int]:
    """Return the values of the facet, after checking that the index is as the database is."""
    found = search(QUOTES, facets=["compared"]).facets["compared"]
    assert list(check()) == []
    return found


def test_each_level_is_a_value_and_so_is_no_copy():
    source = SourceFactory(public=True)
    for words in ("the law is the same", "for all - and", "the law is […] in every court", "the law is dead"):
        QuoteFactory(public=True, source=source, text=words)
    QuoteFactory(source=source, text="in every court")  # a draft
    QuoteFactory(public=True)
    assert counts() == {"no_copy": 5}
    copy_of(source, TEXT)
    assert counts() == {"letters": 1, "typography": 1, "omissions": 1, "not_found": 1, "no_copy": 1}
    (hit,) = search(QUOTES.choose("compared", ["omissions"])).hits
    assert Quote.objects.get(pk=hit.object_id).text == "the law is […] in every court"


def test_words_that_changed_since_have_no_value():
    source = SourceFactory(public=True)
    quote = QuoteFactory(public=True, source=source, text="the law is the same")
    copy_of(source, TEXT)
    Quote.objects.filter(pk=quote.pk).update(text="other words")
    changed_comparisons([quote.pk])
    assert counts() == {}


def test_the_index_follows_rows_that_are_saved_deleted_or_written_in_bulk():
    source = SourceFactory(public=True)
    quote = QuoteFactory(public=True, source=source, text="the law is the same")
    copy_of(source, TEXT)
    assert counts() == {"letters": 1}
    row = Found.objects.get()
    row.level = "typography"
    row.save()
    assert counts() == {"typography": 1}
    Found.objects.update(level="not_found")
    changed_comparisons([quote.pk])
    assert counts() == {"not_found": 1}
    row.delete()
    assert counts() == {"no_copy": 1}


def test_the_row_of_a_translation_changes_its_quote_only():
    source = SourceFactory(public=True)
    quote = QuoteFactory(public=True, source=source, text="Закон", language="ru")
    QuoteTranslationFactory(quote=quote, language="en", text="the law is the same")
    copy_of(source, TEXT)
    assert counts() == {"not_found": 1}
    QuoteTranslation.objects.all().delete()
    quote.delete()
    assert counts() == {}
