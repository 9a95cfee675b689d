"""The search row: one per item of any kind, with all that filters, facets and visibility need."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.choices import Kind
from initiatives.fields import WeightedStemsField


class SearchDocument(models.Model):
    """What search knows of one item. Written by `search.documents` only, in the item's own transaction."""

    # Holds date, kind and id; sorts by date, undated items first: see search.positions.
    position = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=20, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    # The time from which the item is public; null if it is not to be.
    visible_from = models.DateTimeField(null=True)
    # Filter values as words, separated by spaces: "kind:quote theme:3 year:2020 …".
    tokens = models.TextField()
    # The stems of each weight in their order, from which rank is counted: see search.ranking.
    words = models.TextField(default="")
    stems = WeightedStemsField(null=True, editable=False)
    # Of all that the row and its index entry are made of: equal fingerprints need no rewriting.
    fingerprint = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="searchdocument_one_per_item")]
        indexes = [models.Index(fields=["kind", "visible_from"], name="searchdocument_public")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
