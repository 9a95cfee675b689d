"""Merges of themes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Merging takes the rights to publish and to delete themes; the log is there for everybody at the desk.
GROUPS = ("Editor", "Publisher", "Administrator")


def grant(apps, schema_editor):
    alias = schema_editor.connection.alias
    ContentType = apps.get_model("contenttypes", "ContentType")
    content_type, _ = ContentType.objects.using(alias).get_or_create(app_label="initiatives", model="thememerge")
    permission, _ = apps.get_model("auth", "Permission").objects.using(alias).get_or_create(
        content_type=content_type, codename="view_thememerge", defaults={"name": "Can view merge of themes"}
    )
    for name in GROUPS:
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.add(permission)


def withdraw(apps, schema_editor):
    apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias).filter(
        content_type__app_label="initiatives", content_type__model="thememerge"
    ).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0009_desk'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ThemeMerge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merged_id', models.PositiveBigIntegerField(verbose_name='merged theme')),
                ('merged_name', models.CharField(max_length=120, verbose_name='merged theme')),
                ('target_id', models.PositiveBigIntegerField(verbose_name='into')),
                ('target_name', models.CharField(max_length=120, verbose_name='into')),
                ('merged_at', models.DateTimeField(auto_now_add=True, verbose_name='merged')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='undone')),
                ('theme', models.JSONField()),
                ('old_slugs', models.JSONField()),
                ('names_added', models.JSONField()),
                ('ties', models.JSONField()),
                ('merged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='undone by')),
            ],
            options={
                'verbose_name': 'merge of themes',
                'verbose_name_plural': 'merges of themes',
                'ordering': ['-merged_at', '-pk'],
                'default_permissions': ('view',),
            },
        ),
        migrations.RunPython(grant, withdraw),
    ]
