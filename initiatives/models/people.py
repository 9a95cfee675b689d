"""People and institutions: those who speak, decide and act."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.models.history import Versions
from initiatives.models.paths import path_of
from initiatives.models.publishing import Aliased, Slugged, Sourced
from initiatives.models.querysets import BodyQuerySet, PersonQuerySet


class Actor(Slugged, Aliased, Sourced):
    """What people and institutions share."""

    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, help_text=_("One or two plain sentences."))
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))

    class Meta(Sourced.Meta):
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(Actor):
    """Someone who is quoted or plays a part in the record."""

    role = models.CharField(_("role"), max_length=200, blank=True, help_text=_("The position readers know them by."))

    objects = PersonQuerySet.as_manager()
    history = Versions()

    class Meta(Actor.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def get_absolute_url(self) -> str:
        """Return the address of the person's page."""
        return path_of("person", self.slug)


class Body(Actor):
    """An institution: a council, an agency, a ministry."""

    objects = BodyQuerySet.as_manager()
    history = Versions()

    class Meta(Actor.Meta):
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")

    def get_absolute_url(self) -> str:
        """Return the address of the institution's page."""
        return path_of("body", self.slug)
