"""Versions: every save makes one, with its relations and without derived fields."""

import pytest
from django.contrib.auth.models import User

from initiatives.models import Change, Initiative, Principle, Quote
from initiatives.models.history import CHANGED, MADE, copy_versions, one_version, write_versions
from initiatives.pages.edition import edition
from tests import factories
from tests.helpers import count_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_each_save_is_a_version():
    quote = factories.QuoteFactory(text="First words")
    quote.text = "Other words"
    quote.save()
    assert [version.text for version in quote.history.all()] == ["Other words", "First words"]
    assert [version.history_type for version in quote.history.all()] == ["~", "+"]


KINDS = (
    *(factories.ThemeFactory, factories.SourceFactory, factories.PersonFactory, factories.BodyFactory),
    *(factories.InitiativeFactory, factories.MilestoneFactory, factories.PrincipleSetFactory),
    *(factories.PrincipleFactory, factories.QuoteFactory, factories.QuoteTranslationFactory),
)


@pytest.mark.parametrize("factory", KINDS)
def test_a_save_without_changes_alters_nothing(factory):
    item = type(item := factory()).objects.get(pk=item.pk)

    def state():
        return type(item).objects.filter(pk=item.pk).values().get(), item.history.count(), edition().code

    before = state()
    item.save()
    with one_version(item):
        item.save()
    assert state() == before


def test_a_change_of_relations_alone_changes_the_item():
    quote, theme = factories.QuoteFactory(), factories.ThemeFactory()
    before = quote.updated_at
    with one_version(quote):
        quote.save()
        quote.themes.set([theme])
    assert quote.history.count() == 2
    assert Quote.objects.get().updated_at > before
    with one_version(quote):
        quote.themes.set([theme])
    assert quote.history.count() == 2


def test_a_version_has_the_relations_of_its_time():
    quote, theme = factories.QuoteFactory(), factories.ThemeFactory()
    quote.themes.add(theme)
    quote.themes.clear()
    assert [[row.theme for row in version.themes.all()] for version in quote.history.all()] == [[], [theme], []]


def test_related_changes_are_one_version():
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


def test_a_failed_save_leaves_no_version():
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


def test_versions_omit_derived_fields():
    kept = {field.name for field in Quote.history.model._meta.fields}
    assert "text" in kept
    assert not kept & {"text_digest", "created_at", "updated_at"}


def test_versions_keep_the_name_of_their_editor():
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


def last_version(item) -> dict:
    """Return the contents of an item's last version, with relations, but without its number and time."""
    version = item.history.latest()
    fields = {field.attname: getattr(version, field.attname) for field in version._meta.concrete_fields}
    relations = {
        field.name: sorted(
            related.pk
            for related in item._meta.get_field(field.name).related_model.objects.filter(
                pk__in=getattr(version, field.name).values_list(field.m2m_reverse_field_name(), flat=True)
            )
        )
        for field in version._history_m2m_fields
    }
    return {name: value for name, value in fields.items() if name not in {"history_id", "history_date"}} | relations


def test_versions_copied_by_the_database_equal_those_that_are_written():
    user = User.objects.create_user("editor", first_name="Aigul", last_name="Sarsen")
    themes = [factories.ThemeFactory(), factories.ThemeFactory()]
    initiative = factories.InitiativeFactory(public=True, themes=themes)
    quotes = [
        factories.QuoteFactory(public=True, themes=themes, initiatives=[initiative], date="2020-05-01"),
        factories.QuoteFactory(text="100 % “quoted”, %s too", review_note="Why?"),
    ]
    principle = factories.PrincipleFactory()
    principle.themes.add(themes[1])
    written_about = Change.objects.count()
    for model, items in (
        (Quote, quotes),
        (Initiative, [initiative]),
        (Principle, [principle]),
        (type(themes[0]), themes),
    ):
        for given in ({"user": user, "reason": "x" * 200}, {}):
            write_versions(items, CHANGED, notify=False, **given)
            written = [last_version(item) for item in items]
            numbers = [item.history.count() for item in items]
            copy_versions(model, [item.pk for item in items], CHANGED, **given)
            assert [item.history.count() for item in items] == [number + 1 for number in numbers]
            assert [last_version(item) for item in items] == written
    assert last_version(quotes[0])["themes"] == [theme.pk for theme in themes]
    assert quotes[1].history.latest().themes.count() == 0
    assert Change.objects.count() == written_about
    copy_versions(Quote, [], CHANGED)
    one = count_queries(lambda: copy_versions(Quote, [quotes[0].pk], CHANGED))
    assert count_queries(lambda: copy_versions(Quote, [quote.pk for quote in quotes], CHANGED)) == one
