"""What the benchmark notes in its database."""

from django.db import models


class Built(models.Model):
    """Something that was built whole: the record, or the index of a design that it is compared with."""

    RECORD = "record"

    what = models.CharField(max_length=40, primary_key=True)
    size = models.PositiveBigIntegerField(help_text="Quotes.")
    seed = models.PositiveBigIntegerField()
    # Seconds for the quotes: to make and write them, and to index them.
    writing = models.FloatField(default=0)
    indexing = models.FloatField()

    class Meta:
        # Tests use the benchmark's modules, not its table: to them it is not installed.
        app_label = "benchmark"

    def __str__(self) -> str:
        return f"{self.what}: {self.size} quotes of seed {self.seed}"
