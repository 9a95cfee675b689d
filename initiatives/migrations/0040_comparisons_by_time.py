import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0039_watched_address")]

    operations = [
        migrations.AlterField(
            model_name="found",
            name="compared_at",
            field=models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="compared on"),
        ),
    ]
