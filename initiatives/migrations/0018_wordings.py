"""The public log keeps how texts differ, instead of working it out at each reading, and what readers saw last of an
item that is hidden since.

What is hidden already is not known to have been public, so it is not kept.
"""

from django.db import migrations, models

from initiatives.text.diff import wording

CHUNK = 100
INTERNAL = {"state", "published_at", "review_note", "slug", "featured_on", "position", "number"}
MARKDOWN = {"body", "editors_note", "introduction"}
# What a piece of a wording takes on a page besides its characters.
PIECE = 20


def write_wordings(apps, schema_editor):
    """Keep how the texts of each correction and removal differ, CHUNK at a time."""
    alias = schema_editor.connection.alias
    changes = apps.get_model("initiatives", "Change")._base_manager.using(alias)
    shown, last = changes.filter(nature__in=("correction", "removal")).order_by("pk"), 0
    while chunk := list(shown.filter(pk__gt=last)[:CHUNK]):
        for kind in {change.kind for change in chunk}:
            versions = apps.get_model("initiatives", f"historical{kind}")
            of_kind = [change for change in chunk if change.kind == kind]
            found = versions._base_manager.using(alias).in_bulk(
                {number for change in of_kind for number in (change.old_version, change.new_version)}
            )
            for change in of_kind:
                old, new = found.get(change.old_version), found.get(change.new_version)
                if old is not None and (new is not None or change.nature == "removal"):
                    change.words = words(kind, old, new if change.nature == "correction" else None)
                    pieces = [piece for sides in change.words.values() for side in sides for piece in side]
                    change.size = sum(len(piece.text) + PIECE for piece in pieces)
        changes.bulk_update(chunk, ["words", "size"])
        last = chunk[-1].pk


def words(kind, old, new):
    """Return how the texts of two versions differ, by field."""
    found = {}
    for field in old._meta.fields:
        is_text = field.get_internal_type() in {"TextField", "CharField"} and not field.choices
        if is_text and field.name not in INTERNAL and not field.name.startswith("history_"):
            before, after = getattr(old, field.name), getattr(new, field.name) if new is not None else ""
            if before != after:
                is_markdown = field.name in MARKDOWN or (kind, field.name) == ("principle", "text")
                found[field.name] = wording(before, after, markdown=is_markdown)
    return found


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0017_recovery_codes'),
    ]

    operations = [
        migrations.AddField(
            model_name='change',
            name='size',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='change',
            name='words',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.CreateModel(
            name='LastSeen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('object_id', models.PositiveBigIntegerField()),
                ('version', models.BigIntegerField()),
                ('until', models.DateTimeField(null=True)),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='lastseen_one_per_item')],
            },
        ),
        migrations.RunPython(write_wordings, migrations.RunPython.noop),
    ]
