"""Let the groups of editors add and view copies of documents. Nobody may change or delete one."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS, CODENAMES = ("Editor", "Publisher", "Administrator"), ("add_capture", "view_capture")


def grant(apps, schema_editor):
    """Grant the permissions, and make them first: Django makes them only after all migrations."""
    alias = schema_editor.connection.alias
    create_permissions(installed.get_app_config("initiatives"), using=alias, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.using(alias).filter(codename__in=CODENAMES)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
        group.permissions.add(*permissions)


def withdraw(apps, schema_editor):
    """Take the permissions from the groups."""
    alias = schema_editor.connection.alias
    permissions = apps.get_model("auth", "Permission").objects.using(alias).filter(codename__in=CODENAMES)
    for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=GROUPS):
        group.permissions.remove(*permissions)


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0040_comparisons_by_time")]

    operations = [migrations.RunPython(grant, withdraw)]
