"""check_search reports differences, and rebuild_search fixes them."""

import io

import pytest
import tantivy
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from initiatives.models import Quote, Theme
from initiatives.models.choices import Kind
from initiatives.search import schema
from initiatives.search.content import KINDS, token
from initiatives.search.documents import key_of
from initiatives.search.in_step import reader
from tests.factories import MilestoneFactory, PrincipleFactory, QuoteFactory, SourceFactory, ThemeFactory
from tests.helpers import found, rolled_back, very_few_examples
from tests.search.support import tampering

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def check() -> tuple[int, str]:
    """Return the exit code of check_search and what it printed."""
    out = io.StringIO()
    try:
        call_command("check_search", stdout=out)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


def rebuild() -> str:
    """Return what rebuild_search printed."""
    out = io.StringIO()
    call_command("rebuild_search", stdout=out)
    return out.getvalue()


@pytest.fixture
def quote():
    """A public quote, along with items of other kinds."""
    MilestoneFactory()
    PrincipleFactory()
    return QuoteFactory(public=True, text="A state that hears.", themes=[ThemeFactory(public=True)])


def test_an_index_without_differences():
    assert check() == (0, "The search index matches the record: 0 items.\n")
    assert rebuild() == "0 items indexed.\n"
    SourceFactory()
    assert check() == (0, "The search index matches the record: 1 item.\n")
    assert rebuild() == "1 item indexed.\n"
    QuoteFactory()
    # The quote, its speaker and their source.
    assert check() == (0, "The search index matches the record: 4 items.\n")
    assert rebuild() == "4 items indexed.\n"
    assert check()[0] == 0


def test_a_change_that_bypassed_the_index(quote):
    assert found("hearing") == [quote.pk]
    Quote.objects.filter(pk=quote.pk).update(text="A court that judges.")
    code, said = check()
    assert (code, said.splitlines()) == (
        1,
        [
            f"quote {quote.pk}: indexed, but out of date",
            "1 difference. To correct it, run: manage.py rebuild_search",
        ],
    )
    rebuild()
    assert check()[0] == 0
    assert (found("judging"), found("hearing")) == ([quote.pk], [])


def test_a_missing_document(quote):
    with tampering() as writer:
        writer.delete_documents_by_term(schema.KEY, key_of(Kind.QUOTE, quote.pk))
    assert found("hearing") == []
    code, said = check()
    assert code == 1
    assert f"quote {quote.pk}: not indexed\n" in said
    rebuild()
    assert check()[0] == 0
    assert found("hearing") == [quote.pk]


def test_each_difference_is_printed_on_its_own_line():
    QuoteFactory.create_batch(5)
    assert check()[0] == 0
    Quote.objects.update(language="ru")
    code, said = check()
    assert code == 1
    assert set(said.splitlines()) == {
        *(f"quote {quote.pk}: indexed, but out of date" for quote in Quote.objects.all()),
        "5 differences. To correct them, run: manage.py rebuild_search",
    }
    rebuild()
    assert check()[0] == 0


# Any tampering with one document is reported, and a rebuild restores every word.


def everything_indexed() -> set[tuple[str, str, int]]:
    """Return every word of the index and its number of documents."""
    searcher = reader().searcher
    fields = (*schema.TEXTS, schema.KEY, schema.FORMS, schema.NAME_WORDS, schema.FILTERS, schema.FINGERPRINT)
    return {
        (field, word, number)
        for field in fields
        for word, number in searcher.terms_with_prefix(field, "", tantivy.Query.all_query(), None)
    }


def items() -> list[tuple[str, int]]:
    return [(kind, pk) for kind in KINDS for pk in KINDS[kind].model._default_manager.values_list("pk", flat=True)]


def other_document(kind: str, pk: int) -> tantivy.Document:
    """Return a document with an item's key but other content."""
    fields = {
        schema.KEY: key_of(kind, pk),
        schema.NAMES: "law",
        schema.FILTERS: token("kind", kind),
        schema.FINGERPRINT: "0" * 32,
    }
    return tantivy.Document.from_dict(fields, schema.SCHEMA)


def lost(writer: tantivy.IndexWriter, kind: str, pk: int) -> list[str]:
    writer.delete_documents_by_term(schema.KEY, key_of(kind, pk))
    return [f"{kind} {pk}: not indexed"]


def changed(writer: tantivy.IndexWriter, kind: str, pk: int) -> list[str]:
    writer.delete_documents_by_term(schema.KEY, key_of(kind, pk))
    writer.add_document(other_document(kind, pk))
    return [f"{kind} {pk}: indexed, but out of date"]


def doubled(writer: tantivy.IndexWriter, kind: str, pk: int) -> list[str]:
    writer.add_document(other_document(kind, pk))
    return [f"{kind} {pk}: indexed, but out of date"]


def without_its_item(writer: tantivy.IndexWriter, kind: str, pk: int) -> list[str]:
    writer.add_document(other_document(kind, pk + 500))
    return [f"{kind} {pk + 500}: indexed, but not in the record"]


def taken_for_another(writer: tantivy.IndexWriter, kind: str, pk: int) -> list[str]:
    return lost(writer, kind, pk) + without_its_item(writer, kind, pk)


@pytest.fixture
def small_pages(monkeypatch):
    """Check two items at a time, so that a few items need several batches."""
    monkeypatch.setattr("initiatives.search.documents.CHUNK", 2)


@pytest.mark.parametrize("tamper", [lost, changed, doubled, without_its_item, taken_for_another])
@very_few_examples
@given(data=st.data())
def test_any_tampering_is_reported_and_fixed(data, tamper, quote, small_pages):
    before = everything_indexed()
    with tampering() as writer:
        named = tamper(writer, *data.draw(st.sampled_from(items())))
    assert everything_indexed() != before
    code, said = check()
    assert code == 1
    assert set(said.splitlines()[:-1]) == set(named)
    rebuild()
    assert everything_indexed() == before
    assert check()[0] == 0


def test_many_differences_are_checked_in_batches(small_pages):
    themes = ThemeFactory.create_batch(5)
    with tampering() as writer:
        for theme in themes[:2]:
            writer.delete_documents_by_term(schema.KEY, key_of(Kind.THEME, theme.pk))
    Theme.objects.filter(pk__in=[theme.pk for theme in themes[2:]])._raw_delete("default")
    code, said = check()
    assert code == 1
    assert set(said.splitlines()[:-1]) == {
        *(f"theme {theme.pk}: not indexed" for theme in themes[:2]),
        *(f"theme {theme.pk}: indexed, but not in the record" for theme in themes[2:]),
    }
    rebuild()
    assert check()[0] == 0


@very_few_examples
@given(texts=st.lists(st.text(st.sampled_from("abcё' 2"), min_size=1, max_size=20), max_size=4))
def test_a_rebuild_gives_the_same_index_as_single_changes(texts, db):
    with rolled_back():
        theme = ThemeFactory(public=True)
        for text in texts:
            quote = QuoteFactory(public=True, text="as it was")
            found()
            quote.text = text
            quote.save()
            quote.themes.add(theme)
        before = everything_indexed()
        rebuild()
        assert everything_indexed() == before
