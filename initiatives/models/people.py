"""People and institutions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.models.history import Versions
from initiatives.models.publishing import Aliased, Slugged, Sourced
from initiatives.models.querysets import VisibleQuerySet


class Actor(Slugged, Aliased, Sourced):
    """Common base of people and institutions."""

    name = models.CharField(_("name"), max_length=200)
    summary = models.TextField(_("summary"), blank=True, help_text=_("One or two plain sentences."))
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))

    class Meta(Sourced.Meta):
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def filing_name(self) -> str:
        """The name under which alphabetical lists file it."""
        return self.name


class Person(Actor):
    """A person who is quoted or plays a part in the record."""

    # All empty if not recorded: then the displayed name is cited and filed as a whole.
    given_name = models.CharField(
        _("given name"), max_length=100, blank=True, help_text=_("The given name, such as Kassym-Jomart or Дарига.")
    )
    family_name = models.CharField(
        _("family name"),
        max_length=100,
        blank=True,
        help_text=_("The name by which lists and citations file the person, such as Tokayev or von der Leyen."),
    )
    patronymic = models.CharField(
        _("patronymic"), max_length=100, blank=True, help_text=_("The patronymic, such as Kemelevich or Нұрсұлтанқызы.")
    )
    role = models.CharField(_("role"), max_length=200, blank=True, help_text=_("The position readers know them by."))

    objects = VisibleQuerySet.as_manager()
    history = Versions()

    class Meta(Actor.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")

    @property
    def given_names(self) -> str:
        """The given name and patronymic, as they appear after the family name in citations."""
        return f"{self.given_name} {self.patronymic}".strip()

    @property
    def has_parts(self) -> bool:
        """Whether any part of the name is recorded."""
        return bool(self.family_name or self.given_names)

    @property
    def filing_name(self) -> str:
        """The name with the family name first; the displayed name if no family name is recorded."""
        return f"{self.family_name} {self.given_names}".strip() if self.family_name else self.name


class Body(Actor):
    """An institution: a council, an agency, a ministry."""

    objects = VisibleQuerySet.as_manager()
    history = Versions()

    class Meta(Actor.Meta):
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
