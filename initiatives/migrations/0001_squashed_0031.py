"""The tables of the record, and the groups of editors: one migration that replaces 0001 to 0031.

Django treats it as applied where 0031 is. An older database stops at the first table, which exists already: bring it
to 0031 with the version before this one. Texts are left out, see management/commands/makemigrations.py.
"""

from django.apps import apps as installed
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.utils import timezone
from simple_history.models import HistoricalChanges

from initiatives.models import fields

ITEMS = ("initiative", "quote", "principleset", "theme", "person", "body", "source")
PARTS = ("milestone", "quotetranslation", "principle")
# What each group may do with which models, besides what the group before it may. Synonyms take effect in public at
# once, so publishers write them. Accounts are closed, never deleted: what an editor did keeps its name.
GROUPS = {
    "Editor": {
        "view add change": ITEMS,
        "view add change delete": PARTS,
        "view": ("synonymset", "emptysearch", "import", "thememerge"),
        "view change": ("errorreport",),
    },
    "Publisher": {
        "publish delete": ITEMS,
        "add change delete": ("synonymset",),
        "view delete": ("oldslug",),
        "view": ("change",),
        "delete": ("errorreport",),
    },
    "Administrator": {"view add change": ("user",), "view": ("group",)},
}


def make_groups(apps, schema_editor):
    """Make the groups, and before them the permissions, which Django makes only after all migrations."""
    alias = schema_editor.connection.alias
    for label in ("auth", "initiatives"):
        create_permissions(installed.get_app_config(label), using=alias, apps=apps, verbosity=0)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    granted = set()
    for name, more in GROUPS.items():
        granted |= {
            f"{action}_{model}" for actions, names in more.items() for action in actions.split() for model in names
        }
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        group.permissions.set(
            permissions.filter(content_type__app_label__in=("auth", "initiatives"), codename__in=granted)
        )


