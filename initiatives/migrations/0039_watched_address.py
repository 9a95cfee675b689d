from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("initiatives", "0038_found_by_level"),
    ]

    operations = [
        migrations.AddField(
            model_name="watch",
            name="address",
            field=models.URLField(blank=True, max_length=500),
        ),
    ]
