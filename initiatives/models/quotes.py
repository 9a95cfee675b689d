"""Verbatim quotes and their translations."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, prefetch_related_objects
from django.utils.text import Truncator, slugify
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import Language, Provenance, Verification
from initiatives.models.fields import LONGEST_QUOTATION, DigestField, QuotationLength, digest
from initiatives.models.history import Versions
from initiatives.models.initiatives import Initiative
from initiatives.models.paths import path_of
from initiatives.models.publishing import Dated, Indexed, Sourced, one_of
from initiatives.models.querysets import (
    QuoteQuerySet,
    QuoteTranslationQuerySet,
    public,
)
from initiatives.models.themes import Theme

ON_RECORD_ALREADY = _("This quote is already on record from the same source.")


class Quote(Dated, Sourced):
    """The words of a speaker in the language of the source, verbatim."""

    visibility_paths = ("", "source", "speaker", "speaker__source")
    unusual_dates_allowed = True

    text = models.TextField(
        _("words"),
        help_text=_("Verbatim, without the outer quotation marks."),
        validators=[QuotationLength(LONGEST_QUOTATION)],
    )
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
        _("place in the source"), max_length=100, blank=True, help_text=_("Page, paragraph or timestamp.")
    )
    context = models.TextField(
        _("context"), blank=True, help_text=_("The occasion and the subject, in your own words.")
    )
    editors_note = models.TextField(_("editor's note"), blank=True, help_text=_("Markdown. Shown to readers."))
    verification = models.CharField(
        _("verification"), max_length=10, choices=Verification, default=Verification.SECONDARY
    )
    themes = models.ManyToManyField("initiatives.Theme", verbose_name=_("themes"), related_name="quotes", blank=True)
    initiatives = models.ManyToManyField(Initiative, verbose_name=_("initiatives"), related_name="quotes", blank=True)
    # The public ones, if a queryset loaded them: see querysets.public.
    public_themes: list[Theme]
    public_initiatives: list[Initiative]
    # What for_page() annotates.
    has_initiatives: bool
    featured_on = models.DateField(
        _("on the home page from"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_(
            "The home page shows this quote from this day until another takes its place. If none is chosen, "
            "it shows a different quote each day."
        ),
    )

    objects = QuoteQuerySet.as_manager()
    history = Versions("themes", "initiatives")

    class Meta(Sourced.Meta):
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ["-date", "-pk"]
        # There can be a million quotes, so each order and filter of the desk's list, and each queue, has an index. The
        # index by speaker also serves the foreign key.
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
                condition=~Q(text=""),
                name="quote_has_words",
                violation_error_message=_("Enter the words of the quote."),
            ),
            models.UniqueConstraint(
                fields=["speaker", "source", "text_digest"],
                name="quote_stands_once",
                violation_error_message=ON_RECORD_ALREADY,
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).chars(80)

    def clean(self) -> None:
        """Show an error beside the field if the quote is already on record from this source."""
        super().clean()
        if self.speaker_id and self.source_id and self.twins().exists():
            raise ValidationError({"text": ON_RECORD_ALREADY})

    def twins(self) -> models.QuerySet["Quote"]:
        """Return the other quotes on record with the same words, speaker and source."""
        same = Quote.objects.filter(speaker=self.speaker_id, source=self.source_id, text_digest=digest(self.text))
        return same.exclude(pk=self.pk)

    @property
    def comparison(self) -> Any:
        """How its words are in a copy of its source (models.Found); None if these words were not compared."""
        found = getattr(self, "found", None)
        return found if found and found.is_of(self) else None

    @property
    def slug(self) -> str:
        """The first words of the text, for the address. Only the number in it identifies the quote."""
        words = slugify(self.text, allow_unicode=True).split("-")
        slug = ""
        for word in words:
            if len(slug) + len(word) > 60:
                break
            slug = f"{slug}-{word}" if slug else word
        return slug or "quote"

    def load_initiatives(self) -> None:
        """Load the public initiatives, if `for_page` found any."""
        if self.has_initiatives:
            prefetch_related_objects([self], public("initiatives"))
        else:
            self.public_initiatives = []

    def get_absolute_url(self) -> str:
        """Return the permalink of the quote."""
        return path_of("quote", self.pk, self.slug)


class QuoteTranslation(Indexed):
    """A quote in another language, and who is responsible for the translation."""

    visibility_paths = tuple(f"quote__{path}".removesuffix("__") for path in Quote.visibility_paths)

    quote = models.ForeignKey(Quote, verbose_name=_("quote"), on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=8, choices=Language)
    text = models.TextField(_("words"), validators=[QuotationLength(LONGEST_QUOTATION)])
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
                violation_error_message=_("There is already a translation into this language."),
            ),
            models.CheckConstraint(
                condition=Q(provenance="official") | ~Q(translator=""),
                name="translation_unofficial_has_translator",
                violation_error_message=_("Say who made this unofficial translation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_language_display()}: {Truncator(self.text).chars(60)}"

    comparison = Quote.comparison

    @property
    def origin(self) -> str:
        """Who is responsible for it, in words."""
        return ", ".join(filter(None, [self.get_provenance_display(), self.translator]))

    def clean(self) -> None:
        """Refuse a translation into the quote's own language, and an unofficial one without a translator."""
        super().clean()
        if self.provenance == Provenance.UNOFFICIAL and not self.translator:
            raise ValidationError({"translator": _("Say who made this unofficial translation.")})
        if self.quote_id and self.language == self.quote.language:
            raise ValidationError({"language": _("The quote itself is in this language. Choose another.")})
