"""Themes: the subjects by which the record can be browsed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.models.fields import by_user
from initiatives.models.history import Versions
from initiatives.models.publishing import Aliased, Publishable, Slugged
from initiatives.models.querysets import VisibleQuerySet


class Theme(Slugged, Aliased, Publishable):
    """A subject of quotes, initiatives and principles."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True, help_text=_("What this theme covers."))
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Themes are listed by this number, then by name.")
    )

    objects = VisibleQuerySet.as_manager()
    history = Versions()

    class Meta(Publishable.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ThemeMerge(models.Model):
    """A merge of one theme into another, with everything needed to undo it. Written only by `editorial.theme_merging`.

    Both themes are stored by name and number, not as foreign keys, because either may be deleted.
    """

    merged_id = models.PositiveBigIntegerField(_("merged theme"))
    merged_name = models.CharField(_("merged theme"), max_length=120)
    target_id = models.PositiveBigIntegerField(_("into"))
    target_name = models.CharField(_("into"), max_length=120)
    merged_at = models.DateTimeField(_("merged"), auto_now_add=True)
    merged_by = by_user(_("by"))
    undone_at = models.DateTimeField(_("undone"), null=True)
    undone_by = by_user(_("undone by"))
    # The merged theme's fields, the slugs that redirected to it, and the other names added to its target.
    theme = models.JSONField()
    old_slugs = models.JSONField()
    names_added = models.JSONField()
    # By model, the keys of the items that had the merged theme: "moved" if they lacked the target, "both" if not.
    ties = models.JSONField()

    class Meta:
        verbose_name = _("merge of themes")
        verbose_name_plural = _("merges of themes")
        default_permissions = ("view",)
        ordering = ["-merged_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.merged_name} → {self.target_name}"
