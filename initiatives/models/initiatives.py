"""Initiatives and their milestones."""

import datetime
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import (
    NO_PLACE_IN_LAW,
    STATUS_LABELS,
    Effect,
    InitiativeKind,
    PublisherKind,
    Status,
)
from initiatives.models.history import Versions
from initiatives.models.initiative_querysets import InitiativeQuerySet, MilestoneQuerySet
from initiatives.models.people import Body
from initiatives.models.publishing import Aliased, Dated, Indexed, Slugged, Sourced, one_of
from initiatives.models.sources import Source
from initiatives.models.themes import Theme

if TYPE_CHECKING:
    from initiatives.models.principles import Principle


class Effects(NamedTuple):
    """What is on record of an initiative's effect, counted and not judged."""

    # By effect, in the order of choices.Effect, the number of distinct sources by kind of voice, in the order of
    # choices.PublisherKind, unclassified ones last.
    voices: dict[str, dict[str, int]]
    newest: "Milestone | None"

    def total(self, effect: str) -> int:
        """Return how many sources say this."""
        return sum(self.voices.get(effect, {}).values())


class Initiative(Slugged, Aliased, Sourced):
    """Something announced as part of the reform programme.

    Its status is not stored but derived from its latest public milestone with a status
    (`Initiative.objects.with_status()`), so there can be no status without evidence.
    """

    days_of_work = ("checked_on",)

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=InitiativeKind)
    summary = models.TextField(_("summary"), help_text=_("One or two plain, neutral sentences."))
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    editors_note = models.TextField(
        _("editor's note"), blank=True, help_text=_("Markdown. What readers should know about the evidence.")
    )
    checked_on = models.DateField(
        _("last checked on"),
        null=True,
        blank=True,
        help_text=_("The day an editor last looked for new evidence, whether or not any was found."),
    )
    themes = models.ManyToManyField(
        "initiatives.Theme", verbose_name=_("themes"), related_name="initiatives", blank=True
    )
    bodies = models.ManyToManyField(
        "initiatives.Body", verbose_name=_("institutions"), related_name="initiatives", blank=True
    )
    # The public ones, if a queryset loaded them: see querysets.public.
    public_themes: list[Theme]
    public_bodies: list[Body]
    public_principles: "list[Principle]"
    # What with_answers() and with_steps() load.
    steps: "list[Milestone]"

    objects = InitiativeQuerySet.as_manager()
    history = Versions("themes", "bodies")

    class Meta(Sourced.Meta):
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["title"]
        constraints = [*Sourced.Meta.constraints, one_of("kind", InitiativeKind.values)]

    def __str__(self) -> str:
        return self.title

    # For initiatives loaded by with_answers() or with_steps(); with_status() annotates the same status.

    @cached_property
    def turn(self) -> "Milestone | None":
        """The milestone that sets the status; None if it has none."""
        return next((step for step in reversed(self.steps) if step.status and self.has_law), None)

    @cached_property
    def status(self) -> str:
        """The status set by the latest public milestone that sets one; empty without evidence or for a slogan."""
        return self.turn.status if self.turn else ""

    @cached_property
    def status_date(self) -> datetime.date | None:
        """The date of the milestone that sets the status."""
        return self.turn.date if self.turn else None

    @cached_property
    def status_date_precision(self) -> str:
        """How precisely that date is known; empty without one."""
        return self.turn.date_precision if self.turn else ""

    @cached_property
    def evidence_date(self) -> datetime.date | None:
        """The date of the newest public milestone."""
        return self.steps[-1].date if self.steps else None

    @cached_property
    def evidence_date_precision(self) -> str:
        """How precisely that date is known; empty without one."""
        return self.steps[-1].date_precision if self.steps else ""

    @property
    def has_law(self) -> bool:
        """Whether it can become law: a slogan cannot."""
        return self.kind != InitiativeKind.SLOGAN

    @property
    def status_label(self) -> str:
        """Its status in words; if it has none, why."""
        return str(STATUS_LABELS[self.status] if self.has_law else NO_PLACE_IN_LAW)

    @cached_property
    def effects(self) -> Effects:
        """Who confirms and who contests its effect."""
        voices: dict[str, set[tuple[str, str]]] = {}
        for step in self.steps:
            voices.setdefault(step.effect, set()).add(step.voice)
        counts = {
            effect: Counter(kind for _voice, kind in voices[effect]) for effect in Effect.values if effect in voices
        }
        kinds = [*PublisherKind.values, ""]
        return Effects(
            {effect: {kind: count[kind] for kind in kinds if kind in count} for effect, count in counts.items()},
            next((step for step in reversed(self.steps) if step.effect), None),
        )


