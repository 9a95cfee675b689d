"""Triggers: a copy and its text never change, except that taking a copy down records when and why and empties the text."""

from django.db import migrations

FIXED = {
    "capture": (
        *("source_id", "captured_at", "way", "asked_url", "final_url", "http_status", "file_name"),
        *("media_type", "size", "sha256"),
    ),
    "sourcetext": ("capture_id", "sha256", "extractor", "read_at"),
}


def make(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for model, columns in FIXED.items():
        table, same = f"initiatives_{model}", "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
        rule = " OR ".join(f"OLD.{column} {same} NEW.{column}" for column in columns)
        if model == "sourcetext":
            rule += " OR (OLD.text <> NEW.text AND NEW.text <> '')"
        if vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {model}_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {rule} THEN RAISE EXCEPTION 'A copy never changes.' USING ERRCODE = '23514'; END IF;"
                " RETURN NEW; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {model}_never_changes BEFORE UPDATE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION {model}_never_changes()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {model}_never_changes BEFORE UPDATE ON {table} WHEN {rule}"
                " BEGIN SELECT RAISE(ABORT, 'A copy never changes.'); END"
            )


def remove(apps, schema_editor):
    for model in FIXED:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {model}_never_changes ON initiatives_{model}")
            schema_editor.execute(f"DROP FUNCTION {model}_never_changes()")
        else:
            schema_editor.execute(f"DROP TRIGGER {model}_never_changes")


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0035_copies")]

    operations = [migrations.RunPython(make, remove)]
