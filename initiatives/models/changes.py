"""The public log: changes that were visible to the public."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import Nature, Status
from initiatives.models.querysets import ChangeQuerySet


class Change(models.Model):
    """A change that was public when made; the items decide whether it may be shown today.

    It points to two versions, and keeps how their texts differ, since that takes long to work out; names of other items
    are looked up when it is shown. `changes.receivers` and `changes.republication` write corrections and removals,
    `changes.status_log` the rest.
    """

    at = models.DateTimeField(_("time"), default=timezone.now)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature)
    # The item whose page it concerns, by model name and key.
    item_kind = models.CharField(_("kind"), max_length=20)
    item_id = models.PositiveBigIntegerField(_("item"))
    # What changed: the item or a part of it.
    kind = models.CharField(_("what changed"), max_length=20)
    object_id = models.PositiveBigIntegerField(_("key of what changed"))
    # For corrections and removals: keys of versions.
    old_version = models.BigIntegerField(_("old version"), null=True, blank=True)
    new_version = models.BigIntegerField(_("new version"), null=True, blank=True)
    # The old and the new wording in pieces (text, whether it differs), by field (`changes.compare.wordings`); and their
    # length, by which pages of the log are filled. A migration that renames a field renames it here too.
    words = models.JSONField(default=dict, blank=True)
    size = models.PositiveIntegerField(default=0)
    # For statuses; empty if there was no evidence.
    old_status = models.CharField(_("old status"), max_length=14, choices=Status, blank=True, default="")
    new_status = models.CharField(_("new status"), max_length=14, choices=Status, blank=True, default="")
    # The source of a status, or of a removed milestone: it must be public too.
    source_id = models.PositiveBigIntegerField(_("source"), null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public change")
        verbose_name_plural = _("public changes")
        default_permissions = ("view", "delete")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="change_newest"),
            models.Index(fields=["item_kind", "-at", "-id"], name="change_of_kind"),
            models.Index(fields=["nature", "-at", "-id"], name="change_of_nature"),
            models.Index(fields=["item_kind", "item_id", "-at", "-id"], name="change_of_item"),
            models.Index(fields=["kind", "object_id"], name="change_of_part"),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()}: {self.kind} {self.object_id}"


class LastSeen(models.Model):
    """The version that readers saw last of an item, or of a part of one, that is hidden since.

    Once it is public again, the log compares this version with what readers see then (`changes.republication`).
    """

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    version = models.BigIntegerField()
    # The time from which it is public again, if that is settled.
    until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="lastseen_one_per_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
