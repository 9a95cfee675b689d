"""The migration that begins the history: what stood in the record before has a first version, and a first status."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from initiatives.changes.log import changes, entries
from initiatives.models import Change, Quote, QuoteTranslation, SynonymSet
from tests.factories import InitiativeFactory, MilestoneFactory, QuoteFactory, QuoteTranslationFactory, ThemeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]

migration = importlib.import_module("initiatives.migrations.0007_history")
EDITOR = SimpleNamespace(connection=connection)


def forget() -> None:
    """Bring the record to where it stood before versions were kept."""
    for name in migration.KEPT:
        apps.get_model("initiatives", f"Historical{name}").objects.all().delete()
    Change.objects.all()._raw_delete("default")


def test_every_item_gets_a_first_version_with_its_relations(monkeypatch):
    monkeypatch.setattr(migration, "CHUNK", 2)
    theme = ThemeFactory(public=True)
    quotes = QuoteFactory.create_batch(5, public=True, themes=[theme])
    QuoteTranslationFactory(quote=quotes[0])
    SynonymSet.objects.create(words="court\ntribunal")
    forget()
    migration.write_first_versions(apps, EDITOR)
    for model in (Quote, QuoteTranslation, SynonymSet):
        assert sorted(model.history.values_list("id", flat=True)) == sorted(model.objects.values_list("pk", flat=True))
    for quote in quotes:
        version = quote.history.get()
        assert (version.text, version.history_date, version.history_type) == (quote.text, quote.updated_at, "+")
        assert [row.theme for row in version.themes.all()] == [theme]
    assert not Change.objects.exists()
    quotes[0].text = "Other words"
    quotes[0].save()
    assert [entry.labels for entry in entries(changes())] == [["Words"]], "the first correction has an old wording"


def test_public_initiatives_begin_at_the_status_that_they_stand_at():
    adopted = MilestoneFactory(status="announced", date="2019-01-01").initiative
    MilestoneFactory(initiative=adopted, status="adopted", date="2020-01-01")
    plain = InitiativeFactory(public=True)
    InitiativeFactory()
    forget()
    migration.write_first_statuses(apps, EDITOR)
    assert set(Change.objects.values_list("item_id", "nature", "new_status")) == {
        (adopted.pk, "first", "adopted"),
        (plain.pk, "first", ""),
    }
