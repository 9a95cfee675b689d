"""A migration is made for what the database holds, and not for texts."""

import pytest
from django.core.management import call_command

from initiatives.models import Quote


def has_changes() -> bool:
    """Return whether a migration would be made."""
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        return True
    return False


@pytest.mark.django_db
class TestChangesThatMakeMigrations:
    def test_texts_make_none(self, monkeypatch):
        for field, name, value in (
            ("context", "help_text", "Another help text."),
            ("context", "verbose_name", "another name"),
            ("state", "choices", [(value, "another label") for value, _ in Quote._meta.get_field("state").flatchoices]),
        ):
            monkeypatch.setattr(Quote._meta.get_field(field), name, value)
        monkeypatch.setitem(Quote._meta.original_attrs, "verbose_name", "another name")
        assert not has_changes()

    @pytest.mark.parametrize(
        ("field", "name", "value"),
        [("context", "null", True), ("state", "max_length", 99), ("state", "choices", [("a", "A")])],
    )
    def test_what_the_database_or_its_values_are_does(self, monkeypatch, field, name, value):
        monkeypatch.setattr(Quote._meta.get_field(field), name, value)
        assert has_changes()