class Milestone(Dated, Indexed):
    """A dated step of an initiative (or of a person's part in it), with its evidence.

    It always has a source, and is public once its owner and source are and its first day has begun.
    """

    initiative = models.ForeignKey(
        Initiative,
        verbose_name=_("initiative"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="milestones",
    )
    person = models.ForeignKey(
        "initiatives.Person",
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="milestones",
    )
    text = models.TextField(_("text"), help_text=_("What happened, in one or two neutral sentences."))
    status = models.CharField(
        _("new status"),
        max_length=14,
        choices=Status,
        blank=True,
        help_text=_("Only if this step changes the initiative’s status."),
    )
    effect = models.CharField(
        _("effect"),
        max_length=8,
        choices=Effect,
        blank=True,
        help_text=_("Only if it bears on what was promised: whether the source confirms or contests it."),
    )
    date_is_report = models.BooleanField(
        _("only the date of the report is known"),
        default=False,
        help_text=_("The date above is that of the report, not of what happened."),
    )
    attributed_to = models.CharField(
        _("according to"),
        max_length=200,
        blank=True,
        help_text=_("Who says so, if the source only reports it: for example Human Rights Watch."),
    )
    attributed_kind = models.CharField(_("kind of that voice"), max_length=13, choices=PublisherKind, blank=True)
    source = models.ForeignKey(
        "initiatives.Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="milestones",
        help_text=_("The evidence. Every milestone needs a source."),
    )
    further_sources = models.ManyToManyField(
        "initiatives.Source", verbose_name=_("further sources"), related_name="further_milestones", blank=True
    )
    # The public ones, if a queryset loaded them: see querysets.public.
    public_further_sources: list[Source]

    objects = MilestoneQuerySet.as_manager()
    history = Versions("further_sources")

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["date", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(date__isnull=False),
                name="milestone_has_date",
                violation_error_message=_("A milestone needs a date. Give at least the year."),
            ),
            models.CheckConstraint(
                condition=Q(initiative__isnull=False, person__isnull=True)
                | Q(initiative__isnull=True, person__isnull=False),
                name="milestone_has_one_owner",
                violation_error_message=_("A milestone belongs to one initiative or to one person."),
            ),
            one_of("effect", ["", *Effect.values]),
            models.CheckConstraint(
                condition=Q(effect="") | Q(initiative__isnull=False),
                name="milestone_effect_is_an_initiatives",
                violation_error_message=_("Only a milestone of an initiative can have an effect."),
            ),
            models.CheckConstraint(
                condition=Q(attributed_to="", attributed_kind="")
                | Q(attributed_kind__in=PublisherKind.values) & ~Q(attributed_to=""),
                name="milestone_attributed_with_kind",
                violation_error_message=_("Give both who says so and the kind of that voice, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(status="") | Q(status__in=Status.values, initiative__isnull=False),
                name="milestone_status_is_an_initiatives",
                violation_error_message=_("Only a milestone of an initiative can set a status."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_date}: {Truncator(self.text).chars(80)}"

    def clean(self) -> None:
        """Raises ValidationError, beside the field, if a slogan would have a status, or if a voice lacks its kind."""
        super().clean()
        if self.status and self.initiative and not self.initiative.has_law:
            raise ValidationError({"status": _("A slogan has no place in law. Leave the status empty.")})
        if bool(self.attributed_to) != bool(self.attributed_kind):
            raise ValidationError(
                {"attributed_kind": _("Give both who says so and the kind of that voice, or neither.")}
            )

    @property
    def public_not_before(self) -> datetime.datetime | None:
        """The start of its first day, before which it is not public and sets no status."""
        if self.date is None:
            return None
        return timezone.make_aware(datetime.datetime.combine(self.date, datetime.time.min))

    @property
    def voice(self) -> tuple[str, str]:
        """Who says so, with its kind: the source or, if it only reports, the voice named."""
        return (self.attributed_to.casefold() or str(self.source_id), self.voice_kind)

    @property
    def voice_kind(self) -> str:
        """The kind of the voice named or, if there is none, of the source."""
        return self.attributed_kind or self.source.publisher_kind

    @property
    def owner(self):
        """The initiative or person it belongs to."""
        return self.initiative or self.person

    @property
    def visibility_paths(self) -> tuple[str, ...]:
        """The look-ups to the items that must be published for it to be public (see `publishing.visible_from`)."""
        owner = "initiative" if self.initiative_id else "person"
        return (owner, f"{owner}__source", "source")

    def get_absolute_url(self) -> str:
        """Return its address on its owner's page."""
        return f"{self.owner.get_absolute_url()}#milestone-{self.pk}"
