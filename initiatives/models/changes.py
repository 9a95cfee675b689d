"""The public log: changes that were visible to the public."""

import datetime
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import PAGED, Nature, Status
from initiatives.models.history import LONGEST_REASON


class ChangeQuerySet(models.QuerySet):
    """Changes of the public log."""

    def published(self, at: datetime.datetime | None = None) -> Self:
        """Keep what the public may see at a time (now if left out): changes of what is public by then itself.

        A part that was removed cannot be asked: the item that it belonged to is, and the document it rested on.
        """
        at = at or timezone.now()

        def public(kind: str, key: str) -> Exists:
            items = apps.get_model("initiatives", kind)._default_manager
            return Exists(items.published(at).filter(pk=OuterRef(key)))

        removals = (When(nature=Nature.REMOVAL, item_kind=kind, then=public(kind, "item_id")) for kind in PAGED)
        parts = ("milestone", "principle", "quotetranslation")
        others = (When(kind=kind, then=public(kind, "object_id")) for kind in (*PAGED, *parts))
        nothing = When(nature__in=(Nature.FIRST_STATUS, Nature.REMOVAL), then=Value(False))
        # One case after another, no chain of "or": SQLite would look up each in an index, and sort what it finds.
        shown = Case(*removals, nothing, *others, default=Value(False), output_field=models.BooleanField())
        return self.filter(shown, Q(source_id=None) | Q(public("source", "source_id")), at__lte=at)

    def of(self, item) -> Self:
        """Keep those of one item and its parts."""
        return self.filter(item_kind=item._meta.model_name, item_id=item.pk)

    def before(self, change) -> Self:
        """Keep those that come after a change in the log, which begins with the newest."""
        return self.filter(Q(at__lt=change.at) | Q(at=change.at, pk__lt=change.pk))


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
    # Why, in the words of who made the change, for readers.
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON, blank=True, default="")
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
    # Why it was hidden, in the words of who did it, for readers.
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="lastseen_one_per_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
