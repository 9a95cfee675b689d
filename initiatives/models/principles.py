"""Sets of principles."""

from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from initiatives.models.history import Versioned, Versions
from initiatives.models.initiatives import Initiative
from initiatives.models.paths import path_of
from initiatives.models.publishing import Slugged, Sourced
from initiatives.models.querysets import (
    PrincipleQuerySet,
    PrincipleSetQuerySet,
)
from initiatives.models.themes import Theme


class PrincipleSet(Slugged, Sourced):
    """Principles announced together, in order."""

    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True, help_text=_("Markdown."))
    editors_note = models.TextField(_("editor's note"), blank=True, help_text=_("Markdown. Shown to readers."))

    objects = PrincipleSetQuerySet.as_manager()
    history = Versions()

    class Meta(Sourced.Meta):
        verbose_name = _("set of principles")
        verbose_name_plural = _("sets of principles")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the set's page."""
        return path_of("principle_set", self.slug)

    def renumber(self) -> None:
        """Close gaps: number the set's principles 1, 2, 3 … in their current order. Each that moves gets a version."""
        for number, principle in enumerate(self.principles.order_by("number"), start=1):
            if principle.number != number:
                # One at a time in ascending order, so that each number is free when it is needed. Its own `save` would
                # renumber again.
                principle.number = number
                super(Principle, principle).save(update_fields=["number"])


class Principle(Versioned):
    """One principle of a set, public when the set is. Numbers run from 1 without gaps."""

    visibility_paths = ("set", "set__source")

    set = models.ForeignKey(PrincipleSet, verbose_name=_("set"), on_delete=models.CASCADE, related_name="principles")
    number = models.PositiveSmallIntegerField(
        _("number"), blank=True, help_text=_("Its place in the set. If empty, the next number is used.")
    )
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    themes = models.ManyToManyField(
        "initiatives.Theme", verbose_name=_("themes"), related_name="principles", blank=True
    )
    initiatives = models.ManyToManyField(
        Initiative, verbose_name=_("initiatives"), related_name="principles", blank=True
    )
    # The public ones, if a queryset loaded them: see querysets.public.
    public_themes: list[Theme]
    public_initiatives: list[Initiative]

    objects = PrincipleQuerySet.as_manager()
    history = Versions("themes", "initiatives")

    class Meta:
        verbose_name = _("principle")
        verbose_name_plural = _("principles")
        ordering = ["set", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["set", "number"],
                name="principle_number_once_in_set",
                violation_error_message=_("This number is already used in this set."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="principle_number_from_one",
                violation_error_message=_("Numbers start at 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    def save(self, *args, **kwargs) -> None:
        """Save, with the next number if none is given, and close gaps."""
        with transaction.atomic():
            if self.number is None:
                last = Principle.objects.filter(set=self.set_id).aggregate(last=models.Max("number"))["last"]
                self.number = (last or 0) + 1
            super().save(*args, **kwargs)
            self.set.renumber()
            self.refresh_from_db(fields=["number"])

    def get_absolute_url(self) -> str:
        """Return its address on the set's page."""
        return f"{self.set.get_absolute_url()}#{self.number}"


@receiver(post_delete, sender=Principle)
def close_hole(sender, instance, **kwargs) -> None:
    """Renumber a set after a principle has been deleted or moved."""
    for principle_set in PrincipleSet.objects.filter(pk=instance.set_id):
        principle_set.renumber()
