"""Changes of published items that editors ask for."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import Stage
from initiatives.models.history import LONGEST_REASON, name_of


class Proposal(models.Model):
    """A form of a published item as an editor filled it in. It changes nothing until a publisher saves that form."""

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.PositiveBigIntegerField(_("item"))
    # The item's name when it was proposed, for lists.
    name = models.CharField(_("item"), max_length=120)
    # The versions of the item and of its parts that the form was made from (admin.locking), and what was
    # typed: values by the names of the form's fields, as a browser sends them.
    versions = models.JSONField()
    data = models.JSONField()
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.WAITING)
    note = models.TextField(_("note from the publisher"), blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposed by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="proposals",
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        default_permissions = ()
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["stage", "-proposed_at", "-id"], name="proposal_by_stage"),
            models.Index(fields=["kind", "object_id", "stage"], name="proposal_of_item"),
            models.Index(fields=["-proposed_at", "-id"], name="proposal_newest"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="proposal_stage_known")]

    def __str__(self) -> str:
        return self.name

    @property
    def proposer(self) -> str:
        """The name of who proposed it."""
        return name_of(self.proposed_by) or "–"

    def decide(self, stage: str, user, note: str = "") -> None:
        """Note how it ended, or that it was sent back, by whom and why."""
        self.stage, self.decided_by, self.decided_at, self.note = stage, user, timezone.now(), note
        self.save()
