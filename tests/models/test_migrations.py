"""Changed texts make no migration."""

import pytest
from django.core.management import call_command

from initiatives.models import Quote

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def makes_migration() -> bool:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        return True
    return False


def test_changed_texts_make_no_migration(monkeypatch):
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