def remove_groups(apps, schema_editor):
    """Remove the groups."""
    apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias).filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    initial = True
    replaces = [("initiatives", "0031_withdrawn_and_withheld")]
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=timezone.now)),
                ("nature", models.CharField(max_length=10)),
                ("item_kind", models.CharField(max_length=20)),
                ("item_id", models.PositiveBigIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("old_version", models.BigIntegerField(blank=True, null=True)),
                ("new_version", models.BigIntegerField(blank=True, null=True)),
                ("words", models.JSONField(blank=True, default=dict)),
                ("size", models.PositiveIntegerField(default=0)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("withheld", models.CharField(blank=True, default="", max_length=300)),
                ("old_status", models.CharField(blank=True, default="", max_length=14)),
                ("new_status", models.CharField(blank=True, default="", max_length=14)),
                ("source_id", models.PositiveBigIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "public change",
                "ordering": ["-at", "-pk"],
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="change_newest"),
                    models.Index(fields=["item_kind", "-at", "-id"], name="change_of_kind"),
                    models.Index(fields=["nature", "-at", "-id"], name="change_of_nature"),
                    models.Index(fields=["item_kind", "item_id", "-at", "-id"], name="change_of_item"),
                    models.Index(fields=["kind", "object_id"], name="change_of_part"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LastSeen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("version", models.BigIntegerField()),
                ("until", models.DateTimeField(null=True)),
                (
                    "withdrawal",
                    models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="initiatives.change"),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("kind", "object_id"), name="lastseen_one_per_item")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("text", models.TextField(max_length=2000)),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="comments", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("written_at", models.DateTimeField(default=timezone.now)),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("concerns", models.ManyToManyField(related_name="comments_to_read", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "ordering": ["written_at", "pk"],
                "default_permissions": (),
                "indexes": [models.Index(fields=["kind", "object_id", "written_at", "id"], name="comment_of_item")],
            },
        ),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=models.CASCADE, related_name="mail_choice", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("wants_mail", models.BooleanField(default=True)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="saved_filters", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("model", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(max_length=1000)),
            ],
            options={
                "ordering": ["model", "name"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("user", "model", "name"), name="saved_filter_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("user", models.ForeignKey(on_delete=models.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("model", models.CharField(max_length=30)),
                ("object_id", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "ordering": ["since", "pk"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("model", "object_id", "user"), name="open_form_once")],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("table", models.CharField(max_length=20)),
                ("file_name", models.CharField(max_length=200)),
                ("content", models.BinaryField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("done_at", models.DateTimeField(db_index=True, null=True)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"verbose_name": "import", "ordering": ["-done_at", "-pk"], "default_permissions": ("view",)},
        ),
        migrations.CreateModel(
            name="OldSlug",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120)),
                ("object_id", models.PositiveBigIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "redirect",
                "constraints": [models.UniqueConstraint(fields=("kind", "slug"), name="oldslug_one_per_kind")],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(blank=True, null=True)),
                ("date_precision", models.CharField(blank=True, default="", max_length=5)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120, unique=True)),
                ("aliases", models.TextField(blank=True)),
                ("title", models.CharField(max_length=300)),
                ("title_by", models.CharField(default="document", max_length=8)),
                ("kind", models.CharField(max_length=10)),
                ("publisher", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(blank=True, default="en", max_length=8)),
                ("url", models.URLField(blank=True, max_length=500)),
                ("accessed_on", models.DateField(blank=True, null=True)),
                ("archived_url", models.URLField(blank=True, max_length=500)),
                ("description", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "source",
                "ordering": ["-date", "title"],
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "indexes": [models.Index(fields=["state", "updated_at", "id"], name="source_by_change")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "archived"])),
                        name="source_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="source_published_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", True), ("date_precision", "")),
                            models.Q(("date__isnull", False), ("date_precision__in", ["day", "month", "year"])),
                            _connector="OR",
                        ),
                        name="source_date_with_precision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["address", "article", "news", "legal_act", "record", "website"])
                        ),
                        name="source_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title_by__in", ["document", "record"])), name="source_title_by_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(("url", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="source_published_has_url",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                    ),
                ),
                ("slug", models.SlugField(allow_unicode=True, max_length=120, unique=True)),
                ("aliases", models.TextField(blank=True)),
                ("name", models.CharField(max_length=200)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("given_name", models.CharField(blank=True, max_length=100)),
                ("family_name", models.CharField(blank=True, max_length=100)),
                ("patronymic", models.CharField(blank=True, max_length=100)),
                ("role", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "person",
                "ordering": ["name"],
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "indexes": [models.Index(fields=["state", "updated_at", "id"], name="person_by_change")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "archived"])),
                        name="person_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="person_published_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="person_published_has_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Body",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                    ),
                ),
                ("slug", models.SlugField(allow_unicode=True, max_length=120, unique=True)),
                ("aliases", models.TextField(blank=True)),
                ("name", models.CharField(max_length=200)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "institution",
                "ordering": ["name"],
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "indexes": [models.Index(fields=["state", "updated_at", "id"], name="body_by_change")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "archived"])),
                        name="body_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="body_published_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="body_published_has_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120, unique=True)),
                ("aliases", models.TextField(blank=True)),
                ("name", models.CharField(max_length=120, unique=True)),
                ("description", models.TextField(blank=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "theme",
                "ordering": ["position", "name"],
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "indexes": [models.Index(fields=["state", "updated_at", "id"], name="theme_by_change")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "archived"])),
                        name="theme_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="theme_published_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThemeMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("merged_id", models.PositiveBigIntegerField()),
                ("merged_name", models.CharField(max_length=120)),
                ("target_id", models.PositiveBigIntegerField()),
                ("target_name", models.CharField(max_length=120)),
                ("merged_at", models.DateTimeField(auto_now_add=True)),
                (
                    "merged_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("theme", models.JSONField()),
                ("old_slugs", models.JSONField()),
                ("names_added", models.JSONField()),
                ("ties", models.JSONField()),
            ],
            options={
                "verbose_name": "merge of themes",
                "ordering": ["-merged_at", "-pk"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="Initiative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                    ),
                ),
                ("slug", models.SlugField(allow_unicode=True, max_length=120, unique=True)),
                ("aliases", models.TextField(blank=True)),
                ("title", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=12)),
                ("summary", models.TextField()),
                ("body", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
                ("checked_on", models.DateField(blank=True, null=True)),
                ("themes", models.ManyToManyField(blank=True, related_name="initiatives", to="initiatives.theme")),
                ("bodies", models.ManyToManyField(blank=True, related_name="initiatives", to="initiatives.body")),
            ],
            options={
                "verbose_name": "initiative",
                "ordering": ["title"],
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "indexes": [models.Index(fields=["state", "updated_at", "id"], name="initiative_by_change")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "archived"])),
                        name="initiative_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="initiative_published_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="initiative_published_has_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["slogan", "law", "institution", "programme", "priority", "commitment"])
                        ),
                        name="initiative_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("date", models.DateField(blank=True, null=True)),
                ("date_precision", models.CharField(blank=True, default="", max_length=5)),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="milestones",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.CASCADE,
                        related_name="milestones",
                        to="initiatives.person",
                    ),
                ),
                ("text", models.TextField()),
                ("status", models.CharField(blank=True, max_length=14)),
                (
                    "source",
                    models.ForeignKey(on_delete=models.PROTECT, related_name="milestones", to="initiatives.source"),
                ),
                (
                    "further_sources",
                    models.ManyToManyField(blank=True, related_name="further_milestones", to="initiatives.source"),
                ),
            ],
            options={
                "verbose_name": "milestone",
                "ordering": ["date", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", True), ("date_precision", "")),
                            models.Q(("date__isnull", False), ("date_precision__in", ["day", "month", "year"])),
                            _connector="OR",
                        ),
                        name="milestone_date_with_precision",
                    ),
                    models.CheckConstraint(condition=models.Q(("date__isnull", False)), name="milestone_has_date"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("initiative__isnull", False), ("person__isnull", True)),
                            models.Q(("initiative__isnull", True), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="milestone_has_one_owner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", ""),
                            models.Q(
                                ("initiative__isnull", False),
                                (
                                    "status__in",
                                    [
                                        "announced",
                                        "in_preparation",
                                        "adopted",
                                        "in_force",
                                        "completed",
                                        "stalled",
                                        "withdrawn",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="milestone_status_is_an_initiatives",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40, unique=True)),
                ("holder", models.CharField(blank=True, max_length=100)),
                ("until", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="LinkCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                (
                    "source",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="link_checks", to="initiatives.source"),
                ),
                ("address", models.URLField(max_length=500)),
                ("checked_at", models.DateTimeField(db_index=True)),
                ("answer", models.CharField(max_length=100)),
                ("failed_days", models.PositiveSmallIntegerField(db_index=True, default=0)),
                ("last_failed_on", models.DateField(null=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("source", "address"), name="linkcheck_once_per_address")
                ],
            },
        ),
        migrations.CreateModel(
            name="PrincipleSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                    ),
                ),
                ("slug", models.SlugField(allow_unicode=True, max_length=120, unique=True)),
                ("title", models.CharField(max_length=200)),
                ("introduction", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "set of principles",
                "ordering": ["title"],
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "indexes": [models.Index(fields=["state", "updated_at", "id"], name="principleset_by_change")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "archived"])),
                        name="principleset_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="principleset_published_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="principleset_published_has_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Principle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                (
                    "set",
                    models.ForeignKey(
                        on_delete=models.CASCADE, related_name="principles", to="initiatives.principleset"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(blank=True)),
                ("title", models.CharField(max_length=250)),
                ("text", models.TextField(blank=True)),
                ("themes", models.ManyToManyField(blank=True, related_name="principles", to="initiatives.theme")),
                (
                    "initiatives",
                    models.ManyToManyField(blank=True, related_name="principles", to="initiatives.initiative"),
                ),
            ],
            options={
                "verbose_name": "principle",
                "ordering": ["set", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("set", "number"), name="principle_number_once_in_set"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="principle_number_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("versions", models.JSONField()),
                ("data", models.JSONField()),
                ("reason", models.CharField(max_length=300)),
                ("stage", models.CharField(default="waiting", max_length=10)),
                ("note", models.TextField(blank=True)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="proposals", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=timezone.now)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-proposed_at", "-pk"],
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["stage", "-proposed_at", "-id"], name="proposal_by_stage"),
                    models.Index(fields=["kind", "object_id", "stage"], name="proposal_of_item"),
                    models.Index(fields=["-proposed_at", "-id"], name="proposal_newest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("stage__in", ["waiting", "sent_back", "accepted", "withdrawn", "refused"])),
                        name="proposal_stage_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=models.PROTECT,
                        related_name="%(class)s_set",
                        to="initiatives.source",
                    ),
                ),
                ("date", models.DateField(blank=True, null=True)),
                ("date_precision", models.CharField(blank=True, default="", max_length=5)),
                ("text", models.TextField(validators=[fields.QuotationLength(10000)])),
                ("text_digest", fields.DigestField(max_length=64, of="text")),
                ("language", models.CharField(default="en", max_length=8)),
                (
                    "speaker",
                    models.ForeignKey(
                        db_index=False, on_delete=models.PROTECT, related_name="quotes", to="initiatives.person"
                    ),
                ),
                ("locator", models.CharField(blank=True, max_length=100)),
                ("context", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
                ("verification", models.CharField(default="secondary", max_length=10)),
                ("featured_on", models.DateField(blank=True, db_index=True, null=True)),
                ("themes", models.ManyToManyField(blank=True, related_name="quotes", to="initiatives.theme")),
                ("initiatives", models.ManyToManyField(blank=True, related_name="quotes", to="initiatives.initiative")),
            ],
            options={
                "verbose_name": "quote",
                "ordering": ["-date", "-pk"],
                "default_permissions": ("add", "change", "delete", "view", "publish"),
                "indexes": [
                    models.Index(fields=["state", "updated_at", "id"], name="quote_by_change"),
                    models.Index(fields=["-date", "-id"], name="quote_by_date"),
                    models.Index(fields=["state", "-date", "-id"], name="quote_by_state_and_date"),
                    models.Index(fields=["verification", "-date", "-id"], name="quote_by_verification_and_date"),
                    models.Index(fields=["language", "-date", "-id"], name="quote_by_language_and_date"),
                    models.Index(fields=["speaker", "-date", "-id"], name="quote_by_speaker_and_date"),
                    models.Index(fields=["published_at", "id"], name="quote_by_publication"),
                    models.Index(fields=["state", "published_at", "id"], name="quote_by_state_and_publication"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review", "published", "archived"])),
                        name="quote_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            ("published_at__isnull", False),
                            _connector="OR",
                        ),
                        name="quote_published_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True), ("source__isnull", False), _connector="OR"
                        ),
                        name="quote_published_has_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("date__isnull", True), ("date_precision", "")),
                            models.Q(("date__isnull", False), ("date_precision__in", ["day", "month", "year"])),
                            _connector="OR",
                        ),
                        name="quote_date_with_precision",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("verification__in", ["primary", "secondary", "disputed"])),
                        name="quote_verification_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="quote_has_words"),
                    models.UniqueConstraint(fields=("speaker", "source", "text_digest"), name="quote_stands_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuoteTranslation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                (
                    "quote",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="translations", to="initiatives.quote"),
                ),
                ("language", models.CharField(max_length=8)),
                ("text", models.TextField(validators=[fields.QuotationLength(10000)])),
                ("provenance", models.CharField(max_length=10)),
                ("translator", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "translation",
                "ordering": ["language"],
                "constraints": [
                    models.UniqueConstraint(fields=("quote", "language"), name="translation_one_per_language"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("provenance", "official"), models.Q(("translator", ""), _negated=True), _connector="OR"
                        ),
                        name="translation_unofficial_has_translator",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("path", models.CharField(max_length=2000)),
                ("version", models.DateTimeField(null=True)),
                ("text", models.TextField(max_length=2000)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("reported_at", models.DateTimeField(default=timezone.now)),
                ("note", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "report from a reader",
                "ordering": ["-reported_at", "-pk"],
                "default_permissions": ("view", "change", "delete"),
                "indexes": [
                    models.Index(fields=["-reported_at", "-id"], name="report_newest"),
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["reported_at", "id"],
                        name="report_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answered_at__isnull", True), ("email", ""), _connector="OR"),
                        name="report_answered_has_no_email",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20)),
                ("object_id", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("number", models.PositiveBigIntegerField(null=True, unique=True)),
                ("token", models.CharField(blank=True, default="", max_length=16)),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(condition=models.Q(("number", None)), fields=["id"], name="searchchange_waiting")
                ],
            },
        ),
        migrations.CreateModel(
            name="SynonymSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("language", models.CharField(default="en", max_length=2)),
                ("words", models.TextField()),
                ("note", models.TextField(blank=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "set of synonyms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("language__in", ["en", "ru", "kk", "ar", "zh", "fr", "de", "it", "ky", "es", "tr", "uz"])
                        ),
                        name="synonymset_language_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SynonymKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("set", models.ForeignKey(on_delete=models.CASCADE, related_name="keys", to="initiatives.synonymset")),
                ("stem", models.CharField(db_index=True, max_length=60)),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("set", "stem"), name="synonymkey_once_in_a_set")],
            },
        ),
        migrations.CreateModel(
            name="EmptySearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("words", models.CharField(max_length=100)),
                ("searched", models.CharField(max_length=20)),
                ("count", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "search that found nothing",
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("day", "words", "searched"), name="emptysearch_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalPerson",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120)),
                ("aliases", models.TextField(blank=True)),
                ("name", models.CharField(max_length=200)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("given_name", models.CharField(blank=True, max_length=100)),
                ("family_name", models.CharField(blank=True, max_length=100)),
                ("patronymic", models.CharField(blank=True, max_length=100)),
                ("role", models.CharField(blank=True, max_length=200)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical person",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="person_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalBody",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120)),
                ("aliases", models.TextField(blank=True)),
                ("name", models.CharField(max_length=200)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical institution",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="body_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSource",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("date", models.DateField(blank=True, null=True)),
                ("date_precision", models.CharField(blank=True, default="", max_length=5)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120)),
                ("aliases", models.TextField(blank=True)),
                ("title", models.CharField(max_length=300)),
                ("title_by", models.CharField(default="document", max_length=8)),
                ("kind", models.CharField(max_length=10)),
                ("publisher", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(blank=True, default="en", max_length=8)),
                ("url", models.URLField(blank=True, max_length=500)),
                ("accessed_on", models.DateField(blank=True, null=True)),
                ("archived_url", models.URLField(blank=True, max_length=500)),
                ("description", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical source",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="source_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTheme",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120)),
                ("aliases", models.TextField(blank=True)),
                ("name", models.CharField(db_index=True, max_length=120)),
                ("description", models.TextField(blank=True)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical theme",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="theme_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInitiative",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120)),
                ("aliases", models.TextField(blank=True)),
                ("title", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=12)),
                ("summary", models.TextField()),
                ("body", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
                ("checked_on", models.DateField(blank=True, null=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical initiative",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="initiative_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInitiative_themes",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.theme",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, to="initiatives.historicalinitiative"
                    ),
                ),
                ("m2m_history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
            ],
            options={"verbose_name": "HistoricalInitiative_themes"},
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInitiative_bodies",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.body",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, to="initiatives.historicalinitiative"
                    ),
                ),
                ("m2m_history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
            ],
            options={"verbose_name": "HistoricalInitiative_bodies"},
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMilestone",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("date", models.DateField(blank=True, null=True)),
                ("date_precision", models.CharField(blank=True, default="", max_length=5)),
                ("text", models.TextField()),
                ("status", models.CharField(blank=True, max_length=14)),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.person",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical milestone",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="milestone_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMilestone_further_sources",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                (
                    "milestone",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.milestone",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, to="initiatives.historicalmilestone"
                    ),
                ),
                ("m2m_history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
            ],
            options={"verbose_name": "HistoricalMilestone_further_sources"},
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPrincipleSet",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("slug", models.SlugField(allow_unicode=True, max_length=120)),
                ("title", models.CharField(max_length=200)),
                ("introduction", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical set of principles",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="principleset_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPrinciple",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("number", models.PositiveSmallIntegerField(blank=True)),
                ("title", models.CharField(max_length=250)),
                ("text", models.TextField(blank=True)),
                (
                    "set",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.principleset",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical principle",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="principle_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPrinciple_themes",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                (
                    "principle",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.principle",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.theme",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, to="initiatives.historicalprinciple"
                    ),
                ),
                ("m2m_history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
            ],
            options={"verbose_name": "HistoricalPrinciple_themes"},
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPrinciple_initiatives",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                (
                    "principle",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.principle",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, to="initiatives.historicalprinciple"
                    ),
                ),
                ("m2m_history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
            ],
            options={"verbose_name": "HistoricalPrinciple_initiatives"},
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalQuote",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
                ("date", models.DateField(blank=True, null=True)),
                ("date_precision", models.CharField(blank=True, default="", max_length=5)),
                ("text", models.TextField(validators=[fields.QuotationLength(10000)])),
                ("language", models.CharField(default="en", max_length=8)),
                ("locator", models.CharField(blank=True, max_length=100)),
                ("context", models.TextField(blank=True)),
                ("editors_note", models.TextField(blank=True)),
                ("verification", models.CharField(default="secondary", max_length=10)),
                ("featured_on", models.DateField(blank=True, db_index=True, null=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.source",
                    ),
                ),
                (
                    "speaker",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.person",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical quote",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="quote_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalQuote_themes",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                (
                    "quote",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.quote",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.theme",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, to="initiatives.historicalquote"
                    ),
                ),
                ("m2m_history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
            ],
            options={"verbose_name": "HistoricalQuote_themes"},
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalQuote_initiatives",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                (
                    "quote",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.quote",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_tablespace="",
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "history",
                    models.ForeignKey(
                        db_constraint=False, on_delete=models.DO_NOTHING, to="initiatives.historicalquote"
                    ),
                ),
                ("m2m_history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
            ],
            options={"verbose_name": "HistoricalQuote_initiatives"},
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalQuoteTranslation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("language", models.CharField(max_length=8)),
                ("text", models.TextField(validators=[fields.QuotationLength(10000)])),
                ("provenance", models.CharField(max_length=10)),
                ("translator", models.CharField(blank=True, max_length=200)),
                (
                    "quote",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=models.DO_NOTHING,
                        related_name="+",
                        to="initiatives.quote",
                    ),
                ),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical translation",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")),
                        fields=["-history_date"],
                        name="quotetranslation_deleted",
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSynonymSet",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True)),
                ("history_editor", models.CharField(blank=True, default="", editable=False, max_length=310)),
                ("language", models.CharField(default="en", max_length=2)),
                ("words", models.TextField()),
                ("note", models.TextField(blank=True)),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                ("history_type", models.CharField(max_length=1)),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=models.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "historical set of synonyms",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("history_type", "-")), fields=["-history_date"], name="synonymset_deleted"
                    )
                ],
            },
            bases=(HistoricalChanges, models.Model),
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
