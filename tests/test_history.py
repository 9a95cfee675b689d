"""Versions: every save keeps one, with its relations and without what is derived."""

import pytest
from django.contrib.auth.models import User

from initiatives.models import Quote
from initiatives.models.history import CHANGED, MADE, one_version, write_versions
from tests import factories
from tests.helpers import count_queries

pytestmark = pytest.mark.django_db


def test_each_save_is_a_version():
    quote = factories.QuoteFactory(text="First words")
    quote.text = "Other words"
    quote.save()
    assert [version.text for version in quote.history.all()] == ["Other words", "First words"]
    assert [version.history_type for version in quote.history.all()] == ["~", "+"]


def test_a_version_holds_the_relations_of_its_time():
    quote, theme = factories.QuoteFactory(), factories.ThemeFactory()
    quote.themes.add(theme)
    quote.themes.clear()
    assert [[row.theme for row in version.themes.all()] for version in quote.history.all()] == [[], [theme], []]


def test_what_belongs_together_is_one_version():
    theme = factories.ThemeFactory()
    quote = factories.QuoteFactory.build(
        speaker=factories.PersonFactory(), source=factories.SourceFactory(), text="New words"
    )
    with one_version(quote):
        quote.save()
        quote.themes.add(theme)
        quote.text = "Newer words"
        quote.save()
    (version,) = quote.history.all()
    assert (version.history_type, version.text) == ("+", "Newer words")
    assert [row.theme for row in version.themes.all()] == [theme]


def test_what_fails_leaves_no_version():
    quote = factories.QuoteFactory(text="First words")

    def save_and_fail():
        with one_version(quote):
            quote.text = "Other words"
            quote.save()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        save_and_fail()
    assert Quote.objects.get().text == "First words"
    assert quote.history.count() == 1


def test_derived_fields_are_not_kept():
    kept = {field.name for field in Quote.history.model._meta.fields}
    assert "text" in kept
    assert not kept & {"text_digest", "created_at", "updated_at"}


def test_versions_name_their_editor_for_good():
    user = User.objects.create_user("aigul", first_name="Aigül", last_name="S.")
    quote = factories.QuoteFactory.build(speaker=factories.PersonFactory(), source=factories.SourceFactory())
    quote._history_user = user
    quote.save()
    user.delete()
    version = quote.history.get()
    assert (version.history_user, version.history_editor) == (None, "Aigül S.")


def test_versions_of_many_items_at_once():
    user = User.objects.create_user("importer")
    quotes = factories.QuoteFactory.create_batch(3)
    themes = factories.ThemeFactory.create_batch(2)
    quotes[1].themes.set(themes)
    few = count_queries(lambda: write_versions(quotes[1:2], MADE, user=user, reason="Imported from a file."))
    assert count_queries(lambda: write_versions(quotes, MADE, user=user, reason="x" * 200)) == few
    version = quotes[1].history.first()
    assert (version.history_type, version.history_editor, version.history_change_reason) == ("+", "importer", "x" * 100)
    assert {row.theme for row in version.themes.all()} == set(themes)
    assert quotes[0].history.first().themes.count() == 0
    write_versions([], CHANGED)
