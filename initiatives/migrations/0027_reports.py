"""Errors that readers report; everybody at the desk may answer them, and publishers delete them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


GROUPS = {"view": ("Editor", "Publisher", "Administrator"), "delete": ("Publisher", "Administrator")}
GROUPS["change"] = GROUPS["view"]


def let_groups_answer(apps, schema_editor):
    """Give the groups their permissions (Django makes permissions only after all migrations)."""
    alias = schema_editor.connection.alias
    content_type, _ = (
        apps.get_model("contenttypes", "ContentType")
        .objects.using(alias)
        .get_or_create(app_label="initiatives", model="errorreport")
    )
    for action, names in GROUPS.items():
        permission, _ = (
            apps.get_model("auth", "Permission")
            .objects.using(alias)
            .get_or_create(
                content_type=content_type,
                codename=f"{action}_errorreport",
                defaults={"name": f"Can {action} report from a reader"},
            )
        )
        for group in apps.get_model("auth", "Group").objects.using(alias).filter(name__in=names):
            group.permissions.add(permission)


def forget_permissions(apps, schema_editor):
    apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias).filter(
        content_type__app_label="initiatives", content_type__model="errorreport"
    ).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('initiatives', '0026_checked_on'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('object_id', models.PositiveBigIntegerField(verbose_name='item')),
                ('name', models.CharField(max_length=120, verbose_name='item')),
                ('path', models.CharField(max_length=2000, verbose_name='page')),
                ('version', models.DateTimeField(null=True, verbose_name='version')),
                ('text', models.TextField(max_length=2000, verbose_name='what is wrong')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='reported')),
                ('note', models.TextField(blank=True, help_text='What came of it. Only the desk sees it.', verbose_name='note for colleagues')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
            ],
            options={
                'verbose_name': 'report from a reader',
                'verbose_name_plural': 'reports from readers',
                'ordering': ['-reported_at', '-pk'],
                'default_permissions': ('view', 'change', 'delete'),
                'indexes': [models.Index(fields=['-reported_at', '-id'], name='report_newest'), models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['reported_at', 'id'], name='report_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answered_at__isnull', True), ('email', ''), _connector='OR'), name='report_answered_has_no_email')],
            },
        ),
        migrations.RunPython(let_groups_answer, forget_permissions),
    ]
