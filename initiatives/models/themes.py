"""Themes: what the record is sorted by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.addresses import path_of
from initiatives.models.publishing import Aliased, Publishable, Slugged
from initiatives.querysets import ThemeQuerySet


class Theme(Slugged, Aliased, Publishable):
    """A subject that quotes, initiatives and principles share."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.TextField(_("description"), blank=True, help_text=_("What belongs under this theme."))
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("Themes are listed by this number, then by name.")
    )

    objects = ThemeQuerySet.as_manager()

    class Meta(Publishable.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the theme's page."""
        return path_of("theme", self.slug)
