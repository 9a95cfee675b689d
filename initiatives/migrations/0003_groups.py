"""The groups of editors: Editor writes drafts, Publisher publishes too."""

from django.db import migrations

PUBLISHABLE = ("initiative", "quote", "principleset", "theme", "person", "body", "source")
PARTS = ("milestone", "quotetranslation", "principle")


def permissions(apps, alias, actions, models):
    """Return permissions, made if they are not there yet (Django makes them only after all migrations)."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for model in models:
        content_type, _ = ContentType.objects.using(alias).get_or_create(app_label="initiatives", model=model)
        for action in actions:
            name = apps.get_model("initiatives", model)._meta.verbose_name
            yield Permission.objects.using(alias).get_or_create(
                content_type=content_type,
                codename=f"{action}_{model}",
                defaults={"name": f"Can {action} {name}"},
            )[0]


def create(apps, schema_editor):
    alias = schema_editor.connection.alias
    Group = apps.get_model("auth", "Group")
    writing = [
        *permissions(apps, alias, ("view", "add", "change"), PUBLISHABLE),
        *permissions(apps, alias, ("view", "add", "change", "delete"), PARTS),
    ]
    publishing = [
        *permissions(apps, alias, ("publish", "delete"), PUBLISHABLE),
        *permissions(apps, alias, ("view", "add", "change", "delete"), ("oldslug",)),
    ]
    for name, granted in (("Editor", writing), ("Publisher", [*writing, *publishing])):
        group, _ = Group.objects.using(alias).get_or_create(name=name)
        group.permissions.set(granted)


def remove(apps, schema_editor):
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).filter(
        name__in=("Editor", "Publisher")
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0002_search_index"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(create, remove)]
