"""Models for search: changes to index, synonym sets, and empty searches."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from initiatives.models.choices import SEARCHED, Kind, Language
from initiatives.models.history import Versions
from initiatives.models.publishing import Indexed, one_of


class SearchChange(models.Model):
    """An item shown on pages was created, changed or deleted: search indexes it, and cached pages expire.

    Written only by `search.in_step`.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    object_id = models.PositiveBigIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    # Set after the transaction, in the order in which changes become visible. The token is unique to the database.
    number = models.PositiveBigIntegerField(null=True, unique=True)
    token = models.CharField(max_length=16, blank=True, default="")

    class Meta:
        verbose_name = _("change for search")
        verbose_name_plural = _("changes for search")
        default_permissions = ()
        indexes = [models.Index(fields=["id"], condition=models.Q(number=None), name="searchchange_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SynonymSet(Indexed):
    """Words and phrases with the same meaning: a search for one also finds the others."""

    MOST_WORDS = 12
    LONGEST = 80

    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        default=Language.ENGLISH,
        help_text=_("All the words are in this language. Searches find every form of them."),
    )
    words = models.TextField(
        _("words and phrases"),
        help_text=_(
            "One per line, at least two. A search for any of them finds the others too. Changes take effect "
            "on the public site at once."
        ),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Why they belong together. Only editors see this."))
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    history = Versions()

    class Meta:
        verbose_name = _("set of synonyms")
        verbose_name_plural = _("synonyms")
        constraints = [one_of("language", Language.values)]

    def __str__(self) -> str:
        return ", ".join(self.word_list)

    @property
    def word_list(self) -> list[str]:
        """The words and phrases, in the order in which the editor wrote them."""
        return [" ".join(line.split()) for line in self.words.splitlines() if line.strip()]

    def clean(self) -> None:
        """Refuse lines that have no word, are too long or repeated; the errors quote them."""
        super().clean()
        faults: list[str | Promise] = []
        seen = set()
        for text in self.word_list:
            if not any(character.isalnum() for character in text):
                faults.append(_("“%(text)s” contains no word.") % {"text": text})
            elif len(text) > self.LONGEST:
                faults.append(
                    _("“%(text)s…” is longer than %(limit)d characters.") % {"text": text[:20], "limit": self.LONGEST}
                )
            elif text.casefold() in seen:
                faults.append(_("“%(text)s” is listed twice.") % {"text": text})
            seen.add(text.casefold())
        if len(self.word_list) < 2:
            faults.append(_("Enter at least two, one per line."))
        elif len(self.word_list) > self.MOST_WORDS:
            faults.append(_("Enter up to %(limit)d.") % {"limit": self.MOST_WORDS})
        if faults:
            raise ValidationError({"words": faults})
        self.words = "\n".join(self.word_list)


class EmptySearch(models.Model):
    """How often a search found nothing on a day, without data on visitors. Written by `pages.empty_searches`."""

    day = models.DateField(_("day"))
    words = models.CharField(_("words"), max_length=100)
    searched = models.CharField(_("searched"), max_length=20, choices=SEARCHED)
    count = models.PositiveIntegerField(_("searches"), default=1)

    class Meta:
        verbose_name = _("search that found nothing")
        verbose_name_plural = _("searches that found nothing")
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["day", "words", "searched"], name="emptysearch_once_a_day")]

    def __str__(self) -> str:
        return self.words
