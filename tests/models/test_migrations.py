"""The first migration can be reversed, and changed texts need no migration."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from initiatives.models import Change, Milestone, Quote
from initiatives.models.choices import Nature
from tests.factories import InitiativeFactory, MilestoneFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith("initiatives")]


def groups() -> set[tuple]:
    return set(Group.objects.values_list("name", "permissions__content_type__model", "permissions__codename"))


@pytest.mark.django_db(transaction=True)
def test_the_first_migration_is_reversible_and_leaves_no_trace():
    before = tables(), groups()
    try:
        call_command("migrate", "initiatives", "zero", verbosity=0)
        assert not tables()
        assert not Group.objects.exists()
        assert not MigrationRecorder.Migration.objects.filter(app="initiatives").exists()
    finally:
        call_command("migrate", verbosity=0)
    assert (tables(), groups()) == before


def test_a_database_with_the_replaced_migrations_is_up_to_date():
    recorded = MigrationRecorder.Migration.objects.filter(app="initiatives")
    recorded.filter(name="0001_squashed_0031").delete()
    assert recorded.filter(name="0031_withdrawn_and_withheld").exists()
    call_command("migrate", verbosity=0)
    assert recorded.filter(name="0001_squashed_0031").exists()


@pytest.mark.django_db(transaction=True)
def test_former_statuses_are_cleared_and_stay_readable_in_the_log(client):
    law, slogan = InitiativeFactory(public=True), InitiativeFactory(public=True, kind="slogan")
    steps = [MilestoneFactory(initiative=one, status=status) for one, status in ((law, "adopted"), (slogan, "adopted"))]
    stalled = MilestoneFactory(initiative=law, date="2021-01-01")
    try:
        call_command("migrate", "initiatives", "0033", verbosity=0)
        Milestone.objects.filter(pk=stalled.pk).update(status="stalled")
        Change.objects.of(law).update(nature=Nature.STATUS, new_status="stalled")
    finally:
        call_command("migrate", verbosity=0)
    known = dict(Milestone.objects.values_list("pk", "status"))
    assert known == {steps[0].pk: "adopted", steps[1].pk: "", stalled.pk: ""}
    assert Milestone.objects.get(pk=stalled.pk).text == stalled.text
    assert "Stalled" in client.get("/changes/").content.decode()


def makes_migration() -> bool:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        return True
    return False


def test_changed_texts_need_no_migration(monkeypatch):
    field, meta = Quote._meta.get_field, Quote._meta
    monkeypatch.setattr(field("context"), "help_text", "Another help text.")
    monkeypatch.setattr(field("context"), "_verbose_name", "another name")
    monkeypatch.setattr(field("state"), "choices", [("a", "A")])
    monkeypatch.setattr(meta.constraints[0], "violation_error_message", "Another message.")
    monkeypatch.setitem(meta.original_attrs, "verbose_name", "another name")
    assert not makes_migration()


@pytest.mark.parametrize(("field", "name", "value"), [("context", "null", True), ("state", "max_length", 99)])
def test_changed_columns_do(monkeypatch, field, name, value):
    monkeypatch.setattr(Quote._meta.get_field(field), name, value)
    assert makes_migration()


def test_changed_options_do(monkeypatch):
    monkeypatch.setitem(Quote._meta.original_attrs, "ordering", ["pk"])
    assert makes_migration()
