"""The public log of changes that were visible to the public."""

import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, OuterRef, ProtectedError, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives import clock
from initiatives.models.choices import PAGED, Nature, Status
from initiatives.models.history import LONGEST_REASON


class ChangeQuerySet(models.QuerySet):
    """Changes of the public log."""

    def published(self, at: datetime.datetime | None = None) -> Self:
        """Keep the changes that are public at a time (default: now): those of items that are public then.

        For a removed part, the item it belonged to and its source must be public. A withdrawal is always shown.
        """
        at = at or clock.now()

        def public(kind: str, key: str) -> Exists:
            items = apps.get_model("initiatives", kind)._default_manager
            return Exists(items.published(at).filter(pk=OuterRef(key)))

        removals = (When(nature=Nature.REMOVAL, item_kind=kind, then=public(kind, "item_id")) for kind in PAGED)
        parts = ("milestone", "principle", "quotetranslation")
        others = (When(kind=kind, then=public(kind, "object_id")) for kind in (*PAGED, *parts))
        nothing = When(nature__in=(Nature.FIRST_STATUS, Nature.REMOVAL), then=Value(False))
        withdrawals = When(nature=Nature.WITHDRAWAL, then=Value(True))
        # CASE instead of a chain of ORs, for which SQLite would look up each part in an index and sort the results.
        shown = Case(*removals, nothing, withdrawals, *others, default=Value(False), output_field=models.BooleanField())
        return self.filter(shown, Q(source_id=None) | Q(public("source", "source_id")), at__lte=at)

    def of(self, item) -> Self:
        """Keep the changes of one item and its parts."""
        return self.filter(item_kind=item._meta.model_name, item_id=item.pk)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete future changes. Raises ProtectedError if readers may have read any of them."""
        past: list[Any] = list(self.filter(at__lte=clock.now())[:1])
        if past:
            text = _("Rows of the public log cannot be deleted. Withhold their words instead.")
            raise ProtectedError(str(text), set(past))
        return super().delete()

    def before(self, change) -> Self:
        """Keep the changes older than a change: the log begins with the newest."""
        return self.filter(Q(at__lt=change.at) | Q(at=change.at, pk__lt=change.pk))


class Change(models.Model):
    """A change that was public when made; whether it may be shown now depends on the items.

    It refers to two versions and stores how their texts differ, which is slow to compute; names of other items are
    looked up when it is shown. `changes.receivers` and `changes.republication` write corrections, removals and
    withdrawals, `changes.status_log` the rest. Once its time has passed it is never deleted.
    """

    at = models.DateTimeField(_("time"), default=timezone.now)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature)
    # The item on whose page it is shown, by model name and key.
    item_kind = models.CharField(_("kind"), max_length=20)
    item_id = models.PositiveBigIntegerField(_("item"))
    # What changed: the item or a part of it.
    kind = models.CharField(_("what changed"), max_length=20)
    object_id = models.PositiveBigIntegerField(_("key of what changed"))
    # For all but statuses: keys of versions.
    old_version = models.BigIntegerField(_("old version"), null=True, blank=True)
    new_version = models.BigIntegerField(_("new version"), null=True, blank=True)
    # The old and new wordings in pieces (text, whether it differs), by field (`changes.compare.wordings`); and their
    # length, which decides how many entries fit on a page of the log. A migration that renames a field must rename it
    # here too.
    words = models.JSONField(default=dict, blank=True)
    size = models.PositiveIntegerField(default=0)
    # The reason, in the editor's words, for readers.
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True, default="")
    withheld = models.CharField(
        _("withheld because"),
        max_length=LONGEST_REASON,
        blank=True,
        default="",
        help_text=_(
            "Only for words that must not be public. Readers see this reason in place of the words and of the reason "
            "for the change. Empty it to show them again."
        ),
    )
    # For statuses; empty if there was no evidence.
    old_status = models.CharField(_("old status"), max_length=14, choices=Status, blank=True, default="")
    new_status = models.CharField(_("new status"), max_length=14, choices=Status, blank=True, default="")
    # The source of a status, or of a removed milestone: it must be public too.
    source_id = models.PositiveBigIntegerField(_("source"), null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("public change")
        verbose_name_plural = _("public changes")
        default_permissions = ("view",)
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

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """Delete a future change. Raises ProtectedError for any other."""
        return type(self).objects.filter(pk=self.pk).delete()


class LastSeen(models.Model):
    """The last version that readers saw of an item or part that has since been hidden.

    When it is public again, the log compares this version with what readers then see (`changes.republication`).
    """

    kind = models.CharField(max_length=20)
    object_id = models.PositiveBigIntegerField()
    version = models.BigIntegerField()
    # The time from which it is public again, if that is known.
    until = models.DateTimeField(null=True)
    # The withdrawal that hid it: its own, or that of an item it depends on.
    withdrawal = models.ForeignKey(Change, on_delete=models.PROTECT, null=True, related_name="+")
    # Why it was hidden, if that was before the log included withdrawals.
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="lastseen_one_per_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
