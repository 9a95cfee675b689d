"""The catalogue: initiatives with their milestones, quotes with their translations, principles in their sets."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import InitiativeKind, Language, Provenance, Status, Verification
from initiatives.models.fields import DigestField, digest
from initiatives.models.history import Versions
from initiatives.models.paths import path_of
from initiatives.models.people import Body
from initiatives.models.publishing import Aliased, Dated, Indexed, Slugged, Sourced, one_of
from initiatives.models.querysets import (
    InitiativeQuerySet,
    MilestoneQuerySet,
    PrincipleQuerySet,
    PrincipleSetQuerySet,
    QuoteQuerySet,
    QuoteTranslationQuerySet,
)
from initiatives.models.sources import Source
from initiatives.models.themes import Theme


class Initiative(Slugged, Aliased, Sourced):
    """Something that was announced as part of the reform programme.

    Its status is not stored: it is what its latest public milestone with a status says
    (`Initiative.objects.with_status()`), so a status without evidence cannot exist.
    """

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=InitiativeKind)
    summary = models.TextField(_("summary"), help_text=_("One or two plain, neutral sentences."))
    body = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    editors_note = models.TextField(
        _("editor's note"), blank=True, help_text=_("Markdown. What a reader should know about the evidence.")
    )
    themes = models.ManyToManyField(
        "initiatives.Theme", verbose_name=_("themes"), related_name="initiatives", blank=True
    )
    bodies = models.ManyToManyField(
        "initiatives.Body", verbose_name=_("institutions"), related_name="initiatives", blank=True
    )
    # Those that are public, where a queryset loaded them: see querysets._public.
    public_themes: list[Theme]
    public_bodies: list[Body]
    public_principles: "list[Principle]"

    objects = InitiativeQuerySet.as_manager()
    history = Versions("themes", "bodies")

    class Meta(Sourced.Meta):
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["title"]
        constraints = [*Sourced.Meta.constraints, one_of("kind", InitiativeKind.values)]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the initiative's page."""
        return path_of("initiative", self.slug)


class Milestone(Dated, Indexed):
    """A dated step of an initiative (or of a person's part in it), with its evidence.

    It cannot exist without a source, and is public as soon as both its owner and its source are.
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
        help_text=_("Only if this step changes where the initiative stands."),
    )
    source = models.ForeignKey(
        "initiatives.Source",
        verbose_name=_("source"),
        on_delete=models.PROTECT,
        related_name="milestones",
        help_text=_("The evidence. A milestone cannot be without one."),
    )
    further_sources = models.ManyToManyField(
        "initiatives.Source", verbose_name=_("further sources"), related_name="further_milestones", blank=True
    )
    # Those that are public, where a queryset loaded them: see querysets._public.
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
                violation_error_message=_("A milestone needs a date, if only its year."),
            ),
            models.CheckConstraint(
                condition=Q(initiative__isnull=False, person__isnull=True)
                | Q(initiative__isnull=True, person__isnull=False),
                name="milestone_has_one_owner",
                violation_error_message=_("A milestone belongs to one initiative or to one person."),
            ),
            models.CheckConstraint(
                condition=Q(status="") | Q(status__in=Status.values, initiative__isnull=False),
                name="milestone_status_is_an_initiatives",
                violation_error_message=_("Only a milestone of an initiative sets a status."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown_date}: {Truncator(self.text).chars(80)}"

    @property
    def owner(self):
        """The initiative or person that it belongs to."""
        return self.initiative or self.person

    @property
    def visibility_paths(self) -> tuple[str, ...]:
        """What must be published for this milestone to be public (see `publishing.visible_from`)."""
        owner = "initiative" if self.initiative_id else "person"
        return (owner, f"{owner}__source", "source")

    def get_absolute_url(self) -> str:
        """Return the address of its place on its owner's page."""
        return f"{self.owner.get_absolute_url()}#milestone-{self.pk}"


