"""What the addresses of sources answered when last checked. Written only by `editorial.link_checks`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# An address counts as broken after failing on this many days in a row: a server may be down for a day.
FAILED_DAYS = 3


class LinkCheck(models.Model):
    """The last check of an address that a source has or had."""

    source = models.ForeignKey(
        "initiatives.Source", verbose_name=_("source"), on_delete=models.CASCADE, related_name="link_checks"
    )
    address = models.URLField(_("address"), max_length=500)
    checked_at = models.DateTimeField(_("checked"), db_index=True)
    answer = models.CharField(_("answer"), max_length=100)
    failed_days = models.PositiveSmallIntegerField(_("days without an answer"), default=0, db_index=True)
    last_failed_on = models.DateField(_("last failed on"), null=True)

    class Meta:
        verbose_name = _("check of an address")
        verbose_name_plural = _("checks of addresses")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["source", "address"], name="linkcheck_once_per_address")]

    def __str__(self) -> str:
        return f"{self.address}: {self.answer}"
