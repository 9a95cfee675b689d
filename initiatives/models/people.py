"""People and bodies: who speaks, decides and acts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.models.history import Versions
from initiatives.models.paths import path_of
from initiatives.models.publishing import Aliased, Slugged, Sourced
from initiatives.models.querysets import BodyQuerySet, PersonQuerySet


class Actor(Slugged, Aliased, Sourced):
    """What a person and a body share."""

    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, help_text=_("One or two plain sentences."))
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))

    class Meta(Sourced.Meta):
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Person(Actor):
    """Somebody who is quoted, or whose part in the record has a page."""

    role = models.CharField(_("role"), max_length=200, blank=True, help_text=_("As a reader should know them."))

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
