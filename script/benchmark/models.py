"""The benchmark's own table."""

from django.db import models


class Built(models.Model):
    """Something that was built completely: a record, or the index of another design."""

    RECORD, FIRST = "record", "first content"

    what = models.CharField(max_length=40, primary_key=True)
    size = models.PositiveBigIntegerField(help_text="Quotes.")
    seed = models.PositiveBigIntegerField()
    # Seconds to generate and write the quotes, and to index all items from the database.
    writing = models.FloatField(default=0)
    indexing = models.FloatField(default=0)

    class Meta:
        # Tests use the benchmark's modules without installing the app.
        app_label = "benchmark"

    def __str__(self) -> str:
        return f"{self.what}: {self.size} quotes of seed {self.seed}"