class Quote(Dated, Sourced):
    """What somebody said, word for word, in the language of its source."""

    visibility_paths = ("", "source", "speaker", "speaker__source")

    text = models.TextField(_("words"), help_text=_("Verbatim, without the outer quotation marks."))
    text_digest = DigestField(of="text")
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.ENGLISH)
    speaker = models.ForeignKey(
        "initiatives.Person",
        verbose_name=_("speaker"),
        on_delete=models.PROTECT,
        related_name="quotes",
        db_index=False,  # see Meta.indexes
    )
    locator = models.CharField(
        _("place in the source"), max_length=100, blank=True, help_text=_("Page, paragraph or time mark.")
    )
    context = models.TextField(
        _("context"), blank=True, help_text=_("On what occasion it was said and about what, in your words.")
    )
    editors_note = models.TextField(_("editor's note"), blank=True, help_text=_("Markdown. Shown to readers."))
    verification = models.CharField(
        _("verification"), max_length=10, choices=Verification, default=Verification.SECONDARY
    )
    themes = models.ManyToManyField("initiatives.Theme", verbose_name=_("themes"), related_name="quotes", blank=True)
    initiatives = models.ManyToManyField(Initiative, verbose_name=_("initiatives"), related_name="quotes", blank=True)
    # Those that are public, where a queryset loaded them: see querysets._public.
    public_themes: list[Theme]
    public_initiatives: list[Initiative]
    featured_on = models.DateField(
        _("on the first page from"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_(
            "From this day on it is the first page’s quote, until another takes its place. "
            "While none is chosen, the first page shows another quote each day."
        ),
    )

    objects = QuoteQuerySet.as_manager()
    history = Versions("themes", "initiatives")

    class Meta(Sourced.Meta):
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-date", "-pk"]
        # Of quotes there can be a million: each order and each filter of the desk's list reads one page of an index,
        # and a queue its first few. That by speaker stands for an index of the key alone.
        indexes = [
            *Sourced.Meta.indexes,
            models.Index(fields=["-date", "-id"], name="quote_by_date"),
            models.Index(fields=["state", "-date", "-id"], name="quote_by_state_and_date"),
            models.Index(fields=["verification", "-date", "-id"], name="quote_by_verification_and_date"),
            models.Index(fields=["language", "-date", "-id"], name="quote_by_language_and_date"),
            models.Index(fields=["speaker", "-date", "-id"], name="quote_by_speaker_and_date"),
            models.Index(fields=["published_at", "id"], name="quote_by_publication"),
            models.Index(fields=["state", "published_at", "id"], name="quote_by_state_and_publication"),
        ]
        constraints = [
            *Sourced.Meta.constraints,
            *Dated.Meta.constraints,
            one_of("verification", Verification.values),
            models.CheckConstraint(
                condition=~Q(text=""), name="quote_has_words", violation_error_message=_("A quote needs its words.")
            ),
            models.UniqueConstraint(
                fields=["speaker", "source", "text_digest"],
                name="quote_stands_once",
                violation_error_message=_("These words of this speaker stand already, from the same source."),
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)

    def clean(self) -> None:
        """Refuse words that stand already for this speaker and source, beside the field."""
        super().clean()
        twins = Quote.objects.filter(
            speaker=self.speaker_id, source=self.source_id, text_digest=digest(self.text)
        ).exclude(pk=self.pk)
        if self.speaker_id and self.source_id and twins.exists():
            raise ValidationError({"text": _("These words of this speaker stand already, from the same source.")})

    @property
    def slug(self) -> str:
        """The first words of the text for the address: decoration, the number identifies the quote."""
        words = slugify(self.text, allow_unicode=True).split("-")
        slug = ""
        for word in words:
            if len(slug) + len(word) > 60:
                break
            slug = f"{slug}-{word}" if slug else word
        return slug or "quote"

    def get_absolute_url(self) -> str:
        """Return the permalink of the quote."""
        return path_of("quote", self.pk, self.slug)


class QuoteTranslation(Indexed):
    """A quote in another language, and who stands behind the translation."""

    visibility_paths = tuple(f"quote__{path}".removesuffix("__") for path in Quote.visibility_paths)

    quote = models.ForeignKey(Quote, verbose_name=_("quote"), on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=8, choices=Language)
    text = models.TextField(_("words"))
    provenance = models.CharField(_("provenance"), max_length=10, choices=Provenance)
    translator = models.CharField(
        _("translator"), max_length=200, blank=True, help_text=_("Who made or published the translation.")
    )

    objects = QuoteTranslationQuerySet.as_manager()
    history = Versions()

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(
                fields=["quote", "language"],
                name="translation_one_per_language",
                violation_error_message=_("There is a translation into this language already."),
            ),
            models.CheckConstraint(
                condition=Q(provenance="official") | ~Q(translator=""),
                name="translation_unofficial_has_translator",
                violation_error_message=_("Say who made an unofficial translation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {Truncator(self.text).chars(60)}"

    @property
    def origin(self) -> str:
        """Who stands behind it, in words."""
        return ", ".join(filter(None, [self.get_provenance_display(), self.translator]))

    def clean(self) -> None:
        """Refuse a translation into the quote's own language, and an unofficial one by nobody."""
        super().clean()
        if self.provenance == Provenance.UNOFFICIAL and not self.translator:
            raise ValidationError({"translator": _("Say who made an unofficial translation.")})
        if self.quote_id and self.language == self.quote.language:
            raise ValidationError({"language": _("The quote itself is in this language.")})


class PrincipleSet(Slugged, Sourced):
    """Principles that were announced together, in their order."""

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
        """Close holes: number the set's principles 1, 2, 3 … in their present order."""
        for number, principle in enumerate(self.principles.order_by("number"), start=1):
            if principle.number != number:
                # One by one, upwards: each number is free when its turn comes.
                Principle.objects.filter(pk=principle.pk).update(number=number)


class Principle(models.Model):
    """One principle of a set; public with the set. Numbers run from 1 without holes."""

    visibility_paths = ("set", "set__source")

    set = models.ForeignKey(PrincipleSet, verbose_name=_("set"), on_delete=models.CASCADE, related_name="principles")
    number = models.PositiveSmallIntegerField(
        _("number"), blank=True, help_text=_("Its place in the set; left empty, the next one.")
    )
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    themes = models.ManyToManyField(
        "initiatives.Theme", verbose_name=_("themes"), related_name="principles", blank=True
    )
    initiatives = models.ManyToManyField(
        Initiative, verbose_name=_("initiatives"), related_name="principles", blank=True
    )
    # Those that are public, where a queryset loaded them: see querysets._public.
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
                violation_error_message=_("This number is taken in this set."),
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
        """Save with the next number if none is given, and leave no hole behind."""
        with transaction.atomic():
            if self.number is None:
                last = Principle.objects.filter(set=self.set_id).aggregate(last=models.Max("number"))["last"]
                self.number = (last or 0) + 1
            super().save(*args, **kwargs)
            self.set.renumber()
            self.refresh_from_db(fields=["number"])

    def get_absolute_url(self) -> str:
        """Return the address of its place on the set's page."""
        return f"{self.set.get_absolute_url()}#{self.number}"


@receiver(post_delete, sender=Principle)
def close_hole(sender, instance, **kwargs) -> None:
    """Renumber what is left of a set after a principle went, however it went."""
    for principle_set in PrincipleSet.objects.filter(pk=instance.set_id):
        principle_set.renumber()
