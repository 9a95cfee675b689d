"""What the benchmark notes in its database."""

from django.db import models


class Built(models.Model):
    """Something that was built whole: a record, or the index of a design that ours is compared with."""

    RECORD, FIRST = "record", "first content"

    what = models.CharField(max_length=40, primary_key=True)
    size = models.PositiveBigIntegerField(help_text="Quotes.")
    seed = models.PositiveBigIntegerField()
    # Seconds: to make and write the quotes, and to index all items from the database.
    writing = models.FloatField(default=0)
    indexing = models.FloatField(default=0)

    class Meta:
        # Tests use the benchmark's modules, not its table: to them it is not installed.
        app_label = "benchmark"

    def __str__(self) -> str:
        return f"{self.what}: {self.size} quotes of seed {self.seed}"
