"""Errors that readers report."""

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from initiatives.models.history import name_of

LONGEST_REPORT, LONGEST_EMAIL = 2000, 254
# How long the address of a reader without an answer is kept.
ADDRESS_KEPT = datetime.timedelta(days=180)


class ErrorReport(models.Model):
    """What a reader found wrong on the page of an item, open until an editor answers it. Only the desk shows it."""

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.PositiveBigIntegerField(_("item"))
    # The item's name and the path of its page as the reader saw them, and when the item had last changed then.
    name = models.CharField(_("item"), max_length=120)
    path = models.CharField(_("page"), max_length=2000)
    version = models.DateTimeField(_("version"), null=True)
    text = models.TextField(_("what is wrong"), max_length=LONGEST_REPORT)
    email = models.EmailField(_("e-mail address"), max_length=LONGEST_EMAIL, blank=True)
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    note = models.TextField(
        _("note for colleagues"), blank=True, help_text=_("What came of it. Only the desk sees it.")
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("answered by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("report from a reader")
        verbose_name_plural = _("reports from readers")
        default_permissions = ("view", "change", "delete")
        ordering = ["-reported_at", "-pk"]
        indexes = [
            models.Index(fields=["-reported_at", "-id"], name="report_newest"),
            models.Index(
                fields=["reported_at", "id"], condition=models.Q(answered_at__isnull=True), name="report_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) | models.Q(email=""), name="report_answered_has_no_email"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def answerer(self) -> str:
        """The name of who answered it."""
        return name_of(self.answered_by) or "–"

    def concern(self, item: Any) -> None:
        """Note which item it is about, as readers see it now."""
        self.kind, self.object_id = item._meta.model_name, item.pk
        self.name, self.path = Truncator(item).chars(120), item.get_absolute_url()

    def answer(self, user) -> None:
        """Close it. The reader's address is no longer needed."""
        self.answered_at, self.answered_by, self.email = timezone.now(), user, ""

    def reopen(self) -> None:
        """Open it again."""
        self.answered_at = self.answered_by = None

    @classmethod
    def forget_addresses(cls) -> None:
        """Remove the addresses of readers that have been kept for ADDRESS_KEPT."""
        cls.objects.filter(reported_at__lt=timezone.now() - ADDRESS_KEPT).exclude(email="").update(email="")
