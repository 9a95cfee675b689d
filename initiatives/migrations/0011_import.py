"""A table of imports, which everybody at the desk may see."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def let_groups_see_imports(apps, schema_editor):
    """Give everybody at the desk the list of imports (Django makes permissions only after all migrations)."""
    alias = schema_editor.connection.alias
    content_type, _ = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(alias)
        .get_or_create(app_label="initiatives", model="import")
    )
    permission, _ = (
        apps.get_model("auth", "Permission")
        .objects.using(alias)
        .get_or_create(content_type=content_type, codename="view_import", defaults={"name": "Can view import"})
    )
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=("Editor", "Publisher", "Administrator")):
        group.permissions.add(permission)


def forget_permission(apps, schema_editor):
    apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias).filter(
        content_type__app_label="initiatives", content_type__model="import"
    ).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0010_entry'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(choices=[('quote', 'quotes'), ('source', 'sources'), ('initiative', 'initiatives'), ('principleset', 'sets of principles')], max_length=20, verbose_name='what')),
                ('file_name', models.CharField(max_length=200, verbose_name='file')),
                ('content', models.BinaryField(null=True)),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, db_index=True, verbose_name='uploaded')),
                ('done_at', models.DateTimeField(db_index=True, null=True, verbose_name='when')),
                ('added', models.PositiveIntegerField(default=0, verbose_name='rows added')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='rows changed')),
                ('unchanged', models.PositiveIntegerField(default=0, verbose_name='rows unchanged')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-done_at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.RunPython(let_groups_see_imports, forget_permission),
    ]
